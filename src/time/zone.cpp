#include <date/tz.h>

#include <stdexcept>

#include "heed/error.hpp"
#include "heed/time.hpp"

namespace heed {

namespace {

const date::time_zone& tz(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

date::local_days local(Day day) {
  return date::local_days(day.time_since_epoch());
}

}  // namespace

Zone Zone::named(std::string_view name) {
  try {
    return Zone(date::locate_zone(std::string(name)));
  } catch (const std::runtime_error&) {
    throw Error(Kind::configuration, "no time zone is called '" + std::string(name) +
                                         "'; use a name of the tz database, as Europe/Berlin");
  }
}

std::string Zone::name() const {
  return tz(zone_).name();
}

Day Zone::day_of(Moment moment) const {
  return Day(date::floor<date::days>(tz(zone_).to_local(moment)).time_since_epoch());
}

Moment Zone::start_of(Day day) const {
  return std::chrono::floor<std::chrono::seconds>(
      tz(zone_).to_sys(local(day), date::choose::earliest));
}

Moment Zone::end_of(Day day) const {
  return start_of(day + std::chrono::days(1)) - std::chrono::seconds(1);
}

std::string Zone::local_text(Moment moment) const {
  return date::format("%F %T %Ez", date::zoned_time<std::chrono::seconds>(&tz(zone_), moment));
}

}  // namespace heed
