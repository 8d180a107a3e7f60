#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "heed/config.hpp"
#include "heed/ledger.hpp"
#include "heed/store.hpp"
#include "heed/sync.hpp"
#include "simulator/simulator.hpp"
#include "support/clock.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

/// A privacy office with a simulated CRM and a mirror in a folder of its own: what a scenario
/// happens to. Time is the CRM's; it moves when the org's does.
class Office {
  TempDir folder_;

 public:
  explicit Office(const simulated::OrgOptions& options = {});

  simulated::Simulator crm;

  /// The settings of the next run; changed as a scenario needs.
  config::Config config;

  /// What fields mean, in the place of what is shipped.
  std::optional<policy::PreferenceMap> preferences;

  /// What the next runs want otherwise than the configuration says; may be empty.
  std::function<void(sync::Options&)> tune;
  /// Told after every stored page; may be empty.
  std::function<void(const sync::Progress&)> progress;

  /// What forgotten records are known by in the next runs; empty: nobody is forgotten.
  std::string pseudonym_key;

  /// How far the clock of heed's machine is from the CRM's when a run begins.
  std::chrono::seconds skew{0};
  /// Told before every request, by whoever sends it; may step the machine's clock. May be empty.
  std::function<void(ManualClock&)> machine;

  /// One run of heed sync: asks, mirrors, assesses. Throws what it throws.
  sync::Report sync(const store::Options& storage = {}, bool full = false);

  /// The same where something may break; whether it did.
  bool breaks(const store::Options& storage = {});

  /// Everything the mirror and the ledger say, but for what depends on when heed ran: the CRM's
  /// tables, changes, links, and each duty in the order of what it is about.
  std::string state();

  /// The mirror, open for reading.
  store::Database open() const;

  /// The mirror's file.
  std::string file() const { return config.mirror.string(); }

  /// Starts anew with no mirror; the CRM stays as it is.
  void forget_mirror();

 private:
  ManualClock clock_;
};

/// How a record stands in the office's mirror. A record that is not there throws.
Standing standing(const Office& office, std::string_view object, Id id);

/// The duties of a mirror, a line each, in the order of object, record, field and rule.
std::string duties_of(store::Database& database);

}  // namespace heed::support
