#include <sys/resource.h>
#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <sstream>

#include "heed/error.hpp"
#include "heed/store.hpp"
#include "store/medium.hpp"
#include "support/somebody.hpp"
#include "support/temp_dir.hpp"

// What the place where a mirror lies lets be written, and how that is told.

using Catch::Contains;
using heed::store::Database;
using heed::store::Mode;
using heed::support::Somebody;
using heed::support::TempDir;

namespace {

namespace fs = std::filesystem;

/// While it lasts no file grows beyond `bytes`, and whoever tries is told and not killed.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit few{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &few);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

void write_letters(Database& database, int number) {
  if (!heed::store::table_exists(database, "letter")) {
    heed::store::create(
        database,
        {"letter", {{"number", heed::store::ColumnType::integer, true}, {"text"}}, {"number"}, {}});
  }
  for (int i = 0; i < number; ++i) {
    database.query("INSERT INTO letter (text) VALUES (?)").bind(std::string(1000, 'x')).run();
  }
}

std::int64_t letters(Database& database) {
  auto row = database.query("SELECT COUNT(*) FROM letter");
  REQUIRE(row.step());
  return row.integer(0);
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A folder with a file of letters that anybody may read, and nobody but its owner write.
class Shelf {
 public:
  explicit Shelf(const std::string& name) : path(folder_.file("shelf/" + name)) {
    fs::create_directory(folder_.file("shelf"));
    {
      auto database = Database::open(path, Mode::write);
      write_letters(database, 3);
    }
    fs::permissions(folder_.path(), fs::perms(0755));
    fs::permissions(path, fs::perms(0644));
    fs::permissions(shelf(), fs::perms(0555));
  }
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;
  ~Shelf() { fs::permissions(shelf(), fs::perms(0700)); }

  fs::path shelf() const { return fs::path(path).parent_path(); }

 private:
  TempDir folder_;

 public:
  const std::string path;
};

}  // namespace

TEST_CASE("a limit on the size of files is named, and what was stored before stands", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  auto database = Database::open(path, Mode::write);
  write_letters(database, 3);
  {
    const FileLimit limit(std::uintmax_t{32} * 1024);
    CHECK_THROWS_WITH(write_letters(database, 100),
                      Contains("mirror.db: the file may not grow any more") &&
                          Contains("ulimit -f") && Contains("LimitFSIZE=") &&
                          !Contains("system's log"));
  }
  const auto before = letters(database);
  CHECK(before >= 3);
  write_letters(database, 1);
  CHECK(letters(database) == before + 1);
}

TEST_CASE("a copy that may not grow is told, and nothing of it stays", "[store]") {
  const TempDir folder;
  auto database = Database::open(folder.file("mirror.db"), Mode::write);
  write_letters(database, 100);
  const auto before = files_in(folder.path());
  {
    const FileLimit limit(std::uintmax_t{32} * 1024);
    CHECK_THROWS_WITH(database.backup_to(folder.file("copy.db")),
                      Contains("copy.db: the file may not grow any more") && Contains("ulimit -f"));
  }
  CHECK(files_in(folder.path()) == before);
}

TEST_CASE("a mirror that nobody can write is read with nothing beside it, whatever its name",
          "[store]") {
  const Shelf shelf(GENERATE("mirror.db", "a 100%41 sure?mode=rw#1.db", "?#%"));
  const Somebody reader;
  auto database = Database::open(shelf.path, Mode::read, {.vfs = {}, .sealed = true});
  CHECK(letters(database) == 3);
  CHECK(database.path() == shelf.path);
  CHECK(files_in(shelf.shelf()) == 1);
}

TEST_CASE("a mirror that nobody can write is not read without its last changes", "[store]") {
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  auto writer = Database::open(path, Mode::write);
  write_letters(writer, 3);
  fs::create_directory(folder.file("disc"));
  const auto there = folder.file("disc/mirror.db");
  for (const auto* ending : {"", "-wal"}) fs::copy_file(path + ending, there + ending);
  REQUIRE(fs::file_size(there + "-wal") > 0);
  fs::create_symlink(there, folder.file("linked.db"));
  for (const auto& name : {there, folder.file("linked.db")}) {
    CHECK_THROWS_WITH(Database::open(name, Mode::read, {.vfs = {}, .sealed = true}),
                      Contains("its last changes are in") && Contains("disc/mirror.db-wal still") &&
                          Contains("copy both files to a folder that may be written"));
  }
  CHECK(files_in(folder.file("disc")) == 2);
}

TEST_CASE("a folder that may not be written is named as what keeps a mirror from being read",
          "[store]") {
  const Shelf shelf("mirror.db");
  const Somebody reader;
  CHECK_THROWS_WITH(Database::open(shelf.path, Mode::read),
                    Contains("mirror.db: this user may not write in its folder " +
                             fs::canonical(shelf.shelf()).string()) &&
                        Contains("let this user write in the folder, or copy mirror.db"));
}

TEST_CASE("a file system is sealed where every mount of it is read-only as a whole", "[store]") {
  const auto sealed = [](const std::string& text, const char* device = "7:1") {
    std::istringstream mounts("22 1 8:1 / / rw - ext4 /dev/sda1 rw,errors=remount-ro\n" + text);
    return heed::store::is_sealed_in(mounts, device);
  };
  CHECK(sealed("30 22 7:1 / /media/disc ro,nosuid shared:4 master:1 - iso9660 /dev/loop1 ro\n"));
  CHECK(sealed("30 22 7:1 / /mnt rw - tmpfs tmpfs ro,size=4k\n"));
  // A mount of its own is closed, and whoever has another one writes.
  CHECK_FALSE(sealed("30 22 7:1 / /mnt ro,relatime - tmpfs tmpfs rw\n"));
  CHECK_FALSE(sealed("30 22 7:1 / /a ro - ext4 /dev/b ro\n31 22 7:1 / /b rw - ext4 /dev/b rw\n"));
  // Another machine may write it.
  CHECK_FALSE(sealed("30 22 7:1 / /mnt ro - nfs4 server:/share ro,vers=4.2\n"));
  CHECK_FALSE(sealed("30 22 7:1 / /mnt ro - fuse.sshfs server: ro\n"));
  // What lies upon a folder is written in the folder.
  CHECK_FALSE(sealed("30 22 7:1 / /mnt ro - overlay overlay ro,lowerdir=/a:/b\n"));
  CHECK_FALSE(sealed("30 22 7:1 / /mnt ro - vboxsf share ro\n"));
  CHECK_FALSE(sealed("30 22 7:2 / /mnt ro - iso9660 /dev/loop2 ro\n"));
  CHECK_FALSE(sealed("", "8:1"));
  CHECK_FALSE(heed::store::is_sealed(TempDir().path().string()));
}

TEST_CASE("tables that a first sync did not come to make are no older heed's", "[store]") {
  const auto make = [](const char* table) {
    return [table](Database& database) {
      heed::store::create(database, {table, {{"text"}}, {"text"}, {}});
    };
  };
  const heed::store::Component letters{"letter", {make("letter")}};
  const heed::store::Component answers{"answer", {make("answer"), make("note")}};
  const TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    auto database = Database::open(path, Mode::write);
    heed::store::migrate(database, letters);
  }
  {
    auto reader = Database::open(path, Mode::read);
    CHECK_THROWS_WITH(heed::store::migrate(reader, answers),
                      Contains("its answer tables are not there: the first sync was cut off") &&
                          Contains("run 'heed sync'") && !Contains("older heed"));
  }
  auto older = answers;
  older.steps.pop_back();
  {
    auto database = Database::open(path, Mode::write);
    heed::store::migrate(database, older);
  }
  auto reader = Database::open(path, Mode::read);
  CHECK_THROWS_WITH(heed::store::migrate(reader, answers),
                    Contains("its answer tables are of an older heed than this one, or a sync was "
                             "cut off"));
}
