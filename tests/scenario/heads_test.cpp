#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "heed/ledger.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/terminal.hpp"

// A ledger that lost its end, a key that is another, a mirror that goes by another name.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::support::contents;
using heed::support::Terminal;

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// An office that has a duty, and a copy of its mirror from before somebody noted something of it.
struct Noted {
  Noted() {
    REQUIRE(terminal.run({"sync"}) == 0);
    fs::copy_file(mirror(), terminal.file("before.db"));
    REQUIRE(terminal.run({"note", "D1", "--reason", "called"}) == 0);
  }

  std::string mirror() const { return terminal.file("heed.db"); }
  std::string head() const { return mirror() + ".head"; }

  void put_the_copy_back() const {
    for (const auto* ending : {"-wal", "-shm"}) fs::remove(mirror() + ending);
    fs::copy_file(terminal.file("before.db"), mirror(), fs::copy_options::overwrite_existing);
  }

  Simulator crm{{.individuals = 20}};
  Terminal terminal{crm};
};

void is_told_until_accepted(Noted& office, const std::string& what) {
  auto& terminal = office.terminal;
  for (int run = 0; run < 2; ++run) {
    CHECK(terminal.run({"sync"}) == 8);
    CHECK_THAT(terminal.out(), Contains("INCOMPLETE: the ledger goes on from event") &&
                                   Contains(what) && Contains("--accept-lost"));
    CHECK(terminal.run({"status"}) == 8);
    CHECK_THAT(terminal.out(), Contains(what));
    CHECK(terminal.run({"verify", "--offline"}) == 1);
    CHECK_THAT(terminal.out(), Contains("BROKEN LEDGER") && Contains(what));
    // What is added meanwhile does not make it good.
    CHECK(terminal.run({"note", "D1", "--reason", "written"}) == 0);
  }
  CHECK(terminal.run({"sync", "--accept-lost", " "}) == 2);
  CHECK(terminal.run({"sync", "--accept-lost", "the disk failed"}) == 0);
  CHECK(terminal.run({"status"}) == 0);
  CHECK(terminal.run({"verify", "--offline"}) == 0);
  CHECK_THAT(contents(office.head()), Contains("the disk failed"));
  CHECK(terminal.run({"sync", "--accept-lost", "again"}) == 2);
  CHECK_THAT(terminal.err(), Contains("has lost nothing"));
}

}  // namespace

TEST_CASE("an end that the ledger lost is told until somebody says why", "[scenario][cli]") {
  Noted office;
  office.put_the_copy_back();
  const bool seen_by_sync = GENERATE(true, false);
  if (!seen_by_sync) office.terminal.run({"note", "D1", "--reason", "first"});
  is_told_until_accepted(office, "is not in it");
}

TEST_CASE("every report sees that an older copy was put back, before any run does",
          "[scenario][cli][report]") {
  Noted office;
  auto& terminal = office.terminal;
  const std::string who(office.crm.org().nth("Individual", 3).text());
  const std::vector<Words> reports{{"status"}, {"status", "--format", "json"},
                                   {"due"},    {"show", who},
                                   {"people"}, {"explain", "D1"}};
  for (const auto& words : reports) CHECK(terminal.run(words) == 0);
  const bool copied = GENERATE(true, false);
  if (copied) {
    office.put_the_copy_back();
  } else {
    REQUIRE(fs::remove(office.head()));
  }
  const auto before = copied ? contents(office.head()) : std::string();
  for (const auto& words : reports) {
    CAPTURE(words, copied);
    CHECK(terminal.run(words) == 8);
    const std::string said = "the ledger goes on from event";
    CHECK_THAT(terminal.out(),
               Contains(said) && Contains(copied ? "is not in it" : "was not there to show"));
    CHECK(terminal.out().find("INCOMPLETE: " + said) ==
          terminal.out().rfind("INCOMPLETE: " + said));
  }
  CHECK(fs::exists(office.head()) == copied);
  if (copied) CHECK(contents(office.head()) == before);
}

TEST_CASE("a ledger without a recorded head is told until somebody says why", "[scenario][cli]") {
  Noted office;
  REQUIRE(fs::remove(office.head()));
  CHECK(office.terminal.run({"verify", "--offline"}) == 1);
  CHECK_THAT(office.terminal.out(), Contains("heed.db.head is not there"));
  is_told_until_accepted(office, "was not there to show");
}

TEST_CASE("a recorded head that cannot be read is not taken for one that is not there",
          "[scenario][cli]") {
  Noted office;
  auto& terminal = office.terminal;
  REQUIRE(fs::remove(office.head()));
  fs::create_symlink(office.head(), office.head());  // it leads nowhere, for root as well
  for (const auto& words : {Words{"sync"},
                            {"status"},
                            {"due"},
                            {"people"},
                            {"note", "D1", "--reason", "x"},
                            {"sync", "--accept-lost", "no idea"},
                            {"verify", "--offline"}}) {
    CAPTURE(words);
    const bool report = words[0] == "status" || words[0] == "due" || words[0] == "people";
    CHECK(terminal.run(words) == (report ? 8 : 7));
    CHECK_THAT(report ? terminal.out() : terminal.err(),
               Contains("heed.db.head: cannot be read (Too many levels of symbolic links)"));
  }
  CHECK(fs::is_symlink(office.head()));
}

