#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "heed/error.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/faulty_vfs.hpp"
#include "support/temp_dir.hpp"

// What stands in the folder of a mirror: its lock, itself, and its copies.

using Catch::Contains;
using heed::store::Database;
using heed::store::Mode;
using heed::store::WriterLock;
using heed::support::contents;
using heed::support::TempDir;

namespace {

namespace fs = std::filesystem;

const auto noon = *heed::parse_moment("2026-11-25T12:00:00Z");

/// Files are made as open as the program asks for, while it lives.
class OpenMask {
 public:
  OpenMask() = default;
  OpenMask(const OpenMask&) = delete;
  OpenMask& operator=(const OpenMask&) = delete;
  ~OpenMask() { ::umask(before_); }

 private:
  mode_t before_ = ::umask(0);
};

void begin(Database& database) {
  heed::store::create(database, {"letter", {{"text"}, {"sender"}}, {"text"}, {}});
}

void write_letter(Database& database, const std::string& text) {
  database.query("INSERT INTO letter (text) VALUES (?)").bind(text).run();
}

std::int64_t number(Database& database, const std::string& sql) {
  auto row = database.query(sql);
  REQUIRE(row.step());
  return row.integer(0);
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// The open files of this process that are `path` and would be a started program's, too.
int inherited(const std::string& path) {
  int found = 0;
  for (const auto& each : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (fs::read_symlink(each.path(), gone) != path) continue;
    const int file = std::stoi(each.path().filename().string());
    found += (::fcntl(file, F_GETFD) & FD_CLOEXEC) == 0 ? 1 : 0;
  }
  return found;
}

}  // namespace

TEST_CASE("the files of a mirror are for their owner alone, whatever the mask", "[store]") {
  const TempDir folder;
  const OpenMask mask;
  const auto path = folder.file("mirror.db");
  const WriterLock lock(path, noon);
  auto database = Database::open(path, Mode::write);
  begin(database);
  database.backup_to(path + ".copy");
  std::size_t files = 0;
  for (const auto& each : fs::directory_iterator(folder.path())) {
    CAPTURE(each.path().filename());
    CHECK((each.status().permissions() & fs::perms::mask) == fs::perms(0600));
    ++files;
  }
  CHECK(files == 5);
}

TEST_CASE("a program that heed starts does not inherit the lock", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  const WriterLock lock(path, noon);
  CHECK(inherited(fs::canonical(path + ".lock")) == 0);
}

TEST_CASE("the lock is not taken through a link, nor where it cannot be", "[store]") {
  const TempDir folder;
  SECTION("a link to somebody's file") {
    const auto theirs = folder.file("theirs");
    std::ofstream(theirs) << "theirs";
    fs::create_symlink(theirs, folder.file("mirror.db.lock"));
    CHECK_THROWS_WITH(WriterLock(folder.file("mirror.db"), noon),
                      Contains("mirror.db.lock: cannot be opened"));
    CHECK(contents(theirs) == "theirs");
  }
  SECTION("no such folder") {
    CHECK_THROWS_WITH(WriterLock(folder.file("no/mirror.db"), noon),
                      Contains("no/mirror.db.lock: cannot be opened (No such file") &&
                          Contains("see that its folder exists"));
  }
}

TEST_CASE("who held the lock before is not named", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  std::ofstream(path + ".lock") << "process 4194304 since " << std::string(50, '9') << "\n";
  const WriterLock lock(path, noon);
  CHECK_THROWS_WITH(WriterLock(path, noon),
                    Contains("since 2026-11-25T12:00:00Z)") && !Contains("999"));
}

TEST_CASE("since when the lock is held its holder says, and nobody once it is free", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  CHECK_FALSE(heed::store::held_since(path));
  {
    const WriterLock lock(path, noon);
    CHECK(heed::store::held_since(path) == noon);
  }
  CHECK_FALSE(heed::store::held_since(path));
}

TEST_CASE("what another program has begun is not taken for heed's", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  const std::string begun =
      GENERATE("PRAGMA application_id = 7", "PRAGMA application_id = 0; CREATE TABLE theirs (a)");
  Database::open(path, Mode::write).execute(begun);
  for (const auto mode : {Mode::write, Mode::read}) {
    CHECK_THROWS_WITH(Database::open(path, mode), Contains("is another program's database"));
  }
}

TEST_CASE("a file that is empty is nothing to read, and may become a mirror", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  std::ofstream(path).flush();
  CHECK_THROWS_WITH(Database::open(path, Mode::read),
                    Contains("mirror.db: is empty; run 'heed sync' first"));
  CHECK_NOTHROW(Database::open(path, Mode::write));
  CHECK_NOTHROW(Database::open(path, Mode::read));
}

TEST_CASE("a commit is on the disk, a log is bounded, and a sort stays in memory", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write,
                                 {.busy = std::chrono::milliseconds(1234), .vfs = {}});
  const std::int64_t full = 2;
  CHECK(number(database, "PRAGMA synchronous") == full);
  CHECK(number(database, "PRAGMA journal_size_limit") == 16 * 1024 * 1024);
  const std::int64_t memory = 2;
  CHECK(number(database, "PRAGMA temp_store") == memory);
  CHECK(number(database, "PRAGMA busy_timeout") == 1234);
}

