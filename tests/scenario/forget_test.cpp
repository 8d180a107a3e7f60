#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "heed/cli.hpp"
#include "heed/config.hpp"
#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "simulator/simulator.hpp"
#include "support/canary.hpp"
#include "support/clock.hpp"
#include "support/contents.hpp"
#include "support/dump.hpp"
#include "support/office.hpp"
#include "support/passing.hpp"
#include "support/temp_dir.hpp"

using Catch::Contains;

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A privacy office at its command line, with a simulated CRM.
class Desk {
 public:
  explicit Desk(const std::string& more = {}) : crm({.individuals = 30}), clock_(crm.org().now()) {
    std::string text =
        heed::config::starter("https://login.example.test", crm.org().options().user);
    const std::string password = "\"env:HEED_PASSWORD\"";
    text.replace(text.find(password), password.size(),
                 "\"plain:" + crm.org().options().password + "\"\nplain_secrets = true");
    text.replace(text.find("62.0"), 4, "58.0");
    std::ofstream(folder.file("heed.toml")) << text << more;
    // What only the CRM's people know, and no report may show.
    who = crm.org().nth("Individual", 3);
    card = crm.org().nth("Contact", 3);
    crm.org().update(who, {{"FirstName", std::string_view("Xanthippe")},
                           {"LastName", std::string_view("Zyzzyva")},
                           {"HasOptedOutSolicit", true}});
    crm.org().advance(1h);
  }

  int run(std::vector<std::string> words) {
    clock_.advance(crm.org().now() - clock_.now());
    out.str("");
    err.str("");
    heed::cli::World world{out,
                           err,
                           clock_,
                           [this](const heed::http::Options&, const std::stop_token&) {
                             return std::make_unique<heed::support::Passing>(crm);
                           },
                           [](const std::string&) { return std::optional<std::string>(); },
                           std::string(HEED_SOURCE_DIR) + "/schedules",
                           "ann",
                           false,
                           {}};
    words.insert(words.begin() + 1, {"--config", folder.file("heed.toml")});
    const int code = heed::cli::run(words, world);
    heed::support::expect_no_secret(out.str() + err.str(), "heed " + words.front());
    return code;
  }

  /// Forgets the person of `who`, whatever the number of records.
  int forget() {
    run({"forget", std::string(who.text()), "--dry-run", "--format", "json"});
    records = nlohmann::json::parse(out.str())["records"];
    return run({"forget", std::string(who.text()), "--confirm", std::to_string(records.size()),
                "--by", "the officer", "--reason", "case 7"});
  }

  heed::store::Database open() const {
    return heed::store::Database::open(folder.file("heed.db"), heed::store::Mode::read);
  }

  /// Forgotten records that are still in the CRM.
  std::int64_t returned() const {
    auto database = open();
    return heed::mirror::Mirror(database).returned();
  }

  /// The files in the folder that have `text` somewhere in their bytes.
  std::vector<std::string> files_with(std::string_view text) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (!entry.is_regular_file() || entry.path().filename() == "heed.toml") continue;
      const std::string bytes = heed::support::contents(entry.path());
      if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename());
    }
    return found;
  }

  heed::support::TempDir folder;
  heed::simulated::Simulator crm;
  nlohmann::json records;  ///< what forget() forgot
  heed::Id who;
  heed::Id card;
  std::ostringstream out, err;

 private:
  heed::support::ManualClock clock_;
};

const std::string names = "\n[fields]\nIndividual = [\"FirstName\", \"LastName\", \"Name\"]\n";

}  // namespace

TEST_CASE("a dry run shows what would be forgotten, and forgetting wants its number",
          "[scenario][forget]") {
  Desk desk;
  REQUIRE(desk.run({"sync"}) == 0);
  const std::string id(desk.who.text());
  CHECK(desk.run({"forget", id, "--dry-run"}) == 0);
  CHECK_THAT(desk.out.str(), Contains(id) && Contains(std::string(desk.card.text())));
  CHECK(desk.run({"forget", id}) == 2);
  CHECK_THAT(desk.err.str(), Contains("--confirm"));
  // As with heed done: another number than there are is a finding.
  CHECK(desk.run({"forget", id, "--confirm", "999"}) == 1);
  CHECK_THAT(desk.err.str(), Contains("--confirm says 999; nothing was forgotten"));
  CHECK(desk.run({"show", id}) == 0);
}

