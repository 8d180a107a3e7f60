#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/terminal.hpp"

// Forgetting, and the copies that it cannot rewrite at once.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::support::contents;
using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// A privacy office with a mirror, a copy of it in a folder of its own, and two people to be
/// forgotten, Individuals 3 and 5.
struct Shelf {
  Shelf() {
    crm.org().advance(1h);
    REQUIRE(terminal.run({"sync"}) == 0);
    fs::create_directory(folder());
    REQUIRE(terminal.run({"backup", copy()}) == 0);
  }

  std::string mirror() const { return terminal.file("heed.db"); }
  std::string folder() const { return terminal.file("disk"); }
  std::string copy() const { return folder() + "/week.db"; }
  std::string away() const { return terminal.file("away"); }
  heed::Id person(std::uint32_t number) const { return crm.org().nth("Individual", number); }

  int run(const Words& words) {
    crm.org().advance(1h);
    return terminal.run(words);
  }

  /// Here and in the CRM.
  int forget(std::uint32_t number) {
    const std::string id(person(number).text());
    run({"forget", id, "--dry-run", "--format", "json"});
    const auto records = nlohmann::json::parse(terminal.out())["records"];
    const int code = run({"forget", id, "--confirm", std::to_string(records.size())});
    for (const auto& record : records) {
      crm.org().remove(*heed::Id::parse(record["id"].get<std::string>()));
    }
    return code;
  }

  bool is_in(const std::string& file, std::uint32_t number) const {
    return contents(file).find(person(number).text()) != std::string::npos;
  }

  /// Something that stands where the copy would be rewritten.
  std::string obstacle() const { return copy() + ".rewritten"; }
  void stand_in_the_way() const { fs::create_directories(obstacle() + "/full"); }

  Simulator crm{{.individuals = 10}};
  Terminal terminal{crm};
};

/// What says whether everything is as it should be, before and after it is.
const std::vector<Words> judges{{"status"}, {"verify", "--offline"}, {"sync"}};

}  // namespace

TEST_CASE("a copy that could not be rewritten is tried again until it is, and told until then",
          "[scenario][forget]") {
  Shelf shelf;
  shelf.stand_in_the_way();
  CHECK(shelf.forget(3) == 8);
  for (const auto& words : judges) {
    CAPTURE(words);
    CHECK(shelf.run(words) == 8);
    CHECK_THAT(shelf.terminal.out(), Contains("INCOMPLETE: " + shelf.copy()));
  }
  CHECK(shelf.run({"status", "--format", "json"}) == 8);
  CHECK(nlohmann::json::parse(shelf.terminal.out())["not_forgotten"].size() == 1);
  CHECK(shelf.run({"sync", "--format", "json"}) == 8);
  CHECK(nlohmann::json::parse(shelf.terminal.out())["forgotten"]["failed"].size() == 1);
  CHECK(shelf.is_in(shelf.copy(), 3));
  fs::remove_all(shelf.obstacle());
  CHECK(shelf.run({"sync"}) == 0);
  CHECK_THAT(shelf.terminal.out(), Contains("Rewrote " + shelf.copy()));
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
  for (const auto& words : judges) {
    CAPTURE(words);
    CHECK(shelf.run(words) == 0);
    CHECK_THAT(shelf.terminal.out(), !Contains(shelf.copy()));
  }
}

