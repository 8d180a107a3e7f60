#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>

#include "heed/error.hpp"
#include "support/office.hpp"

using heed::support::Office;

namespace {

/// One run; the error that ended it, if one did.
std::optional<heed::Error> error_of(Office& office) {
  try {
    office.sync();
    return std::nullopt;
  } catch (const heed::Error& error) {
    return error;
  }
}

}  // namespace

TEST_CASE("a run that the day's budget ends says so, and the next goes on from there",
          "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 30};
  options.largest_page = 8;
  Office undisturbed(options);
  undisturbed.sync();
  Office office(options);
  office.config.crm.calls_a_day = 24;  // this office keeps no count between its runs
  int runs = 1;
  for (auto error = error_of(office); error; error = error_of(office)) {
    CHECK(error->kind() == heed::Kind::incomplete);
    CHECK_THAT(error->what(), Catch::Contains("calls_a_day"));
    REQUIRE(++runs < 20);
  }
  CHECK(runs > 1);
  office.config.crm.calls_a_day = 0;  // what was left as optional comes with the next budget
  office.sync();
  CHECK(office.state() == undisturbed.state());
}

TEST_CASE("an org whose day is nearly used up is left to others", "[scenario]") {
  Office office({.individuals = 5});
  office.crm.org().allow_calls(10);  // the share that is left to others is reached in the run
  const auto error = error_of(office);
  REQUIRE(error);
  CHECK(error->kind() == heed::Kind::incomplete);
  CHECK_THAT(error->what(), Catch::Contains("leave_share"));
}

TEST_CASE("what only comes round is put off while the day's requests run low, and said",
          "[scenario]") {
  Office office({.individuals = 30});
  office.config.more_fields["Contact"] = {"Household_Opt_Out__c"};
  auto& org = office.crm.org();
  do {  // so many that a further run is a small share of them
    office.sync();
    org.advance(std::chrono::minutes(1));
  } while (org.calls_used() < 300);
  office.tune = [](heed::sync::Options& options) {
    options.describe_every = std::chrono::hours(0);
    options.reconcile_every = options.calculated_every = std::chrono::seconds(1);
  };
  const auto describes = [&] {
    const auto calls = office.crm.calls();
    return std::count_if(calls.begin(), calls.end(), [](const auto& call) {
      return call.operation.find("describe") != std::string::npos;
    });
  };
  office.crm.forget_calls();
  // 80% to 95% of what the others leave is where only what is needed is asked.
  org.allow_calls(static_cast<std::int64_t>(static_cast<double>(org.calls_used()) / 0.8));
  auto report = office.sync();
  CHECK(org.calls_used() < org.calls_allowed() * 95 / 100);
  CHECK(report.run.exit_code == 8);
  CHECK(report.compared.empty());
  CHECK(describes() == 0);
  CHECK(report.objects.at("Contact").seen < 30);
  std::string said;
  for (const auto& finding : report.findings) said += finding.text + "\n";
  for (const auto* work : {"Contact: comparing all ids", "Contact: describing its fields",
                           "Contact: reading all records for the calculated fields"}) {
    CHECK_THAT(said, Catch::Contains(work));
  }

  org.allow_calls(100'000);
  org.advance(std::chrono::hours(1));
  report = office.sync();
  CHECK(report.run.exit_code == 0);
  CHECK(report.compared.contains("Individual"));
  CHECK(describes() > 0);
  CHECK(report.objects.at("Contact").seen >= 30);
}