TEST_CASE("of a forgotten person no byte is left in the mirror, its log, and heed's own copies",
          "[scenario][forget]") {
  Desk desk(names);
  REQUIRE(desk.run({"sync"}) == 0);
  REQUIRE(desk.run({"backup", desk.folder.file("week.db")}) == 0);
  const auto mirror = desk.folder.file("heed.db");
  fs::copy(mirror, heed::store::copy_before_lifting(mirror));
  const std::vector<std::string> personal{"Xanthippe", "Zyzzyva", std::string(desk.who.text()),
                                          std::string(desk.card.text())};
  for (const auto& value : personal) {
    CAPTURE(value);
    CHECK(desk.files_with(value).size() >= 3);
  }
  REQUIRE(desk.forget() == 0);
  CHECK_THAT(desk.out.str(), Contains("Rewrote"));
  for (const auto& value : personal) {
    CAPTURE(value);
    CHECK(desk.files_with(value).empty());
  }
  CHECK_FALSE(desk.files_with("heed-erasure 1").empty());
  auto copy = heed::store::Database::open(desk.folder.file("week.db"), heed::store::Mode::read);
  CHECK(copy.check_integrity().empty());
}

TEST_CASE("what was owed to a forgotten person is there under the pseudonym, and the chain holds",
          "[scenario][forget]") {
  Desk desk;
  REQUIRE(desk.run({"sync"}) == 0);
  desk.crm.org().advance(2h);
  desk.crm.org().update(desk.who, {{"ShouldForget", true}});
  desk.crm.org().advance(2h);
  REQUIRE(desk.run({"sync"}) == 0);
  const auto before = [&] {
    auto database = desk.open();
    return heed::ledger::Ledger(database, "").counts(heed::mirror::Mirror(database), {}).owed;
  }();
  CHECK(before > 0);
  REQUIRE(desk.forget() == 0);
  auto database = desk.open();
  std::ifstream in(desk.folder.file("heed.db.key"));
  std::string key;
  in >> key;
  const heed::ledger::Ledger ledger(database, key);
  CHECK(ledger.counts(heed::mirror::Mirror(database), {}).owed == before);
  CHECK(ledger.verify().sound());
  CHECK(desk.run({"show", std::string(desk.who.text())}) == 1);
  CHECK(desk.run({"forget", std::string(desk.who.text()), "--dry-run"}) == 1);
  CHECK_THAT(desk.err.str(), Contains("forgotten already"));
}

TEST_CASE("a forgotten record that the CRM still has is a finding of every run, and a pseudonym",
          "[scenario][forget]") {
  Desk desk(names);
  REQUIRE(desk.run({"sync"}) == 0);
  REQUIRE(desk.forget() == 0);
  auto& org = desk.crm.org();
  for (int run = 1; run <= 2; ++run) {
    org.advance(2h);
    CHECK(desk.run({"sync"}) == 8);
    CHECK_THAT(desk.out.str(), Contains("3 forgotten records are still in the CRM"));
    CHECK(desk.run({"status"}) == 8);
    CHECK_THAT(desk.out.str(), Contains("3 forgotten records were still in the CRM"));
  }
  org.update(desk.who, {{"HasOptedOutTracking", true}});
  org.advance(2h);
  CHECK(desk.run({"sync"}) == 8);
  CHECK(desk.run({"sync", "--full"}) == 8);
  CHECK(desk.files_with("Xanthippe").empty());
  for (const auto& each : desk.records) org.remove(*heed::Id::parse(each["id"].get<std::string>()));
  org.advance(2h);
  CHECK(desk.run({"sync"}) == 0);
  CHECK_THAT(desk.out.str(), !Contains("still in the CRM"));
  CHECK(desk.run({"status"}) == 0);
}

TEST_CASE("last week's copy put back forgets again, at the next sync or the next report",
          "[scenario][forget]") {
  const bool by_sync = GENERATE(true, false);
  Desk desk(names);
  REQUIRE(desk.run({"sync"}) == 0);
  fs::copy(desk.folder.file("heed.db"), desk.folder.file("elsewhere.db"));
  REQUIRE(desk.forget() == 0);
  for (const auto* ending : {"", "-wal", "-shm"}) fs::remove(desk.folder.file("heed.db") + ending);
  fs::rename(desk.folder.file("elsewhere.db"), desk.folder.file("heed.db"));
  CHECK_FALSE(desk.files_with("Xanthippe").empty());
  desk.crm.org().advance(1h);
  if (by_sync) {
    desk.run({"sync"});
    CHECK_THAT(desk.err.str(), Contains("older copy"));
  } else {
    desk.run({"due"});
  }
  CHECK(desk.files_with("Xanthippe").empty());
  CHECK(desk.files_with(desk.who.text()).empty());
}

