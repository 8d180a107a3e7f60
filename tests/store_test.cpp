#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "heed/error.hpp"
#include "heed/store.hpp"
#include "support/faulty_vfs.hpp"
#include "support/temp_dir.hpp"

using heed::store::ColumnType;
using heed::store::Database;
using heed::store::Mode;
using heed::store::Transaction;
using heed::support::FaultyVfs;
using heed::support::TempDir;

namespace {

const heed::store::Table notes{"notes",
                               {{"name", ColumnType::text, true},
                                {"size", ColumnType::integer, false},
                                {"weight", ColumnType::real, false}},
                               {"name"},
                               {{"notes_size", {"size"}, false}}};

heed::store::Component component(int steps) {
  heed::store::Component made{"notes", {}};
  if (steps > 0) made.steps.emplace_back([](Database& db) { heed::store::create(db, notes); });
  if (steps > 1) {
    made.steps.emplace_back([](Database& db) {
      heed::store::add_column(db, "notes", {"colour", ColumnType::text, false});
    });
  }
  return made;
}

void add(Database& database, const std::string& name, std::optional<std::int64_t> size = {}) {
  database.query("INSERT INTO notes (name, size) VALUES (?, ?)").bind(name, size).run();
}

std::int64_t count(Database& database) {
  auto row = database.query("SELECT COUNT(*) FROM notes");
  row.step();
  return row.integer(0);
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 0777U;
}

heed::Kind kind_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const heed::Error& error) {
    return error.kind();
  }
  throw std::logic_error("nothing was thrown");
}

}  // namespace

TEST_CASE("what is bound is read back the same", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database, notes);
  database.query("INSERT INTO notes VALUES (?, ?, ?)")
      .bind("\xc3\xa9 \"quoted\"", std::int64_t{1} << 62, 0.1)
      .run();
  database.query("INSERT INTO notes VALUES (?, ?, ?)").bind("", std::nullopt, std::nullopt).run();

  auto row = database.query("SELECT * FROM notes ORDER BY name DESC");
  REQUIRE(row.step());
  CHECK(row.text(0) == "\xc3\xa9 \"quoted\"");
  CHECK(row.integer(1) == std::int64_t{1} << 62);
  CHECK(row.number(2) == 0.1);
  REQUIRE(row.step());
  CHECK_FALSE(row.is_null(0));
  CHECK(row.optional_text(0) == "");
  CHECK(row.is_null(1));
  CHECK_FALSE(row.optional_integer(1));
  CHECK_FALSE(row.step());
}

TEST_CASE("bytes are read back the same, few or many, and are no text", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database,
                      {"seals", {{"seal", heed::store::ColumnType::blob, true}}, {"seal"}, {}});
  for (const auto size : {0, 3, 1000}) {
    const std::string bytes(static_cast<std::size_t>(size), '\0');
    database.query("INSERT INTO seals VALUES (?)").bind(heed::store::Blob{bytes}).run();
    auto row = database.query("SELECT seal FROM seals WHERE length(seal) = ?").bind(size);
    REQUIRE(row.step());
    CHECK_FALSE(row.is_null(0));
    CHECK(row.blob(0) == bytes);
  }
  CHECK_THROWS_AS(database.query("INSERT INTO seals VALUES (?)").bind("a").run(), heed::Error);
}

TEST_CASE("moments and days are stored as their texts", "[store]") {
  auto database = Database::in_memory();
  const auto moment = *heed::parse_moment("2026-11-25T03:34:11Z");
  auto row = database.query("SELECT ?, ?, ?").bind(moment, heed::make_day(2026, 2, 28), "x");
  REQUIRE(row.step());
  CHECK(row.text(0) == "2026-11-25T03:34:11Z");
  CHECK(row.moment(0) == moment);
  CHECK(row.day(1) == heed::make_day(2026, 2, 28));
  CHECK_THROWS_AS(row.moment(2), heed::Error);
}

TEST_CASE("one statement can be used while it is in use", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database, notes);
  add(database, "a");
  add(database, "b");
  auto outer = database.query("SELECT name FROM notes ORDER BY name");
  int pairs = 0;
  while (outer.step()) {
    auto inner = database.query("SELECT name FROM notes ORDER BY name");
    while (inner.step()) ++pairs;
  }
  CHECK(pairs == 4);
}

TEST_CASE("a transaction that is not committed leaves nothing", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database, notes);
  {
    Transaction dropped(database);
    add(database, "a");
  }
  CHECK(count(database) == 0);
  {
    Transaction kept(database);
    add(database, "a");
    kept.commit();
  }
  CHECK(count(database) == 1);
}

