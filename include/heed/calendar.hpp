#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/time.hpp"

/// Public holidays as dated tables. A calendar says which years it covers and how well each is
/// known; a question outside that is an error, never a guess.
namespace heed::calendar {

/// How well a year's dates are known.
enum class Evidence {
  official,  ///< taken from the list of the authority that sets the holidays
  by_law,    ///< follows from the rule in the statute
  computed   ///< computed ahead of the official list, which may differ
};

using heed::to_text;
std::string_view to_text(Evidence evidence);

/// The days of the week on which nobody works; never all seven, so that a count of business days
/// always ends.
class Weekend {
 public:
  Weekend() = default;

  /// What parse() wants, to end an error with.
  static constexpr std::string_view expected =
      "some of mon, tue, wed, thu, fri, sat, sun, each once, and never all seven";

  /// From words as "sat", "sun"; nullopt for any other word, for one said twice and for all
  /// seven days.
  static std::optional<Weekend> parse(const std::vector<std::string>& words);

  bool has(Day day) const;

  /// "sat, sun"; empty when every day is worked.
  std::string text() const;

  bool operator==(const Weekend&) const = default;

 private:
  std::uint8_t days_ = 0;  ///< bit n: the n-th day from Sunday
};

/// The English name of the day of the week.
std::string_view weekday_name(Day day);

/// One year that a calendar covers whole.
struct Coverage {
  Evidence evidence = Evidence::official;
  std::string source;
};

class Calendar {
 public:
  struct Parts {
    std::string id;
    std::string title;
    std::string source;
    Day retrieved{};  ///< when it was taken from its source
    Weekend weekend;
    std::map<int, Coverage> coverage;  ///< by year
    std::map<Day, std::string> holidays;
    bool no_holidays = false;  ///< said to have none, as an office that works on all of them
  };

  /// Throws Error(configuration), naming the calendar, for a holiday in a year that is not covered,
  /// for no year at all, for a year between others that is not covered, for a covered year that has
  /// no holiday while another has, and for no holiday at all unless `no_holidays` says so.
  explicit Calendar(Parts parts);

  /// Reads a calendar file; `name` stands for it in errors. Throws Error(configuration) for
  /// anything unknown, missing or contradictory, by file and line: what the constructor refuses, a
  /// year covered twice, a day that does not exist.
  static Calendar parse(std::string_view text, std::string_view name);

  /// The calendar as a file that parse() reads back to the same.
  std::string file_text() const;

  /// This calendar with the years of `older` that it does not cover, holidays and evidence.
  Calendar completed_by(const Calendar& older) const;

  /// This calendar's own id, title and weekend, with the holidays of `other` as well, in the years
  /// that both cover: those of a region beside the country's. A year is known as the less certain
  /// of the two is. Throws Error(configuration) where they share no year.
  Calendar joined_with(const Calendar& other) const;

  const std::string& id() const { return parts_.id; }
  const std::string& title() const { return parts_.title; }
  const std::string& source() const { return parts_.source; }
  Day retrieved() const { return parts_.retrieved; }
  const Weekend& weekend() const { return parts_.weekend; }
  const std::map<int, Coverage>& coverage() const { return parts_.coverage; }
  const std::map<Day, std::string>& holidays() const { return parts_.holidays; }

  bool covers(Day day) const { return parts_.coverage.contains(year_of(day)); }

  /// The earliest year that is covered. There is always one.
  int first_year() const { return parts_.coverage.begin()->first; }

  /// The last day up to which every year from that of `day` on is covered; nullopt when the year of
  /// `day` is not. A warning that data runs out is reckoned from it.
  std::optional<Day> covered_until(Day day) const;

  /// "2023 to 2028 (2025 and 2026 official; 2023 and 2024, 2027 and 2028 computed)".
  std::string coverage_words() const;

  /// The holiday's name; nullopt on any other day. Throws Error(incomplete) for a day not covered.
  std::optional<std::string_view> holiday(Day day) const;

  /// Neither weekend nor holiday. `weekend` is the rule's own, where it differs from the
  /// calendar's. Throws Error(incomplete) for a day not covered.
  bool is_workday(Day day, const Weekend& weekend) const;
  bool is_workday(Day day) const { return is_workday(day, parts_.weekend); }

 private:
  Parts parts_;
};

/// What an iCalendar feed of holidays says of some years.
struct Feed {
  std::string title;                 ///< as it calls itself; may be empty
  std::map<Day, std::string> days;   ///< every day off
  std::vector<std::string> remarks;  ///< what was left out on purpose, a line each
};

/// Reads a feed (RFC 5545) for the days from `first` to `last`: whole-day events with VALUE=DATE,
/// an exclusive DTEND or a DURATION, RRULE, RDATE, EXDATE and replaced occurrences. Cancelled and
/// tentative events are left out with a remark. Throws Error(configuration) for events at a time of
/// day, for rules that repeat within a day, for whatever else says when an event is and is not
/// followed (a day added or taken out by a moment, RECURRENCE-ID;RANGE, two versions of an event),
/// for what is no calendar and for one too large to be one of holidays. `name` stands for the feed
/// in errors.
Feed read_feed(std::string_view text, std::string_view name, Day first, Day last);

/// Which years a feed seems to cover whole.
struct WholeYears {
  std::vector<int> years;           ///< one after the other; empty for an empty feed
  std::size_t usual = 0;            ///< how many days off most of the fuller years have
  std::map<int, std::size_t> left;  ///< the days off of the other years
};

/// The longest run of years of `feed` that have no fewer days off than is usual among those that
/// have three quarters of the fullest one's. A year
/// that has fewer may be whole all the same; only who knows the feed can tell.
WholeYears whole_years(const Feed& feed);

}  // namespace heed::calendar
