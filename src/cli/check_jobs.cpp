#include "cli/check_jobs.hpp"

#include <algorithm>
#include <set>

#include "cli/job_lines.hpp"
#include "cli/opening.hpp"
#include "heed/report.hpp"
#include "heed/schedule.hpp"

namespace heed::cli {

namespace {

/// Weekends, holidays and the turn of the year are in it.
constexpr int days_ahead = 400;

/// How far back a real gap is looked for.
constexpr std::chrono::days looked_back{30};

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

std::vector<report::Reach>::const_iterator worst_of(const std::vector<report::Reach>& all) {
  const auto margin = [](const report::Reach& one) { return one.working_days - one.wanted; };
  return std::min_element(all.begin(), all.end(),
                          [&](const auto& a, const auto& b) { return margin(a) < margin(b); });
}

void check_reaches(Checks& checks, const std::vector<report::Reach>& all,
                   const std::string& better) {
  const auto worst = worst_of(all);
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

/// The calendars a pack counts by that end within the days looked at, in words; empty where none
/// does.
std::string short_calendars(const policy::Rulebook& rulebook, const policy::Pack& pack, Day last) {
  std::string words;
  for (const auto* calendar : rulebook.calendars_in_use()) {
    if (!rulebook.uses(pack, *calendar) || calendar->covers(last)) continue;
    words += (words.empty() ? "" : ", ") + calendar->id() + " covers " + calendar->coverage_words();
  }
  return words;
}

/// A pack of which no deadline can be computed is no pack whose deadlines are met.
void check_sight(Checks& checks, const policy::Rulebook& rulebook,
                 const std::vector<report::Reach>& all, Day last) {
  for (const auto& pack : rulebook.packs()) {
    const bool seen = std::any_of(all.begin(), all.end(),
                                  [&pack](const auto& reach) { return reach.pack == pack.id; });
    const auto calendars = short_calendars(rulebook, pack, last);
    if (seen || pack.rules.empty() || (calendars.empty() && !all.empty())) continue;
    checks.bad("jobs", "pack " + pack.id +
                           ": the calendars do not reach far enough to compute one deadline" +
                           (calendars.empty() ? "" : ": " + calendars) +
                           "; add the next year's holidays (heed calendar import)");
  }
}

/// Which days were not looked at because a calendar ends.
void note_ends(Checks& checks, const policy::Rulebook& rulebook, Day today, Day last) {
  std::string words;
  for (const auto* calendar : rulebook.calendars_in_use()) {
    const auto until = calendar->covered_until(today);
    if (!until || *until >= last) continue;
    words += (words.empty() ? "" : ", ") + calendar->id() + " ends with " + to_text(*until);
  }
  if (words.empty()) return;
  checks.note("jobs", "deadlines that calendars do not reach are not looked at: " + words +
                          "; add the next year's holidays (heed calendar import)");
}

void check_idle(Checks& checks, const report::Relay& relay, const std::string& zone, Moment now) {
  for (const auto& idle : report::idle_jobs(relay, now, days_ahead)) {
    checks.bad("jobs", "the job '" + idle.job->name + "' does not run within " +
                           std::to_string(days_ahead) + " days; next on " +
                           Zone::named(zone).local_text(idle.next) + "; run it more often");
  }
}

/// Nothing where some wish is never shown: it waits for no report.
void check_wait(Checks& checks, const std::vector<report::Reach>& all) {
  std::chrono::seconds longest{0};
  for (const auto& reach : all) {
    if (reach.shown == Moment()) return;
    longest = std::max(longest, reach.shown - reach.wished);
  }
  checks.note("jobs", "in the closest cases a wish waits up to " + span_words(longest) +
                          " for the first report that shows it");
}

/// What lacks, and the lines that would do.
void check_lacks(Checks& checks, const schedule::Jobs& jobs, const report::Relay& relay,
                 const std::string& lines) {
  std::string lack = relay.syncs.empty() ? "no job runs sync" : "no job runs due";
  if (relay.syncs.empty() && relay.reporters.empty()) lack += ", and none due";
  const bool partial = relay.reporters.empty() && std::any_of(jobs.all().begin(), jobs.all().end(),
                                                              [](const schedule::Job& job) {
                                                                return job.words.front() == "due";
                                                              });
  if (partial) {
    lack +=
        " for all wishes (a due that leaves some out, as by --person, --as-of, --long-past or a "
        "short --limit, is none)";
  }
  checks.bad(
      "jobs",
      lack + ", so nobody sees what is owed; " +
          (lines.empty() ? "no schedule of a few reports a day would do, look at the packs' "
                           "targets, and add what lacks to jobs.toml"
                         : "what would do, in jobs.toml:\n" + lines.substr(0, lines.size() - 1)));
}

/// The packs that some case is not enough for.
std::string packs_missed(const std::vector<report::Reach>& all) {
  std::set<std::string> packs;
  for (const auto& reach : all) {
    if (!reach.enough()) packs.insert(reach.pack);
  }
  std::string words;
  for (const auto& pack : packs) words += (words.empty() ? "" : ", ") + pack;
  return words;
}

/// The longest time in which heed saw nothing, against the deadlines: as a schedule would be.
void check_gap(Checks& checks, const std::pair<Moment, Moment>& gap, Moment now,
               const std::vector<report::Reach>& all) {
  const bool open = gap.second == now && gap.first < now - looked_back;
  const std::string said =
      open ? "no run was complete since " + to_text(gap.first)
           : "the longest real gap between complete runs in the last 30 days was " +
                 span_words(gap.second - gap.first) + ", from " + to_text(gap.first) + " to " +
                 (gap.second == now ? "now" : to_text(gap.second));
  const auto worst = worst_of(all);
  if (worst == all.end() || worst->enough()) {
    return checks.note("jobs", said + "; that is the schedule that counts");
  }
  const Day told_until(
      std::chrono::floor<std::chrono::days>(gap.second + looked_back).time_since_epoch());
  checks.bad("jobs",
             said + ", too long for " + packs_missed(all) + ": " + case_words(*worst) +
                 lack_words(*worst) + "; run heed sync as jobs.toml says" +
                 (gap.second == now ? "" : "; the gap is told until " + to_text(told_until)));
}

/// What a gap did to wishes, but for what shows too late however soon it is mirrored: that is the
/// reports' fault and told as such.
std::vector<report::Reach> harm_of(const std::pair<Moment, Moment>& gap, const report::Relay& relay,
                                   const policy::Rulebook& rulebook, std::chrono::seconds overlap) {
  const auto [from, to] = gap;
  auto all = report::reaches_over(relay, rulebook, overlap, from, to);
  for (const auto& prompt : report::reaches_over(relay, rulebook, overlap, from, from)) {
    if (prompt.enough()) continue;
    std::erase_if(all, [&prompt](const report::Reach& one) {
      return one.pack == prompt.pack && one.rule == prompt.rule;
    });
  }
  return all;
}

/// Where the jobs themselves are faulty, the gap is told without a verdict.
void check_runs(Checks& checks, const World& world, const Setting& setting, bool judged) {
  if (!is_there(setting.config.mirror, Kind::storage)) return;
  const auto now = world.clock.now();
  auto database = open_to_read(world, setting, Shown::figures);
  const auto gap = mirror::Mirror(database).longest_gap(now - looked_back, now);
  if (!gap) {
    checks.note("jobs", "no run was ever complete; run heed sync");
    return;
  }
  if (!judged) return check_gap(checks, *gap, now, {});
  const auto& config = setting.config;
  const auto jobs = config::load_jobs(config, setting.folders, command_names());
  const auto rulebook = config::load_rulebook(config, setting.folders);
  const auto relay = relay_of(jobs, setting, rulebook, packs_in_mirror(world, setting));
  check_gap(checks, *gap, now, harm_of(*gap, relay, rulebook, config.overlap));
}

}  // namespace

void check_jobs(Checks& checks, const World& world, const Setting& setting) {
  const auto now = world.clock.now();
  const bool sound = checks.attempt("jobs", [&] {
    const auto& config = setting.config;
    const auto zone = zone_of(config);
    const auto jobs = config::load_jobs(config, setting.folders, command_names());
    const auto rulebook = config::load_rulebook(config, setting.folders);
    const auto relay = relay_of(jobs, setting, rulebook, packs_in_mirror(world, setting));
    if (!relay.complete()) {
      check_lacks(
          checks, jobs, relay,
          report::lines_to_add(jobs, relay, zone, rulebook, config.overlap, now, days_ahead));
      return;
    }
    const auto all = report::reaches(relay, rulebook, config.overlap, now, days_ahead);
    const Day today(std::chrono::floor<std::chrono::days>(now).time_since_epoch());
    const Day last = today + std::chrono::days(days_ahead);
    check_idle(checks, relay, zone, now);
    check_sight(checks, rulebook, all, last);
    note_ends(checks, rulebook, today, last);
    if (all.empty() && owes(rulebook)) return;
    check_wait(checks, all);
    const bool enough =
        std::all_of(all.begin(), all.end(), [](const auto& one) { return one.enough(); });
    check_reaches(
        checks, all,
        enough ? "" : report::better_schedule(zone, rulebook, config.overlap, now, days_ahead));
  });
  checks.attempt("jobs", [&] { check_runs(checks, world, setting, sound); });
}

}  // namespace heed::cli
