#include "heed/sync.hpp"

#include <ostream>

#include "cli/heads.hpp"
#include "cli/judging.hpp"
#include "cli/opening.hpp"
#include "cli/progress_line.hpp"
#include "cli/sync_data.hpp"
#include "cli/unseen.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

std::string words_for(const sync::Progress& progress) {
  return progress.object + ": " + report::grouped(progress.rows) +
         (progress.whole_load ? " records loaded" : " changed records");
}

void print(std::ostream& out, const sync::Report& report) {
  using Align = report::Table::Align;
  report::Table table({{"Object"},
                       {"Read", Align::right},
                       {"New", Align::right},
                       {"Changed", Align::right},
                       {"Late", Align::right},
                       {"Preference changes", Align::right}});
  for (const auto& [object, tally] : report.objects) {
    table.add({object, report::grouped(tally.seen), report::grouped(tally.created),
               report::grouped(tally.updated), report::grouped(tally.late),
               report::grouped(tally.changes)});
  }
  table.print(out);
  out << "\nRead up to " << to_text(report.reached) << " with "
      << report::counted(report.calls, "request", "requests") << ".\n";
  for (const auto& [object, compared] : report.compared) {
    out << object << ": compared " << report::counted(compared.compared, "record", "records")
        << " with the CRM's; " << report::grouped(compared.reread) << " read again, "
        << report::grouped(compared.purged) << " purged, " << report::grouped(compared.vanished)
        << " vanished.\n";
  }
  for (const auto& note : report.notes) out << "NOTE: " << note << "\n";
  if (report.lag > std::chrono::hours(1)) {
    out << "A transaction in the CRM has been open since " << to_text(report.reached - report.lag)
        << "; its changes come when it ends.\n";
  }
  if (report.run.tally.replaced > 0) {
    out << report::counted(report.run.tally.replaced, "value", "values")
        << " could not be read: what is no character became U+FFFD, what is no value kept the old "
           "one.\n";
  }
  for (const auto& finding : report.findings) out << "INCOMPLETE: " << finding.text << "\n";
}

void print(std::ostream& out, const ledger::Outcome& outcome) {
  out << "Assessed " << report::counted(outcome.people, "person", "people") << ": "
      << report::counted(outcome.opened, "duty", "duties") << " opened";
  const auto say = [&out](std::int64_t number, const char* what) {
    if (number > 0) out << ", " << report::grouped(number) << " " << what;
  };
  say(outcome.standing, "standing from before the first sync");
  say(outcome.moved, "moved");
  say(outcome.met, "met by evidence");
  say(outcome.withdrawn, "withdrawn, to be confirmed");
  say(outcome.reopened, "reopened");
  say(outcome.handled, "handled before the baseline");
  out << ".\n";
  for (const auto& pack : outcome.unraised) {
    out << "NOTE: the file of pack " << pack
        << " is another than before, and the version is not; raise it with every correction, or "
           "nobody can tell by which of them a date was counted\n";
  }
}

void print_forgotten(std::ostream& out, const erasure::Outcome& outcome) {
  if (outcome.records > 0) {
    out << "Forgot " << report::counted(outcome.records, "record", "records")
        << " of people whose wish to be forgotten is met.\n";
    for (const auto& line : outcome.gone) out << "NOTE: " << line << "\n";
  }
  for (const auto& path : outcome.rewritten) out << "Rewrote " << path << "\n";
  for (const auto& line : outcome.failed) out << "INCOMPLETE: " << line << "\n";
  for (const auto& line : outcome.passed) out << "INCOMPLETE: " << line << "\n";
  if (!outcome.scrubbed) out << "INCOMPLETE: " << old_bytes_words << "\n";
}

/// Forgets whom the configuration wants forgotten, and in every copy whom an earlier run could not.
erasure::Outcome forget_due(const erasure::Place& place, const ledger::Grounds& grounds,
                            const ledger::Author& author, bool automatically) {
  std::vector<std::string> passed;
  if (automatically) {
    auto forgotten = erasure::forget_met(place, grounds, author);
    if (forgotten.records > 0) return forgotten;
    passed = std::move(forgotten.passed);
  }
  auto finished = erasure::finish(place, author.at);
  finished.passed = std::move(passed);
  return finished;
}

/// What every run says until somebody has mended it: preferences for which the CRM has never shown
/// a field, and ends that the ledger has lost.
void add_what_stays(sync::Report& report, const mirror::Mirror& mirror,
                    const policy::PreferenceMap& preferences, const config::Config& config) {
  const Sight sight{[&mirror](std::string_view object) { return mirror.shape(object).has_value(); },
                    [&mirror](std::string_view object, std::string_view field) {
                      const auto shape = mirror.shape(object);
                      return shape && shape->find(field).has_value();
                    }};
  for (auto& line : unseen_preferences(preferences, config.absent, sight)) {
    report.notes.push_back(std::move(line));
  }
  for (auto& line : lost_ends(config)) report.findings.push_back({"", "", std::move(line)});
}

