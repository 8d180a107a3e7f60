#include <catch2/catch.hpp>
#include <iostream>

#include "heed/error.hpp"
#include "heed/time.hpp"

using heed::make_day;

TEST_CASE("a moment is written in UTC and read back the same", "[time]") {
  const auto moment = heed::parse_moment("2026-11-25T03:34:11Z");
  REQUIRE(moment);
  CHECK(heed::to_text(*moment) == "2026-11-25T03:34:11Z");
}

TEST_CASE("a moment with an offset or a fraction means the same second in UTC", "[time]") {
  CHECK(heed::parse_moment("2026-01-01T00:30:00+01:00") ==
        heed::parse_moment("2025-12-31T23:30:00Z"));
  CHECK(heed::parse_moment("2017-07-26T20:44:55.999Z") ==
        heed::parse_moment("2017-07-26T20:44:55Z"));
}

TEST_CASE("a text that names no moment is not read as one", "[time]") {
  const auto text =
      GENERATE("", "2026-11-25", "2026-11-25T03:34:11", "2026-11-25 03:34:11Z",
               "2026-02-29T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25T03:34Z",
               "2026-11-25T03:34:11.Z", "2026-11-25T03:34:11Zz", "2026-11-25T03:34:11+0100");
  CAPTURE(text);
  CHECK_FALSE(heed::parse_moment(text));
}

TEST_CASE("a month more keeps the day number or takes the month's last day", "[time]") {
  CHECK(heed::add_months(make_day(2026, 1, 31), 1) == make_day(2026, 2, 28));
  CHECK(heed::add_months(make_day(2028, 1, 30), 1) == make_day(2028, 2, 29));
  CHECK(heed::add_months(make_day(2028, 2, 29), 1) == make_day(2028, 3, 29));
  CHECK(heed::add_months(make_day(2026, 12, 31), 2) == make_day(2027, 2, 28));
}

TEST_CASE("the civil date of a moment is the zone's, not UTC's", "[time]") {
  const auto berlin = heed::Zone::named("Europe/Berlin");
  CHECK(berlin.day_of(*heed::parse_moment("2026-01-31T23:30:00Z")) == make_day(2026, 2, 1));
  const auto toronto = heed::Zone::named("America/Toronto");
  CHECK(toronto.day_of(*heed::parse_moment("2026-03-03T04:59:00Z")) == make_day(2026, 3, 2));
}

TEST_CASE("a day ends a second before the next begins, on days of 23 and 25 hours too", "[time]") {
  const auto berlin = heed::Zone::named("Europe/Berlin");
  CHECK(heed::to_text(berlin.end_of(make_day(2026, 3, 30))) == "2026-03-30T21:59:59Z");
  CHECK(heed::to_text(berlin.end_of(make_day(2026, 3, 27))) == "2026-03-27T22:59:59Z");
  CHECK(berlin.end_of(make_day(2026, 10, 25)) - berlin.start_of(make_day(2026, 10, 25)) ==
        std::chrono::hours(25) - std::chrono::seconds(1));
}

TEST_CASE("an unknown zone is an error that names it", "[time]") {
  CHECK_THROWS_WITH(heed::Zone::named("Europe/Berln"), Catch::Contains("Europe/Berln"));
}

/// A table for another program to check, not a test of its own.
TEST_CASE("months as a table", "[.months-table]") {
  const auto first = heed::make_day(2023, 1, 1);
  for (int i = 0; i < 2000; ++i) {
    const auto day = first + std::chrono::days(i);
    for (const int months : {1, 2, 3, 6, 11, 12, 13, 24}) {
      std::cout << "month-table " << heed::to_text(day) << " " << months << " "
                << heed::to_text(heed::add_months(day, months)) << "\n";
    }
  }
  CHECK(heed::add_months(first, 1) == heed::make_day(2023, 2, 1));
}

TEST_CASE("summer time goes on after the years that the database tells one by one", "[time]") {
  const auto new_york = heed::Zone::named("America/New_York");
  CHECK(new_york.local_text(*heed::parse_moment("2040-03-25T04:00:00Z")) ==
        "2040-03-25 00:00:00 -04:00");
  CHECK(heed::to_text(new_york.end_of(make_day(2045, 3, 31))) == "2045-04-01T03:59:59Z");
  CHECK(heed::to_text(new_york.end_of(make_day(2045, 12, 31))) == "2046-01-01T04:59:59Z");
  const auto berlin = heed::Zone::named("Europe/Berlin");
  CHECK(berlin.day_of(*heed::parse_moment("2050-06-30T22:00:00Z")) == make_day(2050, 7, 1));
  CHECK(berlin.day_of(*heed::parse_moment("2050-06-30T21:59:59Z")) == make_day(2050, 6, 30));
}
