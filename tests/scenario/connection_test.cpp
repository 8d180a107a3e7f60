#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "heed/vault.hpp"
#include "support/canary.hpp"
#include "support/contents.hpp"
#include "support/premises.hpp"
#include "support/tls_server.hpp"

using heed::support::Authority;
using heed::support::Identity;
using heed::support::Premises;
using heed::support::TlsServer;

TEST_CASE("a wrong certificate is one line and exit code 4, and leaves the mirror as it was",
          "[scenario][tls]") {
  Premises premises;
  const Authority other("Somebody else's authority");
  REQUIRE(premises.run({"sync"}, false) == 0);
  const auto before = premises.mirror();
  const std::vector<std::pair<Identity, std::string>> rows{
      {other.issue("127.0.0.1"), "ca_file"},
      {premises.authority.issue("127.0.0.1", -1), "has expired"},
      {premises.authority.issue("crm.example"), "is for another name"}};
  for (const auto& [identity, says] : rows) {
    CAPTURE(says);
    const TlsServer server(identity, {}, premises.port);
    CHECK(premises.run({"sync"}, true) == 4);
    CHECK_THAT(premises.err(), Catch::StartsWith("heed: ") && Catch::Contains(says));
    const auto err = premises.err();
    CHECK(std::count(err.begin(), err.end(), '\n') == 1);
    CHECK(premises.mirror() == before);
    CHECK(premises.run({"check"}, true) == 1);
    CHECK_THAT(premises.out(), Catch::Contains("FAIL  connection") && Catch::Contains(says));
  }
  CHECK(premises.run({"sync"}, true) == 4);  // nobody listens
  CHECK_THAT(premises.err(), Catch::Contains("refuses connections"));
  CHECK(premises.mirror() == before);
  CHECK(premises.run({"sync"}, false) == 0);
}

TEST_CASE("a trace has the whole exchange, for its owner alone, without the password or session",
          "[scenario][trace]") {
  Premises premises;
  REQUIRE(premises.run({"sync", "--trace", premises.file("trace")}, false) == 0);
  const std::string text = heed::support::contents(premises.file("trace"));
  CHECK_THAT(text, Catch::Contains("queryAllResponse") && Catch::Contains("loginResponse"));
  heed::support::expect_no_secret(text, "the trace");
  CHECK((std::filesystem::status(premises.file("trace")).permissions() &
         std::filesystem::perms::all) == std::filesystem::perms(0600));
}

TEST_CASE("sync tells what it did as JSON as well", "[scenario]") {
  Premises premises;
  REQUIRE(premises.run({"sync", "--format", "json"}, false) == 0);
  const auto json = nlohmann::json::parse(premises.out());
  CHECK(json["complete"] == true);
  CHECK(json["unreadable_values"] == 0);
  CHECK(json["findings"].empty());
  CHECK(json["assessed"]["not_assessed"] == 0);
  const auto contact = std::find_if(json["objects"].begin(), json["objects"].end(),
                                    [](const auto& each) { return each["object"] == "Contact"; });
  REQUIRE(contact != json["objects"].end());
  CHECK((*contact)["read"] == 20);
  CHECK(premises.run({"sync", "--format", "xml"}, false) == 2);
}

TEST_CASE("a day's budget that is used up ends sync with 8, and status says so", "[scenario]") {
  Premises premises;
  premises.come_in_by(
      "user = \"heed@example.org\"\npassword = \"plain:correct-horse\"\ncalls_a_day = 6");
  CHECK(premises.run({"sync"}, false) == 8);
  CHECK_THAT(premises.err(), Catch::Contains("calls_a_day"));
  CHECK(premises.run({"status", "--format", "json"}, false) == 8);
  const auto requests = nlohmann::json::parse(premises.out())["requests"];
  CHECK(requests["sent"] == 6);
  CHECK(requests["allowed"] == "none");
  CHECK(premises.run({"sync"}, false) == 8);
  CHECK(premises.run({"status"}, false) == 8);
  CHECK_THAT(premises.out(),
             Catch::Contains("6 of 6 on") && Catch::Contains("BUDGET: nothing more"));
}

TEST_CASE(
    "a fault that nobody knows ends sync with 8 of one object, with 6 of all, and shows its code",
    "[scenario]") {
  const bool all = GENERATE(false, true);
  Premises premises;
  REQUIRE(premises.run({"sync"}, false) == 0);
  premises.crm.org().advance(std::chrono::hours(1));
  premises.crm.org().refuse("queryAll", all ? "" : "FROM Contact ", "BRAND_NEW_CODE");
  CHECK(premises.run({"sync"}, false) == (all ? 6 : 8));
  CHECK_THAT(all ? premises.err() : premises.out(), Catch::Contains("BRAND_NEW_CODE"));
  CHECK_THAT(premises.err() + premises.out(), !Catch::Contains("this user may not"));
}

TEST_CASE("without retries a refused connection is one request and exit code 4", "[scenario]") {
  Premises premises;
  premises.crm.fail(1, heed::simulated::Fault::http(503));
  CHECK(premises.run({"sync"}, false) == 4);
  CHECK(premises.crm.requests() == 1);
}

TEST_CASE("verify leaves the day's last requests to what is needed, and says so", "[scenario]") {
  Premises premises;
  REQUIRE(premises.run({"sync"}, false) == 0);
  premises.come_in_by_password("calls_a_day = 1000");
  heed::vault::State state(premises.file("heed.db.state"));
  const auto spent = heed::to_text(premises.time.now()).substr(0, 10) + " ";
  state.set("spending", spent + "850");
  CHECK(premises.run({"verify"}, false) == 8);
  CHECK_THAT(premises.out() + premises.err(),
             Catch::Contains("Contact is not compared") && Catch::Contains("calls_a_day"));
  state.set("spending", spent + "700");
  CHECK(premises.run({"verify"}, false) == 0);
}
