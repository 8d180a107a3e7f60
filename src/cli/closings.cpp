#include "cli/closings.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "cli/csv_rows.hpp"
#include "cli/reporting.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace {

std::string text_of(const std::string& file) {
  try {
    return read_whole(file, Kind::usage);
  } catch (const Error& error) {
    throw error.in("--file");
  }
}

/// Where a file has what is wanted of it.
struct Columns {
  std::size_t duty = 0;
  std::optional<std::size_t> on;
  std::optional<std::size_t> evidence;
  std::size_t titles = 0;  ///< how many there are; 0: a file without
};

/// The title that is meant, in whatever letter case; empty for one that means nothing here.
std::string known_title(const std::string& title) {
  std::vector<std::string> known{"duty", "on", "evidence"};
  for (auto& each : report::due_titles()) known.push_back(std::move(each));
  const auto at = std::find_if(known.begin(), known.end(), [&](const std::string& each) {
    return policy::folded(each) == policy::folded(title);
  });
  return at == known.end() ? std::string() : *at;
}

/// A title that is not understood may be a misspelt one, and its column would be lost.
std::string unknown_words(const std::string& title) {
  const auto meant = document::nearest(title, {"duty", "on", "evidence"});
  return "'" + title + "' is no title that heed knows" +
         (meant ? "; did you mean '" + *meant + "'?" : "") +
         "; expected duty, on, evidence (others only as heed due --format csv has them), or remove "
         "the column";
}

Columns columns_of(const CsvRow& row, const std::string& file) {
  const auto wrong = [&](const std::string& what) {
    return Error(Kind::finding, file + ":" + std::to_string(row.line) + ": " + what);
  };
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const auto title = known_title(row.cells[i]);
    if (title.empty()) throw wrong(unknown_words(row.cells[i]));
    if (!places.emplace(title, i).second) {
      throw wrong("two columns are called '" + title + "'; remove one of them");
    }
  }
  const auto find = [&places](const char* title) -> std::optional<std::size_t> {
    const auto at = places.find(title);
    return at == places.end() ? std::nullopt : std::optional(at->second);
  };
  const auto duty = find("duty");
  if (!duty) {
    throw wrong(
        "there is no column 'duty'; expected titles as heed due --format csv has them, or a duty "
        "as D17 in the first column");
  }
  return {*duty, find("on"), find("evidence"), row.cells.size()};
}

std::string cell_of(const CsvRow& row, const std::optional<std::size_t>& column) {
  return column && *column < row.cells.size() ? row.cells[*column] : std::string();
}

/// What a row says under no title; empty where it does not.
std::string too_many_cells(const CsvRow& row, const Columns& columns) {
  if (row.cells.size() <= std::max<std::size_t>(columns.titles, 1)) return {};
  const std::string found = "there are " + std::to_string(row.cells.size()) + " cells";
  if (columns.titles == 0) {
    return found + " and no titles; put a line 'duty,on,evidence' first, or leave the duty alone";
  }
  return found + ", and titles for " + std::to_string(columns.titles);
}

/// Reads one row; empty, or what is wrong with it.
std::string read_row(const CsvRow& row, const Columns& columns, ledger::Closing& closing) {
  if (auto problem = too_many_cells(row, columns); !problem.empty()) return problem;
  const auto name = cell_of(row, columns.duty);
  const auto duty = ledger::parse_duty_name(name);
  if (!duty) return "'" + name + "' is no duty; expected a name as D17";
  closing.duty = *duty;
  if (const auto text = cell_of(row, columns.on); !text.empty()) {
    closing.day = parse_day(text);
    if (!closing.day) return "on is '" + text + "'; expected a day as 2026-11-25";
  }
  if (auto text = cell_of(row, columns.evidence); !text.empty()) {
    closing.proof = std::move(text);
    closing.shared = false;
  }
  if (closing.proof.empty()) {
    return "there is no evidence; give --evidence, or a column 'evidence'";
  }
  return {};
}

/// An error that says what may stand there instead.
Error not_there(const std::string& name, const std::string& value, const std::string& instead) {
  return {Kind::usage, "--filter: no " + name + " is '" + value + "'; " + instead};
}

