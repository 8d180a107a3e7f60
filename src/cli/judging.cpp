#include "cli/judging.hpp"

namespace heed::cli {

namespace {

ledger::Options options_of(const Setting& setting) {
  const auto& config = setting.config;
  ledger::Options options;
  for (const auto& place : config::place_fields()) {
    options.places.push_back(
        {place.object, place.country_code, place.country, place.state_code, place.state});
  }
  options.enforced_by = config.enforced_by;
  for (const auto& each : config.evidence) {
    options.evidence.push_back({each.object, each.field, each.received, each.done, each.kinds});
  }
  options.emptied = config.emptied;
  const auto& baseline = config.baseline;
  if (baseline.handled_before || baseline.treat_open) {
    options.baseline = ledger::Baseline{baseline.handled_before, baseline.treat_open, baseline.by,
                                        baseline.reason};
  }
  options.digest = config::judging_digest(config, setting.folders);
  return options;
}

}  // namespace

Judging::Judging(const Setting& setting)
    : preferences_(config::load_preferences(setting.folders)),
      rulebook_(config::load_rulebook(setting.config, setting.folders)),
      options_(options_of(setting)) {}

}  // namespace heed::cli
