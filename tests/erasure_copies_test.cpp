#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "heed/erasure.hpp"
#include "heed/store.hpp"
#include "support/filed.hpp"
#include "support/former.hpp"

// What becomes of heed's own copies when somebody is forgotten.

using Catch::Contains;
using heed::erasure::Outcome;
using heed::store::Database;
using heed::store::Mode;
using heed::support::card;
using heed::support::Filed;
using heed::support::officer;
using heed::support::ref;

namespace {

namespace fs = std::filesystem;

const std::string taken_away =
    ": is not there any more; if it was moved, put it back and run heed sync";

struct Copied {
  explicit Copied(const std::string& file)
      : database(Database::open(file, Mode::read)), mirror(database) {}
  Database database;
  heed::mirror::Mirror mirror;
};

std::int64_t free_pages(const std::string& file) {
  auto database = Database::open(file, Mode::read);
  auto row = database.query("PRAGMA freelist_count");
  return row.step() ? row.integer(0) : -1;
}

}  // namespace

TEST_CASE("a copy that is gone, or cannot be rewritten, is told and stops nothing", "[forget]") {
  Filed filed;
  filed.back_up();
  Outcome outcome;
  SECTION("gone") {
    fs::remove(filed.copy());
    outcome = filed.forget(1);
    CHECK(outcome.gone == std::vector{filed.copy() + taken_away});
    CHECK(outcome.failed.empty());
  }
  SECTION("no database any more") {
    std::ofstream(filed.copy()) << std::string(5000, 'x');
    outcome = filed.forget(1);
    REQUIRE(outcome.failed.size() == 1);
    CHECK_THAT(outcome.failed[0], Contains("copy.db: the file is not a database"));
  }
  SECTION("a folder stands where it would be written") {
    fs::create_directories(filed.copy() + ".rewritten/full");
    outcome = filed.forget(1);
    CHECK(outcome.failed == std::vector{filed.copy() + ": Directory not empty"});
  }
  SECTION("where it is cannot be looked at") {
    fs::remove(filed.copy());
    fs::create_symlink(filed.copy(), filed.copy());
    CHECK(filed.scope(ref("Individual", 1)).copies == std::vector{filed.copy()});
    outcome = filed.forget(1);
    CHECK(outcome.failed ==
          std::vector{filed.copy() + " cannot be looked at (Too many levels of symbolic links); "
                                     "let this user read its folder"});
  }
  CHECK(outcome.rewritten.empty());
  CHECK(outcome.records == 2);
  CHECK_FALSE(filed.org.mirror.row("Individual", ref("Individual", 1).id));
}

TEST_CASE("a copy is rewritten though an earlier try left something, and nothing is left beside it",
          "[forget]") {
  Filed filed;
  filed.back_up();
  std::ofstream(filed.copy() + ".rewritten") << "half a copy";
  // Whoever has it open keeps the files that are beside it meanwhile.
  auto other = Database::open(filed.copy(), Mode::write);
  CHECK(other.query("SELECT 1 FROM Individual").step());
  REQUIRE(fs::exists(filed.copy() + "-wal"));
  CHECK(filed.forget(1).rewritten == std::vector{filed.copy()});
  for (const auto* ending : {".rewritten", "-wal", "-shm"}) {
    CAPTURE(ending);
    CHECK_FALSE(fs::exists(filed.copy() + ending));
  }
}

TEST_CASE("the mirror itself is no copy to be rewritten, under whatever name it was noted",
          "[forget]") {
  Filed filed;
  auto name = filed.folder.file("other.db");
  SECTION("its own") {
    name = filed.mirror();
  }
  SECTION("a hard link") {
    fs::create_hard_link(filed.mirror(), name);
  }
  SECTION("a symbolic link") {
    fs::create_symlink(filed.mirror(), name);
  }
  filed.org.mirror.note_copy(name, officer().at);
  CHECK(filed.scope(ref("Individual", 1)).copies.empty());
  const auto outcome = filed.forget(1);
  CHECK(outcome.rewritten.empty());
  CHECK(outcome.failed.empty());
  CHECK(outcome.gone.empty());
  const Copied there(filed.mirror());
  CHECK(there.mirror.erasures().size() == 2);
}

