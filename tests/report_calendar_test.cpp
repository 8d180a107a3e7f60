#include <algorithm>
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/report.hpp"
#include "support/ledgered.hpp"
#include "support/reported.hpp"

using heed::support::Ledgered;
using heed::support::moment;

namespace {

/// A Canadian who wants no e-mail, ten business days before the calendar ends.
struct Late : Ledgered {
  Late() {
    load({.object = "Contact", .values = {{"MailingCountry", "Canada"}}});
    see({.object = "Contact",
         .stamp = "2028-12-27T17:00:00Z",
         .values = {{"MailingCountry", "Canada"}, {"HasOptedOutOfEmail", "true"}}},
        "2028-12-27T09:00:00Z");
    assess("2028-12-27T18:00:00Z");
    number = duty("ca-casl", "message.stop").number;
  }

  /// What stands in the meta of a report of it: "due", "show" or "explain".
  nlohmann::json meta_of(const std::string& report) {
    const auto grounds = this->grounds();
    const heed::report::Sources sources{mirror, ledger, grounds};
    const auto now = moment("2028-12-27T19:00:00Z");
    const heed::report::Circumstances at{now, now, {}};
    std::ostringstream out;
    if (report == "due") {
      heed::report::DueOptions options;
      options.format = heed::report::Format::json;
      options.pack = "ca-casl";
      whole = heed::report::due(out, sources, at, options).condition.complete();
    } else if (report == "show") {
      const auto id = heed::support::ref("Contact", 1).id;
      whole = heed::report::show(out, sources, at, id, heed::report::Format::json).complete();
    } else {
      whole =
          heed::report::explain(out, sources, at, number, heed::report::Format::json).complete();
    }
    return nlohmann::json::parse(out.str())["meta"];
  }

  /// How many lines of it say so.
  std::int64_t gaps_told(const std::string& report) {
    const auto lines = meta_of(report)["incomplete"];
    return std::count_if(lines.begin(), lines.end(), [](const nlohmann::json& line) {
      return line.get<std::string>().starts_with("1 due date lies beyond the calendar");
    });
  }

  std::int64_t number = 0;
  bool whole = true;
};

}  // namespace

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

TEST_CASE("a duty whose date the calendar does not reach makes each report of it less than whole",
          "[report]") {
  const auto* report = GENERATE("due", "show", "explain");
  CAPTURE(report);
  Late office;
  REQUIRE(office.ledger.duty(office.number)->calendar_incomplete);
  office.mirror.finish_run({.command = "sync",
                            .began = moment("2028-12-27T17:30:00Z"),
                            .ended = moment("2028-12-27T17:31:00Z"),
                            .exit_code = 0});
  CHECK(office.gaps_told(report) == 1);
  CHECK_FALSE(office.whole);
  CHECK(office.meta_of(report)["complete"] == false);
  // Nobody waits for a date any more.
  office.ledger.done(office.number, heed::make_day(2028, 12, 27),
                     {"ann", moment("2028-12-27T18:30:00Z")}, "list 3");
  CHECK(office.gaps_told(report) == 0);
}
