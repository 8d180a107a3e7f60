#include <algorithm>
#include <catch2/catch.hpp>

#include "heed/report.hpp"
#include "support/reported.hpp"

using heed::support::moment;

TEST_CASE("reports say sixty days before that a calendar in use runs out", "[report]") {
  const heed::support::Reported office;
  const auto grounds = office.grounds();
  const heed::report::Sources sources{office.mirror, office.ledger, grounds};
  const auto mentions = [&sources](std::string_view now, bool as_incomplete) {
    heed::report::Circumstances circumstances;
    circumstances.now = circumstances.as_of = moment(now);
    const auto condition = heed::report::condition_of(sources, circumstances);
    const auto& lines = as_incomplete ? condition.incomplete : condition.remarks;
    return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
      return line.find("calendar DE covers 2023 to 2028") == 0;
    });
  };
  CHECK_FALSE(mentions("2028-10-31T08:00:00Z", false));
  CHECK(mentions("2028-11-01T08:00:00Z", false));
  CHECK_FALSE(mentions("2028-12-31T08:00:00Z", true));
  CHECK(mentions("2029-01-01T08:00:00Z", true));
}