namespace {

/// Every command that opens the mirror, as it may be called.
std::vector<std::vector<std::string>> openers(const std::string& id, const std::string& file) {
  return {{"check"},
          {"sync"},
          {"due"},
          {"people"},
          {"show", id},
          {"explain", "D1"},
          {"received", "D1", "2026-02-01", "--reason", "a letter"},
          {"acknowledge", "D1"},
          {"done", "D1", "--evidence", "ticket 5"},
          {"extend", "D1", "--reason", "many systems"},
          {"pause", "D1", "--reason", "asked who it is"},
          {"resume", "D1"},
          {"refuse", "D1", "--reason", "not theirs"},
          {"reopen", "D1", "--reason", "a mistake"},
          {"note", "D1", "--reason", "called"},
          {"forget", id, "--dry-run"},
          {"verify"},
          {"verify", "--offline"},
          {"status"},
          {"backup", file}};
}

/// The commands of the help, but for those that have nothing to do with the mirror.
std::set<std::string> commands_of(const std::string& help) {
  std::set<std::string> commands;
  std::istringstream lines(help.substr(help.find("What it does")));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.empty()) {
    const auto from = line.find_first_not_of(' ');
    const auto name = line.substr(from, line.find(' ', from) - from);
    if (name != "init" && name != "schedule" && name != "calendar") commands.insert(name);
  }
  return commands;
}

}  // namespace

TEST_CASE("whatever command opens an older copy that was put back, it forgets again first",
          "[scenario][forget]") {
  Desk desk(names);
  REQUIRE(desk.run({"sync"}) == 0);
  const heed::support::TempDir elsewhere;
  fs::copy(desk.folder.file("heed.db"), elsewhere.file("older.db"));
  REQUIRE(desk.forget() == 0);
  const std::string other(desk.crm.org().nth("Individual", 5).text());
  desk.run({"help"});
  auto unseen = commands_of(desk.out.str());
  CHECK(unseen.size() == 19);
  for (const auto& words : openers(other, elsewhere.file("week.db"))) {
    CAPTURE(words);
    for (const auto* ending : {"", "-wal", "-shm"}) {
      fs::remove(desk.folder.file("heed.db") + ending);
    }
    fs::copy(elsewhere.file("older.db"), desk.folder.file("heed.db"));
    REQUIRE_FALSE(desk.files_with("Xanthippe").empty());
    desk.run(words);
    CHECK_THAT(desk.err.str(), Contains("the mirror is an older copy"));
    CHECK(desk.files_with("Xanthippe").empty());
    CHECK(desk.files_with(desk.who.text()).empty());
    unseen.erase(words[0]);
  }
  CHECK(unseen.empty());
}

TEST_CASE("a privacy hold blocks forgetting, which is a finding and no wrong command line",
          "[scenario][forget]") {
  Desk desk;
  desk.crm.org().update(desk.who, {{"HasPrivacyHold", true}});
  REQUIRE(desk.run({"sync"}) == 0);
  CHECK(desk.forget() == 1);
  CHECK_THAT(desk.err.str(), Contains("privacy hold"));
  CHECK(desk.run({"show", std::string(desk.who.text())}) == 0);
}

