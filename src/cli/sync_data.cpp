#include "cli/sync_data.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

namespace heed::cli {

namespace {

using Json = nlohmann::ordered_json;

Json objects_json(const sync::Report& report) {
  Json objects = Json::array();
  for (const auto& [object, tally] : report.objects) {
    Json each;
    each["object"] = object;
    each["read"] = tally.seen;
    each["new"] = tally.created;
    each["changed"] = tally.updated;
    each["late"] = tally.late;
    each["preference_changes"] = tally.changes;
    each["compared"] = nullptr;
    if (const auto at = report.compared.find(object); at != report.compared.end()) {
      each["compared"] = {{"records", at->second.compared},
                          {"read_again", at->second.reread},
                          {"purged", at->second.purged},
                          {"vanished", at->second.vanished}};
    }
    objects.push_back(each);
  }
  return objects;
}

Json findings_json(const sync::Report& report) {
  Json findings = Json::array();
  for (const auto& finding : report.findings) {
    findings.push_back({{"object", finding.object},
                        {"field", finding.field.empty() ? Json(nullptr) : Json(finding.field)},
                        {"text", finding.text}});
  }
  return findings;
}

Json assessed_json(const ledger::Outcome& outcome) {
  return {{"people", outcome.people},     {"opened", outcome.opened},
          {"standing", outcome.standing}, {"moved", outcome.moved},
          {"met", outcome.met},           {"withdrawn", outcome.withdrawn},
          {"reopened", outcome.reopened}, {"handled", outcome.handled},
          {"not_assessed", outcome.left}, {"packs_not_raised", outcome.unraised}};
}

Json forgotten_json(const erasure::Outcome& forgotten) {
  return {{"records", forgotten.records},
          {"rewritten", forgotten.rewritten},
          {"failed", forgotten.failed},
          {"passed", forgotten.passed},
          {"scrubbed", forgotten.scrubbed}};
}

}  // namespace

void print_sync_data(std::ostream& out, const sync::Report& report, const ledger::Outcome& outcome,
                     const erasure::Outcome& forgotten) {
  Json json;
  json["read_up_to"] = to_text(report.reached);
  json["lag_seconds"] = report.lag.count();
  json["requests"] = report.calls;
  json["unreadable_values"] = report.run.tally.replaced;
  json["complete"] = report.findings.empty() && forgotten.complete();
  json["objects"] = objects_json(report);
  json["notes"] = report.notes;
  json["findings"] = findings_json(report);
  json["assessed"] = assessed_json(outcome);
  json["forgotten"] = forgotten_json(forgotten);
  out << json.dump(2) << "\n";
}

}  // namespace heed::cli
