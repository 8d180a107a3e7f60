#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/error.hpp"
#include "heed/store.hpp"
#include "support/faulty_vfs.hpp"
#include "support/kept.hpp"
#include "support/temp_dir.hpp"

namespace {

using heed::store::Database;
using heed::store::Mode;
using heed::store::Transaction;

void first(Database& database) {
  heed::store::create(
      database, {"heed_thing", {{"name", heed::store::ColumnType::text, true}}, {"name"}, {}});
}

void second(Database& database) {
  heed::store::add_column(database, "heed_thing", {"colour"});
}

void write_some(Database& database, int from) {
  Transaction transaction(database);
  auto add = database.query("INSERT INTO heed_thing (name) VALUES (?)");
  for (int i = from; i < from + 200; ++i) {
    add.bind("thing " + std::to_string(i));
    add.run();
  }
  transaction.commit();
}

}  // namespace

TEST_CASE("tables that hold something are copied before they are lifted, new ones are not",
          "[store]") {
  const heed::support::TempDir folder;
  const auto file = folder.file("heed.db");
  const auto copy = heed::store::copy_before_lifting(file);
  {
    auto database = Database::open(file, Mode::write);
    heed::store::migrate(database, {"things", {&first}});
    CHECK_FALSE(std::filesystem::exists(copy));
    write_some(database, 0);
  }
  for (int turn = 0; turn < 2; ++turn) {
    auto database = Database::open(file, Mode::write);
    heed::store::migrate(database, {"things", {&first, &second}});
  }
  auto old = Database::open(copy, Mode::read);
  CHECK(heed::store::version(old, "things") == 1);
  CHECK(heed::store::columns(old, "heed_thing").size() == 1);
  CHECK((std::filesystem::status(copy).permissions() & std::filesystem::perms::all) ==
        std::filesystem::perms(0600));
}

namespace {

heed::store::Component things(std::size_t version) {
  heed::store::Component component{"things", {&first, &second}};
  component.steps.resize(version);
  return component;
}

heed::store::Component others(std::size_t version) {
  heed::store::Component component{
      "others",
      {[](Database& database) {
         heed::store::create(
             database,
             {"heed_other", {{"name", heed::store::ColumnType::text, true}}, {"name"}, {}});
       },
       [](Database& database) { heed::store::add_column(database, "heed_other", {"size"}); }}};
  component.steps.resize(version);
  return component;
}

void lift(const std::string& file, std::size_t version, const std::string& vfs = {}) {
  auto database = Database::open(file, Mode::write, {.vfs = vfs});
  heed::store::migrate(database, things(version));
  heed::store::migrate(database, others(version));
  heed::store::lifted(database);
}

std::int64_t version_in(const std::string& file, const char* component) {
  auto database = Database::open(file, Mode::read);
  return heed::store::version(database, component);
}

}  // namespace

TEST_CASE("one copy is made before all components are lifted, and killed at any write it stays",
          "[store]") {
  const heed::support::TempDir folder;
  const auto file = folder.file("heed.db");
  const auto copy = heed::store::copy_before_lifting(file);
  lift(file, 1);
  const heed::support::Kept before(file);
  heed::support::FaultyVfs disk;
  for (std::int64_t k = 1;; ++k) {
    before.put_back();
    std::filesystem::remove(copy);
    disk.fail_at(k, heed::support::FaultyVfs::Fault::kill);
    try {
      lift(file, 2, disk.name());
    } catch (const heed::Error&) {
    }
    const bool broke = disk.broke();
    disk.heal();
    lift(file, 2, disk.name());
    CAPTURE(k);
    for (const auto* component : {"things", "others"}) {
      REQUIRE(version_in(file, component) == 2);
      REQUIRE(version_in(copy, component) == 1);
    }
    if (!broke) break;
    REQUIRE(k < 1000);
  }
}

TEST_CASE("the next heed's copy takes the place of the last one's", "[store]") {
  const heed::support::TempDir folder;
  const auto file = folder.file("heed.db");
  lift(file, 1);
  for (const auto* component : {"things", "others"}) {
    // Only this one has a new version.
    auto database = Database::open(file, Mode::write);
    const bool first_one = std::string(component) == "things";
    heed::store::migrate(database, first_one ? things(2) : others(2));
    heed::store::lifted(database);
  }
  const auto copy = heed::store::copy_before_lifting(file);
  CHECK(version_in(copy, "things") == 2);
  CHECK(version_in(copy, "others") == 1);
}

TEST_CASE("the log is emptied, but not from under a reader", "[store]") {
  const heed::support::TempDir folder;
  const auto file = folder.file("heed.db");
  auto database =
      Database::open(file, Mode::write, {.busy = std::chrono::milliseconds(1), .vfs = {}});
  heed::store::migrate(database, {"things", {&first}});
  write_some(database, 0);
  auto reader = Database::open(file, Mode::read);
  {
    const Transaction moment(reader, Transaction::Kind::read);
    auto row = reader.query("SELECT COUNT(*) FROM heed_thing");
    REQUIRE(row.step());
    write_some(database, 1000);
    CHECK_FALSE(database.empty_log());
    CHECK(reader.log_bytes() > 0);
  }
  CHECK(database.empty_log());
  CHECK(reader.log_bytes() == 0);
}
