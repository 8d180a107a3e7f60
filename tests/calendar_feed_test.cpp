#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "heed/calendar.hpp"
#include "heed/error.hpp"

namespace {

using heed::Day;
using heed::make_day;
using heed::calendar::Feed;
using heed::calendar::read_feed;

/// A feed with one event of these lines, and what else is to stand in it.
std::string feed(const std::string& event, const std::string& more = "") {
  std::string text =
      "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nX-WR-CALNAME:Holidays\n"
      "BEGIN:VEVENT\nUID:1@x\nDTSTAMP:20250101T000000Z\nSUMMARY:Feast\n" +
      event + "END:VEVENT\n" + more + "END:VCALENDAR\n";
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, "\r");
  }
  return text;
}

Feed read(const std::string& text) {
  return read_feed(text, "feed.ics", make_day(2025, 1, 1), make_day(2028, 12, 31));
}

std::vector<std::string> days_of(const std::string& text) {
  std::vector<std::string> days;
  for (const auto& [day, name] : read(text).days) days.push_back(heed::to_text(day));
  return days;
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  return {};
}

using Days = std::vector<std::string>;

}  // namespace

TEST_CASE("a whole-day event is one day, whatever its end says of it", "[calendar]") {
  CHECK(days_of(feed("DTEND;VALUE=DATE:20261226\nDTSTART;VALUE=DATE:20261225\n")) ==
        Days{"2026-12-25"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20261225\n")) == Days{"2026-12-25"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225\n")) ==
        Days{"2026-12-25"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20261225\nDURATION:P1D\n")) == Days{"2026-12-25"});
  CHECK(read(feed("DTSTART;VALUE=DATE:20261225\n")).title == "Holidays");
}

TEST_CASE("an event of several days has them all, its exclusive end left out", "[calendar]") {
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\n")) ==
        Days{"2026-12-24", "2026-12-25", "2026-12-26"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20261224\nDURATION:P1W\n")).size() == 7);
  // Over the window's edges: only what lies inside.
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20241230\nDTEND;VALUE=DATE:20250103\n")) ==
        Days{"2025-01-01", "2025-01-02"});
}

TEST_CASE("recurring holidays are followed within the window", "[calendar]") {
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20100501\nRRULE:FREQ=YEARLY\n")) ==
        Days{"2025-05-01", "2026-05-01", "2027-05-01", "2028-05-01"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20200525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\n")) ==
        Days{"2025-05-26", "2026-05-25", "2027-05-31", "2028-05-29"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20200101\n"
                     "RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1,2,3;BYDAY=MO,TU,WE,TH,FR;"
                     "BYSETPOS=1\n")) ==
        Days{"2025-01-01", "2026-01-01", "2027-01-01", "2028-01-03"});
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=YEARLY;UNTIL=20260601\n")) ==
        Days{"2025-01-01", "2026-01-01"});
}

TEST_CASE("days added and days taken out of a series count", "[calendar]") {
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20250501\nRRULE:FREQ=YEARLY\n"
                     "EXDATE;VALUE=DATE:20260501,20280501\nRDATE;VALUE=DATE:20260504\n")) ==
        Days{"2025-05-01", "2026-05-04", "2027-05-01"});
}

TEST_CASE("one occurrence of a series can be moved or cancelled", "[calendar]") {
  const std::string series = "DTSTART;VALUE=DATE:20250501\nRRULE:FREQ=YEARLY;COUNT=2\n";
  const std::string again =
      "BEGIN:VEVENT\nUID:1@x\nRECURRENCE-ID;VALUE=DATE:20260501\n"
      "SUMMARY:Feast\nDTSTART;VALUE=DATE:20260504\n";
  CHECK(days_of(feed(series, again + "END:VEVENT\n")) == Days{"2025-05-01", "2026-05-04"});
  CHECK(days_of(feed(series, again + "STATUS:CANCELLED\nEND:VEVENT\n")) == Days{"2025-05-01"});
}

TEST_CASE("a cancelled event is left out, and said to be", "[calendar]") {
  const auto cancelled = read(feed("DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED\n"));
  CHECK(cancelled.days.empty());
  CHECK(cancelled.remarks == Days{"left out as cancelled: Feast on 2026-12-25"});
}

TEST_CASE("two holidays on one day are named both", "[calendar]") {
  const auto both = read(feed("DTSTART;VALUE=DATE:20260525\n",
                              "BEGIN:VEVENT\nUID:2@x\nSUMMARY:Other\n"
                              "DTSTART;VALUE=DATE:20260525\nEND:VEVENT\n"));
  CHECK(both.days.at(make_day(2026, 5, 25)) == "Feast / Other");
}

