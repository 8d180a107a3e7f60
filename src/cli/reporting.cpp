#include "cli/reporting.hpp"

#include <ostream>

#include "cli/targets.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

/// The objects that runs read, and what they ask for.
std::map<std::string, std::set<std::string>> mirrored(const sync::Options& options) {
  std::map<std::string, std::set<std::string>> objects;
  for (const auto& wanted : options.objects) {
    auto& fields = objects[wanted.object];
    for (const auto* list : {&wanted.required, &wanted.optional, &wanted.tracked}) {
      fields.insert(list->begin(), list->end());
    }
    objects[mirror::history_name(wanted.object)];
  }
  return objects;
}

report::Circumstances circumstances_of(const World& world, const po::variables_map& given,
                                       const Judging& judging, const config::Config& config,
                                       const Heads& heads, const report::Sources& sources) {
  report::Circumstances circumstances;
  circumstances.now = world.clock.now();
  circumstances.as_of = report::present(sources, circumstances.now);
  circumstances.absent = config.absent;
  circumstances.mirrored = mirrored(config::sync_options(config, judging.preferences()));
  circumstances.same_email = config.same_email;
  circumstances.lost = lost_ends(config, heads, sources.ledger, circumstances.now);
  if (given.contains("as-of")) {
    circumstances.as_of = moment_of("as-of", given["as-of"].as<std::string>());
  }
  return circumstances;
}

}  // namespace

Moment moment_of(std::string_view option, const std::string& text) {
  if (const auto moment = parse_moment(text)) return *moment;
  if (const auto day = parse_day(text)) return Moment(day->time_since_epoch());
  throw Error(Kind::usage, "--" + std::string(option) + " is '" + text +
                               "'; expected a moment as 2026-11-25T08:00:00Z, or a day, which is "
                               "its first moment in UTC");
}

Reporting::Reporting(const World& world, const po::variables_map& given, Shown shown)
    : setting_(setting_of(world, given)),
      judging_(setting_),
      grounds_(judging_.grounds()),
      database_(open_to_read(world, setting_, shown)),
      heads_(heads_of(setting_.config)),
      state_(database_, store::Transaction::Kind::read),
      mirror_(database_),
      ledger_(database_, {}),
      circumstances_(circumstances_of(world, given, judging_, setting_.config, heads_, sources())) {
}

void output_options(po::options_description& described, bool with_csv) {
  described.add_options()("format",
                          po::value<std::string>()->default_value("table")->value_name("FORMAT"),
                          with_csv ? "table, csv or json" : "table or json");
  if (with_csv) {
    described.add_options()(
        "csv-mode", po::value<std::string>()->default_value("spreadsheet")->value_name("MODE"),
        "spreadsheet: no cell is a formula; data: exact, for machines");
  }
  described.add_options()("out", po::value<std::string>()->value_name("FILE"),
                          "write to FILE, readable by its owner alone");
}

report::Format format_of(const po::variables_map& given, bool with_csv) {
  const std::string text = given_text(given, "format");
  const auto format = report::parse_format(text);
  if (format && (with_csv || *format != report::Format::csv)) return *format;
  throw Error(Kind::usage, "--format is '" + text + "'; expected " +
                               (with_csv ? "table, csv or json" : "table or json"));
}

report::CsvMode csv_mode_of(const po::variables_map& given) {
  const std::string text = given_text(given, "csv-mode");
  if (const auto mode = report::parse_csv_mode(text)) return *mode;
  throw Error(Kind::usage, "--csv-mode is '" + text + "'; expected spreadsheet or data");
}

void write_out(World& world, const po::variables_map& given, const config::Config& config,
               const std::function<void(std::ostream&)>& write) {
  const std::string file = given_text(given, "out");
  auto* stream = file.empty() ? &world.out : stream_of(world, file);
  if (stream != nullptr) return write(*stream);
  want_free("--out", file, world, config);
  try {
    report::write_file(file, write);
  } catch (const Error& error) {
    throw error.kind() == Kind::usage ? error.in("--out") : error;
  }
}

std::size_t limit_of(const po::variables_map& given) {
  const int limit = given["limit"].as<int>();
  if (limit < 0) throw Error(Kind::usage, "--limit is negative; expected a number, 0 for no limit");
  return static_cast<std::size_t>(limit);
}

std::optional<Preference> preference_of(const po::variables_map& given) {
  const std::string text = given_text(given, "preference");
  if (text.empty()) return std::nullopt;
  if (const auto preference = parse_preference(text)) return preference;
  throw Error(Kind::usage,
              "--preference is '" + text + "'; expected one of " + std::string(preference_names()));
}

std::string_view preference_names() {
  return "solicit, track, geotrack, profile, process, forget, export, store-elsewhere, email, "
         "phone, fax, text, hold";
}

Id id_of(const std::string& text) {
  if (const auto id = Id::parse(text)) return *id;
  throw Error(Kind::usage, "'" + text +
                               "' is no record id; expected its 15 or 18 characters, in the letter "
                               "case that the CRM shows");
}

int exit_of(World& world, const report::Condition& condition, report::Format format) {
  if (format == report::Format::csv) report::print_condition(world.err, condition);
  return condition.complete() ? 0 : exit_code(Kind::incomplete);
}

}  // namespace heed::cli
