#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "heed/vault.hpp"
#include "support/contents.hpp"
#include "support/desk.hpp"
#include "support/mirrored.hpp"

using heed::support::Desk;
using heed::support::make_id;

namespace {

std::string text_of(heed::Id id) {
  return std::string(id.text());
}

}  // namespace

TEST_CASE("due exits with 1 only where it is asked to check and something is overdue",
          "[report][cli]") {
  Desk desk;
  CHECK(desk.run({"due"}) == 0);
  CHECK(desk.run({"due", "--check", "--as-of", "2026-11-25T08:00:00Z", "--pack", "us-ca-ccpa"}) ==
        0);
  CHECK(desk.run({"due", "--check", "--as-of", "2027-03-01"}) == 1);
}

TEST_CASE("due from an old mirror exits with 8, and CSV says why beside it", "[report][cli]") {
  Desk desk("2026-11-28T08:00:00Z");
  CHECK(desk.run({"due", "--format", "csv"}) == 8);
  CHECK(desk.out().starts_with("duty,due,"));
  CHECK(desk.err().starts_with("INCOMPLETE: the last complete run"));
  CHECK(desk.run({"due", "--check", "--as-of", "2027-03-01"}) == 8);
}

TEST_CASE("a report goes whole into a file", "[report][cli]") {
  Desk desk;
  CHECK(desk.run({"people", "--format", "json", "--out", desk.file("people.json")}) == 0);
  CHECK(desk.out().empty());
  std::ifstream in(desk.file("people.json"));
  CHECK(nlohmann::json::parse(in)["meta"]["people"] == 5);
}

TEST_CASE("show takes an id of 15 or 18 characters and tells which are none", "[report][cli]") {
  Desk desk;
  const std::string id = text_of(make_id("003", 4));
  REQUIRE(desk.run({"show", id}) == 0);
  const std::string whole = desk.out();
  CHECK(desk.run({"show", id.substr(0, 15)}) == 0);
  CHECK(desk.out() == whole);
  CHECK(desk.run({"show", "0030"}) == 2);
  CHECK(desk.run({"show", "0031n0000288getqau"}) == 2);  // 0031N0000288GeTQAU, folded
  CHECK_THAT(desk.err(), Catch::Contains("case"));
  CHECK(desk.run({"show", text_of(make_id("003", 99))}) == 1);
  CHECK(desk.run({"show"}) == 2);
}

TEST_CASE("explain takes a duty as people write it", "[report][cli]") {
  Desk desk;
  CHECK(desk.run({"explain", "d3"}) == 0);
  CHECK(desk.out().starts_with("D3: "));
  CHECK(desk.run({"explain", "999"}) == 1);
  CHECK(desk.run({"explain", "three"}) == 2);
}

TEST_CASE("one person's duties are found by any record of that person", "[report][cli]") {
  Desk desk;
  for (const auto& id : {make_id("003", 3), make_id("003", 4), make_id("0PK", 3)}) {
    REQUIRE(desk.run({"due", "--format", "json", "--person", text_of(id)}) == 0);
    CHECK(nlohmann::json::parse(desk.out())["duties"].size() == 2);
  }
}

TEST_CASE("due takes a pack of which the ledger has duties though it is enabled no more",
          "[report][cli]") {
  Desk desk;
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['eu-gdpr']\n");
  std::filesystem::create_directory(desk.file("own"));
  CHECK(desk.run({"due", "--pack", "us-ca-ccpa", "--format", "csv"}) == 0);
  CHECK_THAT(desk.out(), Catch::Contains("D5,2027-01-02"));
  CHECK(desk.run({"due", "--pack", "ca-casl"}) == 2);
  CHECK_THAT(desk.err(), Catch::Contains("--pack is 'ca-casl'; enabled are eu-gdpr, and there are "
                                         "duties of us-ca-ccpa besides"));
  // A job that asks for it is none that would be refused.
  desk.write("own/jobs.toml",
             "[[job]]\nname = 'mirror'\ncommand = 'sync'\nevery = '15m'\n"
             "[[job]]\nname = 'all'\ncommand = 'due'\nevery = '1h'\n"
             "[[job]]\nname = 'old'\ncommand = 'due --pack us-ca-ccpa'\nevery = '1h'\n");
  desk.run({"check"});
  CHECK_THAT(desk.out(), Catch::Contains("every wish shows in time"));
  CHECK(desk.run({"schedule"}) == 0);
}

