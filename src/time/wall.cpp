#include "heed/time/wall.hpp"

#include <date/tz.h>

#include "time/later.hpp"

namespace heed {

namespace {

date::local_seconds shown(Day day, std::chrono::seconds clock) {
  return date::local_seconds(day.time_since_epoch() + clock);
}

}  // namespace

std::vector<Moment> moments_of(const Zone& zone, Day day, std::chrono::seconds clock) {
  const auto& place = *date::locate_zone(zone.name());
  const auto back = told_before(place, Moment(day.time_since_epoch()));
  const auto time = shown(day - back, clock);
  const auto info = place.get_info(time);
  const auto by = [&](const date::sys_info& offset) {
    return Moment(time.time_since_epoch() - offset.offset + back);
  };
  if (info.result == date::local_info::nonexistent) return {};
  if (info.result == date::local_info::unique) return {by(info.first)};
  return {by(info.first), by(info.second)};
}

Moment moment_of(const Zone& zone, Day day, std::chrono::seconds clock) {
  const auto& place = *date::locate_zone(zone.name());
  const auto back = told_before(place, Moment(day.time_since_epoch()));
  return std::chrono::floor<std::chrono::seconds>(
             place.to_sys(shown(day - back, clock), date::choose::earliest)) +
         back;
}

}  // namespace heed
