#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/faulty_vfs.hpp"
#include "support/kept.hpp"
#include "support/terminal.hpp"

// What other programs, the disk and the file itself may do to heed at its command line.

using heed::simulated::Simulator;
using heed::store::Database;
using heed::store::Mode;
using heed::support::FaultyVfs;
using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Warned of from 1 MiB on.
void warn_early(const Terminal& terminal) {
  std::string text = heed::support::contents(terminal.config());
  const std::string usual = "largest_log = 64";
  const auto at = text.find(usual);
  REQUIRE(at != std::string::npos);
  const auto line = text.rfind('\n', at) + 1;
  text.replace(line, text.find('\n', at) - line, "largest_log = 1");
  std::ofstream(terminal.config()) << text;
}

void change_everybody(Simulator& crm) {
  auto& org = crm.org();
  org.advance(1h);
  for (std::uint32_t i = 1; i <= org.table("Contact").size(); ++i) {
    org.update(org.nth("Contact", i), {{"HasOptedOutOfEmail", i % 2 == 0}});
  }
  org.advance(1h);
}

}  // namespace

TEST_CASE("a log that an outside reader keeps is warned of, and emptied once the reader has ended",
          "[scenario][cli]") {
  Simulator crm({.individuals = 900});
  Terminal terminal(crm);
  warn_early(terminal);
  REQUIRE(terminal.run({"sync"}) == 0);
  {
    auto outside = Database::open(terminal.file("heed.db"), Mode::read);
    const heed::store::Transaction moment(outside, heed::store::Transaction::Kind::read);
    auto row = outside.query("SELECT COUNT(*) FROM Contact");
    REQUIRE(row.step());
    change_everybody(crm);
    // Neither stands in the other's way.
    CHECK(terminal.run({"sync"}) == 0);
    CHECK_THAT(terminal.out(), Catch::Contains("WARNING: the mirror's log has grown to"));
    CHECK(row.integer(0) == 900);
    CAPTURE(outside.log_bytes());
    terminal.run({"status"});
    CHECK_THAT(terminal.out(), Catch::Contains("WARNING: the mirror's log has grown to"));
    terminal.run({"status", "--format", "json"});
    CHECK(nlohmann::json::parse(terminal.out())["log_too_large"] == true);
  }
  crm.org().advance(1h);
  CHECK(terminal.run({"sync"}) == 0);
  CHECK_THAT(terminal.out(), !Catch::Contains("WARNING"));
  auto reader = Database::open(terminal.file("heed.db"), Mode::read);
  CHECK(reader.log_bytes() == 0);
}

