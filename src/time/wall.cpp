#include "heed/time/wall.hpp"

#include <date/tz.h>

namespace heed {

namespace {

date::local_seconds shown(Day day, std::chrono::seconds clock) {
  return date::local_seconds(day.time_since_epoch() + clock);
}

}  // namespace

std::vector<Moment> moments_of(const Zone& zone, Day day, std::chrono::seconds clock) {
  const auto time = shown(day, clock);
  const auto info = date::locate_zone(zone.name())->get_info(time);
  const auto by = [&time](const date::sys_info& offset) {
    return Moment(time.time_since_epoch() - offset.offset);
  };
  if (info.result == date::local_info::nonexistent) return {};
  if (info.result == date::local_info::unique) return {by(info.first)};
  return {by(info.first), by(info.second)};
}

Moment moment_of(const Zone& zone, Day day, std::chrono::seconds clock) {
  const auto* place = date::locate_zone(zone.name());
  return std::chrono::floor<std::chrono::seconds>(
      place->to_sys(shown(day, clock), date::choose::earliest));
}

}  // namespace heed