TEST_CASE("a wrong option of a report is told with what was expected", "[report][cli]") {
  Desk desk;
  CHECK(desk.run({"due", "--format", "xml"}) == 2);
  CHECK(desk.err().find("table, csv or json") != std::string::npos);
  CHECK(desk.run({"due", "--within", "soon"}) == 2);
  CHECK(desk.run({"due", "--pack", "eu"}) == 2);
  CHECK(desk.err().find("eu-gdpr") != std::string::npos);
  CHECK(desk.run({"due", "--as-of", "yesterday"}) == 2);
  CHECK(desk.run({"people", "--preference", "mail"}) == 2);
  CHECK(desk.run({"explain", "D3", "--format", "csv"}) == 2);
}

TEST_CASE("status tells the day's requests, and what the budget keeps heed from", "[report][cli]") {
  Desk desk;
  const auto status = [&] {
    desk.run({"status", "--format", "json"});
    return nlohmann::json::parse(desk.out())["requests"];
  };
  CHECK(status().is_null());
  heed::vault::State state(desk.file("heed.db.state"));
  state.set("spending", "2026-11-25 431 14400 15000 2026-11-25T07:30:00Z");
  CHECK(status()["sent"] == 431);
  CHECK(status()["org_used"] == 14400);
  CHECK(status()["allowed"] == "none");
  desk.run({"status"});
  CHECK_THAT(desk.out(), Catch::Contains("431 on 2026-11-25; the org 14,400 of 15,000") &&
                             Catch::Contains("BUDGET: nothing more"));
  state.set("spending", "2026-11-25 431 12000 15000 2026-11-25T07:30:00Z");
  CHECK(status()["allowed"] == "needed");
  desk.run({"status"});
  CHECK_THAT(desk.out(), Catch::Contains("BUDGET: only what is needed"));
  state.set("spending", "2026-11-25 431 9000 15000 2026-11-25T07:30:00Z");
  CHECK(status()["allowed"] == "all");
}

TEST_CASE("status tells why heed logs in no more", "[report][cli]") {
  Desk desk;
  heed::vault::State state(desk.file("heed.db.state"));
  const auto status = [&] {
    desk.run({"status", "--format", "json"});
    const auto json = nlohmann::json::parse(desk.out())["logins"];
    desk.run({"status"});
    return json;
  };
  std::string six;
  for (int i = 0; i < 6; ++i) six += "2026-11-25T07:5" + std::to_string(i) + ":00Z ";
  SECTION("sessions that end too early") {
    state.set("renewals", six);
    CHECK(status()["renewals"] == 6);
    CHECK_THAT(desk.out(), Catch::Contains("STOPPED: no more until the hour is over"));
    state.set("renewals", six.substr(0, 5 * 21));
    status();
    CHECK_THAT(desk.out(), !Catch::Contains("STOPPED"));
  }
  SECTION("not where no renewal is allowed, and none was asked for") {
    std::string config = heed::support::contents(desk.config());
    config.insert(config.find("[crm]\n") + 6, "renewals_an_hour = 0\n");
    desk.write("heed.toml", config);
    CHECK(status()["renewals_allowed"] == 0);
    CHECK_THAT(desk.out(), !Catch::Contains("STOPPED"));
  }
  SECTION("credentials that were refused") {
    state.set("refused_login", "a mark");
    CHECK(status()["stopped"] == true);
    CHECK_THAT(desk.out(), Catch::Contains("STOPPED: the CRM refused these credentials"));
  }
  SECTION("a refresh token of which nobody knows whether it is spent") {
    CHECK(status()["token_in_doubt"] == false);
    state.set("refresh_in_flight", "a digest");
    CHECK(status()["token_in_doubt"] == true);
    CHECK_THAT(desk.out(), Catch::Contains("authorise heed anew"));
  }
}

TEST_CASE("what is shown of a time gone by says that only changes that are kept date a record",
          "[report][cli]") {
  Desk desk;
  const std::string id = text_of(make_id("003", 3));
  REQUIRE(desk.run({"show", id}) == 0);
  CHECK_THAT(desk.out(),
             Catch::Contains("Last changed") && Catch::Contains("2026-11-20T10:00:00Z"));
  REQUIRE(desk.run({"show", id, "--as-of", "2026-11-10"}) == 0);
  CHECK_THAT(desk.out(), Catch::Contains("Last change kept"));
  CHECK_THAT(desk.out(), !Catch::Contains("Last changed") && !Catch::Contains("2026-11-20"));
}