TEST_CASE("an inner transaction is the outer one's part", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database, notes);
  {
    Transaction outer(database);
    {
      Transaction inner(database);
      add(database, "a");
      inner.commit();
    }
  }
  CHECK(count(database) == 0);
  {
    Transaction outer(database);
    {
      Transaction inner(database);
      add(database, "a");
    }
    CHECK_THROWS_AS(outer.commit(), std::logic_error);
  }
  CHECK(count(database) == 0);
  Transaction after(database);
  add(database, "a");
  after.commit();
  CHECK(count(database) == 1);
}

TEST_CASE("a column takes no value of another type", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database, notes);
  CHECK_THROWS_AS(
      database.query("INSERT INTO notes (name, size) VALUES (?, ?)").bind("a", "many").run(),
      heed::Error);
}

TEST_CASE("a key of one integer numbers rows by itself", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database,
                      {"log", {{"number", ColumnType::integer, true}, {"what"}}, {"number"}, {}});
  for (const std::int64_t expected : {1, 2, 3}) {
    auto row = database.query("INSERT INTO log (what) VALUES (?) RETURNING number").bind("x");
    REQUIRE(row.step());
    CHECK(row.integer(0) == expected);
    CHECK_FALSE(row.step());
  }
}

TEST_CASE("names are quoted whatever they hold", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database,
                      {"odd \"; DROP", {{"Group", ColumnType::text, true}}, {"Group"}, {}});
  CHECK(heed::store::table_exists(database, "odd \"; DROP"));
  heed::store::add_column(database, "odd \"; DROP", {"a b", ColumnType::integer, false});
  CHECK(heed::store::columns(database, "odd \"; DROP") == std::vector<std::string>{"Group", "a b"});
  CHECK(heed::store::columns(database, "none").empty());
}

TEST_CASE("a new file is for its owner alone, and so are its companions", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  auto database = Database::open(path, Mode::write);
  heed::store::create(database, notes);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path + "-wal") == 0600);
}

TEST_CASE("a file that is no mirror is refused with what it is", "[store]") {
  const TempDir folder;
  const auto path = folder.file("other");
  SECTION("absent") {
    CHECK_THROWS_WITH(Database::open(path, Mode::read), Catch::Contains("heed sync"));
    CHECK_FALSE(std::filesystem::exists(path));
  }
  SECTION("no database") {
    std::ofstream(path) << std::string(5000, 'x');
    CHECK_THROWS_WITH(Database::open(path, Mode::write), Catch::Contains("not a database"));
  }
  SECTION("another program's") {
    {
      auto database = Database::open(path, Mode::write);
      database.execute("CREATE TABLE t (a)");
      database.execute("PRAGMA application_id = 7");
    }
    CHECK_THROWS_WITH(Database::open(path, Mode::write), Catch::Contains("another program"));
  }
  SECTION("a folder that is not there") {
    CHECK_THROWS_WITH(Database::open(folder.file("no/mirror"), Mode::write),
                      Catch::Contains("folder"));
  }
}

TEST_CASE("what is open for reading cannot be written", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    auto database = Database::open(path, Mode::write);
    heed::store::create(database, notes);
  }
  auto database = Database::open(path, Mode::read);
  CHECK_THROWS_WITH(add(database, "a"), Catch::Contains("cannot be written"));
  CHECK(count(database) == 0);
}

TEST_CASE("a reader sees one moment's state while another writes", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  auto writer = Database::open(path, Mode::write);
  heed::store::create(writer, notes);
  auto reader = Database::open(path, Mode::read);
  {
    Transaction snapshot(reader, Transaction::Kind::read);
    CHECK(count(reader) == 0);
    add(writer, "a");
    CHECK(count(reader) == 0);
    snapshot.commit();
  }
  CHECK(count(reader) == 1);
}

TEST_CASE("migration runs the steps that are missing, each once", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  auto database = Database::open(path, Mode::write);
  CHECK(heed::store::version(database, "notes") == 0);
  heed::store::migrate(database, component(1));
  CHECK(heed::store::version(database, "notes") == 1);
  add(database, "a");
  heed::store::migrate(database, component(2));
  heed::store::migrate(database, component(2));
  CHECK(heed::store::version(database, "notes") == 2);
  CHECK(heed::store::columns(database, "notes").back() == "colour");
  CHECK(count(database) == 1);
  CHECK_THROWS_WITH(heed::store::migrate(database, component(1)), Catch::Contains("a newer heed"));
}