TEST_CASE("what is no head in the place of the recorded one is named, and nothing is lost by it",
          "[scenario][cli]") {
  Noted office;
  auto& terminal = office.terminal;
  const std::string text = GENERATE("garbage\n", "", "\n", "heed-ledger-head 1 many - k s\n");
  std::ofstream(office.head(), std::ios::binary | std::ios::trunc) << text;
  for (const auto& words : {Words{"sync"},
                            {"status"},
                            {"due"},
                            {"note", "D1", "--reason", "x"},
                            {"sync", "--accept-lost", "no idea"}}) {
    CAPTURE(words, text);
    const bool report = words[0] == "status" || words[0] == "due";
    CHECK(terminal.run(words) == (report ? 8 : 7));
    CHECK_THAT(report ? terminal.out() : terminal.err(),
               Contains("heed.db.head: its first line is no head") && Contains("from a backup"));
  }
  CHECK(terminal.run({"verify", "--offline"}) == 1);
  CHECK_THAT(terminal.out(),
             Contains("BROKEN LEDGER: ") && Contains("heed.db.head") && Contains("from a backup"));
  CHECK(contents(office.head()) == text);
  // Without a backup of it, that it is not there is true, and somebody has to say why.
  REQUIRE(fs::remove(office.head()));
  CHECK(terminal.run({"sync"}) == 8);
  CHECK(terminal.run({"sync", "--accept-lost", "the disk failed"}) == 0);
}

TEST_CASE("a lost end of which no head was recorded that can be read is told as that",
          "[scenario][cli]") {
  Noted office;
  std::ofstream(office.head(), std::ios::app) << "lost 2026-01-01T00:00:00Z 5 garbage\n";
  CHECK(office.terminal.run({"status"}) == 8);
  CHECK_THAT(office.terminal.out(),
             Contains("had recorded no head that can be read") && !Contains("event  that"));
}

TEST_CASE("a run that was killed before it recorded the head has lost nothing", "[scenario][cli]") {
  Noted office;
  const auto before = contents(office.head());
  REQUIRE(office.terminal.run({"note", "D1", "--reason", "written"}) == 0);
  std::ofstream(office.head(), std::ios::binary) << before;
  CHECK(office.terminal.run({"sync"}) == 0);
  CHECK(office.terminal.run({"verify", "--offline"}) == 0);
}

TEST_CASE("a key that is another than the mirror's is refused, and nothing is written",
          "[scenario][cli][forget]") {
  Noted office;
  const std::string who(office.crm.org().nth("Individual", 3).text());
  const bool forgotten = GENERATE(false, true);
  if (forgotten) {
    office.terminal.run({"forget", who});
    auto database = heed::store::Database::open(office.mirror(), heed::store::Mode::write);
    database.execute("DELETE FROM heed_event");
    database.execute(
        "INSERT INTO heed_erasure (object, pseudonym, digest, key_name, at, scrubbed) VALUES "
        "('Individual', '0PK000000000001AAA', 'd', 'k', '2026-01-01T00:00:00Z', 1)");
    database.empty_log();
  }
  std::ofstream(office.mirror() + ".key", std::ios::trunc) << std::string(64, 'a') << "\n";
  const auto before = contents(office.mirror());
  for (const auto& words : {Words{"sync"}, {"note", "D1", "--reason", "x"}, {"forget", who}}) {
    CAPTURE(words);
    CHECK(office.terminal.run(words) == 3);
    CHECK_THAT(office.terminal.err(), Contains("heed.db.key is another key"));
  }
  CHECK(contents(office.mirror()) == before);
}

TEST_CASE("a mirror that was moved without its key gets no other", "[scenario][cli]") {
  Noted office;
  for (const auto* ending : {".key", ".head", ".state", ".lock"}) {
    fs::remove(office.mirror() + ending);
  }
  CHECK(office.terminal.run({"sync"}) == 3);
  CHECK_FALSE(fs::exists(office.mirror() + ".key"));
}

TEST_CASE("a mirror that goes by another name has one lock, one key and one head",
          "[scenario][cli]") {
  Noted office;
  auto& terminal = office.terminal;
  const auto real = terminal.file("real.db");
  for (const auto* ending : {"", ".key", ".head", ".state"}) {
    fs::rename(office.mirror() + ending, real + ending);
  }
  const bool relative = GENERATE(false, true);
  fs::create_symlink(relative ? "real.db" : real, office.mirror());
  {
    const heed::store::WriterLock lock(real, office.crm.org().now());
    CHECK(terminal.run({"sync"}) == 9);
  }
  CHECK(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify", "--offline"}) == 0);
  CHECK_FALSE(fs::exists(office.mirror() + ".key"));
}
