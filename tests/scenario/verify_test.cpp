#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "heed/vault.hpp"
#include "support/contents.hpp"
#include "support/office.hpp"
#include "support/terminal.hpp"

using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;
using heed::simulated::Simulator;

nlohmann::json object_in(const std::string& text, const std::string& name) {
  const auto json = nlohmann::json::parse(text);
  for (const auto& each : json["objects"]) {
    if (each["object"] == name) return each;
  }
  return {};
}

}  // namespace

TEST_CASE("verify finds a mirror complete, and what has changed since is no difference",
          "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
  CHECK_THAT(terminal.out(), Catch::Contains("The ledger is unbroken"));
  auto& org = crm.org();
  org.advance(1h);
  org.update(org.nth("Individual", 2), {{"ShouldForget", true}});
  org.remove(org.nth("Contact", 3));
  org.purge(org.nth("Contact", 4));
  org.create("Lead", {{"LastName", std::string_view("Neu")}, {"Company", std::string_view("A")}});
  org.advance(1h);
  CHECK(terminal.run({"verify", "--format", "json"}) == 0);
  CHECK(object_in(terminal.out(), "Contact")["differences"] == 0);
  CHECK(object_in(terminal.out(), "Contact")["changed_since"] == 2);
  CHECK(object_in(terminal.out(), "Lead")["changed_since"] == 1);
}

TEST_CASE("verify names every record that is missing, too many, or older", "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto& org = crm.org();
  const auto missing = std::string(org.nth("Individual", 2).text());
  const auto older = std::string(org.nth("Individual", 3).text());
  const auto deleted = std::string(org.nth("Individual", 4).text());
  const auto invented = std::string(heed::Id::parse("0PK8d00ZZZZZZZZ")->text());
  {
    auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::write);
    database.execute("DELETE FROM Individual WHERE Id = '" + missing + "'");
    database.execute("UPDATE Individual SET SystemModstamp = '2001-01-01T00:00:00Z' WHERE Id = '" +
                     older + "'");
    database.execute("UPDATE Individual SET heed_standing = 'deleted' WHERE Id = '" + deleted +
                     "'");
    database.execute(
        "INSERT INTO Individual (Id, SystemModstamp, heed_standing, heed_seen) VALUES "
        "('" +
        invented + "', '2020-01-01T00:00:00Z', 'live', '2020-01-01T00:00:00Z')");
  }
  CHECK(terminal.run({"verify"}) == 1);
  for (const auto& id : {missing, older, deleted, invented})
    CHECK_THAT(terminal.out(), Catch::Contains(id));
  CHECK_THAT(terminal.out(), Catch::Contains("is in the CRM and not in the mirror") &&
                                 Catch::Contains("has a later stamp in the CRM") &&
                                 Catch::Contains("is deleted in one of the two alone"));
  CHECK(terminal.run({"verify", "--offline"}) == 0);
  CHECK(terminal.run({"sync", "--reconcile"}) == 8);
  CHECK_THAT(terminal.out(),
             Catch::Contains("read again") && Catch::Contains("1 record has vanished"));
}

TEST_CASE("verify says that an object is not read up to what the CRM vouches for",
          "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  auto& org = crm.org();
  org.advance(23h);
  CHECK(terminal.run({"verify"}) == 0);
  org.advance(5 * 24h);
  org.update(org.nth("Individual", 2), {{"ShouldForget", true}});
  org.advance(1h);
  CHECK(terminal.run({"verify"}) == 8);
  CHECK_THAT(terminal.out(), Catch::Contains("INCOMPLETE: Individual is mirrored up to ") &&
                                 Catch::Contains("144 hours") && Catch::Contains("run heed sync"));
  CHECK(terminal.run({"verify", "--format", "json"}) == 8);
  CHECK(object_in(terminal.out(), "Individual")["changed_since"] == 1);
  CHECK(object_in(terminal.out(), "Individual")["differences"] == 0);
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
}

TEST_CASE("verify names a privacy field that is hidden, unless the configuration gives it up",
          "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  crm.org().hide_field("Individual", "ShouldForget");
  crm.org().advance(25h);
  REQUIRE(terminal.run({"sync"}) == 8);
  CHECK(terminal.run({"verify"}) == 8);
  CHECK_THAT(terminal.out(), Catch::Contains("INCOMPLETE: Individual.ShouldForget is hidden"));
  auto config = heed::support::contents(terminal.config());
  heed::vault::write_whole(terminal.config(),
                           config + "\n[absent]\nfields = ['Individual.ShouldForget']\n");
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
  CHECK_THAT(terminal.out(), !Catch::Contains("INCOMPLETE"));
}

