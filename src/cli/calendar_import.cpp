#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>

#include "cli/calendar.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

namespace fs = std::filesystem;

std::string option_of(const po::variables_map& given, const char* name,
                      const std::string& otherwise) {
  return given.contains(name) ? given[name].as<std::string>() : otherwise;
}

std::string id_of_calendar(const po::variables_map& given, const fs::path& feed) {
  std::string id = option_of(given, "id", feed.stem().string());
  const bool good = !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!good || id == "controller") {
    throw Error(Kind::usage, "'" + id +
                                 "' is no id for a calendar; give --id with letters, digits and "
                                 "hyphens, as DE-BY");
  }
  return id;
}

/// --years FROM-TO, or one year.
std::optional<std::pair<int, int>> years_of(const po::variables_map& given) {
  if (!given.contains("years")) return std::nullopt;
  const std::string text = given["years"].as<std::string>();
  const auto dash = text.find('-');
  const auto number = [](const std::string& digits) {
    const bool good = digits.size() == 4 && std::all_of(digits.begin(), digits.end(), [](char c) {
                        return c >= '0' && c <= '9';
                      });
    return good ? std::stoi(digits) : 0;
  };
  const int first = number(text.substr(0, dash));
  const int last = dash == std::string::npos ? first : number(text.substr(dash + 1));
  if (first < 1900 || last > 2200 || last < first) {
    throw Error(Kind::usage, "--years is '" + text + "'; expected years as 2026-2028, or one");
  }
  return std::pair(first, last);
}

calendar::Weekend weekend_of(const po::variables_map& given) {
  std::vector<std::string> words;
  std::istringstream text(given["weekend"].as<std::string>());
  for (std::string word; std::getline(text, word, ',');) words.push_back(word);
  if (const auto weekend = calendar::Weekend::parse(words)) return *weekend;
  throw Error(Kind::usage, "--weekend is '" + text.str() + "'; expected days as sat,sun: " +
                               std::string(calendar::Weekend::expected));
}

calendar::Evidence evidence_of(const po::variables_map& given) {
  using calendar::Evidence;
  const std::string text = given["evidence"].as<std::string>();
  for (const auto evidence : {Evidence::official, Evidence::by_law, Evidence::computed}) {
    if (text == to_text(evidence)) return evidence;
  }
  throw Error(Kind::usage, "--evidence is '" + text + "'; expected official, by-law or computed");
}

/// The years that are said, or seem, to be covered whole.
calendar::WholeYears covered_years(const calendar::Feed& feed, const std::string& name,
                                   const std::optional<std::pair<int, int>>& given) {
  if (given) {
    calendar::WholeYears stated;
    for (int year = given->first; year <= given->second; ++year) stated.years.push_back(year);
    return stated;
  }
  auto seen = whole_years(feed);
  if (seen.years.empty()) {
    throw Error(Kind::configuration, name +
                                         " has no holidays within five years of today; name the "
                                         "years that it covers with --years");
  }
  return seen;
}

std::string days_off(std::size_t days) {
  return report::counted(static_cast<std::int64_t>(days), "day off", "days off");
}

/// A year that is left out without a word would be missed only when a date is asked for in it.
void say_left_out(std::ostream& out, const calendar::WholeYears& seen) {
  if (seen.left.empty()) return;
  for (const auto& [year, days] : seen.left) {
    out << "Left out " << year << ": " << days_off(days)
        << (days < seen.usual
                ? ", where a whole year of the feed seems to have " + std::to_string(seen.usual)
                : ", but a year between it and those taken is left out")
        << "\n";
  }
  const int first = std::min(seen.years.front(), seen.left.begin()->first);
  const int last = std::max(seen.years.back(), seen.left.rbegin()->first);
  out << "Where the feed has " << (seen.left.size() == 1 ? "it" : "them")
      << " whole after all, name the years: --years " << first << "-" << last << "\n";
}

calendar::Calendar calendar_of(const calendar::Feed& feed, const std::vector<int>& years,
                               const po::variables_map& given, const fs::path& file, Day today) {
  calendar::Calendar::Parts parts;
  parts.id = id_of_calendar(given, file);
  parts.title = option_of(given, "title", feed.title.empty() ? parts.id : feed.title);
  parts.source = option_of(given, "source", "imported from " + file.filename().string());
  parts.retrieved = today;
  parts.weekend = weekend_of(given);
  for (const int year : years) parts.coverage[year] = {evidence_of(given), parts.source};
  for (const auto& [day, name] : feed.days) {
    if (parts.coverage.contains(year_of(day))) parts.holidays.emplace(day, name);
  }
  return calendar::Calendar(std::move(parts));
}

fs::path target_of(const po::variables_map& given, const Almanac& almanac, const std::string& id) {
  if (given.contains("to")) return given["to"].as<std::string>();
  if (almanac.folders.own.empty()) {
    throw Error(Kind::configuration,
                "there is no folder of your own for calendars; set [mirror] schedules in the "
                "configuration, or name a file with --to");
  }
  return almanac.folders.own / "calendars" / (id + ".toml");
}

/// The days of the feed, with those of the calendar that --with names.
calendar::Calendar joined(const calendar::Calendar& fresh, const po::variables_map& given,
                          const Almanac& almanac) {
  if (!given.contains("with")) return fresh;
  const std::string with = given["with"].as<std::string>();
  if (with == fresh.id()) {
    throw Error(Kind::usage, "--with is '" + with +
                                 "', the calendar that is to be made; expected " +
                                 "another, as that of the country");
  }
  return fresh.joined_with(almanac.at(with));
}