std::string list_of(const std::set<std::string>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

/// What the rulebook knows, and what duties are there of.
ledger::RuleNames names_in(const Acting& acting) {
  auto names = acting.ledger().rule_names();
  for (const auto& pack : acting.grounds().rulebook.packs()) {
    names.packs.insert(pack.id);
    for (const auto& rule : pack.rules) names.rules.insert(rule.id);
  }
  return names;
}

std::string want_named(const std::set<std::string>& known, const std::string& name,
                       const std::string& value) {
  if (known.contains(value)) return value;
  throw not_there(name, value, "there is " + list_of(known) + ", one at a time");
}

Preference want_preference(const std::string& value) {
  if (const auto preference = parse_preference(value)) return *preference;
  throw not_there("preference", value, "expected " + std::string(preference_names()));
}

ledger::State want_state(const std::string& value) {
  if (const auto state = ledger::parse_state(value)) return *state;
  throw not_there(
      "state", value,
      "expected open, standing, withdrawn-to-confirm, met, met-late, refused or handled");
}

void add_word(ledger::Filter& filter, const std::string& name, const std::string& value,
              const Acting& acting) {
  const auto& mirror = acting.mirror();
  if (name == "pack") {
    filter.pack = want_named(names_in(acting).packs, name, value);
  } else if (name == "rule") {
    filter.rule = want_named(names_in(acting).rules, name, value);
  } else if (name == "preference") {
    filter.preference = want_preference(value);
  } else if (name == "until") {
    filter.until = want_day(value, "--filter: until");
  } else if (name == "person") {
    const Id id = id_of(value);
    const auto object = mirror.object_of(id);
    if (!object) throw Error(Kind::finding, "--filter: no record " + value + " is in the mirror");
    const auto group = mirror.person(*object, id);
    filter.person = group.members.empty() ? mirror::Ref{*object, id} : group.members.front();
  } else if (name == "state") {
    filter.states = {want_state(value)};
  } else {
    throw Error(Kind::usage, "--filter: '" + name +
                                 "' is not known; expected pack, rule, preference, until, person "
                                 "or state, as 'pack=ca-casl preference=email until=2026-12-01'");
  }
}

ledger::Filter filter_of(const std::string& text, const Acting& acting) {
  ledger::Filter filter;
  std::set<std::string> names;
  std::istringstream words(text);
  std::string word;
  while (words >> word) {
    const auto equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, equals);
    const std::string value = word.substr(std::min(equals + 1, word.size()));
    if (value.empty()) {
      throw Error(Kind::usage, "--filter: '" + name +
                                   "' has no value, and would select everything; give one, as "
                                   "'pack=ca-casl', or leave it out");
    }
    if (!names.insert(name).second) {
      throw Error(Kind::usage, "--filter: '" + name +
                                   "' is there twice, and one of them would not count; run it "
                                   "once for each");
    }
    add_word(filter, name, value, acting);
  }
  if (names.empty()) {
    throw Error(Kind::usage,
                "--filter selects everything; give at least one of pack, rule, preference, until, "
                "person and state, as 'pack=ca-casl'");
  }
  return filter;
}

}  // namespace

std::vector<Wanted> closings_in(const std::string& file, const ledger::Closing& otherwise,
                                std::vector<std::string>& problems) {
  auto rows = csv_rows(text_of(file), file);
  if (rows.empty()) throw Error(Kind::usage, "--file: " + file + " has no line");
  for (auto& row : rows) {  // empty cells at the end, as spreadsheets write them, say nothing
    while (row.cells.size() > 1 && row.cells.back().empty()) row.cells.pop_back();
  }
  Columns columns;
  if (!ledger::parse_duty_name(rows.front().cells.front())) {
    columns = columns_of(rows.front(), file);
    rows.erase(rows.begin());
    if (rows.empty()) {
      throw Error(Kind::usage, "--file: " + file + " has titles alone, and no duty below them");
    }
  }
  std::vector<Wanted> wanted;
  std::map<std::int64_t, std::size_t> lines;
  for (const auto& row : rows) {
    Wanted one{otherwise, file + ":" + std::to_string(row.line)};
    auto problem = read_row(row, columns, one.closing);
    if (problem.empty()) {
      const auto [at, is_new] = lines.emplace(one.closing.duty, row.line);
      if (!is_new) problem = "is on line " + std::to_string(at->second) + " already";
    }
    if (problem.empty()) {
      wanted.push_back(std::move(one));
    } else {
      problems.push_back(one.where + ": " + problem);
    }
  }
  return wanted;
}

std::vector<Wanted> closings_by(const std::string& filter, const ledger::Closing& otherwise,
                                const Acting& acting, std::int64_t& held) {
  std::vector<Wanted> wanted;
  acting.ledger().for_each_due(filter_of(filter, acting), [&](const ledger::Duty& duty) {
    if (duty.hold) {
      ++held;
      return;
    }
    wanted.push_back({otherwise, {}});
    wanted.back().closing.duty = duty.number;
  });
  return wanted;
}

}  // namespace heed::cli
