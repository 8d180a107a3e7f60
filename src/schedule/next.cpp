#include <algorithm>

#include "heed/schedule.hpp"
#include "heed/time/wall.hpp"

namespace heed::schedule {

namespace {

using std::chrono::days;

/// The first of a day's runs that is later than `after`.
std::optional<Moment> first_on(const Cron& cron, const Zone& zone, Day day, Moment after) {
  if (!cron.on(day)) return std::nullopt;
  std::optional<Moment> first;
  const auto take = [&](Moment moment) {
    if (moment > after && (!first || moment < *first)) first = moment;
  };
  for (const auto time : cron.times()) {
    if (cron.every_hour()) {
      for (const auto moment : moments_of(zone, day, time)) take(moment);
    } else {
      take(moment_of(zone, day, time));
    }
  }
  return first;
}

/// A day's runs may lie among those of its neighbours where the clock is set at midnight.
Moment next_of(const Cron& cron, const Zone& zone, Moment after) {
  for (Day day = zone.day_of(after) - days(1);; day += days(1)) {
    const auto here = first_on(cron, zone, day, after);
    if (!here) continue;
    const auto next = first_on(cron, zone, day + days(1), after);
    return next ? std::min(*here, *next) : *here;
  }
}

}  // namespace

Moment next_run(const Job& job, Moment after) {
  return job.every ? after + *job.every : next_of(*job.at, *job.zone, after);
}

Moment planned_run(const Job& job, Moment last, Moment now) {
  const auto next = next_run(job, last);
  if (next > now) return next;
  return job.missed == Missed::once ? now : next_run(job, now);
}

}  // namespace heed::schedule
