#include "calendar/event.hpp"

#include <algorithm>
#include <memory>

#include "heed/error.hpp"

namespace heed::calendar {

namespace {

constexpr int longest_event = 366;  // days; a longer one is no holiday
constexpr int a_day = 86400;

std::optional<Day> day_of(const icaltimetype& time) {
  const std::chrono::year_month_day date(std::chrono::year(time.year),
                                         std::chrono::month(static_cast<unsigned>(time.month)),
                                         std::chrono::day(static_cast<unsigned>(time.day)));
  if (icaltime_is_null_time(time) || !date.ok()) return std::nullopt;
  return Day(date);
}

icaltimetype time_of(Day day) {
  const std::chrono::year_month_day date(day);
  icaltimetype time = icaltime_null_date();
  time.year = static_cast<int>(date.year());
  time.month = static_cast<int>(static_cast<unsigned>(date.month()));
  time.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return time;
}

void take_day(icalcomponent*, icaltime_span* span, void* into) {
  // Only the start can be relied on: for whole days the library's end is a day too late.
  const auto second = std::chrono::sys_seconds(std::chrono::seconds(span->start));
  const auto day = std::chrono::floor<std::chrono::days>(second).time_since_epoch();
  static_cast<std::set<Day>*>(into)->insert(Day(day));
}

struct End {
  void operator()(icalrecur_iterator* rule) const { icalrecur_iterator_free(rule); }
};
using Rule = std::unique_ptr<icalrecur_iterator, End>;

/// The properties of one kind, as a list: the library has one place a component for walking them,
/// which every other question moves.
std::vector<icalproperty*> properties_of(icalcomponent* component, icalproperty_kind kind) {
  std::vector<icalproperty*> found;
  for (auto* property = icalcomponent_get_first_property(component, kind); property != nullptr;
       property = icalcomponent_get_next_property(component, kind)) {
    found.push_back(property);
  }
  return found;
}

}  // namespace

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

void Event::wrong(const std::string& problem) const {
  throw Error(Kind::configuration, std::string(feed_) + ": the event '" + name() + "' " + problem);
}

bool Event::has(icalproperty_kind kind) const {
  return icalcomponent_get_first_property(component_, kind) != nullptr;
}

std::string Event::uid() const {
  return text_or_empty(icalcomponent_get_uid(component_));
}

std::string Event::name() const {
  const auto summary = text_or_empty(icalcomponent_get_summary(component_));
  return summary.empty() ? "holiday" : summary;
}

std::string Event::status() const {
  if (!has(ICAL_STATUS_PROPERTY)) return "confirmed";
  switch (icalcomponent_get_status(component_)) {
    case ICAL_STATUS_CONFIRMED:
      return "confirmed";
    case ICAL_STATUS_TENTATIVE:
      return "tentative";
    case ICAL_STATUS_CANCELLED:
      return "cancelled";
    default:
      wrong("has a STATUS that no event has; expected CONFIRMED, TENTATIVE or CANCELLED");
  }
}

Day Event::whole_day(const icaltimetype& time, const std::string& property) const {
  const auto day = day_of(time);
  if (!day) wrong("has no " + property + " that heed can read");
  const bool midnight = time.hour == 0 && time.minute == 0 && time.second == 0;
  if (time.is_date == 0 && (!midnight || icaltime_is_utc(time))) {
    std::string date = to_text(*day);
    std::erase(date, '-');
    wrong("has a time of day in its " + property +
          ", and which day that is cannot be told; expected the day alone, as " + property +
          ";VALUE=DATE:" + date);
  }
  return *day;
}

std::optional<Day> Event::replaces() const {
  if (!has(ICAL_RECURRENCEID_PROPERTY)) return std::nullopt;
  return whole_day(icalcomponent_get_recurrenceid(component_), "RECURRENCE-ID");
}

Day Event::start() const {
  const icaltimetype time = icalcomponent_get_dtstart(component_);
  const auto day = day_of(time);
  if (!day) wrong("has no DTSTART that heed can read");
  if (time.is_date == 0) {
    wrong("begins at a time of day; a holiday is a whole day (DTSTART;VALUE=DATE)");
  }
  return *day;
}

int Event::length() const {
  const int stated = stated_length();
  if (stated > longest_event) wrong("lasts for more than a year; no holiday does");
  if (stated < 0) wrong("ends before it begins; expected a DTEND after its DTSTART");
  return std::max(1, stated);
}

int Event::stated_length() const {
  if (has(ICAL_DTEND_PROPERTY)) {
    if (has(ICAL_DURATION_PROPERTY)) wrong("has a DTEND and a DURATION; expected one of them");
    const Day end = whole_day(icalcomponent_get_dtend(component_), "DTEND");
    return static_cast<int>((end - start()).count());
  }
  if (!has(ICAL_DURATION_PROPERTY)) return 1;
  const int seconds = icaldurationtype_as_int(icalcomponent_get_duration(component_));
  if (seconds % a_day != 0) {
    wrong("lasts for a part of a day; expected a DURATION of whole days, as P1D");
  }
  return seconds / a_day;
}

void Event::check() const {
  check_single();
  status();
  start();
  length();
  check_rules();
  check_added();
  excluded();
  if (!replaces()) return;
  if (uid().empty()) wrong("replaces a day of a series and has no UID that says of which");
  auto* which = icalcomponent_get_first_property(component_, ICAL_RECURRENCEID_PROPERTY);
  if (icalproperty_get_first_parameter(which, ICAL_RANGE_PARAMETER) != nullptr) {
    wrong(
        "replaces more days of a series than one (RECURRENCE-ID;RANGE); end the series with UNTIL "
        "and make the later days an event of their own");
  }
  for (const auto kind : {ICAL_RRULE_PROPERTY, ICAL_RDATE_PROPERTY, ICAL_EXDATE_PROPERTY}) {
    if (has(kind)) {
      wrong("replaces one day of a series and has a " +
            text_or_empty(icalproperty_kind_to_string(kind)) + "; expected one or the other");
    }
  }
}

/// Of two the library takes one and says nothing of the other.
void Event::check_single() const {
  for (const auto kind :
       {ICAL_DTSTART_PROPERTY, ICAL_DTEND_PROPERTY, ICAL_DURATION_PROPERTY, ICAL_STATUS_PROPERTY,
        ICAL_RECURRENCEID_PROPERTY, ICAL_UID_PROPERTY, ICAL_SEQUENCE_PROPERTY}) {
    if (icalcomponent_count_properties(component_, kind) > 1) {
      wrong("has more than one " + text_or_empty(icalproperty_kind_to_string(kind)) +
            "; expected one");
    }
  }
}

void Event::check_rules() const {
  for (auto* property : properties_of(component_, ICAL_RRULE_PROPERTY)) {
    const auto rule = icalproperty_get_rrule(property);
    if (rule.freq < ICAL_DAILY_RECURRENCE) wrong("repeats within a day; a holiday cannot");
    const Rule followed(icalrecur_iterator_new(rule, icalcomponent_get_dtstart(component_)));
    if (!followed) {
      wrong("has an RRULE that heed cannot follow; list the days as RDATE;VALUE=DATE");
    }
    check_until(rule);
  }
  if (has(ICAL_EXRULE_PROPERTY)) {
    wrong("has an EXRULE, which newer iCalendar no longer knows; list the days as EXDATE");
  }
}

/// The last moment of a rule in UTC is a different day in different places: whether a day so close
/// to it still belongs to the rule cannot be told.
void Event::check_until(const icalrecurrencetype& rule) const {
  if (icaltime_is_null_time(rule.until) || !icaltime_is_utc(rule.until)) return;
  icalrecurrencetype open = rule;
  open.until = icaltime_null_time();
  const Rule steps(icalrecur_iterator_new(open, icalcomponent_get_dtstart(component_)));
  const time_t until = icaltime_as_timet(rule.until);
  constexpr time_t west = 12L * 3600;
  constexpr time_t east = 14L * 3600;
  while (steps) {
    const auto time = icalrecur_iterator_next(steps.get());
    if (icaltime_is_null_time(time)) return;
    const time_t midnight = icaltime_as_timet(time);
    if (midnight > until + east) return;
    if (midnight > until - west) {
      wrong("repeats until a moment in UTC, and whether its day " + to_text(*day_of(time)) +
            " is before that cannot be told; expected a day alone, as UNTIL=20301231");
    }
  }
}

void Event::check_added() const {
  for (auto* property : properties_of(component_, ICAL_RDATE_PROPERTY)) {
    const auto time = icalproperty_get_rdate(property).time;
    if (icaltime_is_null_time(time) || time.is_date == 0) {
      wrong(
          "has an RDATE that is no whole day; expected the day alone, as RDATE;VALUE=DATE:"
          "20260501");
    }
  }
}

std::set<Day> Event::excluded() const {
  std::set<Day> found;
  for (auto* property : properties_of(component_, ICAL_EXDATE_PROPERTY)) {
    found.insert(whole_day(icalproperty_get_exdate(property), "EXDATE"));
  }
  return found;
}

std::set<Day> Event::occurrences(Day first, Day last) const {
  std::set<Day> found;
  const Day earliest = first - std::chrono::days(length());
  icalcomponent_foreach_recurrence(component_, time_of(earliest),
                                   time_of(last + std::chrono::days(1)), &take_day, &found);
  for (const Day day : excluded()) found.erase(day);  // the library leaves those with a time
  return found;
}

void Event::check_version_of(const Event& other) const {
  if (status() == other.status() &&
      icalcomponent_get_sequence(component_) == icalcomponent_get_sequence(other.component_)) {
    return;
  }
  wrong("is there in two versions (UID " + uid() +
        "); expected the newest alone, or another UID for another event");
}

void Event::check_series(const std::vector<const Event*>& series) const {
  const Day day = *replaces();
  bool known = false;
  for (const Event* each : series) {
    if (each->status() == "cancelled" && status() != "cancelled") {
      wrong("replaces a day of a series that is cancelled; expected both or neither to be");
    }
    known = known || each->excluded().contains(day) || each->occurrences(day, day).contains(day);
  }
  if (!known) {
    wrong("replaces " + to_text(day) + " of a series (UID " + uid() +
          ") that is not in the feed or has no such day; expected it beside the series");
  }
}

}  // namespace heed::calendar