TEST_CASE("what a file says of itself is not let to do harm", "[store]") {
  auto database = Database::in_memory();
  begin(database);
  SECTION("the schema is written by no statement") {
    database.execute("PRAGMA writable_schema = ON");
    CHECK_THROWS_WITH(database.execute("UPDATE sqlite_schema SET sql = ''"),
                      Contains("may not be modified"));
  }
  SECTION("a view of the file reaches nothing beside its tables") {
    database.execute("CREATE VIEW around AS SELECT * FROM pragma_database_list");
    CHECK_THROWS_WITH(database.query("SELECT * FROM around"), Contains("unsafe use"));
  }
}

TEST_CASE("what is deleted is overwritten", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    auto database = Database::open(path, Mode::write);
    begin(database);
    write_letter(database, "Xanthippe");
    write_letter(database, "somebody else");
  }
  REQUIRE_THAT(contents(path), Contains("Xanthippe"));
  Database::open(path, Mode::write).execute("DELETE FROM letter WHERE text = 'Xanthippe'");
  CHECK_THAT(contents(path), !Contains("Xanthippe") && Contains("somebody else"));
}

TEST_CASE("damage that hinders no reading is found", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    auto database = Database::open(path, Mode::write);
    begin(database);
    CHECK(database.check_integrity().empty());
  }
  {
    // How many free pages the file has, by its header.
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(36);
    bytes.write("\0\0\0\7", 4);
  }
  auto database = Database::open(path, Mode::read);
  CHECK(number(database, "SELECT COUNT(*) FROM letter") == 0);
  CHECK_FALSE(database.check_integrity().empty());
}

TEST_CASE("a row that points to nothing is not taken, and is found where it was", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write);
  begin(database);
  database.execute("CREATE TABLE answer (letter TEXT NOT NULL REFERENCES letter (text))");
  const std::string dangling = "INSERT INTO answer VALUES ('a letter that never came')";
  CHECK_THROWS_WITH(database.execute(dangling), Contains("FOREIGN KEY"));
  database.execute("PRAGMA foreign_keys = OFF; " + dangling);
  CHECK(database.check_integrity() ==
        std::vector<std::string>{"table answer points to a row of letter that is not there"});
}

TEST_CASE("a file that is written anew has no free pages, nor has its log once no reader keeps it",
          "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  auto database =
      Database::open(path, Mode::write, {.busy = std::chrono::milliseconds(1), .vfs = {}});
  begin(database);
  for (int i = 0; i < 200; ++i) {
    write_letter(database, std::to_string(i) + std::string(200, 'x'));
  }
  database.execute("DELETE FROM letter");
  REQUIRE(number(database, "PRAGMA freelist_count") > 0);
  {
    auto reader = Database::open(path, Mode::read);
    const heed::store::Transaction moment(reader, heed::store::Transaction::Kind::read);
    CHECK(number(reader, "SELECT COUNT(*) FROM letter") == 0);
    database.rewrite();
    CHECK_FALSE(database.empty_log());
    CHECK(reader.log_bytes() > 0);
  }
  CHECK(database.empty_log());
  CHECK(number(database, "PRAGMA freelist_count") == 0);
  CHECK(database.log_bytes() == 0);
}