TEST_CASE("a step that fails leaves the version and the tables as they were", "[store]") {
  auto database = Database::in_memory();
  heed::store::migrate(database, component(1));
  auto broken = component(2);
  broken.steps[1] = [](Database& db) {
    heed::store::add_column(db, "notes", {"colour"});
    heed::store::add_column(db, "notes", {"colour"});
  };
  CHECK_THROWS_AS(heed::store::migrate(database, broken), heed::Error);
  CHECK(heed::store::version(database, "notes") == 1);
  CHECK(heed::store::columns(database, "notes").size() == 3);
}

TEST_CASE("an old schema in a file open for reading asks for a sync", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    auto database = Database::open(path, Mode::write);
    heed::store::migrate(database, component(1));
  }
  auto database = Database::open(path, Mode::read);
  CHECK_NOTHROW(heed::store::migrate(database, component(1)));
  CHECK_THROWS_WITH(heed::store::migrate(database, component(2)), Catch::Contains("heed sync"));
}

TEST_CASE("a backup is whole, private, and replaces nothing", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write);
  heed::store::create(database, notes);
  add(database, "a");
  const auto copy = folder.file("copy.db");
  database.backup_to(copy);
  CHECK(mode_of(copy) == 0600);
  auto opened = Database::open(copy, Mode::read);
  CHECK(count(opened) == 1);
  CHECK(opened.check_integrity().empty());
  CHECK_THROWS_WITH(database.backup_to(copy), Catch::Contains("exists"));
  int files = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder.path())) {
    files += each.path().filename().string().starts_with("copy.db.") ? 1 : 0;
  }
  CHECK(files == 0);
}

TEST_CASE("the second writer is told who the first is", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  const auto now = *heed::parse_moment("2026-11-25T03:34:11Z");
  {
    const heed::store::WriterLock lock(path, now);
    CHECK(kind_of([&] { const heed::store::WriterLock second(path, now); }) == heed::Kind::held);
    CHECK_THROWS_WITH(heed::store::WriterLock(path, now),
                      Catch::Contains("process " + std::to_string(::getpid())) &&
                          Catch::Contains("since 2026-11-25T03:34:11Z"));
  }
  CHECK_NOTHROW(heed::store::WriterLock(path, now));
}

TEST_CASE("each failure of the disk has its own words, and the next try works", "[store]") {
  const TempDir folder;
  FaultyVfs vfs;
  auto database = Database::open(folder.file("mirror.db"), Mode::write, {.vfs = vfs.name()});
  heed::store::create(database, notes);
  const auto fault = GENERATE(FaultyVfs::Fault::disk_full, FaultyVfs::Fault::io_error);
  vfs.fail_at(1, fault);
  CHECK_THROWS_WITH(add(database, "a"),
                    Catch::Contains(fault == FaultyVfs::Fault::disk_full ? "the disk is full"
                                                                         : "the disk failed"));
  CHECK(vfs.broke());
  vfs.heal();
  CHECK(count(database) == 0);
  add(database, "a");
  CHECK(count(database) == 1);
}

TEST_CASE("a database that was killed at any write opens sound, with all or nothing", "[store]") {
  FaultyVfs vfs;
  for (std::int64_t k = 1;; ++k) {
    const TempDir folder;
    const auto path = folder.file("mirror.db");
    {
      auto fresh = Database::open(path, Mode::write);
      heed::store::create(fresh, notes);
    }
    bool done = false;
    try {
      vfs.fail_at(k, FaultyVfs::Fault::kill);
      auto database = Database::open(path, Mode::write, {.vfs = vfs.name()});
      Transaction transaction(database);
      for (int i = 0; i < 200; ++i) add(database, "note " + std::to_string(i), i);
      transaction.commit();
      done = true;
    } catch (const heed::Error&) {
    }
    const bool broke = vfs.broke();
    auto database = Database::open(path, Mode::write);
    CHECK(database.check_integrity().empty());
    CHECK((count(database) == 0 || count(database) == 200));
    if (done) CHECK(count(database) == 200);
    if (!broke) break;
    REQUIRE(k < 1000);
  }
}

TEST_CASE("an error names the file and the statement, and no value", "[store]") {
  auto database = Database::in_memory();
  heed::store::create(database, notes);
  add(database, "secret@example.org");
  try {
    add(database, "secret@example.org");
    FAIL("a second row with the same key");
  } catch (const heed::Error& error) {
    CHECK_THAT(error.what(), Catch::Contains(":memory:") && Catch::Contains("INSERT INTO notes"));
    CHECK_THAT(error.what(), !Catch::Contains("secret"));
    CHECK(error.kind() == heed::Kind::storage);
  }
}
