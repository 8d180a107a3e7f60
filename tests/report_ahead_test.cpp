#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/report.hpp"
#include "support/ledgered.hpp"
#include "support/reported.hpp"
#include "support/schedules.hpp"

// What the law wants at once from a day on that is still to come.

using Catch::Contains;
using heed::support::Ledgered;
using heed::support::moment;
namespace report = heed::report;

namespace {

/// Somebody in India who wants no e-mail, half a year before the law there has a rule about it.
struct Early : Ledgered {
  Early() {
    rulebook = heed::policy::Rulebook(heed::support::whole_parts());
    load({.object = "Contact",
          .stamp = "2026-11-01T10:00:00Z",
          .values = {{"MailingCountry", "India"}}});
    see({.object = "Contact",
         .stamp = "2026-11-20T10:00:00Z",
         .values = {{"MailingCountry", "India"}, {"HasOptedOutOfEmail", "true"}}},
        "2026-11-20T09:00:00Z");
    assess("2026-11-26T12:00:00Z");
    number = duty("in-dpdp", "consent.stop").number;
  }

  std::string due(std::string_view now, std::string_view as_of, report::DueOptions options) {
    const auto grounds = this->grounds();
    options.pack = "in-dpdp";
    std::ostringstream out;
    report::due(out, {mirror, ledger, grounds}, {moment(now), moment(as_of), {}}, options);
    return out.str();
  }
  std::string due(std::string_view now, report::Format format = report::Format::table) {
    report::DueOptions options;
    options.format = format;
    return due(now, now, options);
  }
  std::string explain(std::string_view now) {
    const auto grounds = this->grounds();
    std::ostringstream out;
    report::explain(out, {mirror, ledger, grounds}, {moment(now), moment(now), {}}, number,
                    report::Format::table);
    return out.str();
  }

  std::int64_t number = 0;
};

const std::string today = "2026-11-30T12:00:00Z";

}  // namespace

TEST_CASE("what is owed at once by a law not yet in force is due on its first day, like any other",
          "[report]") {
  Early office;
  const auto table = office.due(today);
  CHECK_THAT(table, Contains("2027-05-13  in 164 days  ") && !Contains("now, target"));
  const auto csv = office.due(today, report::Format::csv);
  CHECK_THAT(csv, Contains(",2027-05-13,164,false,true,"));
  const auto json = nlohmann::json::parse(office.due(today, report::Format::json));
  CHECK(json["duties"][0]["days_left"] == 164);
  CHECK_THAT(office.explain(today), Contains(", in 164 days\n") && !Contains("at once ("));
  CHECK_THAT(office.explain(today),
             Contains("2027-05-13, until local midnight in Asia/Kolkata, the "
                      "office's target is 2027-05-"));
  // On its day, and as long as the office's target lets it wait, it is to be done now.
  for (const auto* later : {"2027-05-13T12:00:00Z", "2027-05-14T12:00:00Z"}) {
    CHECK_THAT(office.due(later), Contains("now, target in "));
    CHECK_THAT(office.explain(later), Contains("at once (2027-05-13 in Asia/Kolkata)"));
  }
}

TEST_CASE("what was owed at a time gone by is not counted as at once before its day", "[report]") {
  Early office;
  office.ledger.note(office.number, {"ann", moment("2026-12-20T12:00:00Z")}, "called");
  const auto counts = [&](std::string_view as_of) {
    report::DueOptions options;
    options.format = report::Format::json;
    const auto json = nlohmann::json::parse(office.due("2027-06-30T12:00:00Z", as_of, options));
    return json["meta"]["counts"];
  };
  const auto early = counts("2026-12-01T12:00:00Z");
  CHECK(early["owed"] == 1);
  CHECK(early["at_once"] == 0);
  CHECK(early["later"] == 1);
}

TEST_CASE("the headline counts as at once only what has its day", "[report]") {
  Early office;
  const auto counts = [&](std::string_view now) {
    return nlohmann::json::parse(office.due(now, report::Format::json))["meta"]["counts"];
  };
  CHECK_THAT(office.due(today), Contains("1 duty owed to 1 person: 1 later"));
  CHECK(counts(today)["at_once"] == 0);
  CHECK(counts(today)["later"] == 1);
  CHECK(counts("2027-05-10T12:00:00Z")["within_7_days"] == 1);
  CHECK(counts("2027-05-13T12:00:00Z")["at_once"] == 1);
}
