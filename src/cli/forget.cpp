#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/acting.hpp"
#include "cli/heads.hpp"
#include "cli/judging.hpp"
#include "cli/opening.hpp"
#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

using Json = nlohmann::ordered_json;

void print(std::ostream& out, const erasure::Scope& scope) {
  report::Table table({{"Record"}});
  for (const auto& record : scope.records) table.add({report::ref_words(record)});
  table.print(out);
  const auto records = static_cast<std::int64_t>(scope.records.size());
  out << "\n"
      << report::counted(records, "record", "records") << " of one person, with "
      << report::counted(scope.changes, "change", "changes") << " and "
      << report::counted(scope.duties, "duty", "duties") << ".\n";
  if (scope.owed > 0) {
    out << report::counted(scope.owed, "duty is", "duties are")
        << " still owed, and will be under a pseudonym: heed cannot tell any more to whom.\n";
  }
  if (!scope.copies.empty()) {
    out << report::counted(static_cast<std::int64_t>(scope.copies.size()), "copy", "copies")
        << " that heed wrote of the mirror will be rewritten.\n";
  }
  if (!scope.whole) {
    out << "More are linked to them than a person has: nothing may be forgotten until the links "
           "are "
           "mended in the CRM, or the person of an [[object]] in the configuration.\n";
  }
  if (scope.hold) out << "A privacy hold stands: nothing may be forgotten until it is lifted.\n";
}

void print(std::ostream& out, const erasure::Outcome& outcome) {
  out << "\nForgot " << report::counted(outcome.records, "record", "records")
      << "; the ledger keeps "
      << "what was owed and done under "
      << report::counted(outcome.handles, "pseudonym", "pseudonyms") << ".\n";
  for (const auto& path : outcome.rewritten) out << "Rewrote " << path << "\n";
  for (const auto& line : outcome.gone) out << "Note: " << line << "\n";
  for (const auto& line : outcome.failed) out << "INCOMPLETE: " << line << "\n";
  if (!outcome.scrubbed) out << "INCOMPLETE: " << old_bytes_words << "\n";
}

Json json_of(const erasure::Scope& scope, const std::optional<erasure::Outcome>& outcome) {
  Json json;
  json["records"] = Json::array();
  for (const auto& record : scope.records) {
    json["records"].push_back({{"object", record.object}, {"id", std::string(record.id.text())}});
  }
  json["changes"] = scope.changes;
  json["duties"] = scope.duties;
  json["owed"] = scope.owed;
  json["hold"] = scope.hold;
  json["whole"] = scope.whole;
  json["copies"] = scope.copies;
  json["forgotten"] = nullptr;
  if (!outcome) return json;
  json["forgotten"] = {{"records", outcome->records},     {"pseudonyms", outcome->handles},
                       {"rewritten", outcome->rewritten}, {"gone", outcome->gone},
                       {"failed", outcome->failed},       {"scrubbed", outcome->scrubbed}};
  return json;
}

void want_looked_at(const po::variables_map& given, const erasure::Scope& scope) {
  const auto records = scope.records.size();
  want_confirmed(given, records,
                 "forgetting " + std::to_string(records) + (records == 1 ? " record" : " records") +
                     " cannot be undone",
                 "nothing was forgotten");
}

}  // namespace

void forget_options(po::options_description& described) {
  confirm_option(described, "forget; N is the number of records shown");
  described.add_options()("dry-run", "show what would be forgotten, and change nothing")(
      "by", po::value<std::string>()->value_name("NAME"), "who decided; else the system's user")(
      "reason", po::value<std::string>()->value_name("TEXT"),
      "why, for the ledger; it must not say who the person is")(
      "format", po::value<std::string>()->default_value("table")->value_name("FORMAT"),
      "table or json");
}

int forget(World& world, const po::variables_map& given) {
  const auto format = format_of(given, false);
  if (operand_of(given).empty()) throw Error(Kind::usage, "heed forget wants the ID of a record");
  const Id id = id_of(operand_of(given));
  const Setting setting = setting_of(world, given);
  const Judging judging(setting);
  const auto& config = setting.config;
  const Writing file(world, setting, Writing::Absent::refused);
  const auto& place = file.place();
  const auto scope = erasure::scope_of(place, judging.grounds(), id);
  if (format == report::Format::table) print(world.out, scope);
  std::optional<erasure::Outcome> outcome;
  if (!given.contains("dry-run")) {
    want_looked_at(given, scope);
    const auto grounds = judging.grounds();
    const auto author = author_of(world, given, {place.mirror, place.ledger, grounds});
    outcome = erasure::forget(place, scope, author, given_text(given, "reason"));
    write_head(config, file.ledger());
    if (format == report::Format::table) print(world.out, *outcome);
  }
  if (format == report::Format::json) world.out << json_of(scope, outcome).dump(2) << "\n";
  return outcome && !outcome->complete() ? exit_code(Kind::incomplete) : 0;
}

}  // namespace heed::cli
