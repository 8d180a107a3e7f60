#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "heed/crm.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "heed/sync.hpp"
#include "simulator/simulator.hpp"
#include "support/clock.hpp"
#include "support/terminal.hpp"

namespace {

/// A CRM whose first LastName and DoNotCall of every answer are spoiled on the way.
class Spoiling final : public heed::http::Transport {
 public:
  explicit Spoiling(heed::simulated::Simulator& crm) : crm_(crm) {}

  heed::http::Response send(const heed::http::Request& request) override {
    auto answer = crm_.send(request);
    const auto name = answer.body.find(":LastName>");
    if (name != std::string::npos) answer.body.insert(name + 10, "\xFF\x01");
    const auto flag = answer.body.find(":DoNotCall>");
    if (flag != std::string::npos) answer.body.insert(flag + 11, "perhaps ");
    return answer;
  }

 private:
  heed::simulated::Simulator& crm_;
};

}  // namespace

TEST_CASE("values that cannot be read are told by field, and their records are mirrored",
          "[scenario]") {
  const heed::simulated::OrgOptions org{.individuals = 20};
  heed::simulated::Simulator simulator(org);
  Spoiling crm(simulator);
  heed::support::ManualClock clock(org.now);
  heed::crm::Options asking;
  asking.url = "https://login.example.test";
  asking.version = "58.0";
  heed::crm::Client client(
      crm, clock, asking,
      heed::crm::Password{org.user, heed::vault::Secret::parse("plain:" + org.password), {}});
  auto database = heed::store::Database::open(":memory:", heed::store::Mode::write);
  heed::mirror::Mirror mirror(database);
  heed::sync::Options options;
  heed::sync::Wanted contacts;
  contacts.object = "Contact";
  contacts.required = contacts.tracked = {"DoNotCall"};
  contacts.optional = {"LastName"};
  options.objects = {contacts};
  const auto report = heed::sync::run(client, mirror, options);
  CHECK(report.findings.empty());
  CHECK(report.run.tally.replaced == 2);
  CHECK(mirror.last_run()->tally.replaced == 2);
  REQUIRE(report.notes.size() == 2);
  CHECK_THAT(report.notes[0], Catch::StartsWith("1 value of Contact.DoNotCall could not be read"));
  CHECK_THAT(report.notes[1], Catch::StartsWith("1 value of Contact.LastName could not be read"));
  CHECK(mirror.count("Contact") == 20);
  auto rows = database.query("SELECT count(*) FROM \"Contact\" WHERE \"LastName\" LIKE ?")
                  .bind("\xEF\xBF\xBD\xEF\xBF\xBD%");
  REQUIRE(rows.step());
  CHECK(rows.integer(0) == 1);
}

TEST_CASE("sync and status tell how many values could not be read", "[scenario]") {
  heed::simulated::Simulator crm({.individuals = 5});
  const auto contact = crm.org().nth("Contact", 1);
  crm.org().update(contact, {{"MailingCountry", std::string_view("Ger\x01many")}});
  crm.org().advance(std::chrono::hours(1));  // what a window reads once more is counted once more
  heed::support::Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  CHECK_THAT(terminal.out(), Catch::Contains("\n1 value could not be read"));
  terminal.run({"status"});
  CHECK_THAT(terminal.out(), Catch::Contains("ended with 0; 1 value unreadable\n"));
  terminal.run({"status", "--format", "json"});
  CHECK(nlohmann::json::parse(terminal.out())["last_run"]["unreadable_values"] == 1);
}
