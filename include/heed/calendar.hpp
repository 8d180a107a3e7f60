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

/// The days of the week on which nobody works.
class Weekend {
 public:
  Weekend() = default;

  /// From words as "sat", "sun"; nullopt for any other word.
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
  /// Reads a calendar file; `name` stands for it in errors. Throws Error(configuration) for
  /// anything unknown, missing or contradictory: a holiday in a year that is not covered, a year
  /// covered twice, a day that does not exist.
  static Calendar parse(std::string_view text, std::string_view name);

  const std::string& id() const { return id_; }
  const std::string& title() const { return title_; }
  const std::string& source() const { return source_; }
  Day retrieved() const { return retrieved_; }
  const Weekend& weekend() const { return weekend_; }
  const std::map<int, Coverage>& coverage() const { return coverage_; }
  const std::map<Day, std::string>& holidays() const { return holidays_; }

  bool covers(Day day) const { return coverage_.contains(year_of(day)); }

  /// The earliest year that is covered. There is always one.
  int first_year() const { return coverage_.begin()->first; }

  /// The last day up to which every year from that of `day` on is covered; nullopt when the year of
  /// `day` is not. A warning that data runs out is reckoned from it.
  std::optional<Day> covered_until(Day day) const;

  /// The holiday's name; nullopt on any other day. Throws Error(incomplete) for a day not covered.
  std::optional<std::string_view> holiday(Day day) const;

  /// Neither weekend nor holiday. `weekend` is the rule's own, where it differs from the
  /// calendar's. Throws Error(incomplete) for a day not covered.
  bool is_workday(Day day, const Weekend& weekend) const;
  bool is_workday(Day day) const { return is_workday(day, weekend_); }

 private:
  Calendar() = default;
  std::string id_;
  std::string title_;
  std::string source_;
  Day retrieved_{};
  Weekend weekend_;
  std::map<int, Coverage> coverage_;
  std::map<Day, std::string> holidays_;
};

}  // namespace heed::calendar
