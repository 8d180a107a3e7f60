#include <sys/resource.h>
#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>

#include "heed/error.hpp"
#include "heed/store.hpp"
#include "support/temp_dir.hpp"

// What the place where a mirror lies lets be written, and how that is told.

using Catch::Contains;
using heed::store::Database;
using heed::store::Mode;
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
