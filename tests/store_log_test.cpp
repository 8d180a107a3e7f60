#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/store.hpp"
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

TEST_CASE("the log is emptied, but not from under a reader", "[store]") {
  const heed::support::TempDir folder;
  const auto file = folder.file("heed.db");
  auto database = Database::open(file, Mode::write, {.busy = std::chrono::milliseconds(1), .vfs = {}});
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