TEST_CASE("verify asks for nothing that the last sync was not to mirror", "[scenario][cli]") {
  Simulator crm({.individuals = 20, .with_individual = false});
  Terminal terminal(crm);
  const auto config = heed::support::contents(terminal.config());
  REQUIRE(terminal.run({"sync"}) == 8);
  CHECK(terminal.run({"verify"}) == 8);
  CHECK_THAT(terminal.out(), Catch::Contains("INCOMPLETE: Individual is not mirrored yet") &&
                                 !Catch::Contains("User is not"));
  heed::vault::write_whole(terminal.config(), config + "\n[absent]\nfields = ['Individual']\n");
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
  CHECK_THAT(terminal.out(), !Catch::Contains("INCOMPLETE"));
}

TEST_CASE("verify refuses another org than the mirror's, as sync does", "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  {
    auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::write);
    database.execute("UPDATE heed_org SET id = '00D000000000099EAA'");
  }
  CHECK(terminal.run({"sync"}) == 3);
  const auto refused = terminal.err();
  CHECK(terminal.run({"verify"}) == 3);
  CHECK(terminal.err() == refused);
}

TEST_CASE("verify finds an edited event of the ledger without asking the CRM", "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  {
    auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::write);
    database.execute("UPDATE heed_event SET due = '2031-01-01' WHERE number = 2");
  }
  const auto before = crm.requests();
  CHECK(terminal.run({"verify", "--offline"}) == 1);
  CHECK(crm.requests() == before);
  CHECK_THAT(terminal.out(), Catch::Contains("BROKEN LEDGER: event 2"));
  CHECK(terminal.run({"verify", "--offline", "--format", "json"}) == 1);
  CHECK(nlohmann::json::parse(terminal.out())["ledger"]["problem"].is_string());
}

TEST_CASE("a second sync says who holds the mirror, and exits with 9", "[scenario][cli]") {
  Simulator crm({.individuals = 5});
  Terminal terminal(crm);
  const heed::store::WriterLock other(terminal.file("heed.db"), crm.org().now());
  CHECK(terminal.run({"sync"}) == 9);
  CHECK_THAT(terminal.err(), Catch::Contains("process") && Catch::Contains("since 2026-"));
}

TEST_CASE("a run leaves no log behind, and one that a reader keeps is warned of",
          "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  auto reader = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::read);
  CHECK(reader.log_bytes() == 0);
  CHECK_THAT(terminal.out(), !Catch::Contains("WARNING"));
}

TEST_CASE("a ledger's key that is gone is never made anew", "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  REQUIRE(std::filesystem::remove(terminal.file("heed.db.key")));
  CHECK(terminal.run({"sync"}) == 3);
  CHECK_THAT(terminal.err(), Catch::Contains("heed.db.key is not there"));
  CHECK_FALSE(std::filesystem::exists(terminal.file("heed.db.key")));
}

TEST_CASE("only sync makes a key, where nothing is left of the one before", "[scenario][cli]") {
  Simulator crm({.individuals = 20});
  Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto key = terminal.file("heed.db.key");
  for (const auto* ending : {".key", ".head"}) {
    REQUIRE(std::filesystem::remove(terminal.file("heed.db") + ending));
  }
  for (const auto& words :
       {std::vector<std::string>{"note", "D1", "--reason", "called"}, {"sync"}}) {
    CHECK(terminal.run(words) == 3);
    CHECK_THAT(terminal.err(), Catch::Contains("heed.db.key is not there"));
    CHECK_FALSE(std::filesystem::exists(key));
  }
  REQUIRE(std::filesystem::remove(terminal.file("heed.db")));
  terminal.run({"sync"});
  CHECK(std::filesystem::exists(key));
}

TEST_CASE("verify tells what the file has lost that other rows point to", "[scenario]") {
  const auto* lost = GENERATE("DELETE FROM heed_link",
                              "DELETE FROM heed_change WHERE number IN (SELECT change FROM "
                              "heed_evidence)",
                              "DELETE FROM heed_change WHERE number IN (SELECT supersedes FROM "
                              "heed_change)",
                              "DELETE FROM \"Contact\"");
  CAPTURE(lost);
  heed::support::Office office({.individuals = 30});
  office.sync();
  auto& org = office.crm.org();
  org.advance(1h);
  for (std::uint32_t number = 1; number < 6; ++number) {
    org.update(org.nth("Contact", number), {{"HasOptedOutOfEmail", true}});
    org.update(org.nth("Individual", number), {{"ShouldForget", true}});
  }
  org.advance(1h);
  office.sync();
  auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
  CHECK(heed::mirror::Mirror(database).dangling().empty());
  database.execute(lost);
  CHECK_FALSE(heed::mirror::Mirror(database).dangling().empty());
}