TEST_CASE("a copy on a disk that is away is told, and forgets at the next sync that finds it",
          "[scenario][forget]") {
  Shelf shelf;
  fs::rename(shelf.folder(), shelf.away());
  CHECK(shelf.forget(3) == 8);
  for (const auto& words : judges) {
    CAPTURE(words);
    CHECK(shelf.run(words) == 8);
    CHECK_THAT(shelf.terminal.out(),
               Contains("INCOMPLETE: " + shelf.copy()) && Contains("bring it back"));
  }
  fs::rename(shelf.away(), shelf.folder());
  CHECK(shelf.is_in(shelf.copy(), 3));
  CHECK(shelf.run({"sync"}) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
  // It owes nothing now, wherever it is.
  fs::rename(shelf.folder(), shelf.away());
  for (const auto& words : judges) {
    CAPTURE(words);
    CHECK(shelf.run(words) == 0);
  }
}

TEST_CASE("a copy that was taken away is a note, and forgets when it is there again",
          "[scenario][forget]") {
  Shelf shelf;
  fs::rename(shelf.copy(), shelf.away());
  CHECK(shelf.forget(3) == 0);
  CHECK_THAT(shelf.terminal.out(), Contains("Note: " + shelf.copy() + ": is not there any more"));
  CHECK(shelf.run({"sync"}) == 0);
  fs::rename(shelf.away(), shelf.copy());
  CHECK(shelf.run({"status"}) == 8);
  CHECK(shelf.run({"sync"}) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
  CHECK(shelf.run({"status"}) == 0);
}

TEST_CASE("who was forgotten while a copy was away is forgotten in it with whoever comes next",
          "[scenario][forget]") {
  Shelf shelf;
  fs::rename(shelf.folder(), shelf.away());
  CHECK(shelf.forget(3) == 8);
  fs::rename(shelf.away(), shelf.folder());
  CHECK(shelf.forget(5) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
  CHECK_FALSE(shelf.is_in(shelf.copy(), 5));
}

TEST_CASE("a copy that people who are forgotten by themselves stay in is told by sync",
          "[scenario][forget]") {
  Shelf shelf;
  std::ofstream(shelf.terminal.config(), std::ios::app) << "\n[forget]\nautomatic = true\n";
  auto& org = shelf.crm.org();
  org.update(shelf.person(3), {{"ShouldForget", true}});
  REQUIRE(shelf.run({"sync"}) == 0);
  shelf.run({"due", "--person", std::string(shelf.person(3).text()), "--format", "json"});
  const auto duties = nlohmann::json::parse(shelf.terminal.out())["duties"];
  INFO(shelf.terminal.out());
  REQUIRE_FALSE(duties.empty());
  for (const auto& duty : duties) {
    REQUIRE(shelf.run({"done", duty["duty"], "--evidence", "letter"}) == 0);
  }
  shelf.stand_in_the_way();
  CHECK(shelf.run({"sync"}) == 8);
  CHECK_THAT(shelf.terminal.out(), Contains("Forgot ") && Contains("INCOMPLETE: " + shelf.copy()));
  CHECK_FALSE(shelf.is_in(shelf.mirror(), 3));
  CHECK(shelf.run({"sync"}) == 8);
  CHECK_THAT(shelf.terminal.out(), Contains("INCOMPLETE: " + shelf.copy()));
  fs::remove_all(shelf.obstacle());
  CHECK(shelf.run({"sync"}) == 8);  // a letter said that the CRM forgot them, and it has them still
  CHECK_THAT(shelf.terminal.out(),
             Contains("are still in the CRM") && !Contains("INCOMPLETE: " + shelf.copy()));
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
}

TEST_CASE("who is forgotten by itself is so at the CRM's time, however slow the machine's clock is",
          "[scenario][forget]") {
  Shelf shelf;
  shelf.terminal.behind = 72h;
  std::ofstream(shelf.terminal.config(), std::ios::app) << "\n[forget]\nautomatic = true\n";
  shelf.crm.org().update(shelf.person(3), {{"ShouldForget", true}});
  REQUIRE(shelf.run({"sync"}) == 0);
  shelf.run({"due", "--person", std::string(shelf.person(3).text()), "--format", "json"});
  const auto duties = nlohmann::json::parse(shelf.terminal.out())["duties"];
  REQUIRE_FALSE(duties.empty());
  for (const auto& duty : duties) {
    REQUIRE(shelf.run({"done", duty["duty"], "--evidence", "letter"}) == 0);
  }
  const auto asked = shelf.crm.org().now();
  CHECK(shelf.run({"sync"}) == 0);
  auto database = heed::store::Database::open(shelf.mirror(), heed::store::Mode::read);
  const auto erasures = heed::mirror::Mirror(database).erasures();
  REQUIRE_FALSE(erasures.empty());
  for (const auto& erasure : erasures) CHECK(erasure.at >= asked);
}

TEST_CASE("a copy that an older mirror could not rewrite while it forgot again is told by sync",
          "[scenario][forget]") {
  Shelf shelf;
  REQUIRE(shelf.run({"sync"}) == 0);  // the log is part of the file then
  fs::copy_file(shelf.mirror(), shelf.away());
  shelf.stand_in_the_way();
  CHECK(shelf.forget(3) == 8);
  for (const auto* ending : {"-wal", "-shm"}) fs::remove(shelf.mirror() + ending);
  fs::rename(shelf.away(), shelf.mirror());
  shelf.run({"due"});
  CHECK_THAT(shelf.terminal.err(), Contains("INCOMPLETE: " + shelf.copy()));
  CHECK(shelf.run({"sync"}) == 8);
  fs::remove_all(shelf.obstacle());
  CHECK(shelf.run({"sync"}) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
}

TEST_CASE("old bytes that a reader kept are told until a sync has removed them",
          "[scenario][forget]") {
  Shelf shelf;
  REQUIRE(shelf.forget(3) == 0);
  REQUIRE(shelf.run({"sync"}) == 0);
  {
    auto database = heed::store::Database::open(shelf.mirror(), heed::store::Mode::write);
    database.execute("UPDATE heed_erasure SET scrubbed = 0");
  }
  for (const auto& words : {Words{"status"}, {"verify", "--offline"}}) {
    CHECK(shelf.run(words) == 8);
    CHECK_THAT(shelf.terminal.out(), Contains("INCOMPLETE: ") && Contains("old bytes"));
  }
  CHECK(shelf.run({"sync"}) == 0);
  CHECK(shelf.run({"status"}) == 0);
}

TEST_CASE("a mirror that lives in a file which backup wrote keeps what it is told",
          "[scenario][forget]") {
  Shelf shelf;
  for (const auto* ending : {".key", ".state", ".head"}) {
    fs::copy_file(shelf.mirror() + ending, shelf.copy() + ending);
  }
  auto text = contents(shelf.terminal.config());
  const std::string file = "file = \"heed.db\"";
  REQUIRE(text.find(file) != std::string::npos);
  text.replace(text.find(file), file.size(), "file = \"disk/week.db\"");
  std::ofstream(shelf.terminal.config()) << text;
  REQUIRE(shelf.run({"sync"}) == 0);
  CHECK(shelf.forget(3) == 0);
  CHECK_THAT(shelf.terminal.out(), !Contains("will be rewritten") && !Contains("Rewrote"));
  shelf.crm.org().update(shelf.person(5), {{"HasOptedOutSolicit", true}});
  CHECK(shelf.run({"sync"}) == 0);
  CHECK(shelf.run({"verify", "--offline"}) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
}

TEST_CASE("no command takes a file of erasures that it cannot read for none",
          "[scenario][forget]") {
  Shelf shelf;
  REQUIRE(shelf.forget(3) == 0);
  const auto file = shelf.mirror() + ".erasures";
  fs::remove(file);
  const bool folder = GENERATE(true, false);
  if (folder) {
    fs::create_directory(file);
  } else {
    fs::create_symlink(file, file);
  }
  const std::string other(shelf.person(5).text());
  for (const auto& words : {Words{"status"},
                            {"sync"},
                            {"due"},
                            {"verify", "--offline"},
                            {"backup", shelf.copy() + "2"},
                            {"forget", other, "--confirm", "2"}}) {
    CAPTURE(words);
    CHECK(shelf.run(words) == 7);
    CHECK_THAT(shelf.terminal.err(),
               Contains(file + ": cannot be read") && Contains("put it back from a backup"));
  }
  CHECK(shelf.is_in(shelf.mirror(), 5));
}

TEST_CASE("a forgotten user is left in no file by her id, and no sync brings it back",
          "[scenario][forget]") {
  Shelf shelf;
  auto& org = shelf.crm.org();
  const auto user = org.nth("User", 1);  // whoever changes anything in this CRM
  org.update(user, {{"IndividualId", shelf.person(3).text()}});
  org.update(org.nth("Contact", 7), {{"HasOptedOutOfEmail", true}});
  REQUIRE(shelf.run({"sync"}) == 0);
  const auto is_left = [&](const std::string& file) {
    return contents(file).find(user.text()) != std::string::npos;
  };
  REQUIRE(is_left(shelf.mirror()));
  REQUIRE(is_left(shelf.copy()));
  REQUIRE(shelf.forget(3) == 0);
  CHECK_FALSE(is_left(shelf.mirror()));
  CHECK_FALSE(is_left(shelf.copy()));
  org.update(org.nth("Contact", 7), {{"HasOptedOutOfEmail", false}});
  for (const auto& words : {Words{"sync"}, {"sync", "--full"}, {"sync", "--reconcile"}}) {
    CAPTURE(words);
    shelf.run(words);
    CHECK_FALSE(is_left(shelf.mirror()));
  }
  CHECK(shelf.run({"verify", "--offline"}) == 0);
}

TEST_CASE("a record that has left the person since a copy was made does not name her there",
          "[scenario][forget]") {
  Shelf shelf;
  constexpr std::uint32_t who = 5;
  auto& org = shelf.crm.org();
  const auto contact = org.nth("Contact", who);
  org.update(contact, {{"IndividualId", shelf.person(who + 1).text()}});
  REQUIRE(shelf.run({"sync"}) == 0);
  REQUIRE(shelf.forget(who) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), who));
  for (const auto* ending : {"-wal", "-shm"}) fs::remove(shelf.mirror() + ending);
  fs::copy_file(shelf.copy(), shelf.mirror(), fs::copy_options::overwrite_existing);
  shelf.run({"sync"});
  CHECK_FALSE(shelf.is_in(shelf.mirror(), who));
  CHECK(shelf.run({"show", std::string(contact.text())}) == 0);
  CHECK_THAT(shelf.terminal.out(), !Contains(std::string(shelf.person(who).text())));
}
