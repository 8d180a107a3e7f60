#include <algorithm>
#include <map>
#include <set>

#include "heed/error.hpp"
#include "heed/report.hpp"
#include "heed/schedule.hpp"

namespace heed::report {

namespace {

using schedule::Job;
using std::chrono::days;

/// When the jobs of a relay bring a wish to somebody's eyes.
class Timing {
 public:
  /// `synced`: when it was mirrored in fact, whatever the jobs say.
  explicit Timing(const Relay& relay, std::optional<Moment> synced = {})
      : syncs_(relay.syncs), reporters_(relay.reporters), synced_(synced) {}

  Moment mirrored(Moment wished) const {
    if (synced_) return *synced_;
    std::optional<Moment> first;
    for (const auto* job : syncs_) take(first, schedule::next_run(*job, wished));
    return *first;
  }

  /// The first report of anything after a wish was mirrored.
  Moment reported(Moment wished) const {
    std::optional<Moment> first;
    const auto from = mirrored(wished);
    for (const auto& each : reporters_) take(first, schedule::next_run(*each.job, from));
    return *first;
  }

  /// The first that shows this duty; nullopt: none ever does.
  std::optional<Moment> shown(Moment wished, const policy::Duty& duty,
                              Preference preference) const {
    std::optional<Moment> first;
    for (const auto& each : reporters_) {
      const auto& asked = each.asked;
      if (!asked.pack.empty() && asked.pack != duty.pack) continue;
      if (asked.preference && *asked.preference != preference) continue;
      auto from = mirrored(wished);
      if (asked.within) {
        const auto opens = Zone::named(duty.zone).start_of(*duty.due - days(*asked.within));
        from = std::max(from, opens - std::chrono::seconds(1));
      }
      take(first, schedule::next_run(*each.job, from));
    }
    return first;
  }

  /// Moments just after which a wish waits longest, between the two. Where syncs go by elapsed time
  /// nobody knows at what minute: then as if one just misses each report. Where nothing runs
  /// between the two, every wish waits until later than that, the one made first the longest.
  std::set<Moment> worst_moments(Moment from, Moment to) const {
    std::set<Moment> moments;
    for (const auto* sync : syncs_) {
      if (sync->every) {
        for (const auto& each : reporters_) add_runs(moments, *each.job, from, to, *sync->every);
      } else {
        add_runs(moments, *sync, from, to, std::chrono::seconds(0));
      }
    }
    if (moments.empty()) moments.insert(from);
    return moments;
  }

 private:
  static void take(std::optional<Moment>& first, Moment moment) {
    if (!first || moment < *first) first = moment;
  }

  /// A job by elapsed time has no moments of its own: then once a day, at midnight and at noon.
  static void add_runs(std::set<Moment>& moments, const Job& job, Moment from, Moment to,
                       std::chrono::seconds before) {
    if (job.every) {
      const auto step = std::chrono::hours(12);
      for (auto at = std::chrono::floor<days>(from) + step; at <= to; at += step) {
        moments.insert(at);
      }
      return;
    }
    for (auto run = schedule::next_run(job, from); run <= to; run = schedule::next_run(job, run)) {
      moments.insert(std::max(from, run - before));
    }
  }

