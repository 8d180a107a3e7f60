#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/premises.hpp"

using Catch::Contains;
using heed::support::Premises;

namespace {

void live_in(Premises& premises, std::uint32_t number, const std::string& country,
             const std::string& state) {
  auto& org = premises.crm.org();
  org.update(org.nth("Contact", number), {{"MailingCountryCode", ""},
                                          {"MailingCountry", country},
                                          {"MailingStateCode", ""},
                                          {"MailingState", state}});
}

/// What heed check says of the places in the mirror, once that is up to date.
std::string said_by(Premises& premises) {
  premises.crm.org().advance(std::chrono::minutes(15));
  premises.time.advance(std::chrono::minutes(15));
  REQUIRE(premises.run({"sync"}, false) == 0);
  premises.run({"check", "--format", "json"}, false);
  const auto json = nlohmann::json::parse(premises.out());
  for (const auto& step : json["steps"]) {
    if (step["step"] != "places") continue;
    return step["result"].get<std::string>() + " " + step["text"].get<std::string>();
  }
  return "check says nothing of places";
}

}  // namespace

TEST_CASE("check names the texts that are no known place, how often, and who has them",
          "[scenario][check]") {
  Premises premises;
  premises.come_in_by_password();
  const auto& org = premises.crm.org();
  for (std::uint32_t i = 1; i <= org.options().individuals; ++i) {
    live_in(premises, i, "Germany", "Bayern");
  }
  for (std::uint32_t i = 1; i <= 4; ++i) {
    premises.crm.org().update(org.nth("Lead", i), {{"CountryCode", "DE"}});
  }
  live_in(premises, 2, "USA", "Calif.");
  live_in(premises, 3, "", "");
  CHECK_THAT(said_by(premises), Contains("every country and state that the records name is known"));
  live_in(premises, 4, "Lazio", "");  // a person account: its Account has the place, too
  live_in(premises, 6, "Lazio", "");
  live_in(premises, 7, "USA", "Atlantis");
  live_in(premises, 8, "", "MI");
  const auto said = said_by(premises);
  const std::string first(org.nth("Contact", 4).text());
  CHECK_THAT(said, Contains("'Lazio' is not known (3 records, as Contact " + first + ")"));
  CHECK_THAT(said, Contains("'USA, Atlantis' is US in an unknown state (1 record, Contact 003"));
  CHECK_THAT(said, Contains("'MI' is US-MI or elsewhere (1 record, Contact 003"));
  CHECK_THAT(said, !Contains("Bayern") && !Contains("Calif"));
  for (std::uint32_t i = 9; i <= 20; ++i) {
    live_in(premises, i, "Nowhere " + std::to_string(i), "");
  }
  const auto many = said_by(premises);
  CHECK(many.find("'Lazio'") < many.find("'Nowhere"));
  CHECK_THAT(many, Contains("; and 3 other texts"));
}
