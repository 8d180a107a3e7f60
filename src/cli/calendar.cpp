#include "cli/calendar.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/reporting.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

using Json = nlohmann::ordered_json;

/// The calendars as configured; those that came with heed where there is no configuration.
Almanac almanac_of(const World& world, const po::variables_map& given) {
  Almanac almanac;
  almanac.folders = {{}, world.shipped};
  const bool named = given.contains("config");
  if (named || is_there(config_file(world, given), Kind::configuration)) {
    const auto setting = setting_before_schedules(world, given);
    almanac.folders = setting.folders;
    const bool made = operand_of(given) == "import" && !setting.config.own_schedules.empty() &&
                      !is_there(setting.config.own_schedules, Kind::configuration);
    if (!made) config::want_own_schedules(setting.config);
  }
  almanac.calendars = config::load_calendars(almanac.folders);
  return almanac;
}

Json coverage_json(const calendar::Calendar& calendar) {
  Json json = Json::array();
  for (const auto& [year, coverage] : calendar.coverage()) {
    Json each;
    each["year"] = year;
    each["evidence"] = std::string(to_text(coverage.evidence));
    each["source"] = coverage.source;
    json.push_back(each);
  }
  return json;
}

Json head_json(const calendar::Calendar& calendar) {
  Json json;
  json["id"] = calendar.id();
  json["title"] = calendar.title();
  json["source"] = calendar.source();
  json["retrieved"] = to_text(calendar.retrieved());
  json["weekend"] = calendar.weekend().text();
  json["coverage"] = coverage_json(calendar);
  return json;
}

void list(std::ostream& out, const Almanac& almanac, report::Format format) {
  if (format == report::Format::json) {
    Json json;
    json["calendars"] = Json::array();
    for (const auto& calendar : almanac.calendars) json["calendars"].push_back(head_json(calendar));
    out << json.dump(2) << "\n";
    return;
  }
  report::Table table({{"Calendar"}, {"Title"}, {"Covers"}, {"Retrieved"}});
  for (const auto& calendar : almanac.calendars) {
    table.add({calendar.id(), calendar.title(), calendar.coverage_words(),
               to_text(calendar.retrieved())});
  }
  table.print(out);
}

void show_days(std::ostream& out, const calendar::Calendar& calendar, std::optional<int> year,
               report::Format format) {
  Json days = Json::array();
  report::Table table({{"Day"}, {"Weekday"}, {"Holiday"}});
  for (const auto& [day, name] : calendar.holidays()) {
    if (year && year_of(day) != *year) continue;
    table.add({to_text(day), std::string(calendar::weekday_name(day)), name});
    days.push_back(Json{{"day", to_text(day)}, {"name", name}});
  }
  if (format == report::Format::json) {
    Json json = head_json(calendar);
    json["holidays"] = days;
    out << json.dump(2) << "\n";
    return;
  }
  out << calendar.id() << ": " << calendar.title() << "\n\n  Source    " << calendar.source()
      << ", retrieved " << to_text(calendar.retrieved()) << "\n  Covers    "
      << calendar.coverage_words() << "\n  Weekend   " << calendar.weekend().text() << "\n\n";
  table.print(out, 2);
}

int show_calendar(World& world, const po::variables_map& given, const Almanac& almanac) {
  const std::string id = second_operand_of(given);
  if (id.empty()) throw Error(Kind::usage, "heed calendar show wants the ID of a calendar");
  const auto& found = almanac.at(id);
  std::optional<int> year;
  if (given.contains("year")) year = given["year"].as<int>();
  if (year && !found.coverage().contains(*year)) {
    throw Error(Kind::incomplete, "calendar " + id + " does not cover " + std::to_string(*year) +
                                      "; it covers " + found.coverage_words());
  }
  show_days(world.out, found, year, format_of(given, false));
  return 0;
}

}  // namespace

const calendar::Calendar* Almanac::find(const std::string& id) const {
  const auto at = std::find_if(calendars.begin(), calendars.end(),
                               [&id](const auto& calendar) { return calendar.id() == id; });
  return at == calendars.end() ? nullptr : &*at;
}

const calendar::Calendar& Almanac::at(const std::string& id) const {
  if (const auto* found = find(id)) return *found;
  std::vector<std::string> known;
  for (const auto& calendar : calendars) known.push_back(calendar.id());
  const auto meant = document::nearest(id, known);
  throw Error(Kind::finding, "there is no calendar '" + id + "'" +
                                 (meant ? "; did you mean '" + *meant + "'?" : "") +
                                 " (heed calendar list)");
}

void calendar_options(po::options_description& described) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  described.add_options()("format", text("FORMAT")->default_value("table"),
                          "list and show: table or json")("year", po::value<int>()->value_name("Y"),
                                                          "show: only this year")(
      "id", text("ID"), "import: the calendar's id (the feed's file name)")(
      "with", text("ID"),
      "import: take in the holidays of this calendar, where the feed has those of a region alone")(
      "title", text("TEXT"), "import: what it is of (the feed's own name)")(
      "source", text("TEXT"), "import: where the feed comes from, best its address")(
      "evidence", text("HOW")->default_value("official"), "import: official, by-law or computed")(
      "years", text("FROM-TO"),
      "import: the years that the feed covers whole (those with as many days off as the fullest "
      "mostly have)")("weekend", text("DAYS")->default_value("sat,sun"), "import: the weekend")(
      "to", text("FILE"), "import: the file to write (calendars/ID.toml in [mirror] schedules)")(
      "replace", "import: overwrite that file")(
      "fresh", "import: do not keep the other years of the calendar of that id");
}

int calendar(World& world, const po::variables_map& given) {
  const std::string what = operand_of(given);
  if (what != "list" && what != "show" && what != "import") {
    throw Error(Kind::usage, "heed calendar wants list, show ID or import FEED.ics" +
                                 (what.empty() ? "" : ", not '" + what + "'"));
  }
  if (what == "list" && !second_operand_of(given).empty()) {
    throw Error(Kind::usage, "heed calendar list takes nothing more, not '" +
                                 second_operand_of(given) + "'; heed calendar show tells of one");
  }
  const Almanac almanac = almanac_of(world, given);
  if (what == "show") return show_calendar(world, given, almanac);
  if (what == "import") return import_calendar(world, given, almanac);
  list(world.out, almanac, format_of(given, false));
  return 0;
}

}  // namespace heed::cli