TEST_CASE("what is no feed of whole days is refused, with the event's name", "[calendar]") {
  CHECK(complaint(feed("DTSTART:20261225T090000Z\n")) ==
        "feed.ics: the event 'Feast' begins at a time of day; a holiday is a whole day "
        "(DTSTART;VALUE=DATE)");
  CHECK(complaint(feed("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=HOURLY\n")) ==
        "feed.ics: the event 'Feast' repeats within a day; a holiday cannot");
  CHECK(complaint(feed("SUMMARY:x\n")).find("has no DTSTART") != std::string::npos);
  CHECK(complaint("hello") == "feed.ics is no iCalendar feed; expected BEGIN:VCALENDAR first");
  CHECK(complaint(feed("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=DAILY\n"))
            .find("expected a feed of holidays only") != std::string::npos);
  CHECK_FALSE(complaint(feed("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=NEVER\n")).empty());
}

namespace {

/// What is said of the event of `feed()` that has these lines besides its start in May 2025.
std::string refused(const std::string& lines) {
  return complaint(feed("DTSTART;VALUE=DATE:20250501\n" + lines));
}

const std::string event = "feed.ics: the event 'Feast' ";

}  // namespace

TEST_CASE("a day taken out of a series by a local midnight is taken out", "[calendar]") {
  const std::string yearly = "DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY;COUNT=3\n";
  const Days without{"2026-08-01", "2027-08-01"};
  CHECK(days_of(feed(yearly + "EXDATE;TZID=Europe/Berlin:20250801T000000\n")) == without);
  CHECK(days_of(feed(yearly + "EXDATE:20250801T000000\n")) == without);
  CHECK(days_of(feed(yearly + "EXDATE;TZID=Europe/Berlin:20250801T000000,20260801T000000\n")) ==
        Days{"2027-08-01"});
}

TEST_CASE("a day taken out by a time that leaves the day open is refused", "[calendar]") {
  const std::string yearly = "RRULE:FREQ=YEARLY\n";
  const std::string expected =
      event +
      "has a time of day in its EXDATE, and which day that is cannot be told; expected the day "
      "alone, as EXDATE;VALUE=DATE:20260501";
  for (const auto* lines :
       {"EXDATE:20260501T000000Z\n", "EXDATE;TZID=UTC:20260501T000000\n",
        "EXDATE;TZID=Europe/Berlin:20260501T090000\n", "EXDATE;VALUE=DATE:20260501T000000Z\n",
        "EXDATE;VALUE=DATE:20270501\nEXDATE:20260501T000001\n"}) {
    INFO(lines);
    CHECK(refused(yearly + lines) == expected);
  }
}

TEST_CASE("a day added to a series is a whole day or refused", "[calendar]") {
  for (const auto* lines :
       {"RDATE;VALUE=PERIOD:20260504T000000/P1D\n", "RDATE:20260504T000000\n",
        "RDATE:20260504T000000Z\n", "RDATE;VALUE=DATE:20260505\nRDATE:20260504T090000\n"}) {
    INFO(lines);
    CHECK(refused(lines) == event +
                                "has an RDATE that is no whole day; expected the day alone, as "
                                "RDATE;VALUE=DATE:20260501");
  }
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20250501\nRDATE:20260504\n")) ==
        Days{"2025-05-01", "2026-05-04"});
}

TEST_CASE("an event whose length is no number of days is refused", "[calendar]") {
  CHECK(refused("DTEND;VALUE=DATE:20250430\n") ==
        event + "ends before it begins; expected a DTEND after its DTSTART");
  CHECK_FALSE(refused("DURATION:-P1D\n").empty());
  for (const auto* part : {"DURATION:PT12H\n", "DURATION:PT36H\n"}) {
    CHECK(refused(part) ==
          event + "lasts for a part of a day; expected a DURATION of whole days, as P1D");
  }
  CHECK(refused("DTEND;VALUE=DATE:20250502\nDURATION:P2D\n") ==
        event + "has a DTEND and a DURATION; expected one of them");
  CHECK_THAT(refused("DTEND:20250503T000000Z\n"),
             Catch::Contains("has a time of day in its DTEND"));
  CHECK(days_of(feed("DTSTART;VALUE=DATE:20250501\nDTEND;TZID=Europe/Berlin:20250503T000000\n")) ==
        Days{"2025-05-01", "2025-05-02"});
  CHECK(refused("DTSTART;VALUE=DATE:20250502\n") ==
        event + "has more than one DTSTART; expected one");
}

