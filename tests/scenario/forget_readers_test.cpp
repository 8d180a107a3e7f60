#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/terminal.hpp"

// Who reads a mirror while another heed forgets somebody in it.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::support::contents;
using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// A mirror as it is while Individual 3 is forgotten: the ledger of erasures has her, and the
/// mirror not yet.
struct Forgetting {
  explicit Forgetting(std::chrono::seconds behind = 0h)
      : who(crm.org().nth("Individual", 3).text()) {
    terminal.behind = behind;
    crm.org().advance(1h);
    REQUIRE(terminal.run({"sync"}) == 0);
    fs::copy_file(mirror(), terminal.file("before.db"));
    crm.org().advance(1h);
    forgotten = crm.org().now();
    terminal.run({"forget", who, "--dry-run", "--format", "json"});
    const auto records = nlohmann::json::parse(terminal.out())["records"];
    REQUIRE(terminal.run({"forget", who, "--confirm", std::to_string(records.size())}) == 0);
    for (const auto& record : records) {
      crm.org().remove(*heed::Id::parse(record["id"].get<std::string>()));
    }
    for (const auto* ending : {"-wal", "-shm"}) fs::remove(mirror() + ending);
    fs::rename(terminal.file("before.db"), mirror());
    crm.org().advance(1h);
  }

  std::string mirror() const { return terminal.file("heed.db"); }
  bool is_there() const { return contents(mirror()).find(who) != std::string::npos; }

  Simulator crm{{.individuals = 10}};
  Terminal terminal{crm};
  std::string who;
  heed::Moment forgotten;
};

/// Every command that shows who is in the mirror, or copies it.
std::vector<Words> showing(const Forgetting& office) {
  return {{"due"},
          {"people"},
          {"show", office.who},
          {"explain", "D1"},
          {"verify", "--offline"},
          {"verify"},
          {"backup", office.terminal.file("week.db")}};
}

const std::vector<Words> counting{{"status"}, {"check"}};

}  // namespace

TEST_CASE("nobody who reads waits for a forgetting that is under way", "[scenario][forget]") {
  Forgetting office;
  const heed::store::WriterLock lock(office.mirror(), office.forgotten);
  auto all = showing(office);
  all.insert(all.end(), counting.begin(), counting.end());
  for (const auto& words : all) {
    CAPTURE(words);
    CHECK(office.terminal.run(words) < 2);
    CHECK_THAT(office.terminal.err(), !Contains("another heed"));
  }
  CHECK(office.is_there());
}

TEST_CASE("a copy that is made while somebody is forgotten forgets her at the next sync",
          "[scenario][forget]") {
  Forgetting office;
  const auto copy = office.terminal.file("week.db");
  {
    const heed::store::WriterLock lock(office.mirror(), office.forgotten);
    REQUIRE(office.terminal.run({"backup", copy}) == 0);
  }
  REQUIRE(contents(copy).find(office.who) != std::string::npos);
  {
    // The one that was under way ends, and knew of no such copy.
    auto database = heed::store::Database::open(office.mirror(), heed::store::Mode::read);
    const auto copies = heed::mirror::Mirror(database).copies();
    REQUIRE(copies.size() == 1);
    CHECK(copies[0].made < office.forgotten);
  }
  CHECK(office.terminal.run({"sync"}) == 0);
  CHECK(contents(copy).find(office.who) == std::string::npos);
}

TEST_CASE("whom an older copy that was put back would show, nobody sees before she is forgotten",
          "[scenario][forget]") {
  const std::chrono::seconds behind = GENERATE(0h, 72h);
  Forgetting office(behind);
  {
    const heed::store::WriterLock lock(office.mirror(), office.crm.org().now() - behind);
    for (const auto& words : showing(office)) {
      CAPTURE(words);
      CHECK(office.terminal.run(words) == 9);
      CHECK_FALSE(fs::exists(office.terminal.file("week.db")));
    }
    for (const auto& words : counting) {
      CAPTURE(words);
      const int code = office.terminal.run(words);
      CHECK((code < 2 || (behind > 0h && code == 8)));  // the clock is told of
      CHECK_THAT(office.terminal.out(), !Contains(office.who));
      CHECK_THAT(office.terminal.err(), !Contains("another heed"));
    }
  }
  CHECK(office.is_there());
  office.terminal.run({"due"});
  CHECK_FALSE(office.is_there());
}