TEST_CASE("a copy that was moved and left a link behind is rewritten where it is", "[forget]") {
  Filed filed;
  filed.back_up();
  const auto moved = filed.folder.file("moved.db");
  fs::rename(filed.copy(), moved);
  fs::create_symlink("moved.db", filed.copy());
  CHECK(filed.forget(1).failed.empty());
  CHECK(fs::is_symlink(filed.copy()));
  CHECK(Copied(moved).mirror.erasures().size() == 2);
}

TEST_CASE("of a copy that is killed half-way nothing outlives the next forgetting", "[forget]") {
  Filed filed;
  filed.back_up();
  fs::create_directory(filed.folder.file("away"));
  const auto cut = filed.folder.file("away/cut.db");
  filed.org.mirror.note_copy(cut, officer().at);
  const auto child = ::fork();
  if (child == 0) {
    // Writing beyond this ends the process at once.
    const ::rlim_t half = fs::file_size(filed.copy()) / 2;
    const ::rlimit files{half, half};
    const ::rlimit cores{0, 0};
    ::setrlimit(RLIMIT_CORE, &cores);
    ::setrlimit(RLIMIT_FSIZE, &files);
    Database::open(filed.mirror(), Mode::read).backup_to(cut);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE_FALSE(heed::store::half_copies(cut).empty());
  std::ofstream(cut + ".rewritten.unfinished-abcdef") << "half a copy";
  std::ofstream(filed.mirror() + ".before-upgrade.unfinished-abcdef") << "half a copy";
  std::ofstream(cut + ".theirs") << "somebody else's";
  CHECK(filed.forget(1).gone == std::vector{cut + taken_away});
  CHECK(heed::store::half_copies(filed.mirror() + ".before-upgrade").empty());
  std::vector<fs::path> left;
  for (const auto& each : fs::directory_iterator(filed.folder.file("away"))) left.push_back(each);
  CHECK(left == std::vector{fs::path(cut + ".theirs")});
}

TEST_CASE("a copy knows every erasure of the person, and that it is scrubbed", "[forget]") {
  Filed filed;
  filed.org.database.execute(
      "CREATE TABLE filler AS SELECT hex(zeroblob(20000)) AS text; DROP TABLE filler");
  filed.back_up();
  REQUIRE(free_pages(filed.copy()) > 0);
  filed.org.load(card(9, 1));
  CHECK(filed.forget(1).records == 3);
  const Copied copy(filed.copy());
  CHECK(copy.mirror.erasures().size() == 3);
  CHECK_FALSE(copy.mirror.wants_scrubbing());
  CHECK_FALSE(heed::erasure::wants_replay(copy.mirror, filed.place().file));
  CHECK(free_pages(filed.copy()) == 0);
}

TEST_CASE("in a copy the person is one that it has a record of", "[forget]") {
  Filed filed;
  filed.ask();
  filed.back_up();
  // Of so many one has a pseudonym before all that the copy has.
  for (int number = 10; number < 40; ++number) filed.org.load(card(number, 1));
  CHECK(filed.forget(1).records == 32);
  const Copied copy(filed.copy());
  const auto person = copy.mirror.person(
      "Individual", heed::mirror::pseudonym_of(heed::support::filed_key, ref("Individual", 1).id));
  REQUIRE(person.members.size() == 2);
  heed::ledger::Filter filter;
  filter.person = person.members.front();
  auto database = Database::open(filed.copy(), Mode::read);
  std::int64_t duties = 0;
  heed::ledger::Ledger(database, "").for_each_due(filter, [&](const auto&) { ++duties; });
  CHECK(duties == 1);
}

TEST_CASE("a copy of an older heed is lifted, and no copy from before stays of it", "[forget]") {
  Filed filed;
  filed.back_up();
  {
    auto former = Database::open(filed.copy(), Mode::write);
    heed::support::write_former_ledger(former);
  }
  CHECK(filed.forget(1).rewritten == std::vector{filed.copy()});
  CHECK_FALSE(fs::exists(heed::store::copy_before_lifting(filed.copy())));
  const Copied copy(filed.copy());
  CHECK(copy.mirror.erasures().size() == 2);
}