TEST_CASE("a series that ends at a moment in UTC is refused where that leaves a day open",
          "[calendar]") {
  // In New York this is the last second of the thirtieth of April.
  CHECK(
      refused("RRULE:FREQ=YEARLY;UNTIL=20260501T035959Z\n") ==
      event +
          "repeats until a moment in UTC, and whether its day 2026-05-01 is before that cannot be "
          "told; expected a day alone, as UNTIL=20301231");
  CHECK_FALSE(refused("RRULE:FREQ=YEARLY;UNTIL=20260430T220000Z\n").empty());
  const std::string start = "DTSTART;VALUE=DATE:20250501\n";
  const Days both{"2025-05-01", "2026-05-01"};
  CHECK(days_of(feed(start + "RRULE:FREQ=YEARLY;UNTIL=20261231T235959Z\n")) == both);
  CHECK(days_of(feed(start + "RRULE:FREQ=YEARLY;UNTIL=20260501T000000\n")) == both);
  CHECK_THAT(refused("RRULE:FREQ=YEARLY;BYMONTH=13\n"),
             Catch::Contains("has an RRULE that heed cannot follow"));
  CHECK_THAT(refused("RRULE:FREQ=YEARLY\nEXRULE:FREQ=YEARLY;COUNT=2\n"),
             Catch::Contains("has an EXRULE"));
}

TEST_CASE("what stands in for a day of a series fits it, or is refused", "[calendar]") {
  const std::string series = "DTSTART;VALUE=DATE:20250501\nRRULE:FREQ=YEARLY\n";
  const auto with = [&series](const std::string& lines, const std::string& uid = "1@x") {
    return feed(series, "BEGIN:VEVENT\nUID:" + uid + "\nSUMMARY:Feast\n" +
                            "DTSTART;VALUE=DATE:20270504\n" + lines + "END:VEVENT\n");
  };
  CHECK(days_of(with("RECURRENCE-ID;TZID=Europe/Berlin:20270501T000000\n")) ==
        Days{"2025-05-01", "2026-05-01", "2027-05-04", "2028-05-01"});
  CHECK_THAT(complaint(with("RECURRENCE-ID:20270501T000000Z\n")),
             Catch::Contains("has a time of day in its RECURRENCE-ID"));
  CHECK(complaint(with("RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270501\n")) ==
        event +
            "replaces more days of a series than one (RECURRENCE-ID;RANGE); end the series with "
            "UNTIL and make the later days an event of their own");
  const std::string day = "RECURRENCE-ID;VALUE=DATE:20270501\n";
  CHECK(complaint(with(day + "RRULE:FREQ=YEARLY\n")) ==
        event + "replaces one day of a series and has a RRULE; expected one or the other");
  CHECK(complaint(with(day, "2@x")) ==
        event +
            "replaces 2027-05-01 of a series (UID 2@x) that is not in the feed or has no such day; "
            "expected it beside the series");
  CHECK_THAT(complaint(with("RECURRENCE-ID;VALUE=DATE:20270502\n")),
             Catch::Contains("has no such day"));
  CHECK_THAT(complaint(with("STATUS:CANCELLED\nRECURRENCE-ID;VALUE=DATE:20270502\n")),
             Catch::Contains("has no such day"));
  CHECK_THAT(complaint(with(day, "")), Catch::Contains("has no UID"));
  CHECK_THAT(complaint(feed(
                 series + "STATUS:CANCELLED\n",
                 "BEGIN:VEVENT\nUID:1@x\nDTSTART;VALUE=DATE:20270504\n" + day + "END:VEVENT\n")),
             Catch::Contains("of a series that is cancelled"));
}

TEST_CASE("a day is not kept by an older version of an event, nor by one that is not settled",
          "[calendar]") {
  const std::string start = "DTSTART;VALUE=DATE:20250501\n";
  const auto again = [&start](const std::string& lines) {
    return feed(start, "BEGIN:VEVENT\nUID:1@x\nSUMMARY:Feast\nDTSTART;VALUE=DATE:20250504\n" +
                           lines + "END:VEVENT\n");
  };
  const std::string expected = event +
                               "is there in two versions (UID 1@x); expected the newest alone, or "
                               "another UID for another event";
  CHECK(complaint(again("SEQUENCE:1\n")) == expected);
  CHECK(complaint(again("STATUS:CANCELLED\n")) == expected);
  CHECK(days_of(again("")).size() == 2);
  const auto open = read(feed(start + "STATUS:TENTATIVE\n"));
  CHECK(open.days.empty());
  CHECK(open.remarks == Days{"left out as tentative: Feast on 2025-05-01"});
  CHECK(refused("STATUS:CANCELED\n") ==
        event + "has a STATUS that no event has; expected CONFIRMED, TENTATIVE or CANCELLED");
  auto taken = feed(start);
  CHECK(complaint(taken.insert(taken.find("VERSION"), "METHOD:CANCEL\r\n")) ==
        "feed.ics: the feed's METHOD is CANCEL; expected PUBLISH, or none");
  auto other = feed(start);
  CHECK(complaint(other.insert(other.find("VERSION"), "CALSCALE:HEBREW\r\n")) ==
        "feed.ics: the feed's CALSCALE is HEBREW; expected GREGORIAN, or none");
}

