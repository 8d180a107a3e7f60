#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/heads.hpp"
#include "cli/judging.hpp"
#include "cli/opening.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

using Json = nlohmann::ordered_json;

/// What is wrong with the ledger, in a line; empty when nothing is.
std::string ledger_problem(store::Database& database, const config::Config& config, Json& json) {
  if (!is_there(config.key_file(), Kind::storage)) {
    return config.key_file().string() + " is not there, and the ledger cannot be proved without it";
  }
  const ledger::Ledger ledger(database, vault::key_in(config.key_file()));
  auto damage = damage_of_head(config);
  const auto recorded = damage.empty() ? recorded_head(config) : std::string();
  const auto verdict = ledger.verify(recorded);
  json["events"] = verdict.events;
  json["head"] = verdict.head.hash;
  json["erased_texts"] = verdict.erased_texts;
  if (!verdict.sound()) return verdict.problem;
  if (!damage.empty()) return damage;
  if (recorded.empty() && verdict.events > 0) {
    return config.head_file().string() +
           " is not there, so nothing shows whether the ledger's end is whole";
  }
  const auto lost = lost_ends(config);
  return lost.empty() ? std::string() : lost.front();
}

Json local(store::Database& database, const config::Config& config) {
  Json json;
  json["file"] = Json::array();
  for (const auto& problem : database.check_integrity()) json["file"].push_back(problem);
  for (const auto& each : mirror::Mirror(database).dangling()) json["file"].push_back(each);
  Json chain;
  const auto problem = ledger_problem(database, config, chain);
  chain["problem"] = problem.empty() ? Json(nullptr) : Json(problem);
  json["ledger"] = chain;
  json["not_forgotten"] =
      erasure::unfinished(database, mirror::Mirror(database), config.erasures_file());
  return json;
}

Json moment_or_null(const std::optional<Moment>& moment) {
  return moment ? Json(to_text(*moment)) : Json(nullptr);
}

Json compared(const sync::Verification& result) {
  Json json;
  json["objects"] = Json::array();
  for (const auto& [object, proof] : result.objects) {
    json["objects"].push_back({{"object", object},
                               {"until", to_text(proof.until)},
                               {"in_crm", proof.there},
                               {"in_mirror", proof.here},
                               {"latest_in_crm", moment_or_null(proof.latest_there)},
                               {"latest_in_mirror", moment_or_null(proof.latest_here)},
                               {"changed_since", proof.newer},
                               {"differences", proof.wrong},
                               {"in_mirror_alone", proof.kept}});
  }
  json["differences"] = Json::array();
  for (const auto& each : result.disagreements) {
    json["differences"].push_back(
        {{"object", each.object}, {"id", each.id.text()}, {"text", each.text}});
  }
  json["incomplete"] = Json::array();
  for (const auto& each : result.findings) json["incomplete"].push_back(each.text);
  json["requests"] = result.calls;
  return json;
}

void print_compared(std::ostream& out, const Json& json) {
  using Align = report::Table::Align;
  report::Table table({{"Object"},
                       {"In the CRM", Align::right},
                       {"In the mirror", Align::right},
                       {"Changed since", Align::right},
                       {"Differences", Align::right},
                       {"Claimed up to"}});
  for (const auto& each : json["objects"]) {
    const auto number = [&each](const char* key) {
      return report::grouped(each[key].get<std::int64_t>());
    };
    table.add({each["object"], number("in_crm"), number("in_mirror"), number("changed_since"),
               number("differences"), each["until"]});
  }
  table.print(out);
  out << "\n";
  for (const auto& each : json["objects"]) {
    if (each["in_mirror_alone"] == 0) continue;
    out << "NOTE: " << each["object"].get<std::string>() << ": "
        << report::grouped(each["in_mirror_alone"].get<std::int64_t>())
        << " more are in the mirror alone: the CRM throws field history away after two years, and "
           "with its record; the mirror keeps it\n";
  }
  for (const auto& each : json["differences"]) {
    out << "DIFFERENCE: " << each["object"].get<std::string>() << " "
        << each["id"].get<std::string>() << " " << each["text"].get<std::string>() << "\n";
  }
  for (const auto& each : json["incomplete"]) {
    out << "INCOMPLETE: " << each.get<std::string>() << "\n";
  }
}

void print_local(std::ostream& out, const Json& json) {
  for (const auto& each : json["file"]) out << "DAMAGED: " << each.get<std::string>() << "\n";
  if (json["file"].empty()) out << "The file is sound.\n";
  const auto& chain = json["ledger"];
  if (chain["problem"].is_null()) {
    out << "The ledger is unbroken: " << report::grouped(chain["events"].get<std::int64_t>())
        << " events, head " << chain["head"].get<std::string>() << ".\n";
  } else {
    out << "BROKEN LEDGER: " << chain["problem"].get<std::string>() << "\n";
  }
  for (const auto& each : json["not_forgotten"]) {
    out << "INCOMPLETE: " << each.get<std::string>() << "\n";
  }
}

int outcome(const Json& json) {
  int code = 0;
  if (!json["file"].empty()) code = graver(code, exit_code(Kind::storage));
  if (!json["ledger"]["problem"].is_null()) code = graver(code, exit_code(Kind::finding));
  if (!json["not_forgotten"].empty()) code = graver(code, exit_code(Kind::incomplete));
  if (!json.contains("objects")) return code;
  for (const auto& each : json["objects"]) {
    if (each["differences"] != 0) code = graver(code, exit_code(Kind::finding));
  }
  return json["incomplete"].empty() ? code : graver(code, exit_code(Kind::incomplete));
}

}  // namespace

void verify_options(po::options_description& described) {
  described.add_options()("offline", "the file and the ledger alone, without asking the CRM")(
      "format", po::value<std::string>()->default_value("table")->value_name("FORMAT"),
      "table or json");
  add_trace_option(described);
}

int verify(World& world, const po::variables_map& given) {
  const std::string format = given["format"].as<std::string>();
  if (format != "table" && format != "json") {
    throw Error(Kind::usage, "--format is '" + format + "'; expected table or json");
  }
  const Setting setting = setting_of(world, given);
  auto database = open_to_read(world, setting, Shown::people);
  mirror::Mirror mirror(database);
  Json json = local(database, setting.config);
  if (!given.contains("offline")) {
    const auto preferences = config::load_preferences(setting.folders);
    if (!mirror.erasures().empty()) {
      mirror.guard(config::keeping(setting.config, preferences, sealing_key(setting.config)));
    }
    Connection connection(world, setting.config, given);
    const auto options = config::sync_options(setting.config, preferences);
    json.update(compared(sync::verify(connection.client(), mirror, options, {}, world.stop)));
  }
  if (format == "json") {
    world.out << json.dump(2) << "\n";
  } else {
    if (json.contains("objects")) print_compared(world.out, json);
    print_local(world.out, json);
  }
  return outcome(json);
}

}  // namespace heed::cli