TEST_CASE("a copy is one file, that is read without another beside it", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write);
  begin(database);
  fs::create_directory(folder.file("away"));
  database.backup_to(folder.file("away/copy.db"));
  auto copy = Database::open(folder.file("away/copy.db"), Mode::read);
  CHECK(number(copy, "SELECT COUNT(*) FROM letter") == 0);
  CHECK(files_in(folder.file("away")) == 1);
}

TEST_CASE("a copy takes the place of nothing, not even of a link that leads nowhere", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write);
  begin(database);
  const auto copy = folder.file("copy.db");
  SECTION("a file, which is seen before anything is copied") {
    std::ofstream(copy) << "theirs";
    CHECK_THROWS_WITH(database.backup_to(copy), Contains("copy.db: exists already"));
    CHECK(contents(copy) == "theirs");
  }
  SECTION("a link") {
    fs::create_symlink(folder.file("nowhere"), copy);
    CHECK_THROWS_WITH(database.backup_to(copy), Contains("copy.db: the copy cannot be put there"));
    CHECK(fs::is_symlink(copy));
  }
  CHECK_FALSE(fs::exists(folder.file("nowhere")));
}

TEST_CASE("a copy that the disk breaks off is told, and nothing of it stays", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write);
  begin(database);
  write_letter(database, "a letter");
  heed::support::FaultyVfs disk;
  disk.everywhere();
  const auto copy = folder.file("copy.db");
  const auto before = files_in(folder.path());
  for (std::int64_t k = 1;; ++k) {
    CAPTURE(k);
    disk.fail_at(k, heed::support::FaultyVfs::Fault::disk_full);
    bool told = false;
    try {
      database.backup_to(copy);
    } catch (const heed::Error& error) {
      told = true;
      CHECK_THAT(error.what(), Contains("the disk is full"));
    }
    const bool broke = disk.broke();
    disk.heal();
    if (!told) {
      auto opened = Database::open(copy, Mode::read);
      CHECK(number(opened, "SELECT COUNT(*) FROM letter") == 1);
      CHECK(opened.check_integrity().empty());
      fs::remove(copy);
    }
    CHECK(files_in(folder.path()) == before);
    if (!broke) break;
    REQUIRE(k < 1000);
  }
}

TEST_CASE("a table of heed's that is gone is told as another program's doing", "[store]") {
  auto database = Database::in_memory();
  database.execute("CREATE TABLE heed_letter (text TEXT)");
  database.execute("CREATE VIEW shown AS SELECT text FROM heed_letter");
  database.execute("DROP TABLE heed_letter");
  for (const auto* sql : {"SELECT text FROM heed_letter", "INSERT INTO heed_letter VALUES ('a')",
                          "DELETE FROM heed_letter", "SELECT text FROM shown"}) {
    CAPTURE(sql);
    try {
      database.execute(sql);
      FAIL("no error");
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::storage);
      CHECK_THAT(error.what(), Contains("no such table: ") && Contains("heed_letter") &&
                                   Contains("another program took out what heed keeps") &&
                                   Contains("put a backup in its place") && !Contains("mistake"));
    }
  }
}

TEST_CASE("what heed itself says wrong to the database is told as its mistake", "[store]") {
  auto database = Database::in_memory();
  database.execute("CREATE TABLE heed_letter (text TEXT)");
  for (const auto* sql : {"SELECT colour FROM heed_letter", "SELECT text FROM letter",
                          "SELECT text FORM heed_letter", "CREATE TABLE heed_letter (text TEXT)"}) {
    CAPTURE(sql);
    try {
      database.execute(sql);
      FAIL("no error");
    } catch (const heed::Error& error) {
      CHECK_THAT(error.what(), Contains("this is heed's mistake") && !Contains("backup"));
    }
  }
}
