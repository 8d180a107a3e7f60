#include "time/later.hpp"

namespace heed {

namespace {

using std::chrono::days;

constexpr int last_told = 2037;
constexpr int end_of_time = 2500;  ///< no zone's clock is set at a moment so late

int year_in(date::sys_seconds moment) {
  return static_cast<int>(date::year_month_day(date::floor<days>(moment)).year());
}

/// From the month of a day back to the latest told one that begins on the same day of the week. The
/// last year that is told is left out: its end has no told neighbour.
days back_from(date::sys_days day) {
  const date::year_month_day date(day);
  const date::sys_days first = date.year() / date.month() / 1;
  for (int year = last_told - 1;; --year) {
    const days back = first - date::sys_days(date::year(year) / date.month() / 1);
    if (back.count() % 7 == 0) return back;
  }
}

}  // namespace

days told_before(const date::time_zone& zone, Moment moment) {
  if (year_in(moment) <= last_told) return days(0);
  // Where the clock is set for the last time in that year there is a rule; some have none any more,
  // and those that go by Ramadan are told further.
  const auto info = zone.get_info(moment);
  if (year_in(info.begin) != last_told || year_in(info.end) < end_of_time) return days(0);
  return back_from(date::floor<days>(moment));
}

}  // namespace heed
