#pragma once

#include <libical/ical.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "heed/time.hpp"

/// One event of an iCalendar feed. What says when it is, and heed does not follow, is refused by
/// the event's name: a day that the feed takes away must not stay.
namespace heed::calendar {

std::string text_or_empty(const char* text);

/// One VEVENT of the feed called `feed`, which both outlive it.
class Event {
 public:
  Event(icalcomponent* component, std::string_view feed) : component_(component), feed_(feed) {}

  /// Throws Error(configuration) unless it is a whole day or some, and all that moves, repeats or
  /// takes away its days is understood. Everything below wants it checked.
  void check() const;

  std::string uid() const;
  std::string name() const;

  /// "confirmed", "tentative" or "cancelled"; the first where it does not say.
  std::string status() const;

  /// It is not to be, or not yet known to be.
  bool unsettled() const { return status() != "confirmed"; }

  /// The occurrence of a series that this event stands in for.
  std::optional<Day> replaces() const;

  Day start() const;

  /// How many days it lasts, at least one. DTEND is the first day that is no longer part of it.
  int length() const;

  /// The first days of its occurrences up to `last`, those included that lie before `first` by no
  /// more than its length.
  std::set<Day> occurrences(Day first, Day last) const;

  /// Throws where `other`, of the same UID, is another version of it.
  void check_version_of(const Event& other) const;

  /// Throws unless one of `series`, the events of its UID, has the day that it replaces.
  void check_series(const std::vector<const Event*>& series) const;

 private:
  /// The day of a time that a property gives: a date, or a midnight without UTC.
  Day whole_day(const icaltimetype& time, const std::string& property) const;
  void check_single() const;
  void check_rules() const;
  void check_until(const icalrecurrencetype& rule) const;
  void check_added() const;
  std::set<Day> excluded() const;
  int stated_length() const;
  bool has(icalproperty_kind kind) const;
  [[noreturn]] void wrong(const std::string& problem) const;

  icalcomponent* component_;
  std::string_view feed_;
};

}  // namespace heed::calendar
