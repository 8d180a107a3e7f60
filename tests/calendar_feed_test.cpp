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
}
