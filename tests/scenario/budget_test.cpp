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