TEST_CASE("a disk that is full ends a run with 7, and the next one goes on when there is space",
          "[scenario][cli]") {
  Simulator crm({.individuals = 30});
  Terminal terminal(crm);
  FaultyVfs disk;
  disk.everywhere();
  REQUIRE(terminal.run({"sync"}) == 0);
  change_everybody(crm);
  disk.fail_at(20, FaultyVfs::Fault::disk_full);
  CHECK(terminal.run({"sync"}) == 7);
  CHECK(disk.broke());
  CHECK_THAT(terminal.err(),
             Catch::Contains("heed.db: the disk is full") && Catch::Contains("free some space"));
  disk.heal();
  CHECK(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
}

TEST_CASE("a mirror that may not be written ends a run with 7, and is read all the same",
          "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  FaultyVfs disk;
  disk.everywhere();
  disk.fail_at(1, FaultyVfs::Fault::read_only);
  change_everybody(crm);
  CHECK(terminal.run({"sync"}) == 7);
  CHECK_THAT(terminal.err(), Catch::Contains("it cannot be written") &&
                                 Catch::Contains("let this user write the file and its folder"));
  CHECK(terminal.run({"people"}) == 0);
  disk.heal();
  CHECK(terminal.run({"sync"}) == 0);
}

TEST_CASE("a damaged page is found by verify, stops a run with 7, and loses nothing else",
          "[scenario][cli]") {
  Simulator crm({.individuals = 30});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto file = terminal.file("heed.db");
  REQUIRE(terminal.run({"backup", terminal.file("week.db")}) == 0);
  std::int64_t page = 0;
  std::int64_t size = 0;
  {
    auto database = Database::open(file, Mode::read);
    auto root = database.query("SELECT rootpage FROM sqlite_schema WHERE name = 'Contact'");
    REQUIRE(root.step());
    page = root.integer(0);
    auto pages = database.query("PRAGMA page_size");
    REQUIRE(pages.step());
    size = pages.integer(0);
  }
  {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp((page - 1) * size);
    bytes << std::string(static_cast<std::size_t>(size), 'x');
  }
  CHECK(terminal.run({"verify", "--offline"}) == 7);
  CHECK_THAT(terminal.out() + terminal.err(), Catch::Contains("damaged", Catch::CaseSensitive::No));
  change_everybody(crm);
  CHECK(terminal.run({"sync"}) == 7);
  CHECK_THAT(terminal.err(), Catch::Contains("the file is damaged") &&
                                 Catch::Contains("put a backup in its place"));
  for (const auto* ending : {"", "-wal", "-shm"}) fs::remove(file + ending);
  fs::copy(terminal.file("week.db"), file);
  CHECK(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
}

TEST_CASE("a file of another program, or of a newer heed, is refused by name and not touched",
          "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  const auto file = terminal.file("heed.db");
  const bool newer = GENERATE(true, false);
  if (newer) REQUIRE(terminal.run({"sync"}) == 0);
  {
    auto database = Database::open(file, Mode::write);
    database.execute(newer ? "UPDATE heed_schema SET version = 99 WHERE component = 'mirror'"
                           : "CREATE TABLE theirs (a); PRAGMA application_id = 7");
  }
  const auto bytes = fs::file_size(file);
  for (const auto* command : {"sync", "due", "status"}) {
    CHECK(terminal.run({command}) == 7);
    CHECK_THAT(terminal.err(), Catch::Contains(newer ? "are of a newer heed than this one"
                                                     : "is another program's database"));
  }
  CHECK(fs::file_size(file) == bytes);
}

TEST_CASE("a backup that is cut off at any write leaves no copy that forgetting would not find",
          "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto week = terminal.file("week.db");
  const heed::support::Kept before(terminal.file("heed.db"));
  FaultyVfs disk;
  disk.everywhere();
  for (std::int64_t k = 1;; ++k) {
    before.put_back();
    fs::remove(week);
    disk.fail_at(k, FaultyVfs::Fault::kill);
    const int code = terminal.run({"backup", week});
    const bool broke = disk.broke();
    disk.heal();
    CAPTURE(k, code);
    CHECK((fs::exists(week) || broke));
    if (fs::exists(week)) {
      auto database = Database::open(terminal.file("heed.db"), Mode::read);
      const auto copies = heed::mirror::Mirror(database).copies();
      REQUIRE(copies.size() == 1);
      CHECK(copies[0].path == week);
    }
    if (!broke) break;
    REQUIRE(k < 1000);
  }
}

TEST_CASE("where no copy can be put, backup names the file and what to do", "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto loop = terminal.file("loop");
  fs::create_symlink(loop, loop);
  for (const auto& place : {loop, loop + "/copy.db", terminal.file("nowhere/copy.db"),
                            terminal.file("heed.db/copy.db"), terminal.file("heed.db")}) {
    CHECK(terminal.run({"backup", place}) == 7);
    CHECK_THAT(terminal.err(), Catch::StartsWith("heed: " + place + ": ") &&
                                   Catch::Contains("name a file that does not exist yet"));
  }
}

TEST_CASE("before the first sync a command says that there is no mirror, and begins none",
          "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  const std::string id(crm.org().nth("Individual", 1).text());
  const std::vector<std::vector<std::string>> commands{
      {"due"}, {"note", "D1", "--reason", "called"}, {"forget", id, "--dry-run"}};
  for (const auto& words : commands) {
    CAPTURE(words);
    CHECK(terminal.run(words) == 7);
    CHECK_THAT(terminal.err(), Catch::Contains("heed.db is not there yet; run heed sync first"));
    for (const auto* ending : {"", ".lock", ".key"}) {
      CHECK_FALSE(fs::exists(terminal.file("heed.db") + ending));
    }
  }
}

TEST_CASE("the lock of a process that was killed is free", "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  const auto now = crm.org().now();
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const heed::store::WriterLock lock(terminal.file("heed.db"), now);
    if (::write(ends[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char taken = 0;
  REQUIRE(::read(ends[0], &taken, 1) == 1);
  CHECK(terminal.run({"sync"}) == 9);
  CHECK_THAT(terminal.err(), Catch::Contains("process " + std::to_string(holder)));
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  for (const int end : ends) ::close(end);
  CHECK(terminal.run({"sync"}) == 0);
}
