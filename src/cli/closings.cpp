#include "cli/closings.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/csv_rows.hpp"
#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace {

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || std::filesystem::is_directory(file) || !(text << in.rdbuf())) {
    throw Error(Kind::usage, "--file: " + file + " cannot be read, or is empty");
  }
  return text.str();
}

/// Where a file has what is wanted of it.
struct Columns {
  std::size_t duty = 0;
  std::optional<std::size_t> on;
  std::optional<std::size_t> evidence;
};

Columns columns_of(const CsvRow& titles, const std::string& file) {
  const auto find = [&titles](std::string_view title) -> std::optional<std::size_t> {
    const auto at = std::find(titles.cells.begin(), titles.cells.end(), title);
    if (at == titles.cells.end()) return std::nullopt;
    return static_cast<std::size_t>(at - titles.cells.begin());
  };
  const auto duty = find("duty");
  if (!duty) {
    throw Error(Kind::finding, file + ":" + std::to_string(titles.line) +
                                   ": there is no column 'duty'; expected titles as heed due "
                                   "--format csv has them, or a duty as D17 in the first column");
  }
  return {*duty, find("on"), find("evidence")};
}

std::string cell_of(const CsvRow& row, const std::optional<std::size_t>& column) {
  return column && *column < row.cells.size() ? row.cells[*column] : std::string();
}

/// Reads one row; empty, or what is wrong with it.
std::string read_row(const CsvRow& row, const Columns& columns, ledger::Closing& closing) {
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

void add_word(ledger::Filter& filter, const std::string& name, const std::string& value,
              const mirror::Mirror& mirror) {
  if (name == "pack") {
    filter.pack = value;
  } else if (name == "rule") {
    filter.rule = value;
  } else if (name == "preference") {
    filter.preference = parse_preference(value);
    if (!filter.preference) throw Error(Kind::usage, "--filter: no preference is '" + value + "'");
  } else if (name == "until") {
    filter.until = want_day(value, "--filter: until");
  } else if (name == "person") {
    const Id id = id_of(value);
    const auto object = mirror.object_of(id);
    if (!object) throw Error(Kind::finding, "--filter: no record " + value + " is in the mirror");
    const auto group = mirror.person(*object, id);
    filter.person = group.members.empty() ? mirror::Ref{*object, id} : group.members.front();
  } else if (name == "state") {
    const auto state = ledger::parse_state(value);
    if (!state) throw Error(Kind::usage, "--filter: no state is '" + value + "'");
    filter.states = {*state};
  } else {
    throw Error(Kind::usage, "--filter: '" + name +
                                 "' is not known; expected pack, rule, preference, until, person "
                                 "or state, as 'pack=ca-casl preference=email until=2026-12-01'");
  }
}

ledger::Filter filter_of(const std::string& text, const mirror::Mirror& mirror) {
  ledger::Filter filter;
  std::istringstream words(text);
  std::string word;
  while (words >> word) {
    const auto equals = word.find('=');
    add_word(filter, word.substr(0, equals),
             equals == std::string::npos ? "" : word.substr(equals + 1), mirror);
  }
  if (text.find('=') == std::string::npos) throw Error(Kind::usage, "--filter selects everything");
  return filter;
}

}  // namespace

std::vector<Wanted> closings_in(const std::string& file, const ledger::Closing& otherwise,
                                std::vector<std::string>& problems) {
  auto rows = csv_rows(read_file(file), file);
  if (rows.empty()) throw Error(Kind::usage, "--file: " + file + " has no line");
  Columns columns;
  if (!ledger::parse_duty_name(rows.front().cells.front())) {
    columns = columns_of(rows.front(), file);
    rows.erase(rows.begin());
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
  acting.ledger().for_each_due(filter_of(filter, acting.mirror()), [&](const ledger::Duty& duty) {
    if (duty.hold) {
      ++held;
      return;
    }
    wanted.push_back({otherwise, ledger::duty_name(duty.number)});
    wanted.back().closing.duty = duty.number;
  });
  return wanted;
}

}  // namespace heed::cli
