#include "cli/check_jobs.hpp"

#include <algorithm>

#include "cli/job_lines.hpp"
#include "cli/opening.hpp"
#include "heed/report.hpp"
#include "heed/schedule.hpp"

namespace heed::cli {

namespace {

/// Weekends, holidays and the turn of the year are in it.
constexpr int days_ahead = 400;

std::string span_words(std::chrono::seconds span) {
  const auto hours = std::chrono::floor<std::chrono::hours>(span).count();
  const auto days = report::counted(hours / 24, "day", "days");
  const auto rest = report::counted(hours % 24, "hour", "hours");
  if (hours < 1) return report::counted(span.count() / 60, "minute", "minutes");
  return hours < 24 ? rest : days + " and " + rest;
}

std::string case_words(const report::Reach& reach) {
  const Zone zone = Zone::named(reach.zone);
  if (reach.shown == Moment()) {
    return reach.pack + " " + reach.rule + ": no report ever shows it";
  }
  return reach.pack + " " + reach.rule + ": a wish of " + zone.local_text(reach.wished) +
         " shows in the report of " + zone.local_text(reach.shown) + ", and it is to be done by " +
         to_text(reach.last);
}

std::string lack_words(const report::Reach& reach) {
  if (reach.immediate) return ", the office's own target for what the law wants at once";
  return ", which leaves " +
         report::counted(std::max<std::int64_t>(reach.working_days, 0), "working day",
                         "working days") +
         "; expected " + std::to_string(reach.wanted);
}

std::string zone_of(const config::Config& config) {
  return config.controller.zone.empty() ? "UTC" : config.controller.zone;
}

void check_reaches(Checks& checks, const std::vector<report::Reach>& all,
                   const std::string& better) {
  const auto margin = [](const report::Reach& one) { return one.working_days - one.wanted; };
  const auto worst = std::min_element(
      all.begin(), all.end(), [&](const auto& a, const auto& b) { return margin(a) < margin(b); });
  if (worst == all.end()) {
    return checks.good("jobs", "no pack has a deadline that a schedule could miss");
  }
  if (worst->enough()) {
    return checks.good("jobs", "every wish shows in time; the closest: " + case_words(*worst));
  }
  const auto bad =
      std::count_if(all.begin(), all.end(), [](const report::Reach& one) { return !one.enough(); });
  checks.bad("jobs", case_words(*worst) + lack_words(*worst) +
                         (bad > 1 ? " (and " + std::to_string(bad - 1) + " more rules)" : "") +
                         (better.empty() ? "; no schedule of a few reports a day would do, look at "
                                           "the pack's target"
                                         : "; what would do: " + better));
}

bool owes(const policy::Rulebook& rulebook) {
  const auto& packs = rulebook.packs();
  return std::any_of(packs.begin(), packs.end(),
                     [](const auto& pack) { return !pack.rules.empty(); });
}

void check_idle(Checks& checks, const report::Relay& relay, const std::string& zone, Moment now) {
  for (const auto& idle : report::idle_jobs(relay, now, days_ahead)) {
    checks.bad("jobs", "the job '" + idle.job->name + "' does not run within " +
                           std::to_string(days_ahead) + " days; next on " +
                           Zone::named(zone).local_text(idle.next) + "; run it more often");
  }
}

void check_wait(Checks& checks, const std::vector<report::Reach>& all) {
  std::chrono::seconds longest{0};
  for (const auto& reach : all) {
    if (reach.shown != Moment()) longest = std::max(longest, reach.shown - reach.wished);
  }
  checks.note("jobs", "in the closest cases a wish waits up to " + span_words(longest) +
                          " for the first report that shows it");
}

void check_runs(Checks& checks, const World& world, const Setting& setting) {
  if (!std::filesystem::exists(setting.config.mirror)) return;
  const auto now = world.clock.now();
  auto database = open_to_read(world, setting, Shown::figures);
  const auto gap = mirror::Mirror(database).longest_gap(now - std::chrono::days(30), now);
  if (!gap) {
    checks.note("jobs", "there was no complete run in the last 30 days; run heed sync");
    return;
  }
  checks.note("jobs", "the longest real gap between complete runs in the last 30 days was " +
                          span_words(gap->second - gap->first) + ", from " + to_text(gap->first) +
                          " on; that is the schedule that counts");
}

}  // namespace

void check_jobs(Checks& checks, const World& world, const Setting& setting) {
  const auto now = world.clock.now();
  checks.attempt("jobs", [&] {
    const auto& config = setting.config;
    const auto jobs = config::load_jobs(config, setting.folders, command_names());
    const auto rulebook = config::load_rulebook(config, setting.folders);
    const auto relay = relay_of(jobs, setting, rulebook, packs_in_mirror(world, setting));
    if (!relay.complete()) {
      checks.bad("jobs",
                 "no job runs sync, or none runs due, so nobody sees what is owed; add them to "
                 "jobs.toml (a due that leaves wishes out, as by --person, --as-of, --long-past or "
                 "a short --limit, is none)");
      return;
    }
    const auto all = report::reaches(relay, rulebook, config.overlap, now, days_ahead);
    const bool enough =
        std::all_of(all.begin(), all.end(), [](const auto& one) { return one.enough(); });
    check_idle(checks, relay, zone_of(config), now);
    if (all.empty() && owes(rulebook)) {
      checks.bad("jobs",
                 "the calendars do not reach far enough to compute one deadline; bring "
                 "them up to date");
      return;
    }
    check_wait(checks, all);
    check_reaches(checks, all,
                  enough ? ""
                         : report::better_schedule(zone_of(config), rulebook, config.overlap, now,
                                                   days_ahead));
  });
  checks.attempt("jobs", [&] { check_runs(checks, world, setting); });
}

}  // namespace heed::cli
