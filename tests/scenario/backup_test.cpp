#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/faulty_vfs.hpp"
#include "support/kept.hpp"
#include "support/terminal.hpp"

// A copy that could not be made is none, and nobody waits for it.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::store::Database;
using heed::store::Mode;
using heed::support::FaultyVfs;
using heed::support::Terminal;

namespace {

namespace fs = std::filesystem;

struct Office {
  Office() { REQUIRE(terminal.run({"sync"}) == 0); }

  std::vector<heed::mirror::Copy> copies() const {
    auto database = Database::open(terminal.file("heed.db"), Mode::read);
    return heed::mirror::Mirror(database).copies();
  }

  int forget(std::uint32_t number) {
    const std::string id(crm.org().nth("Individual", number).text());
    terminal.run({"forget", id, "--dry-run", "--format", "json"});
    const auto records = nlohmann::json::parse(terminal.out())["records"].size();
    return terminal.run({"forget", id, "--confirm", std::to_string(records)});
  }

  Simulator crm{{.individuals = 10}};
  Terminal terminal{crm};
};

}  // namespace

TEST_CASE("a backup that failed is no copy that has to forget", "[scenario][cli][forget]") {
  Office office;
  auto& terminal = office.terminal;
  // No folder, one that is a file, a name that is too long for the file beside it.
  for (const auto& place : {terminal.file("nowhere/copy.db"), terminal.file("heed.db/copy.db"),
                            terminal.file(std::string(250, 'x'))}) {
    CAPTURE(place);
    CHECK(terminal.run({"backup", place}) == 7);
    CHECK(office.copies().empty());
  }
  CHECK(office.forget(3) == 0);
  CHECK(terminal.run({"verify", "--offline"}) == 0);
  for (const auto* command : {"status", "sync"}) {
    terminal.run({command});  // the CRM has them still, and that alone is said
    CHECK_THAT(terminal.out(), Catch::Contains("forgotten records") &&
                                   !Catch::Contains("INCOMPLETE: " + terminal.file("")));
  }
}

TEST_CASE("a backup that failed where one was made before leaves that one noted as it was",
          "[scenario][cli][forget]") {
  Office office;
  auto& terminal = office.terminal;
  fs::create_directory(terminal.file("disk"));
  REQUIRE(terminal.run({"backup", terminal.file("disk/copy.db")}) == 0);
  const auto before = office.copies();
  REQUIRE(before.size() == 1);
  office.crm.org().advance(std::chrono::hours(1));
  const bool away = GENERATE(true, false);
  if (away) fs::rename(terminal.file("disk"), terminal.file("away"));
  CHECK(terminal.run({"backup", terminal.file("disk/copy.db")}) == 7);
  const auto after = office.copies();
  REQUIRE(after.size() == 1);
  CHECK(after[0].path == before[0].path);
  CHECK(after[0].made == before[0].made);
}

TEST_CASE("a backup that a full disk ends anywhere is noted only if a file of it is left",
          "[scenario][cli][forget]") {
  Office office;
  auto& terminal = office.terminal;
  const auto week = terminal.file("week.db");
  const heed::support::Kept before(terminal.file("heed.db"));
  const auto fault = GENERATE(FaultyVfs::Fault::disk_full, FaultyVfs::Fault::read_only);
  FaultyVfs disk;
  disk.everywhere();
  for (std::int64_t k = 1;; ++k) {
    before.put_back();
    fs::remove(week);
    disk.fail_at(k, fault);
    const int code = terminal.run({"backup", week});
    const bool broke = disk.broke();
    disk.heal();
    CAPTURE(k, code, terminal.err());
    CHECK((code == 0) == fs::exists(week));
    // The mirror is on the same disk: what could not be taken back was told.
    const bool told = terminal.err().find("stays in the list of copies") != std::string::npos;
    const auto noted = office.copies().size();
    if (code == 0) CHECK(noted == 1);
    if (!told && code != 0) CHECK(noted == 0);
    if (!broke) break;
    REQUIRE(k < 1000);
  }
}
