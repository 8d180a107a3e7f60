#include "heed/calendar.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "heed/document.hpp"
#include "heed/error.hpp"
#include "support/schedules.hpp"

namespace {

using heed::make_day;
using heed::calendar::Calendar;
using heed::calendar::Evidence;
using heed::calendar::Weekend;

constexpr std::string_view head =
    "id = 'XX'\ntitle = 'a'\nsource = 'b'\nretrieved = 2026-11-25\nweekend = ['sat', 'sun']\n";
constexpr std::string_view covered =
    "[[coverage]]\nyears = [2025, 2026]\nevidence = 'official'\nsource = 'c'\n"
    "[[coverage]]\nyears = [2027]\nevidence = 'computed'\nsource = 'd'\n";

Calendar small() {
  return Calendar::parse(std::string(head) + std::string(covered) +
                             "[holidays]\n2025-01-01 = 'New Year'\n2026-01-01 = 'New Year'\n"
                             "2026-12-25 = 'Christmas'\n2027-01-01 = 'New Year'\n",
                         "XX.toml");
}

std::string complaint(const std::string& text) {
  try {
    Calendar::parse(text, "XX.toml");
  } catch (const heed::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a calendar knows its holidays by name and its workdays", "[calendar]") {
  const auto calendar = small();
  CHECK(calendar.holiday(make_day(2026, 12, 25)) == "Christmas");
  CHECK_FALSE(calendar.holiday(make_day(2026, 12, 24)));
  CHECK(calendar.is_workday(make_day(2026, 12, 24)));
  CHECK_FALSE(calendar.is_workday(make_day(2026, 12, 25)));
  CHECK_FALSE(calendar.is_workday(make_day(2026, 12, 26)));
  CHECK(calendar.is_workday(make_day(2026, 12, 26), *Weekend::parse({"sun"})));
}

TEST_CASE("a question outside the years covered is an error, never a guess", "[calendar]") {
  const auto calendar = small();
  for (const auto day : {make_day(2024, 12, 31), make_day(2028, 1, 1)}) {
    CHECK_FALSE(calendar.covers(day));
    CHECK_THROWS_AS(calendar.holiday(day), heed::Error);
    CHECK_THROWS_AS(calendar.is_workday(day), heed::Error);
  }
  CHECK(calendar.first_year() == 2025);
  CHECK(calendar.covered_until(make_day(2025, 3, 1)) == make_day(2027, 12, 31));
  CHECK_FALSE(calendar.covered_until(make_day(2028, 3, 1)));
}

TEST_CASE("each year has its evidence", "[calendar]") {
  const auto calendar = small();
  CHECK(calendar.coverage().at(2026).evidence == Evidence::official);
  CHECK(calendar.coverage().at(2027).evidence == Evidence::computed);
  CHECK(calendar.coverage().at(2027).source == "d");
}

TEST_CASE("a calendar that contradicts itself does not load", "[calendar]") {
  const std::string start(head);
  const std::string years(covered);
  CHECK(complaint(start + years + "[holidays]\n2028-01-01 = 'x'\n") ==
        "XX.toml:15: 2028-01-01 is in a year that no [[coverage]] names");
  CHECK(complaint(start + years + "[holidays]\n2026-02-30 = 'x'\n") ==
        "XX.toml:15: '2026-02-30' is no date; expected a key as 2026-12-25");
  CHECK(complaint(start + years + years + "[holidays]\n") ==
        "XX.toml:15: the year 2025 is covered twice; say once how it is known");
  CHECK(complaint(start + "[holidays]\n") ==
        "XX.toml:1: no year is covered; expected [[coverage]] with years, evidence and source");
  CHECK(complaint("weekend = ['caturday']\n" + start.substr(0, start.find("weekend")) + years +
                  "[holidays]\n") ==
        "XX.toml:1: 'weekend' expects some of mon, tue, wed, thu, fri, sat, sun, each once, and "
        "never all seven");
  CHECK(complaint("weekend = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']\n" +
                  start.substr(0, start.find("weekend")) + years + "[holidays]\n") ==
        "XX.toml:1: 'weekend' expects some of mon, tue, wed, thu, fri, sat, sun, each once, and "
        "never all seven");
  CHECK(complaint(start + "holiday = 1\n" + years + "[holidays]\n") ==
        "XX.toml:6: unknown key 'holiday' at the top of the file; did you mean 'holidays'?");
}

TEST_CASE("a calendar with a hole does not load", "[calendar]") {
  const std::string start(head);
  const std::string years(covered);
  CHECK(complaint(start + "[[coverage]]\nyears = [2025, 2027]\nevidence = 'official'\n"
                          "source = 'c'\n[holidays]\n2025-01-01 = 'x'\n2027-01-01 = 'x'\n") ==
        "XX.toml:6: the year 2026 is not covered and years around it are; add it, or leave the "
        "years on one side out");
  CHECK(complaint(start + years + "[holidays]\n2025-01-01 = 'x'\n2027-01-01 = 'x'\n") ==
        "XX.toml:6: the year 2026 is covered and has no holiday; add its holidays, or cover it no "
        "more");
}

TEST_CASE("a calendar without a holiday loads only where it says that there are none",
          "[calendar]") {
  const std::string start(head);
  const std::string years(covered);
  const std::string none = "no_holidays = true\n";
  CHECK(complaint(start + years + "[holidays]\n") ==
        "XX.toml:6: years are covered and none has a holiday; add their holidays, or say "
        "no_holidays = true where there are none");
  CHECK(complaint(start + none + years + "[holidays]\n").empty());
  CHECK(complaint(start + none + years + "[holidays]\n2025-01-01 = 'x'\n") ==
        "XX.toml:6: no_holidays = true, and there are holidays; expected one or the other");
  const auto text = Calendar::parse(start + none + years + "[holidays]\n", "XX.toml").file_text();
  CHECK(Calendar::parse(text, "XX.toml").file_text() == text);
}

TEST_CASE("a calendar written to a file reads back the same", "[calendar]") {
  for (const auto& calendar : heed::support::all_calendars()) {
    INFO(calendar.id());
    const auto text = calendar.file_text();
    const auto again = Calendar::parse(text, "again");
    CHECK(again.file_text() == text);
    CHECK(again.holidays() == calendar.holidays());
    CHECK(again.coverage().size() == calendar.coverage().size());
    CHECK(again.retrieved() == calendar.retrieved());
  }
  CHECK(heed::document::toml_quoted("a \"b\" \\ \t c") == "\"a \\\"b\\\" \\\\ \\u0009 c\"");
}

TEST_CASE("a newer list is completed by the years of an older one", "[calendar]") {
  const auto older = small();
  Calendar::Parts parts;
  parts.id = "XX";
  parts.coverage[2027] = {Evidence::official, "gazette"};
  parts.coverage[2028] = {Evidence::official, "gazette"};
  parts.holidays = {{make_day(2027, 5, 1), "May"}, {make_day(2028, 5, 1), "May"}};
  const auto whole = Calendar(parts).completed_by(older);
  CHECK(whole.first_year() == 2025);
  CHECK(whole.holiday(make_day(2026, 12, 25)) == "Christmas");
  CHECK(whole.coverage().at(2027).evidence == Evidence::official);
  CHECK_FALSE(whole.holiday(make_day(2027, 1, 1)));
  CHECK(whole.holiday(make_day(2027, 5, 1)) == "May");
}

TEST_CASE("a region's holidays are joined with the country's in the years that both cover",
          "[calendar]") {
  Calendar::Parts country;
  country.id = "X";
  country.coverage = {{2026, {Evidence::computed, "law"}}, {2027, {Evidence::official, "law"}}};
  country.holidays = {{make_day(2026, 12, 25), "Christmas"},
                      {make_day(2027, 1, 6), "Epiphany"},
                      {make_day(2027, 12, 25), "Christmas"}};
  Calendar::Parts region;
  region.id = "X-Y";
  region.coverage = {{2026, {Evidence::official, "feed"}},
                     {2027, {Evidence::by_law, "feed"}},
                     {2028, {Evidence::official, "feed"}}};
  region.holidays = {{make_day(2026, 1, 6), "Kings"},
                     {make_day(2027, 1, 6), "Kings"},
                     {make_day(2028, 1, 6), "Kings"}};
  const auto both = Calendar(region).joined_with(Calendar(country));
  CHECK(both.id() == "X-Y");
  CHECK(both.coverage_words() == "2026 and 2027 (2027 by-law; 2026 computed)");
  CHECK(both.holiday(make_day(2026, 1, 6)) == "Kings");
  CHECK(both.holiday(make_day(2026, 12, 25)) == "Christmas");
  CHECK(both.holiday(make_day(2027, 1, 6)) == "Kings");
  CHECK_FALSE(both.covers(make_day(2028, 1, 6)));
  country.coverage = {{2030, {Evidence::official, "law"}}};
  country.holidays = {{make_day(2030, 12, 25), "Christmas"}};
  CHECK_THROWS_AS(Calendar(region).joined_with(Calendar(country)), heed::Error);
}

TEST_CASE("a weekend is any days, and says them from Monday on", "[calendar]") {
  CHECK(Weekend::parse({"sun", "sat"})->text() == "sat, sun");
  CHECK(Weekend::parse({})->text().empty());
  CHECK_FALSE(Weekend::parse({"Sat"}));
  CHECK_FALSE(Weekend::parse({"sat", "sat"}));
  CHECK_FALSE(Weekend::parse({"mon", "tue", "wed", "thu", "fri", "sat", "sun"}));
  CHECK(heed::calendar::weekday_name(make_day(2026, 11, 25)) == "Wednesday");
}

TEST_CASE("every calendar that is shipped loads and covers 2025 and 2026", "[calendar]") {
  const auto calendars = heed::support::all_calendars();
  CHECK(calendars.size() > 35);
  for (const auto& calendar : calendars) {
    INFO(calendar.id());
    CHECK(calendar.covers(make_day(2025, 1, 1)));
    CHECK(calendar.covers(make_day(2026, 12, 31)));
    CHECK(calendar.weekend().text() == "sat, sun");
    if (calendar.id() == "NONE") continue;
    CHECK(calendar.holidays().size() >= 18);
    if (calendar.id() != "IN") CHECK(calendar.holiday(make_day(2026, 1, 1)));
  }
}

TEST_CASE("the shipped calendars have the days that are easily missed", "[calendar]") {
  const auto calendars = heed::support::all_calendars();
  const auto name = [&calendars](std::string_view id, heed::Day day) {
    const auto found = std::find_if(calendars.begin(), calendars.end(),
                                    [id](const auto& calendar) { return calendar.id() == id; });
    REQUIRE(found != calendars.end());
    return found->holiday(day).has_value();
  };
  CHECK(name("GB-SCT", make_day(2026, 6, 15)));
  CHECK_FALSE(name("GB-EAW", make_day(2026, 6, 15)));
  CHECK(name("GB-EAW", make_day(2026, 12, 28)));
  CHECK(name("US-FED", make_day(2028, 11, 10)));
  CHECK(name("US-FED", make_day(2026, 7, 3)));
  CHECK(name("CA-FED", make_day(2026, 9, 30)));
  CHECK_FALSE(name("CA-FED", make_day(2026, 12, 28)));
  CHECK(name("AT", make_day(2026, 6, 4)));
  CHECK_FALSE(name("DE", make_day(2026, 6, 4)));
  CHECK(name("PL", make_day(2026, 4, 6)));
  CHECK(name("IT", make_day(2026, 6, 2)));
  CHECK_FALSE(name("IT", make_day(2026, 7, 21)));
  CHECK_FALSE(name("BE", make_day(2026, 11, 2)));
  CHECK(name("CY", make_day(2026, 2, 23)));
}
