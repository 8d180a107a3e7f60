#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  if (!value) return nullptr;
  return to_text(*value);
}

Json run_json(const std::optional<mirror::Run>& run) {
  if (!run) return nullptr;
  Json json;
  json["number"] = run->number;
  json["command"] = run->command;
  json["began"] = to_text(run->began);
  json["ended"] = or_null(run->ended);
  json["exit_code"] = run->exit_code ? Json(*run->exit_code) : Json(nullptr);
  json["unreadable_values"] = run->tally.replaced;
  return json;
}

/// The day's requests and what they leave, as the last run wrote them down.
Json requests_json(const config::Config& config, Moment now) {
  const auto spending = crm::spending_in(vault::State(config.state_file()));
  if (!spending) return nullptr;
  const auto allowance = crm::allowance_of(config.crm, *spending, now);
  Json json;
  json["day"] = to_text(spending->day);
  json["sent"] = spending->calls;
  json["calls_a_day"] = config.crm.calls_a_day > 0 ? Json(config.crm.calls_a_day) : Json(nullptr);
  json["org_used"] = spending->usage ? Json(spending->usage->used) : Json(nullptr);
  json["org_allowed"] = spending->usage ? Json(spending->usage->allowed) : Json(nullptr);
  json["org_told"] = spending->usage ? Json(to_text(spending->at)) : Json(nullptr);
  json["allowed"] = allowance == crm::Allowance::all      ? "all"
                    : allowance == crm::Allowance::needed ? "needed"
                                                          : "none";
  return json;
}

Json logins_json(const config::Config& config, Moment now) {
  const auto record = crm::login_record(vault::State(config.state_file()), now);
  Json json;
  json["last_hour"] = record.logins;
  json["allowed"] = config.crm.logins_an_hour;
  json["renewals"] = record.renewals;
  json["renewals_allowed"] = config.crm.renewals_an_hour;
  json["refused"] = record.refused;
  json["last"] = or_null(record.last);
  json["stopped"] = record.stopped;
  json["token_in_doubt"] = record.token_in_doubt;
  return json;
}

std::string logins_text(const Json& json) {
  std::string text = std::to_string(json["last_hour"].get<int>()) + " in the last hour (of " +
                     std::to_string(json["allowed"].get<int>()) + "), " +
                     std::to_string(json["renewals"].get<int>()) + " of them renewals (of " +
                     std::to_string(json["renewals_allowed"].get<int>()) + ")";
  const bool renewed = json["renewals"] > 0 && json["renewals"] >= json["renewals_allowed"];
  if (json["last_hour"] >= json["allowed"] || renewed) {
    text += "; STOPPED: no more until the hour is over";
  }
  if (json["stopped"].get<bool>()) {
    text += "; STOPPED: the CRM refused these credentials (heed check --login-again)";
  }
  if (json["token_in_doubt"].get<bool>()) {
    text += "; STOPPED: nobody knows whether the refresh token is spent; authorise heed anew";
  }
  return text;
}

/// The state of the mirror, and how far a report of it could be relied upon.
Json gather(const Reporting& reporting, const report::Condition& condition) {
  const auto& mirror = reporting.mirror();
  const auto& database = reporting.database();
  const auto& config = reporting.config();
  const Moment now = reporting.circumstances().now;
  Json json;
  json["mirror"] = config.mirror.string();
  const auto org = mirror.org();
  json["org"] = org ? Json(org->id) : Json(nullptr);
  json["instance"] = org ? Json(org->instance) : Json(nullptr);
  json["last_run"] = run_json(mirror.last_run());
  json["last_complete_run"] = run_json(mirror.last_complete_run());
  json["objects"] = Json::array();
  for (const auto& object : mirror.objects()) {
    const auto cursor = mirror.cursor(object);
    Json each;
    each["object"] = object;
    each["rows"] = mirror.count(object);
    each["watermark"] = or_null(cursor.watermark);
    each["loading"] = cursor.load_began.has_value();
    const auto upkeep = mirror.upkeep(object);
    each["deletions_until"] = or_null(upkeep.deletions_until);
    each["compared"] = or_null(upkeep.reconciled);
    json["objects"].push_back(each);
  }
  json["hidden_fields"] = Json::array();
  for (const auto& hidden : mirror.hidden()) {
    json["hidden_fields"].push_back(
        {{"object", hidden.object}, {"field", hidden.field}, {"since", to_text(hidden.since)}});
  }
  json["not_assessed"] = mirror.list_size();
  json["requests"] = requests_json(config, now);
  json["log_bytes"] = database.log_bytes();
  json["log_too_large"] = database.log_bytes() > config.largest_log;
  json["logins"] = logins_json(config, now);
  json["not_forgotten"] = erasure::unfinished(database, mirror, config.erasures_file());
  if (const auto there = mirror.returned(); there > 0) {
    json["not_forgotten"].push_back(
        report::counted(there, "forgotten record was", "forgotten records were") +
        " still in the CRM when it was last read: delete what is left there, and empty its recycle "
        "bin; the next heed sync sees that it is done");
  }
  json["ledger_lost"] = reporting.circumstances().lost;
  json["incomplete"] = condition.incomplete;
  json["remarks"] = condition.remarks;
  return json;
}

