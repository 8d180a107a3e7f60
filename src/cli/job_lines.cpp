#include "cli/job_lines.hpp"

#include "cli/opening.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

/// Whether the job works on the mirror that is asked about, and not for another or for nothing.
bool works_here(const po::variables_map& given, const Setting& setting) {
  if (given.contains("help")) return false;
  if (!given.contains("config")) return true;
  std::error_code unknown;
  return std::filesystem::equivalent(given["config"].as<std::string>(), setting.config.file,
                                     unknown);
}

/// Whether the table, where it is one, has at least the lines that it has by itself: the office
/// reads those, and is told how many more there are.
bool long_enough(const report::DueOptions& asked) {
  return asked.format != report::Format::table || asked.limit == 0 ||
         asked.limit >= report::DueOptions().limit;
}

bool reports_wishes(const po::variables_map& given, const report::DueOptions& asked) {
  return !given.contains("person") && !given.contains("as-of") && !asked.long_past &&
         long_enough(asked);
}

void want_runnable(const schedule::Job& job, const policy::Rulebook* rulebook,
                   const OwedPacks& owed) {
  const auto given = given_by(job.words);
  if (job.words.front() != "due") return;
  asked_of_due(given);
  if (rulebook != nullptr) want_pack(given, *rulebook, owed);
}

void add_job(const schedule::Job& job, const Setting& setting, report::Relay& relay) {
  const auto given = given_by(job.words);
  const auto& command = job.words.front();
  if (command == "sync" && works_here(given, setting)) relay.syncs.push_back(&job);
  if (command != "due") return;
  const auto asked = asked_of_due(given);
  if (works_here(given, setting) && reports_wishes(given, asked)) {
    relay.reporters.push_back({&job, asked});
  }
}

}  // namespace

std::optional<std::string> refusal_of(const schedule::Job& job, const policy::Rulebook* rulebook,
                                      const OwedPacks& owed) {
  try {
    want_runnable(job, rulebook, owed);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() != Kind::usage) throw;
    return "the job '" + job.name + "' would be refused each time: " + error.what() +
           "; mend it in jobs.toml";
  }
}

report::Relay relay_of(const schedule::Jobs& jobs, const Setting& setting,
                       const policy::Rulebook& rulebook, const OwedPacks& owed) {
  report::Relay relay;
  for (const auto& job : jobs.all()) {
    if (const auto why = refusal_of(job, &rulebook, owed)) throw Error(Kind::usage, *why);
    add_job(job, setting, relay);
  }
  return relay;
}

OwedPacks packs_in_mirror(const World& world, const Setting& setting) {
  return [&world, &setting]() -> std::set<std::string> {
    if (!is_there(setting.config.mirror, Kind::storage)) return {};
    auto database = open_to_read(world, setting, Shown::figures);
    return ledger::Ledger(database, {}).rule_names().packs;
  };
}

}  // namespace heed::cli
