#include <libical/ical.h>

#include <algorithm>
#include <memory>
#include <set>

#include "heed/calendar.hpp"
#include "heed/error.hpp"

namespace heed::calendar {

namespace {

using std::chrono::days;

constexpr std::size_t largest_feed = std::size_t{4} << 20U;
constexpr std::size_t most_days_a_year = 150;  // more is no calendar of holidays
constexpr int longest_event = 366;             // days; a longer one is no holiday

struct Free {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, Free>;

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

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

/// One VEVENT, and what is needed to read it.
class Event {
 public:
  Event(icalcomponent* component, std::string_view feed) : component_(component), feed_(feed) {}

  std::string uid() const { return text_or_empty(icalcomponent_get_uid(component_)); }
  std::string name() const {
    const auto summary = text_or_empty(icalcomponent_get_summary(component_));
    return summary.empty() ? "holiday" : summary;
  }
  bool cancelled() const { return icalcomponent_get_status(component_) == ICAL_STATUS_CANCELLED; }

  /// The occurrence of a series that this event stands in for.
  std::optional<Day> replaces() const { return day_of(icalcomponent_get_recurrenceid(component_)); }

  Day start() const {
    const icaltimetype time = icalcomponent_get_dtstart(component_);
    const auto day = day_of(time);
    if (!day) wrong("has no DTSTART that heed can read");
    if (time.is_date == 0) {
      wrong("begins at a time of day; a holiday is a whole day (DTSTART;VALUE=DATE)");
    }
    return *day;
  }

  /// How many days it lasts, at least one. DTEND is the first day that is no longer part of it.
  int length() const {
    const int stated = stated_length();
    if (stated > longest_event) wrong("lasts for more than a year; no holiday does");
    return std::max(1, stated);
  }

  void check_rules() const {
    for (auto* property = icalcomponent_get_first_property(component_, ICAL_RRULE_PROPERTY);
         property != nullptr;
         property = icalcomponent_get_next_property(component_, ICAL_RRULE_PROPERTY)) {
      const auto frequency = icalproperty_get_rrule(property).freq;
      if (frequency < ICAL_DAILY_RECURRENCE) wrong("repeats within a day; a holiday cannot");
    }
    if (icalcomponent_count_properties(component_, ICAL_EXRULE_PROPERTY) > 0) {
      wrong("has an EXRULE, which newer iCalendar no longer knows; list the days as EXDATE");
    }
  }

  /// The first days of its occurrences up to `last`, those included that lie before `first` by no
  /// more than its length.
  std::set<Day> occurrences(Day first, Day last) const;

 private:
  int stated_length() const {
    if (icalcomponent_get_first_property(component_, ICAL_DTEND_PROPERTY) != nullptr) {
      const auto end = day_of(icalcomponent_get_dtend(component_));
      if (!end) wrong("has no DTEND that heed can read");
      return static_cast<int>((*end - start()).count());
    }
    if (icalcomponent_get_first_property(component_, ICAL_DURATION_PROPERTY) == nullptr) return 1;
    return icaldurationtype_as_int(icalcomponent_get_duration(component_)) / 86400;
  }