std::string text_or(const Json& json, const char* otherwise) {
  return json.is_null() ? otherwise : json.get<std::string>();
}

std::string run_text(const Json& run) {
  if (run.is_null()) return "none";
  std::string text = run["began"].get<std::string>();
  if (run["exit_code"].is_null()) return text + ", cut off";
  text += ", ended with " + std::to_string(run["exit_code"].get<int>());
  const auto unreadable = run["unreadable_values"].get<std::int64_t>();
  if (unreadable > 0) text += "; " + report::counted(unreadable, "value", "values") + " unreadable";
  return text;
}

std::string requests_text(const Json& requests) {
  if (requests.is_null()) return "none yet";
  const auto number = [&](const char* key) {
    return report::grouped(requests[key].get<std::int64_t>());
  };
  std::string text = number("sent");
  if (!requests["calls_a_day"].is_null()) text += " of " + number("calls_a_day");
  text += " on " + requests["day"].get<std::string>();
  if (!requests["org_used"].is_null()) {
    text += "; the org " + number("org_used") + " of " + number("org_allowed") + " at " +
            requests["org_told"].get<std::string>();
  }
  return text;
}

/// What the budget keeps heed from; empty where it keeps it from nothing.
std::string budget_text(const Json& requests) {
  if (requests.is_null() || requests["allowed"] == "all") return {};
  return requests["allowed"] == "needed"
             ? "BUDGET: only what is needed is asked today, see [crm] calls_a_day and leave_share"
             : "BUDGET: nothing more is asked for now, see [crm] calls_a_day and leave_share";
}

void print(std::ostream& out, const Json& json) {
  out << "Mirror         " << json["mirror"].get<std::string>() << "\n"
      << "Org            " << text_or(json["org"], "none yet") << " at "
      << text_or(json["instance"], "-") << "\n"
      << "Last run       " << run_text(json["last_run"]) << "\n"
      << "Last complete  " << run_text(json["last_complete_run"]) << "\n"
      << "Logins         " << logins_text(json["logins"]) << "\n"
      << "Requests       " << requests_text(json["requests"]) << "\n"
      << "Not assessed   " << report::grouped(json["not_assessed"].get<std::int64_t>()) << "\n\n";
  report::Table table(
      {{"Object"}, {"Records", report::Table::Align::right}, {"Mirrored up to"}, {"Compared"}});
  for (const auto& each : json["objects"]) {
    table.add(
        {each["object"], report::grouped(each["rows"].get<std::int64_t>()),
         each["loading"].get<bool>() ? "first load not finished" : text_or(each["watermark"], "-"),
         text_or(each["compared"], "-")});
  }
  table.print(out);
  const auto budget = budget_text(json["requests"]);
  if (!budget.empty()) out << "\n" << budget << "\n";
  if (json["log_too_large"].get<bool>()) {
    out << "\nWARNING: the mirror's log has grown to "
        << report::grouped(json["log_bytes"].get<std::int64_t>() / (1 << 20))
        << " MiB: some program keeps reading the mirror; end its query, and the next run of heed "
           "sync empties it\n";
  }
  for (const auto& line : json["not_forgotten"]) {
    out << "\nINCOMPLETE: " << line.get<std::string>() << "\n";
  }
}

}  // namespace

void status_options(po::options_description& described) {
  described.add_options()("format",
                          po::value<std::string>()->default_value("table")->value_name("FORMAT"),
                          "table or json");
}

int status(World& world, const po::variables_map& given) {
  const std::string format = given["format"].as<std::string>();
  if (format != "table" && format != "json") {
    throw Error(Kind::usage, "--format is '" + format + "'; expected table or json");
  }
  const Reporting reporting(world, given, Shown::figures);
  const auto condition = report::condition_of(reporting.sources(), reporting.circumstances());
  const Json json = gather(reporting, condition);
  if (format == "json") {
    world.out << json.dump(2) << "\n";
  } else {
    print(world.out, json);
    if (!condition.complete() || !condition.remarks.empty()) world.out << "\n";
    report::print_condition(world.out, condition);
  }
  const bool whole = condition.complete() && json["not_forgotten"].empty();
  return whole ? 0 : exit_code(Kind::incomplete);
}

}  // namespace heed::cli