/// A year of a calendar that has another number of days than it had.
struct Change {
  int year = 0;
  std::size_t before = 0, now = 0;
};

std::vector<Change> changes_of(const calendar::Calendar& fresh, const calendar::Calendar& older) {
  const auto days_in = [](const calendar::Calendar& calendar, int year) {
    return static_cast<std::size_t>(
        std::count_if(calendar.holidays().begin(), calendar.holidays().end(),
                      [year](const auto& each) { return year_of(each.first) == year; }));
  };
  std::vector<Change> changes;
  for (const auto& each : fresh.coverage()) {
    const int year = each.first;
    if (!older.coverage().contains(year)) continue;
    const Change change{year, days_in(older, year), days_in(fresh, year)};
    if (change.before != change.now) changes.push_back(change);
  }
  return changes;
}

/// A list of a few days looks whole where nothing fuller is beside it in the feed; the calendar
/// that it would take the place of tells.
void want_most_kept(const std::vector<Change>& changes, const calendar::Calendar& fresh,
                    const std::string& feed) {
  const int first = fresh.coverage().begin()->first;
  const int last = fresh.coverage().rbegin()->first;
  for (const auto& change : changes) {
    if (2 * change.now >= change.before) continue;
    throw Error(Kind::configuration,
                feed + " would leave " + days_off(change.now) + " of the " +
                    std::to_string(change.before) + " that calendar " + fresh.id() + " has in " +
                    std::to_string(change.year) +
                    "; where the feed has the year whole after all, name the years: --years " +
                    std::to_string(first) + "-" + std::to_string(last));
  }
}

/// --replace is said of an older calendar, and of nothing else that a name may lead to.
void want_calendar(const fs::path& file) {
  if (!fs::is_regular_file(file)) {
    throw Error(Kind::configuration, file.string() + " is no file; name another");
  }
  try {
    calendar::Calendar::parse(read_whole(file, Kind::usage), file.string());
  } catch (const Error& error) {
    throw Error(Kind::configuration, file.string() +
                                         " is no calendar, so --replace leaves it alone (" +
                                         error.what() + "); name another file, or move it away");
  }
}

/// Writes the file beside its place first, which is where links lead: a reader never sees half.
void write_calendar(const fs::path& named, const std::string& text, bool replace) {
  const auto file = report::end_of_links(named);
  const bool there = is_there(file, Kind::storage);
  if (there && !replace) {
    throw Error(Kind::configuration, named.string() + " is there already; --replace overwrites it");
  }
  if (there) want_calendar(file);
  std::error_code failed;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), failed);
  const fs::path beside = file.string() + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) fs::rename(beside, file, failed);
  if (!out || failed) {
    throw Error(Kind::storage, file.string() + " cannot be written; may heed's user write there?");
  }
}

}  // namespace

int import_calendar(World& world, const po::variables_map& given, const Almanac& almanac) {
  const fs::path file = second_operand_of(given);
  if (file.empty()) throw Error(Kind::usage, "heed calendar import wants the FEED.ics to read");
  const Day today(std::chrono::floor<std::chrono::days>(world.clock.now()).time_since_epoch());
  const auto stated = years_of(given);
  const int first = stated ? stated->first : year_of(today) - 5;
  const int last = stated ? stated->second : year_of(today) + 5;
  const auto feed = calendar::read_feed(read_whole(file, Kind::usage), file.string(),
                                        make_day(first, 1, 1), make_day(last, 12, 31));
  const auto covered = covered_years(feed, file.string(), stated);
  const auto fresh = calendar_of(feed, covered.years, given, file, today);
  const auto own = joined(fresh, given, almanac);
  const auto* before = almanac.find(fresh.id());
  const auto changes = before == nullptr ? std::vector<Change>() : changes_of(own, *before);
  if (!stated) want_most_kept(changes, own, file.string());
  const bool keeps = before != nullptr && !given.contains("fresh");
  const auto whole = keeps ? own.completed_by(*before) : own;
  const fs::path target = target_of(given, almanac, whole.id());
  const std::string text = whole.file_text();
  calendar::Calendar::parse(text, target.string());  // what is written can be read
  write_calendar(target, text, given.contains("replace"));
  world.out << "Wrote " << target.string() << ": calendar " << whole.id() << ", "
            << report::counted(static_cast<std::int64_t>(fresh.holidays().size()), "holiday",
                               "holidays")
            << " of " << fresh.coverage_words() << " from the feed\n";
  if (given.contains("with")) {
    world.out << "Took in the holidays of " << given["with"].as<std::string>() << ", and covers "
              << own.coverage_words() << " with it\n";
  }
  for (const auto& change : changes) {
    world.out << "Changed " << change.year << ": it had " << days_off(change.before)
              << " before, and has " << change.now << " now\n";
  }
  if (whole.coverage().size() > own.coverage().size()) {
    world.out << "Kept the other years that it had; it covers " << whole.coverage_words() << "\n";
  }
  say_left_out(world.out, covered);
  for (const auto& remark : feed.remarks) world.out << "Note: " << remark << "\n";
  return 0;
}

}  // namespace heed::cli
