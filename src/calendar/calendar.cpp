#include "heed/calendar.hpp"

#include <array>

#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::calendar {

namespace {

constexpr std::array<std::string_view, 7> short_names{"sun", "mon", "tue", "wed",
                                                      "thu", "fri", "sat"};
constexpr std::array<std::string_view, 7> long_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                     "Thursday", "Friday", "Saturday"};

constexpr std::uint8_t every_day = 0x7F;

std::size_t weekday_index(Day day) {
  return std::chrono::weekday(day).c_encoding();
}

std::map<int, Coverage> read_coverage(const document::Table& root) {
  std::map<int, Coverage> coverage;
  for (const auto& table : root.tables("coverage")) {
    const std::string evidence = table.choice("evidence", {"official", "by-law", "computed"});
    const Coverage entry{evidence == "official" ? Evidence::official
                         : evidence == "by-law" ? Evidence::by_law
                                                : Evidence::computed,
                         table.text("source")};
    for (const std::int64_t year : table.integers("years", 1900, 2200)) {
      if (!coverage.emplace(static_cast<int>(year), entry).second) {
        throw table.error("years", "the year " + std::to_string(year) +
                                       " is covered twice; say once how it is known");
      }
    }
  }
  if (coverage.empty()) {
    throw root.error("no year is covered; expected [[coverage]] with years, evidence and source");
  }
  return coverage;
}

std::map<Day, std::string> read_holidays(const document::Table& table,
                                         const std::map<int, Coverage>& coverage) {
  std::map<Day, std::string> holidays;
  for (const std::string& key : table.keys()) {
    const auto day = parse_day(key);
    if (!day) throw table.error(key, "'" + key + "' is no date; expected a key as 2026-12-25");
    if (!coverage.contains(year_of(*day))) {
      throw table.error(key, key + " is in a year that no [[coverage]] names");
    }
    holidays.emplace(*day, table.text(key));
  }
  return holidays;
}

/// A year between others that is not covered, or a covered one without holidays among others that
/// have some: then the file is not whole.
std::optional<std::string> gap_of(const Calendar::Parts& parts) {
  std::map<int, int> days;
  for (const auto& [day, name] : parts.holidays) ++days[year_of(day)];
  int expected = parts.coverage.begin()->first;
  for (const auto& [year, coverage] : parts.coverage) {
    if (year != expected) {
      return "the year " + std::to_string(expected) +
             " is not covered and years around it are; add it, or leave the years on one side out";
    }
    if (!parts.holidays.empty() && !days.contains(year)) {
      return "the year " + std::to_string(year) +
             " is covered and has no holiday; add its holidays, or cover it no more";
    }
    ++expected;
  }
  return std::nullopt;
}

std::optional<std::string> problem_of(const Calendar::Parts& parts) {
  if (parts.coverage.empty()) return "no year is covered";
  if (parts.no_holidays && !parts.holidays.empty()) {
    return "no_holidays = true, and there are holidays; expected one or the other";
  }
  if (parts.holidays.empty() && !parts.no_holidays) {
    return "years are covered and none has a holiday; add their holidays, or say no_holidays = "
           "true where there are none";
  }
  for (const auto& [day, name] : parts.holidays) {
    if (parts.coverage.contains(year_of(day))) continue;
    return to_text(day) + " is in a year that is not covered";
  }
  return gap_of(parts);
}

}  // namespace

std::string_view to_text(Evidence evidence) {
  switch (evidence) {
    case Evidence::official:
      return "official";
    case Evidence::by_law:
      return "by-law";
    case Evidence::computed:
      return "computed";
  }
  return "";
}

std::optional<Weekend> Weekend::parse(const std::vector<std::string>& words) {
  Weekend weekend;
  for (const std::string& word : words) {
    std::size_t index = 0;
    while (index < short_names.size() && short_names[index] != word) ++index;
    if (index == short_names.size() || ((weekend.days_ >> index) & 1U) != 0) return std::nullopt;
    weekend.days_ = static_cast<std::uint8_t>(weekend.days_ | (1U << index));
  }
  if (weekend.days_ == every_day) return std::nullopt;
  return weekend;
}

bool Weekend::has(Day day) const {
  return ((days_ >> weekday_index(day)) & 1U) != 0;
}

std::string Weekend::text() const {
  std::string text;
  for (std::size_t i = 1; i <= short_names.size(); ++i) {  // Monday first, Sunday last
    const std::size_t index = i % short_names.size();
    if (((days_ >> index) & 1U) == 0) continue;
    if (!text.empty()) text += ", ";
    text += short_names[index];
  }
  return text;
}

std::string_view weekday_name(Day day) {
  return long_names[weekday_index(day)];
}

Calendar::Calendar(Parts parts) : parts_(std::move(parts)) {
  if (const auto problem = problem_of(parts_)) {
    throw Error(Kind::configuration, "calendar " + parts_.id + ": " + *problem);
  }
}

Calendar Calendar::parse(std::string_view text, std::string_view name) {
  const auto document = document::Document::parse(text, name);
  const auto root = document.root();
  Parts parts;
  parts.id = root.text("id");
  parts.title = root.text("title");
  parts.source = root.text("source");
  parts.retrieved = root.day("retrieved");
  const auto weekend = Weekend::parse(root.words("weekend"));
  if (!weekend) {
    throw root.error("weekend", "'weekend' expects " + std::string(Weekend::expected));
  }
  parts.weekend = *weekend;
  parts.no_holidays = root.find_flag("no_holidays").value_or(false);
  parts.coverage = read_coverage(root);
  parts.holidays = read_holidays(root.table("holidays"), parts.coverage);
  document.finish();
  if (const auto problem = problem_of(parts)) {
    const bool contradicts = parts.no_holidays && !parts.holidays.empty();
    throw root.error(contradicts ? "no_holidays" : "coverage", *problem);
  }
  return Calendar(std::move(parts));
}

std::optional<Day> Calendar::covered_until(Day day) const {
  int year = year_of(day);
  if (!parts_.coverage.contains(year)) return std::nullopt;
  while (parts_.coverage.contains(year + 1)) ++year;
  return make_day(year, 12, 31);
}

std::optional<std::string_view> Calendar::holiday(Day day) const {
  if (!covers(day)) {
    throw Error(Kind::incomplete, "calendar " + parts_.id + " does not cover " +
                                      std::to_string(year_of(day)) +
                                      "; import that year's official list");
  }
  const auto found = parts_.holidays.find(day);
  if (found == parts_.holidays.end()) return std::nullopt;
  return found->second;
}

bool Calendar::is_workday(Day day, const Weekend& weekend) const {
  return !holiday(day) && !weekend.has(day);
}

}  // namespace heed::calendar