TEST_CASE("an edited ledger of erasures, or another key, is not believed", "[scenario][forget]") {
  Desk desk;
  REQUIRE(desk.run({"sync"}) == 0);
  fs::copy(desk.folder.file("heed.db"), desk.folder.file("elsewhere.db"));
  REQUIRE(desk.forget() == 0);
  const auto file = desk.folder.file("heed.db.erasures");
  std::string text = heed::support::contents(file);
  REQUIRE(text.find("heed-erasure 1 2026") == 0);
  text.replace(text.find("2026"), 4, "2025");
  std::ofstream(file, std::ios::binary) << text;
  for (const auto* ending : {"", "-wal", "-shm"}) fs::remove(desk.folder.file("heed.db") + ending);
  fs::rename(desk.folder.file("elsewhere.db"), desk.folder.file("heed.db"));
  CHECK(desk.run({"sync"}) == 7);
  CHECK_THAT(desk.err.str(), Contains("was edited"));
  std::ofstream(desk.folder.file("heed.db.key")) << std::string(64, 'a') << "\n";
  CHECK(desk.run({"sync"}) == 3);
  CHECK_THAT(desk.err.str(), Contains("key"));
  fs::remove(desk.folder.file("heed.db.key"));
  for (const auto* command : {"sync", "due"}) {
    CHECK(desk.run({command}) == 3);
    CHECK_THAT(desk.err.str(), Contains("put back the copy"));
    CHECK_FALSE(fs::exists(desk.folder.file("heed.db.key")));
  }
}

TEST_CASE("whoever wished it and is gone from the CRM is forgotten by itself where that is wanted",
          "[scenario][forget]") {
  const bool wanted = GENERATE(true, false);
  Desk desk(names + (wanted ? "\n[forget]\nautomatic = true\n" : ""));
  REQUIRE(desk.run({"sync"}) == 0);
  auto& org = desk.crm.org();
  org.advance(2h);
  org.update(desk.who, {{"ShouldForget", true}});
  org.advance(2h);
  REQUIRE(desk.run({"sync"}) == 0);
  {
    auto database =
        heed::store::Database::open(desk.folder.file("heed.db"), heed::store::Mode::write);
    heed::mirror::Mirror mirror(database);
    for (const auto& member : mirror.person("Individual", desk.who).members) {
      mirror.mark(member.object, member.id, heed::Standing::purged, org.now(), {org.now()});
    }
  }
  org.purge(desk.who);
  org.advance(2h);
  desk.run({"sync"});
  CHECK(desk.files_with("Xanthippe").empty() == wanted);
}

TEST_CASE("a mirror with forgotten records is compared with the CRM all the same",
          "[scenario][forget]") {
  Desk desk(names);
  REQUIRE(desk.run({"sync"}) == 0);
  REQUIRE(desk.forget() == 0);
  desk.crm.org().advance(2h);
  CHECK(desk.run({"verify"}) == 8);  // still there, as the next test has it
  CHECK(desk.run({"sync", "--reconcile"}) == 8);
  {
    auto database = desk.open();
    CHECK(heed::mirror::Mirror(database).count("Individual", heed::Standing::live) == 30);
  }
  const auto still_there = desk.returned();
  // Gone from the CRM for good, whatever it was called there.
  desk.crm.org().remove(desk.who);
  desk.crm.org().advance(1h);
  desk.run({"sync"});
  desk.crm.org().purge(desk.who);
  desk.crm.org().advance(1h);
  desk.run({"sync", "--reconcile"});
  auto database = desk.open();
  const heed::mirror::Mirror mirror(database);
  CHECK(mirror.count("Individual", heed::Standing::live) == 29);
  CHECK(mirror.count("Individual", heed::Standing::purged) == 1);
  CHECK(mirror.returned() == still_there - 1);
  CHECK(desk.files_with(desk.who.text()).empty());
}

TEST_CASE("whatever looks at all records finds those that were forgotten and are still in the CRM",
          "[scenario][forget]") {
  const auto look =
      GENERATE(as<std::vector<std::string>>{}, std::vector<std::string>{"sync", "--reconcile"},
               std::vector<std::string>{"sync"}, std::vector<std::string>{"verify"});
  CAPTURE(look);
  Desk desk(names);
  REQUIRE(desk.run({"sync"}) == 0);
  REQUIRE(desk.forget() == 0);
  desk.crm.org().advance(8 * 24h);  // a comparison is due
  CHECK(desk.run(look) == 8);
  CHECK_THAT(desk.out.str(), Contains("forgotten records are still in the CRM"));
  CHECK(desk.files_with(desk.who.text()).empty());
  CHECK(desk.files_with("Xanthippe").empty());
  desk.run({"sync", "--reconcile"});
  const auto before = desk.returned();
  desk.crm.org().hide_row(desk.who);  // a comparison alone tells that it comes no more
  desk.run({"sync", "--reconcile"});
  CHECK(desk.returned() == before - 1);
}
