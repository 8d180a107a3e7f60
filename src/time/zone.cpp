#include <date/tz.h>

#include <stdexcept>

#include "heed/error.hpp"
#include "heed/time.hpp"
#include "time/later.hpp"

namespace heed {

namespace {

const date::time_zone& tz(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

date::local_days local(Day day) {
  return date::local_days(day.time_since_epoch());
}

/// "+01:00".
std::string offset_text(std::chrono::seconds offset) {
  return (offset.count() < 0 ? "-" : "+") +
         date::format("%R",
                      std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(offset)));
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
  const auto back = told_before(tz(zone_), moment);
  return Day(date::floor<date::days>(tz(zone_).to_local(moment - back)).time_since_epoch()) + back;
}

Moment Zone::start_of(Day day) const {
  const auto back = told_before(tz(zone_), Moment(day.time_since_epoch()));
  return std::chrono::floor<std::chrono::seconds>(
             tz(zone_).to_sys(local(day - back), date::choose::earliest)) +
         back;
}

Moment Zone::end_of(Day day) const {
  return start_of(day + std::chrono::days(1)) - std::chrono::seconds(1);
}

std::string Zone::local_text(Moment moment) const {
  const auto info = tz(zone_).get_info(moment - told_before(tz(zone_), moment));
  const date::local_seconds shown(moment.time_since_epoch() + info.offset);
  return date::format("%F %T ", shown) + offset_text(info.offset);
}

}  // namespace heed