/// The views that say which field means what.
void publish(mirror::Mirror& mirror, const policy::PreferenceMap& preferences) {
  std::vector<mirror::Published> fields;
  for (const auto& mapping : preferences.mappings()) {
    auto& field = fields.emplace_back(mirror::Published{mapping.object, mapping.field,
                                                        std::string(to_text(mapping.preference)),
                                                        mapping.restrictive});
    field.only_on_change = mapping.only_on_change;
    if (!mapping.terms) continue;
    const auto& terms = *mapping.terms;
    field.preference = terms.otherwise ? std::string(to_text(*terms.otherwise)) : std::string();
    for (const auto& topic : terms.topics) {
      field.topics.push_back(
          {topic.field, topic.of, topic.is, std::string(to_text(topic.preference))});
    }
    field.from = terms.from;
    field.to = terms.to;
  }
  mirror.publish(fields);
}

/// Lines of dates that moved; a correction of a pack may move thousands.
constexpr std::size_t moves_listed = 50;

/// Nothing of the run is left to the log, unless another program reads a moment of long ago.
void empty_log(std::ostream& out, store::Database& database, std::int64_t largest) {
  if (database.empty_log() || database.log_bytes() <= largest) return;
  out << "WARNING: the mirror's log has grown to "
      << report::grouped(database.log_bytes() / (1 << 20))
      << " MiB, because some program keeps reading the mirror; end its query.\n";
}

/// A run that broke off is a run all the same.
void note_failure(mirror::Mirror& mirror, Moment now, const Error& error) {
  mirror::Run run;
  run.command = "sync";
  run.began = now;
  run.ended = now;
  run.exit_code = exit_code(error.kind());
  mirror.finish_run(run);
}

}  // namespace

void sync_options(po::options_description& described) {
  described.add_options()("full", "read every record again; history and ledger stay as they are")(
      "reconcile", "compare the ids and stamps of all records with the CRM's, and mend")(
      "accept-vanished", "with --reconcile: believe it however many records are gone")(
      "accept-lost", po::value<std::string>()->value_name("REASON"),
      "the ledger lost its end, as with an older copy that was put back, and this is why");
  described.add_options()("format",
                          po::value<std::string>()->default_value("table")->value_name("FORMAT"),
                          "table or json");
  add_trace_option(described);
}

namespace {

bool wants_json(const po::variables_map& given) {
  const std::string format = given["format"].as<std::string>();
  if (format != "table" && format != "json") {
    throw Error(Kind::usage, "--format is '" + format + "'; expected table or json");
  }
  return format == "json";
}

}  // namespace

int sync(World& world, const po::variables_map& given) {
  const bool json = wants_json(given);
  std::ostream nowhere(nullptr);
  std::ostream& out = json ? nowhere : world.out;
  const Setting setting = setting_of(world, given);
  const auto& config = setting.config;
  const Judging judging(setting);  // before the CRM is asked: what cannot be judged stops here
  Writing file(world, setting, Writing::Absent::begun);
  if (given.contains("accept-lost")) {
    accept_lost_ends(world, config, given["accept-lost"].as<std::string>());
  }
  auto& mirror = file.mirror();
  auto& ledger = file.ledger();
  Connection connection(world, config, given);
  auto options = config::sync_options(config, judging.preferences());
  options.full = given.contains("full");
  options.reconcile = given.contains("reconcile");
  options.accept_vanished = given.contains("accept-vanished");
  try {
    sync::Report report;
    {
      ProgressLine line(world);
      report = sync::run(
          connection.client(), mirror, options,
          [&line](const sync::Progress& progress) { line.draw(words_for(progress)); }, world.stop);
    }
    add_what_stays(report, mirror, judging.preferences(), config);
    print(out, report);
    const auto outcome =
        ledger.assess(mirror, judging.grounds(), {world.user, report.reached}, world.stop);
    print(out, outcome);
    if (outcome.moved > 0) report::moves(out, ledger, outcome.first_event, moves_listed);
    const auto forgotten =
        forget_due(file.place(), judging.grounds(),
                   {world.user, report::present(mirror, ledger, world.clock.now())},
                   config.forget_automatically && outcome.left == 0);
    print_forgotten(out, forgotten);
    publish(mirror, judging.preferences());
    write_head(config, ledger);
    empty_log(json ? world.err : out, file.database(), config.largest_log);
    if (json) print_sync_data(world.out, report, outcome, forgotten);
    if (outcome.left > 0) throw Error(Kind::interrupted, "stopped before everybody was assessed");
    return report.findings.empty() && forgotten.complete() ? 0 : exit_code(Kind::incomplete);
  } catch (const Error& error) {
    // A file that cannot be written cannot take the note either; the first error is the one to
    // tell.
    if (error.kind() != Kind::storage) note_failure(mirror, world.clock.now(), error);
    throw;
  }
}

}  // namespace heed::cli
