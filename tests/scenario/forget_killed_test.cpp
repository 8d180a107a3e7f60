#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/erasure.hpp"
#include "heed/error.hpp"
#include "support/dump.hpp"
#include "support/faulty_vfs.hpp"
#include "support/office.hpp"
#include "support/schedules.hpp"

namespace {

using heed::support::Office;

const std::string key(64, 'k');

std::filesystem::path erasures(const Office& office) {
  return office.file() + ".erasures";
}

/// Opens the mirror as a command does that writes, and forgets again what was begun.
void reopen(const Office& office, const heed::store::Options& storage,
            const std::function<void(const heed::erasure::Place&)>& work) {
  auto database = heed::store::Database::open(office.file(), heed::store::Mode::write, storage);
  heed::mirror::Mirror mirror(database);
  heed::ledger::Ledger ledger(database, key);
  mirror.guard(heed::config::keeping(office.config, heed::support::shipped_preferences(), key));
  const heed::erasure::Place place{database, mirror, ledger, key, erasures(office)};
  if (heed::erasure::wants_replay(mirror, place.file)) {
    heed::erasure::replay(place, office.crm.org().now());
  }
  work(place);
}

void forget(const Office& office, const heed::store::Options& storage, heed::Id who) {
  reopen(office, storage, [&](const heed::erasure::Place& place) {
    if (place.mirror.forgotten(who)) return;
    heed::erasure::Scope scope;
    scope.records = place.mirror.person("Individual", who).members;
    heed::erasure::forget(place, scope, {"the officer", office.crm.org().now()}, "case 7");
  });
}

}  // namespace

TEST_CASE("forgetting that is killed at any write is finished by whoever opens the mirror next",
          "[scenario][forget]") {
  const heed::simulated::OrgOptions options{.individuals = 12};
  heed::support::FaultyVfs disk;
  heed::store::Options storage;
  storage.vfs = disk.name();
  Office undisturbed(options);
  undisturbed.sync(storage);
  const auto who = undisturbed.crm.org().nth("Individual", 3);
  disk.heal();
  forget(undisturbed, storage, who);
  const auto writes = disk.operations();
  REQUIRE(writes > 5);
  const auto expected = undisturbed.state();
  for (std::int64_t k = 1; k <= writes; k += 1 + writes / 40) {
    CAPTURE(k);
    disk.heal();
    Office office(options);
    office.sync(storage);
    disk.fail_at(k, heed::support::FaultyVfs::Fault::kill);
    try {
      forget(office, storage, who);
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::storage);
    }
    disk.heal();
    forget(office, storage, who);
    REQUIRE(office.state() == expected);
  }
}