TEST_CASE("a damaged feed gives days within the window or an error in one line", "[calendar]") {
  const std::string whole = feed(
      "DTSTART;VALUE=DATE:20250501\nDTEND;VALUE=DATE:20250503\n"
      "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\nEXDATE;VALUE=DATE:20260525\n",
      "BEGIN:VEVENT\nUID:1@x\nRECURRENCE-ID;VALUE=DATE:20270531\n"
      "DTSTART;VALUE=DATE:20270601\nDURATION:P1D\nEND:VEVENT\n");
  REQUIRE(read(whole).days.size() == 5);
  REQUIRE(rc::check([&whole] {
    auto text = whole;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size() - 1);
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          text[at] = *rc::gen::arbitrary<char>();
          break;
        case 1:
          text.erase(at, *rc::gen::inRange<std::size_t>(1, 30));
          break;
        default:
          text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 30));
      }
    }
    try {
      for (const auto& [day, name] : read(text).days) {
        RC_ASSERT((make_day(2025, 1, 1) <= day && day <= make_day(2028, 12, 31)));
      }
    } catch (const heed::Error& error) {
      RC_ASSERT((error.kind() == heed::Kind::configuration));
    }
  }));
}

TEST_CASE("an event that lasts for years is no holiday, however often it repeats", "[calendar]") {
  const std::string expected =
      "feed.ics: the event 'Feast' lasts for more than a year; no holiday does";
  const std::string start = "DTSTART;VALUE=DATE:20250101\n";
  CHECK(complaint(feed(start + "DTEND;VALUE=DATE:99991231\n")) == expected);
  CHECK(complaint(feed(start + "DURATION:P400D\n")) == expected);
  CHECK(read(feed(start + "DTEND;VALUE=DATE:20250120\n")).days.size() == 19);
}

TEST_CASE("a feed means the same in every time zone of the process", "[calendar]") {
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  for (const auto* zone : {"UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia"}) {
    setenv("TZ", zone, 1);
    tzset();
    INFO(zone);
    CHECK(days_of(feed("DTSTART;VALUE=DATE:20250329\nRRULE:FREQ=YEARLY;COUNT=2\n")) ==
          Days{"2025-03-29", "2026-03-29"});
  }
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

TEST_CASE("the years that a feed covers whole are told from those it only touches", "[calendar]") {
  Feed some;
  const auto put = [&some](int year, unsigned days) {
    for (unsigned i = 1; i <= days; ++i) some.days[make_day(year, 1, i)] = "x";
  };
  put(2024, 1);
  put(2025, 8);
  put(2026, 9);
  put(2027, 8);
  put(2028, 2);
  const auto whole = whole_years(some);
  CHECK(whole.years == std::vector<int>{2025, 2026, 2027});
  CHECK(whole.usual == 8);
  CHECK(whole.left == std::map<int, std::size_t>{{2024, 1}, {2028, 2}});
  CHECK(whole_years(Feed{}).years.empty());
}

TEST_CASE("a year that has fewer days off than is usual is not taken for whole", "[calendar]") {
  const auto years_of = [](const std::map<int, unsigned>& days) {
    Feed some;
    for (const auto& [year, number] : days) {
      for (unsigned i = 1; i <= number; ++i) some.days[make_day(year, 1, i)] = "x";
    }
    return whole_years(some).years;
  };
  using Years = std::vector<int>;
  CHECK(years_of({{2025, 11}, {2026, 11}, {2027, 9}}) == Years{2025, 2026});
  CHECK(years_of({{2025, 11}, {2026, 9}}) == Years{2025});
  CHECK(years_of({{2026, 11}, {2027, 12}, {2028, 10}}) == Years{2026, 2027});
  CHECK(years_of({{2024, 8}, {2025, 10}, {2026, 9}, {2027, 8}}) == Years{2024, 2025, 2026, 2027});
  CHECK(years_of({{2023, 9}, {2024, 8}, {2025, 9}, {2026, 9}}) == Years{2025, 2026});
  // However many years the feed only touches, they do not make a few days the usual number.
  CHECK(years_of({{2026, 2}, {2027, 9}, {2028, 2}}) == Years{2027});
  CHECK(years_of({{2024, 6}, {2025, 6}, {2026, 11}, {2027, 10}, {2028, 6}}) == Years{2026});
}
