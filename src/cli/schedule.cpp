#include "heed/schedule.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/job_lines.hpp"
#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

using Json = nlohmann::ordered_json;

/// One run to come.
struct Coming {
  Moment at;
  const schedule::Job* job;
};

std::vector<Coming> coming(const schedule::Jobs& jobs, Moment after, std::size_t number) {
  std::vector<Coming> all;
  for (const auto& job : jobs.all()) {
    Moment at = after;
    for (std::size_t i = 0; i < number; ++i) {
      at = schedule::next_run(job, at);
      all.push_back({at, &job});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Coming& a, const Coming& b) { return a.at < b.at; });
  if (all.size() > number) all.resize(number);
  return all;
}

std::string missed_words(const schedule::Job& job) {
  return job.missed == schedule::Missed::once ? "one run as soon as possible" : "left out";
}

Zone zone_of(const schedule::Job& job) {
  return job.zone.value_or(Zone::named("UTC"));
}

/// Why jobs would be refused each time, by their names.
using Refusals = std::map<std::string, std::string>;

/// What is wrong with it heed check tells.
std::optional<policy::Rulebook> sound_rulebook(const Setting& setting) {
  try {
    return config::load_rulebook(setting.config, setting.folders);
  } catch (const Error&) {
    return std::nullopt;
  }
}

Refusals refusals_of(const World& world, const Setting& setting, const schedule::Jobs& jobs) {
  Refusals refusals;
  const auto rulebook = sound_rulebook(setting);
  for (const auto& job : jobs.all()) {
    const auto why =
        refusal_of(job, rulebook ? &*rulebook : nullptr, packs_in_mirror(world, setting));
    if (why) refusals.emplace(job.name, *why);
  }
  return refusals;
}

void print(std::ostream& out, const schedule::Jobs& jobs, const Refusals& refusals,
           const std::vector<Coming>& next, const std::string& from) {
  if (jobs.all().empty()) {
    out << "jobs.toml has no job; nothing runs by itself.\n";
    return;
  }
  report::Table table({{"Job"}, {"Runs"}, {"When"}, {"If missed"}});
  for (const auto& job : jobs.all()) {
    table.add({job.name, "heed " + job.command + (refusals.contains(job.name) ? " (refused)" : ""),
               schedule::in_words(job), missed_words(job)});
  }
  table.print(out);
  if (next.empty()) return;
  out << "\nNEXT RUNS, intervals counted from " << from << "\n";
  report::Table runs({{"At"}, {"Local time"}, {"Job"}});
  for (const auto& one : next) {
    runs.add({to_text(one.at), one.job->zone ? zone_of(*one.job).local_text(one.at) : "-",
              one.job->name});
  }
  runs.print(out, 2);
}

Json json_of(const schedule::Jobs& jobs, const Refusals& refusals,
             const std::vector<Coming>& next) {
  Json json;
  json["jobs"] = Json::array();
  for (const auto& job : jobs.all()) {
    Json each;
    each["name"] = job.name;
    each["command"] = job.command;
    each["words"] = job.words;
    each["at"] = job.at ? Json(job.at->text()) : Json(nullptr);
    each["zone"] = job.zone ? Json(job.zone->name()) : Json(nullptr);
    each["every_seconds"] = job.every ? Json(job.every->count()) : Json(nullptr);
    each["missed"] = job.missed == schedule::Missed::once ? "once" : "skip";
    each["in_words"] = schedule::in_words(job);
    const auto refused = refusals.find(job.name);
    each["refused"] = refused == refusals.end() ? Json(nullptr) : Json(refused->second);
    json["jobs"].push_back(std::move(each));
  }
  json["next"] = Json::array();
  for (const auto& one : next) {
    json["next"].push_back({{"at", to_text(one.at)}, {"job", one.job->name}});
  }
  return json;
}

}  // namespace

void schedule_options(po::options_description& described) {
  described.add_options()("next", po::value<int>()->default_value(10)->value_name("N"),
                          "how many runs to list")(
      "after", po::value<std::string>()->value_name("T"),
      "list the runs later than T, not than now; a moment or a day")(
      "format", po::value<std::string>()->default_value("table")->value_name("FORMAT"),
      "table or json");
}

int schedule(World& world, const po::variables_map& given) {
  const auto format = format_of(given, false);
  const int number = given["next"].as<int>();
  if (number < 0 || number > 10'000) {
    throw Error(Kind::usage, "--next is " + std::to_string(number) + "; expected 0 to 10000");
  }
  const Setting setting = setting_of(world, given);
  const auto jobs = config::load_jobs(setting.config, setting.folders, command_names());
  const bool chosen = given.contains("after");
  const Moment after =
      chosen ? moment_of("after", given["after"].as<std::string>()) : world.clock.now();
  const auto next = coming(jobs, after, static_cast<std::size_t>(number));
  const auto refusals = refusals_of(world, setting, jobs);
  if (format == report::Format::json) {
    world.out << json_of(jobs, refusals, next).dump(2) << "\n";
  } else {
    print(world.out, jobs, refusals, next, chosen ? to_text(after) : "now");
  }
  for (const auto& [job, why] : refusals) world.err << "heed: " << why << "\n";
  return refusals.empty() ? 0 : exit_code(Kind::configuration);
}

}  // namespace heed::cli
