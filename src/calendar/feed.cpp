#include <libical/ical.h>

#include <algorithm>
#include <memory>
#include <set>

#include "calendar/event.hpp"
#include "heed/calendar.hpp"
#include "heed/error.hpp"

namespace heed::calendar {

namespace {

using std::chrono::days;

constexpr std::size_t largest_feed = std::size_t{4} << 20U;
constexpr std::size_t most_days_a_year = 150;  // more is no calendar of holidays

struct Free {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, Free>;

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
    events.emplace_back(component, name).check();
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
  if (event.unsettled()) {
    feed.remarks.push_back("left out as " + event.status() + ": " + event.name() + " on " +
                           to_text(event.start()));
    return;
  }
  for (const Day start : event.occurrences(first, last)) {
    if (!event.replaces() && replaced.contains({event.uid(), start})) continue;
    for (int i = 0; i < event.length(); ++i) {
      const Day day = start + days(i);
      if (first <= day && day <= last) add(feed, day, event.name());
    }
  }
}

/// Feeds that take something back, or count in another calendar, are no list of holidays.
void check_head(icalcomponent* root, std::string_view name) {
  const auto method = icalcomponent_get_method(root);
  if (method != ICAL_METHOD_NONE && method != ICAL_METHOD_PUBLISH &&
      method != ICAL_METHOD_REQUEST) {
    throw Error(Kind::configuration, std::string(name) + ": the feed's METHOD is " +
                                         icalproperty_method_to_string(method) +
                                         "; expected PUBLISH, or none");
  }
  const auto* scale = icalcomponent_get_first_property(root, ICAL_CALSCALE_PROPERTY);
  if (scale != nullptr && text_or_empty(icalproperty_get_calscale(scale)) != "GREGORIAN") {
    throw Error(Kind::configuration, std::string(name) + ": the feed's CALSCALE is " +
                                         text_or_empty(icalproperty_get_calscale(scale)) +
                                         "; expected GREGORIAN, or none");
  }
}

/// Two events of one name in the feed are two feasts that its maker did not tell apart, or an older
/// and a newer version of one: of these the older must not stand beside the newer.
void check_versions(const std::vector<Event>& events) {
  std::map<std::pair<std::string, std::optional<Day>>, const Event*> known;
  for (const Event& event : events) {
    if (event.uid().empty()) continue;
    const auto [at, fresh] = known.emplace(std::pair(event.uid(), event.replaces()), &event);
    if (!fresh) event.check_version_of(*at->second);
  }
}

/// What stands in for a day of a series is to be found with it: else the day that it takes away is
/// not taken away, or the day that it brings is nobody's.
void check_replaced(const std::vector<Event>& events) {
  std::map<std::string, std::vector<const Event*>> series;
  for (const Event& event : events) {
    if (!event.replaces()) series[event.uid()].push_back(&event);
  }
  for (const Event& event : events) {
    if (event.replaces()) event.check_series(series[event.uid()]);
  }
}

/// Of years that are whole each has at least these parts of the days off of the fullest.
constexpr std::size_t least_part = 3;
constexpr std::size_t of_parts = 4;

/// How many days off most of the fuller years have; of several numbers that are as frequent the
/// middle one, the larger of two. Years that the feed only touches have no say, however many.
std::size_t usual_of(const std::map<int, std::size_t>& days_of_years) {
  std::size_t fullest = 0;
  for (const auto& [year, number] : days_of_years) fullest = std::max(fullest, number);
  std::map<std::size_t, std::size_t> years;
  std::size_t most = 0;
  for (const auto& [year, number] : days_of_years) {
    if (number * of_parts < fullest * least_part) continue;
    most = std::max(most, ++years[number]);
  }
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
  check_head(root.get(), name);
  check_versions(events);
  check_replaced(events);
  std::set<std::pair<std::string, Day>> replaced;
  for (const Event& event : events) {
    if (const auto day = event.replaces()) replaced.emplace(event.uid(), *day);
  }
  Feed feed;
  feed.title = title_of(root.get());
  for (const Event& event : events) add_event(feed, event, replaced, first, last);
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
