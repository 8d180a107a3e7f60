#include "cli/check_schedules.hpp"

#include <algorithm>
#include <map>

#include "heed/policy.hpp"

namespace heed::cli {

namespace {

constexpr std::chrono::days warning_time{60};

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

/// Where the pack's days are counted, and whether the configuration has it so.
std::string place_words(const config::Config& config, const policy::Pack& pack) {
  std::string words = " in " + (pack.zone == "controller" ? config.controller.zone : pack.zone);
  const bool own = config.pack_calendars.contains(pack.id) || config.pack_zones.contains(pack.id);
  return words + (own ? ", as [packs] says" : "");
}

/// A day to come cannot be the one on which somebody looked; a clock elsewhere may be a day ahead.
bool to_come(Day day, Day today) {
  return day > today + std::chrono::days(1);
}

void check_dates(Checks& checks, const Setting& setting, const policy::Rulebook& rulebook,
                 Day today) {
  const auto look = [&](const std::string& thing, const std::string& file, const char* key,
                        Day day) {
    if (!to_come(day, today)) return;
    checks.bad(thing, std::string(key) + " is " + to_text(day) + ", a day to come, in " +
                          setting.folders.find(file).string() +
                          "; expected the day on which that was done");
  };
  for (const auto& pack : rulebook.packs()) {
    look("pack " + pack.id, "packs/" + pack.id + ".toml", "reviewed_on", pack.reviewed_on);
  }
  for (const auto& calendar : rulebook.calendars()) {
    look("calendar " + calendar.id(), "calendars/" + calendar.id() + ".toml", "retrieved",
         calendar.retrieved());
  }
}

void check_pack(Checks& checks, const config::Config& config, const policy::Rulebook& rulebook,
                const policy::Pack& pack) {
  std::vector<std::string> calendars;
  for (const auto* calendar : rulebook.calendars_in_use()) {
    if (rulebook.uses(pack, *calendar)) calendars.push_back(calendar->id());
  }
  const std::string thing = "pack " + pack.id;
  if (!pack.rules.empty()) {
    checks.good(thing, "version " + pack.version + ", " + std::to_string(pack.rules.size()) +
                           " rules, evidence " + std::string(to_text(pack.evidence())) +
                           ", reviewed " + to_text(pack.reviewed_on) + " by " + pack.reviewed_by +
                           "; counts by " + listed(calendars) + place_words(config, pack));
  }
  if (!pack.left_out.empty()) {
    checks.note(thing, "not loaded because unverified: " + listed(pack.left_out) +
                           "; check them against their sources, or take them in with [packs] "
                           "allow_unverified = true");
  }
}

void check_calendar(Checks& checks, const calendar::Calendar& calendar, Day today) {
  const std::string thing = "calendar " + calendar.id();
  const auto until = calendar.covered_until(today);
  const std::string text = calendar.title() + "; covers " + calendar.coverage_words() +
                           ", retrieved " + to_text(calendar.retrieved());
  if (!until) {
    checks.bad(thing, text + "; not this year: add its holidays (heed calendar import)");
  } else if (*until <= today + warning_time) {
    checks.bad(thing, text +
                          "; ends within 60 days: add the next year's holidays (heed calendar "
                          "import)");
  } else {
    checks.good(thing, text);
  }
}

/// The calendars that no pack counts by, a line for those that are known alike.
void note_unused(Checks& checks, const policy::Rulebook& rulebook,
                 const std::vector<const calendar::Calendar*>& used) {
  std::map<std::string, std::vector<std::string>> alike;
  for (const auto& calendar : rulebook.calendars()) {
    if (std::find(used.begin(), used.end(), &calendar) != used.end()) continue;
    alike[calendar.coverage_words()].push_back(calendar.id());
  }
  for (const auto& [coverage, ids] : alike) {
    checks.note("calendars", "not in use, covering " + coverage + ": " + listed(ids));
  }
}

}  // namespace

void check_schedules(Checks& checks, const Setting& setting, Moment now) {
  checks.attempt("schedules", [&] {
    const auto rulebook = config::load_rulebook(setting.config, setting.folders);
    for (const auto& pack : rulebook.packs()) check_pack(checks, setting.config, rulebook, pack);
    if (setting.config.allow_unverified) {
      checks.note("packs", "unverified figures are allowed by [packs] allow_unverified");
    }
    const Day today(std::chrono::floor<std::chrono::days>(now).time_since_epoch());
    const auto used = rulebook.calendars_in_use();
    for (const auto* calendar : used) check_calendar(checks, *calendar, today);
    note_unused(checks, rulebook, used);
    check_dates(checks, setting, rulebook, today);
  });
}

}  // namespace heed::cli
