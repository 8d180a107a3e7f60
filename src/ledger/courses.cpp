#include <algorithm>

#include "chain.hpp"
#include "steer.hpp"

namespace heed::ledger {

namespace {

void stop(policy::Course& course, Day day) {
  course.standstills.push_back({day, std::nullopt});
}

void go_on(policy::Course& course, Day day) {
  if (!course.standstills.empty() && !course.standstills.back().to) {
    course.standstills.back().to = day;
  }
}

void arrive(policy::Course& course, policy::Arrival what, Day day) {
  const auto same = [what](const policy::Arrived& one) { return one.what == what; };
  std::erase_if(course.arrived, same);
  course.arrived.push_back({what, day});
}

/// `at`: the day on which the step was taken.
void follow(policy::Course& course, EventKind kind, std::optional<Cause> cause,
            std::optional<Day> day, Day at) {
  if (kind == EventKind::extended) {
    course.extensions.push_back({at, day});
  } else if (kind == EventKind::paused && day) {
    stop(course, *day);
  } else if (kind == EventKind::resumed && day) {
    go_on(course, *day);
  } else if (kind == EventKind::received && day && cause == Cause::identity) {
    arrive(course, policy::Arrival::identity, *day);
  } else if (kind == EventKind::received && day && cause == Cause::fee) {
    arrive(course, policy::Arrival::fee, *day);
  }
}

std::optional<std::size_t> wish_of(const Dossier& dossier, const Duty& duty) {
  const auto& wished = dossier.wished;
  const auto at = std::find_if(wished.begin(), wished.end(), [&duty](const Wished& one) {
    return one.wish.change == duty.change && one.wish.field == duty.field &&
           one.wish.object == duty.object;
  });
  if (at == wished.end()) return std::nullopt;
  return static_cast<std::size_t>(at - wished.begin());
}

}  // namespace

policy::Course course_of(store::Database& database, const Duty& duty) {
  policy::Course course;
  course.pack = duty.pack;
  course.duty = duty.rule;
  auto row = database
                 .query(
                     "SELECT kind, cause, day, at FROM heed_event WHERE duty = ? AND kind IN "
                     "('extended', 'paused', 'resumed', 'received') ORDER BY number")
                 .bind(duty.number);
  const auto zone = Zone::named(duty.zone);
  while (row.step()) {
    const auto kind = parse_event_kind(row.text(0));
    if (!kind) continue;
    follow(course, *kind, parse_cause(row.text(1)), row.optional_day(2),
           zone.day_of(row.moment(3)));
  }
  return course;
}

std::vector<policy::Course> courses_of(store::Database& database, const Dossier& dossier) {
  std::vector<policy::Course> courses;
  for (const auto& member : dossier.members) {
    for (const auto& duty : member.duties) {
      if (!duty.steered) continue;
      const auto wish = wish_of(dossier, duty);
      if (!wish) continue;
      courses.push_back(course_of(database, duty));
      courses.back().wish = *wish;
    }
  }
  return courses;
}

bool keeps_its_rule(const policy::Rulebook& rulebook, const Duty& duty, const policy::Duty& found) {
  if (duty.pack_version == found.pack_version) return false;
  const auto* pack = rulebook.pack(duty.pack);
  if (pack == nullptr) return true;
  const auto* rule = pack->rule(duty.rule, duty.start);
  if (rule == nullptr) return true;
  // What is due with another counts by the other's rule, and begins when both have.
  const auto* clock = rule->with.empty() ? rule : pack->rule(rule->with, duty.start);
  if (clock == nullptr) return true;
  // A rule to come may be the one that the duty always waited for, or have taken another's place.
  const bool to_come = std::max(rule->effective_from, clock->effective_from) > duty.start;
  return to_come && (!duty.due || !found.due || *found.due > *duty.due);
}

}  // namespace heed::ledger
