#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "heed/store.hpp"
#include "heed/vault.hpp"
#include "support/contents.hpp"
#include "support/schedules.hpp"
#include "support/terminal.hpp"

using heed::support::Terminal;
using namespace std::chrono_literals;

namespace {

using heed::simulated::Simulator;
using heed::support::contents;

/// A terminal of an office that maps consents.
class ConsentTerminal : public Terminal {
 public:
  explicit ConsentTerminal(Simulator& crm) : Terminal(crm) {
    auto text = contents(config());
    const std::string shipped = "# schedules = \"schedules\"";
    text.replace(text.find(shipped), shipped.size(), "schedules = \"own\"");
    heed::vault::write_whole(config(), text);
    std::filesystem::create_directory(file("own"));
    heed::vault::write_whole(file("own/preferences.toml"), heed::support::consents_mapped());
  }
};

/// Says on a new consent of the Individual's what she thinks of calls.
std::string say(heed::simulated::Org& org, heed::Id individual, std::string_view status,
                heed::Value from = heed::Null{}) {
  const std::string party(individual.text());
  const auto id =
      org.create("ContactPointTypeConsent", {{"PartyId", std::string_view(party)},
                                             {"ContactPointType", std::string_view("Phone")},
                                             {"PrivacyConsentStatus", status},
                                             {"EffectiveFrom", from}});
  return std::string(id.text());
}

}  // namespace

TEST_CASE("people, show, due and explain name the consent that says no",
          "[scenario][cli][consent]") {
  Simulator crm({.individuals = 10, .with_consents = true});
  ConsentTerminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  auto& org = crm.org();
  org.advance(1h);
  const auto individual = org.nth("Individual", 3);
  org.update(org.nth("Contact", 3), {{"MailingCountry", std::string_view("Germany")}});
  const auto no = say(org, individual, "OptOut");
  const auto yes = say(org, individual, "OptIn");
  org.advance(1h);
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"show", std::string(individual.text())}) == 0);
  CHECK_THAT(terminal.out(), Catch::Contains("ContactPointTypeConsent " + no));
  CHECK(terminal.run({"people", "--conflicts"}) == 0);
  CHECK_THAT(terminal.out(), Catch::Contains("ContactPointTypeConsent " + no) &&
                                 Catch::Contains("ContactPointTypeConsent " + yes));
  CHECK(terminal.run({"due", "--format", "json"}) == 0);
  std::string duty;
  const auto report = nlohmann::json::parse(terminal.out());
  for (const auto& each : report["duties"]) {
    if (each["record"]["id"] == no) duty = each["duty"];
  }
  REQUIRE(!duty.empty());
  CHECK(terminal.run({"explain", duty}) == 0);
  CHECK_THAT(terminal.out(), Catch::Contains("ContactPointTypeConsent " + no));
}

TEST_CASE("the views say what a consent is about, and whether it was in force when heed last ran",
          "[scenario][cli][consent]") {
  Simulator crm({.individuals = 10, .with_consents = true});
  ConsentTerminal terminal(crm);
  auto& org = crm.org();
  const auto now = say(org, org.nth("Individual", 3), "OptOut");
  const auto then = say(org, org.nth("Individual", 3), "OptOut", org.now() + 48h);
  const auto restrictive = [&](const std::string& id) {
    auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::read);
    auto row =
        database.query("SELECT restrictive, preference FROM preferences WHERE id = ?").bind(id);
    REQUIRE(row.step());
    CHECK(row.text(1) == "phone");
    return row.integer(0);
  };
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(restrictive(now) == 1);
  CHECK(restrictive(then) == 0);
  org.advance(49h);
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(restrictive(then) == 1);
  auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::read);
  auto row = database
                 .query(
                     "SELECT COUNT(*) FROM people p JOIN people q ON q.person = p.person "
                     "WHERE p.id = ? AND q.object = 'Contact'")
                 .bind(now);
  REQUIRE(row.step());
  CHECK(row.integer(0) == 1);
}

TEST_CASE("check and status name a mapped consent that is not visible",
          "[scenario][cli][consent]") {
  Simulator crm({.individuals = 10, .with_consents = true});
  ConsentTerminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
  crm.org().hide_object("PartyConsent");
  crm.org().hide_field("ContactPointConsent", "PrivacyConsentStatus");
  crm.org().advance(25h);
  CHECK(terminal.run({"check"}) == 1);
  CHECK_THAT(terminal.out(), Catch::Contains("PartyConsent") && Catch::Contains("not visible") &&
                                 Catch::Contains("hidden from this user: PrivacyConsentStatus"));
  CHECK(terminal.run({"sync"}) == 8);
  CHECK_THAT(terminal.out(),
             Catch::Contains("PartyConsent is not visible to this user") &&
                 Catch::Contains("ContactPointConsent.PrivacyConsentStatus is hidden"));
  CHECK(terminal.run({"status"}) == 8);
  CHECK_THAT(terminal.out(), Catch::Contains("ContactPointConsent.PrivacyConsentStatus"));
}

TEST_CASE("who is forgotten is so with her consents, which keep what they are about",
          "[scenario][cli][consent]") {
  Simulator crm({.individuals = 10, .with_consents = true});
  ConsentTerminal terminal(crm);
  auto& org = crm.org();
  REQUIRE(terminal.run({"sync"}) == 0);
  org.advance(1h);
  const auto individual = org.nth("Individual", 3);
  const auto consent = say(org, individual, "OptOut", org.now() + 24h);
  org.advance(2h);
  REQUIRE(terminal.run({"sync"}) == 0);
  REQUIRE(terminal.run(
              {"forget", std::string(individual.text()), "--dry-run", "--format", "json"}) == 0);
  const auto records = nlohmann::json::parse(terminal.out())["records"].size();
  REQUIRE(terminal.run({"forget", std::string(individual.text()), "--confirm",
                        std::to_string(records), "--reason", "asked by letter"}) == 0);
  CHECK_THAT(contents(terminal.file("heed.db")), !Catch::Contains(consent));
  org.advance(48h);
  CHECK(terminal.run({"sync"}) == 8);  // the CRM has them still
  CHECK_THAT(terminal.out(), Catch::Contains("1 duty opened") || Catch::Contains("duties opened"));
  CHECK_THAT(contents(terminal.file("heed.db")), !Catch::Contains(consent));
}