  const std::vector<const Job*>& syncs_;
  const std::vector<Reporter>& reporters_;
  std::optional<Moment> synced_;
};

/// Of all wishes that one day's reports are first to show, the one that waited longest.
std::vector<Moment> worst_a_day(const Timing& timing, Moment from, Moment to) {
  std::map<std::chrono::sys_days, std::pair<std::chrono::seconds, Moment>> worst;
  for (const auto wished : timing.worst_moments(from, to)) {
    const auto reported = timing.reported(wished);
    auto& of_day = worst[std::chrono::floor<days>(reported)];
    of_day = std::max(of_day, std::pair(reported - wished, wished));
  }
  std::vector<Moment> moments;
  moments.reserve(worst.size());
  for (const auto& [day, one] : worst) moments.push_back(one.second);
  return moments;
}

/// Somebody, somewhere, who wishes all there is: every pack applies.
policy::Person wishing(const policy::Rulebook& rulebook, Moment after, Moment until) {
  std::set<Preference> preferences;
  for (const auto& pack : rulebook.packs()) {
    for (const auto& rule : pack.rules) {
      preferences.insert(rule.preferences.begin(), rule.preferences.end());
    }
  }
  policy::Person person;
  person.places.push_back({"", "?", "", ""});
  for (const auto preference : preferences) {
    policy::Wish wish;
    wish.preference = preference;
    wish.after = after;
    wish.until = until;
    person.wishes.push_back(std::move(wish));
  }
  return person;
}

std::int64_t in_days(const policy::Limit& limit) {
  return limit.unit == policy::Unit::calendar_month ? limit.value * 30 : limit.value;
}

std::int64_t wanted_days(const policy::Pack& pack, const policy::Duty& duty) {
  if (duty.immediate) return 0;
  const auto* rule = pack.rule(duty.id, duty.rules_of);
  if (rule != nullptr && rule->internal_target) return in_days(*rule->internal_target);
  if (rule != nullptr && !rule->with.empty()) rule = pack.rule(rule->with, duty.rules_of);
  return rule == nullptr ? 0 : (in_days(rule->usual.limit) + 2) / 3;
}

const calendar::Calendar* calendar_of(const policy::Rulebook& rulebook, const std::string& id) {
  for (const auto& each : rulebook.calendars()) {
    if (each.id() == id) return &each;
  }
  return nullptr;
}

/// Working days after `day`, up to `last`; -1 when that is over, nullopt beyond the calendar.
std::optional<std::int64_t> working_days(const calendar::Calendar& calendar, Day day, Day last) {
  if (day > last) return -1;
  std::int64_t number = 0;
  for (Day each = day + days(1); each <= last; each += days(1)) {
    if (!calendar.covers(each)) return std::nullopt;
    if (calendar.is_workday(each)) ++number;
  }
  return number;
}

using Worst = std::map<std::pair<std::string, std::string>, Reach>;

void keep_worse(Worst& worst, Reach reach) {
  const auto margin = [](const Reach& one) { return one.working_days - one.wanted; };
  const std::pair key(reach.pack, reach.rule);
  const auto at = worst.find(key);
  if (at == worst.end()) {
    worst.emplace(key, std::move(reach));
  } else if (margin(reach) < margin(at->second)) {
    at->second = std::move(reach);
  }
}

/// Whether the calendar ends before the office's own target, which then is no later than the day it
/// is counted from.
bool lacks_target(const policy::Pack& pack, const policy::Duty& duty) {
  const auto* rule = pack.rule(duty.id, duty.rules_of);
  return duty.immediate && duty.target && *duty.target <= *duty.due && rule != nullptr &&
         rule->internal_target && rule->internal_target->value > 0;
}

std::optional<Reach> reach_of(const policy::Rulebook& rulebook, const Timing& timing, Moment wished,
                              const policy::Duty& duty, Preference preference) {
  const auto* calendar = calendar_of(rulebook, duty.calendar);
  const auto* pack = rulebook.pack(duty.pack);
  if (!duty.due || duty.calendar_incomplete || calendar == nullptr || pack == nullptr) return {};
  if (lacks_target(*pack, duty)) return {};
  const auto shown = timing.shown(wished, duty, preference);
  Reach reach{duty.pack, duty.id, duty.zone, duty.immediate, wished, {}, *duty.due, -1, 0};
  if (duty.immediate && duty.target) reach.last = *duty.target;
  reach.wanted = wanted_days(*pack, duty);
  if (!shown) return reach;
  reach.shown = *shown;
  const auto left = working_days(*calendar, Zone::named(duty.zone).day_of(*shown), reach.last);
  if (!left) return {};
  reach.working_days = *left;
  return reach;
}

void add_reaches(Worst& worst, const policy::Rulebook& rulebook, const Timing& timing,
                 std::chrono::seconds overlap, Moment wished) {
  const auto person = wishing(rulebook, wished - overlap, wished);
  for (const auto& duty : rulebook.assess(person)) {
    const auto preference = person.wishes[duty.wish].preference;
    if (auto reach = reach_of(rulebook, timing, wished, duty, preference)) {
      keep_worse(worst, std::move(*reach));
    }
  }
}

std::vector<Reach> in_order(const Worst& worst) {
  std::vector<Reach> all;
  for (const auto& [key, reach] : worst) all.push_back(reach);
  return all;
}

}  // namespace

std::vector<Reach> reaches(const Relay& relay, const policy::Rulebook& rulebook,
                           std::chrono::seconds overlap, Moment now, int number) {
  if (!relay.complete()) return {};
  const Timing timing(relay);
  Worst worst;
  for (const auto wished : worst_a_day(timing, now, now + days(number))) {
    add_reaches(worst, rulebook, timing, overlap, wished);
  }
  return in_order(worst);
}

std::vector<Reach> reaches_over(const Relay& relay, const policy::Rulebook& rulebook,
                                std::chrono::seconds overlap, Moment from, Moment to) {
  if (relay.reporters.empty()) return {};
  Worst worst;
  add_reaches(worst, rulebook, Timing(relay, to), overlap, from);
  return in_order(worst);
}

std::vector<Idle> idle_jobs(const Relay& relay, Moment now, int number) {
  std::vector<const Job*> reporters;
  for (const auto& each : relay.reporters) reporters.push_back(each.job);
  std::vector<Idle> found;
  for (const auto& jobs : {relay.syncs, reporters}) {
    std::optional<Idle> first;
    for (const auto* job : jobs) {
      const auto next = schedule::next_run(*job, now);
      if (!first || next < first->next) first = {job, next};
    }
    if (first && first->next > now + days(number)) found.push_back(*first);
  }
  return found;
}

}  // namespace heed::report
