#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/erasure.hpp"
#include "support/contents.hpp"
#include "support/cut.hpp"
#include "support/dump.hpp"
#include "support/office.hpp"
#include "support/schedules.hpp"

// Forgetting that is killed at any write is finished by whoever opens the mirror next.

namespace {

namespace fs = std::filesystem;
using heed::support::Office;

const std::string key(64, 'k');

/// A privacy office with a copy of its mirror from before, and a person to be forgotten.
struct Case {
  Case() : office({.individuals = 5}), who(office.crm.org().nth("Individual", 3)) {
    office.sync();
    reopen([&](const heed::erasure::Place& place) {
      place.database.backup_to(copy());
      place.mirror.note_copy(copy(), office.crm.org().now());
    });
    fs::copy_file(office.file(), older());
  }

  std::string erasures() const { return office.file() + ".erasures"; }
  std::string copy() const { return office.file() + ".copy"; }
  /// The file as it was before anybody was forgotten.
  std::string older() const { return office.file() + ".older"; }

  /// Opens the mirror as a command does that writes, and forgets again what was begun.
  void reopen(const std::function<void(const heed::erasure::Place&)>& work) const {
    auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
    heed::mirror::Mirror mirror(database);
    heed::ledger::Ledger ledger(database, key);
    mirror.guard(heed::config::keeping(office.config, heed::support::shipped_preferences(), key));
    const heed::erasure::Place place{database, mirror, ledger, key, erasures()};
    if (heed::erasure::wants_replay(mirror, place.file)) {
      heed::erasure::replay(place, office.crm.org().now());
    }
    mirror.scrub();
    work(place);
  }

  void forget() const {
    reopen([&](const heed::erasure::Place& place) {
      if (place.mirror.forgotten(who)) return;
      heed::erasure::Scope scope;
      scope.records = place.mirror.person("Individual", who).members;
      heed::erasure::forget(place, scope, {"the officer", office.crm.org().now()}, "case 7");
    });
  }

  /// What the mirror and its copy say, and which of the files have a byte of the person left.
  std::string state() {
    std::string text = office.state();
    {
      auto database = heed::store::Database::open(copy(), heed::store::Mode::read);
      text += heed::support::dump(database);
    }
    for (const auto& entry : fs::directory_iterator(fs::path(office.file()).parent_path())) {
      const std::string bytes = heed::support::contents(entry.path());
      if (entry.path() == older() || bytes.find(who.text()) == std::string::npos) continue;
      text += "left in " + entry.path().filename().string() + "\n";
    }
    return text;
  }

  Office office;
  heed::Id who;
};

}  // namespace

TEST_CASE("forgetting that is killed at any write, of the mirror or of its copy, is finished",
          "[scenario][forget]") {
  heed::support::FaultyVfs disk;
  disk.everywhere();
  Case forgotten;
  heed::support::kill_at_every_write(
      {{forgotten.office.file(), forgotten.erasures(), forgotten.copy()},
       [&] { forgotten.forget(); },
       [&] { return forgotten.state(); }},
      disk);
  CHECK_THAT(forgotten.state(), !Catch::Contains("left in"));
}

TEST_CASE("an older copy put back, and killed at any write while it forgets, forgets in the end",
          "[scenario][forget]") {
  heed::support::FaultyVfs disk;
  disk.everywhere();
  Case forgotten;
  forgotten.forget();
  for (const auto* ending : {"", "-wal", "-shm"}) fs::remove(forgotten.office.file() + ending);
  fs::copy_file(forgotten.older(), forgotten.office.file());
  CHECK_THAT(forgotten.state(), Catch::Contains("left in"));
  heed::support::kill_at_every_write({{forgotten.office.file(), forgotten.copy()},
                                      [&] { forgotten.reopen([](const auto&) {}); },
                                      [&] { return forgotten.state(); }},
                                     disk);
  CHECK_THAT(forgotten.state(), !Catch::Contains("left in"));
}
