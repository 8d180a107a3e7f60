#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

std::optional<int> days_of(const po::variables_map& given) {
  if (!given.contains("within")) return std::nullopt;
  const std::string text = given["within"].as<std::string>();
  const auto span = config::parse_span(text);
  if (!span || *span > std::chrono::years(100)) {
    throw Error(Kind::usage, "--within is '" + text + "'; expected a time as 7d");
  }
  return static_cast<int>(std::chrono::ceil<std::chrono::days>(*span).count());
}

std::optional<mirror::Ref> person_of(const po::variables_map& given, const mirror::Mirror& mirror) {
  if (!given.contains("person")) return std::nullopt;
  const Id id = id_of(given["person"].as<std::string>());
  const auto object = mirror.object_of(id);
  if (object && mirror.row(*object, id)) return mirror::Ref{*object, id};
  throw Error(Kind::finding, "no record " + std::string(id.text()) +
                                 " is in the mirror; look it up in the CRM, or run heed sync");
}

}  // namespace

void due_options(po::options_description& described) {
  described.add_options()("within", po::value<std::string>()->value_name("SPAN"),
                          "only what is due within this time, as 7d; overdue always belongs")(
      "as-of", po::value<std::string>()->value_name("T"),
      "what heed knew at T, and days counted from there; a moment or a day")(
      "person", po::value<std::string>()->value_name("ID"), "only this record's person")(
      "pack", po::value<std::string>()->value_name("PACK"), "only under this pack")(
      "preference", po::value<std::string>()->value_name("NAME"), "only about this preference")(
      "long-past", "only what began before the holidays are known, and so has no date")(
      "all-duties", "in the table a line a duty, not a line a person")(
      "limit", po::value<int>()->default_value(50)->value_name("N"), "lines of the table; 0: all")(
      "check", "exit with 1 when something is overdue");
  output_options(described, true);
}

report::DueOptions asked_of_due(const po::variables_map& given) {
  report::DueOptions options;
  options.format = format_of(given, true);
  options.csv = csv_mode_of(given);
  options.within = days_of(given);
  options.pack = given_text(given, "pack");
  options.preference = preference_of(given);
  options.all_duties = given.contains("all-duties");
  options.long_past = given.contains("long-past");
  options.limit = limit_of(given);
  return options;
}

void want_pack(const po::variables_map& given, const policy::Rulebook& rulebook,
               const OwedPacks& owed) {
  if (!given.contains("pack")) return;
  const std::string pack = given_text(given, "pack");
  std::string known;
  for (const auto& each : rulebook.packs()) {
    if (each.id == pack) return;
    known += (known.empty() ? "" : ", ") + each.id;
  }
  std::string others;
  for (const auto& each : owed()) {
    if (each == pack) return;
    if (rulebook.pack(each) == nullptr) others += (others.empty() ? "" : ", ") + each;
  }
  throw Error(Kind::usage,
              "--pack is '" + pack + "'; enabled are " + known +
                  (others.empty() ? "" : ", and there are duties of " + others + " besides"));
}

int due(World& world, const po::variables_map& given) {
  auto options = asked_of_due(given);
  const Reporting reporting(world, given);
  want_pack(given, reporting.rulebook(),
            [&reporting] { return reporting.sources().ledger.rule_names().packs; });
  options.person = person_of(given, reporting.mirror());
  report::DueResult result;
  write_out(world, given, reporting.config(), [&](std::ostream& out) {
    result = report::due(out, reporting.sources(), reporting.circumstances(), options);
  });
  const int code = exit_of(world, result.condition, options.format);
  const bool found = given.contains("check") && result.overdue;
  return found ? graver(code, exit_code(Kind::finding)) : code;
}

}  // namespace heed::cli