  [[noreturn]] void wrong(const std::string& problem) const {
    throw Error(Kind::configuration,
                std::string(feed_) + ": the event '" + name() + "' " + problem);
  }
  icalcomponent* component_;
  std::string_view feed_;
};

void take_day(icalcomponent*, icaltime_span* span, void* into) {
  // Only the start can be relied on: for whole days the library's end is a day too late.
  const auto second = std::chrono::sys_seconds(std::chrono::seconds(span->start));
  const auto day = std::chrono::floor<days>(second).time_since_epoch();
  static_cast<std::set<Day>*>(into)->insert(Day(day));
}

std::set<Day> Event::occurrences(Day first, Day last) const {
  std::set<Day> found;
  const Day earliest = first - days(length());
  icalcomponent_foreach_recurrence(component_, time_of(earliest), time_of(last + days(1)),
                                   &take_day, &found);
  return found;
}

Component parsed(const std::string& text, std::string_view name) {
  icalerror_set_errors_are_fatal(false);
  Component root(icalparser_parse_string(text.c_str()));
  if (root == nullptr || icalcomponent_isa(root.get()) != ICAL_VCALENDAR_COMPONENT) {
    throw Error(Kind::configuration,
                std::string(name) + " is no iCalendar feed; expected BEGIN:VCALENDAR first");
  }
  return root;
}

/// A property that could not be read could be the rule that a holiday repeats by. One that is
/// merely empty says nothing, and is let pass.
void check_errors(icalcomponent* component, std::string_view name) {
  for (auto* property = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);
       property != nullptr;
       property = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
    const auto text = text_or_empty(icalproperty_get_xlicerror(property));
    if (text.rfind("No value for", 0) == 0) continue;
    throw Error(Kind::configuration, std::string(name) + " cannot be read whole: " + text);
  }
}

std::vector<Event> events_of(icalcomponent* root, std::string_view name) {
  std::vector<Event> events;
  check_errors(root, name);
  for (auto* component = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
       component != nullptr;
       component = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT)) {
    check_errors(component, name);
    events.emplace_back(component, name);
  }
  return events;
}

std::string title_of(icalcomponent* root) {
  for (auto* property = icalcomponent_get_first_property(root, ICAL_X_PROPERTY);
       property != nullptr; property = icalcomponent_get_next_property(root, ICAL_X_PROPERTY)) {
    if (text_or_empty(icalproperty_get_x_name(property)) == "X-WR-CALNAME") {
      return text_or_empty(icalproperty_get_x(property));
    }
  }
  return {};
}

void add(Feed& feed, Day day, const std::string& name) {
  auto& names = feed.days[day];
  if (names.empty()) {
    names = name;
  } else if (names != name) {
    names += " / " + name;
  }
}

void add_event(Feed& feed, const Event& event,
               const std::set<std::pair<std::string, Day>>& replaced, Day first, Day last) {
  event.start();  // refuses what is no whole day
  event.check_rules();
  for (const Day start : event.occurrences(first, last)) {
    if (!event.replaces() && replaced.contains({event.uid(), start})) continue;
    for (int i = 0; i < event.length(); ++i) {
      const Day day = start + days(i);
      if (first <= day && day <= last) add(feed, day, event.name());
    }
  }
}

/// How many days off most years have; of several numbers that are as frequent the middle one, the
/// larger of two.
std::size_t usual_of(const std::map<int, std::size_t>& days_of_years) {
  std::map<std::size_t, std::size_t> years;
  std::size_t most = 0;
  for (const auto& [year, number] : days_of_years) most = std::max(most, ++years[number]);
  std::erase_if(years, [most](const auto& each) { return each.second < most; });
  return std::next(years.begin(), static_cast<std::ptrdiff_t>(years.size() / 2))->first;
}

}  // namespace

Feed read_feed(std::string_view text, std::string_view name, Day first, Day last) {
  if (text.size() > largest_feed) {
    throw Error(Kind::configuration,
                std::string(name) + " is larger than 4 MiB; expected a feed of holidays only");
  }
  const Component root = parsed(std::string(text), name);
  const auto events = events_of(root.get(), name);
  std::set<std::pair<std::string, Day>> replaced;
  for (const Event& event : events) {
    if (const auto day = event.replaces()) replaced.emplace(event.uid(), *day);
  }
  Feed feed;
  feed.title = title_of(root.get());
  for (const Event& event : events) {
    if (event.cancelled()) {
      feed.remarks.push_back("left out as cancelled: " + event.name() + " on " +
                             to_text(event.start()));
    } else {
      add_event(feed, event, replaced, first, last);
    }
  }
  const auto years = static_cast<std::size_t>(year_of(last) - year_of(first)) + 1;
  if (feed.days.size() > years * most_days_a_year) {
    throw Error(Kind::configuration, std::string(name) + " has " +
                                         std::to_string(feed.days.size()) +
                                         " days; expected a feed of holidays only");
  }
  return feed;
}

WholeYears whole_years(const Feed& feed) {
  WholeYears whole;
  for (const auto& [day, name] : feed.days) ++whole.left[year_of(day)];
  if (whole.left.empty()) return whole;
  whole.usual = usual_of(whole.left);
  std::vector<int> run;
  for (const auto& [year, count] : whole.left) {
    if (count < whole.usual) continue;
    if (!run.empty() && run.back() + 1 != year) run.clear();
    run.push_back(year);
    if (run.size() > whole.years.size()) whole.years = run;
  }
  for (const int year : whole.years) whole.left.erase(year);
  return whole;
}

}  // namespace heed::calendar
