#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/report.hpp"
#include "support/ledgered.hpp"
#include "support/schedules.hpp"

// What a report tells of a day gone by, and what explain tells of a duty that was corrected.

using heed::make_day;
using heed::parse_moment;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

const heed::Moment now = parse_moment("2026-12-20T12:00:00Z").value();

/// A German asks on 25 November to be forgotten: D1. It is acknowledged on the 27th, extended on
/// the 28th, closed on 2 December, opened again on the 4th and closed once more on the 6th.
struct Told : Ledgered {
  Told() {
    load({.object = "Individual"});
    load({.object = "Contact",
          .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                     {"MailingCountry", "Deutschland"}}});
    see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
    assess();
    ledger.acknowledge(1, make_day(2026, 11, 27), by("2026-11-27T12:00:00Z"), "");
    ledger.extend(mirror, grounds(), 1, {}, by("2026-11-28T12:00:00Z"), "much to read");
    ledger.done(1, make_day(2026, 12, 2), by("2026-12-02T12:00:00Z"), "list 3");
    ledger.reopen(1, by("2026-12-04T12:00:00Z"), "was not done");
    ledger.done(1, make_day(2026, 12, 6), by("2026-12-06T12:00:00Z"), "list 4");
  }

  static heed::ledger::Author by(const char* at) { return {"ann", parse_moment(at).value()}; }

  /// D1 as the report of that day has it.
  nlohmann::json told(const char* as_of) {
    std::ostringstream out;
    heed::report::DueOptions options;
    options.format = heed::report::Format::json;
    const auto grounds = this->grounds();
    heed::report::due(out, {mirror, ledger, grounds}, {now, parse_moment(as_of).value(), {}},
                      options);
    const auto json = nlohmann::json::parse(out.str());
    for (const auto& duty : json["duties"]) {
      if (duty["duty"] == "D1") return duty;
    }
    return {};
  }
};

}  // namespace

TEST_CASE("a report of a day gone by tells what had been done about a duty by then", "[report]") {
  Told office;
  const auto opened = office.told("2026-11-26T13:00:00Z");
  CHECK(opened["acknowledged_on"].is_null());
  CHECK(opened["extended"] == 0);
  CHECK(opened["initial_due"].is_null());
  CHECK(opened["due"] == "2026-12-28");
  const auto acknowledged = office.told("2026-11-27T13:00:00Z");
  CHECK(acknowledged["acknowledged_on"] == "2026-11-27");
  CHECK(acknowledged["extended"] == 0);
  const auto extended = office.told("2026-11-28T13:00:00Z");
  CHECK(extended["extended"] == 1);
  CHECK(extended["initial_due"] == "2026-12-28");
  CHECK(office.told("2026-12-03T13:00:00Z").is_null());
  const auto reopened = office.told("2026-12-05T13:00:00Z");
  CHECK(reopened["closed_on"].is_null());
  CHECK(reopened["closed_by"].is_null());
  CHECK(office.told("2026-12-07T13:00:00Z").is_null());
}

TEST_CASE("explain says under which version a duty was opened that was corrected since",
          "[report]") {
  Told office;
  auto parts = heed::support::shipped_parts();
  for (auto& pack : parts.packs) {
    pack.version = "2027.1";
    for (auto& rule : pack.rules) {
      if (rule.id != "request.respond") continue;
      rule.usual.limit = {14, heed::policy::Unit::calendar_day};
      rule.extension->limit.unit = rule.usual.limit.unit;
    }
  }
  office.rulebook = heed::policy::Rulebook(std::move(parts));
  const auto grounds = office.grounds();
  const auto explained = [&] {
    std::ostringstream out;
    heed::report::explain(out, {office.mirror, office.ledger, grounds}, {now, now, {}}, 1,
                          heed::report::Format::table);
    return out.str();
  };
  const auto version = office.ledger.duty(1)->pack_version;
  CHECK_THAT(explained(), Catch::Contains(version + " at the opening") &&
                              Catch::Contains("the next heed sync notes the move, closed as the"));
  office.options.digest = "corrected";
  office.assess("2026-12-20T12:00:00Z");
  REQUIRE(office.ledger.duty(1)->pack_version == "2027.1");
  CHECK_THAT(explained(), Catch::Contains("eu-gdpr 2027.1; opened under " + version) &&
                              !Catch::Contains("the next heed sync notes"));
}

TEST_CASE("a standing wish that was taken back stays in every report, then and now", "[report]") {
  Ledgered office;
  office.load({.object = "Contact",
               .values = {{"HasOptedOutOfEmail", "true"}, {"MailingCountry", "Germany"}}});
  office.assess("2026-11-26T12:00:00Z");
  office.see({.object = "Contact", .values = {{"MailingCountry", "Germany"}}});
  office.assess("2026-11-28T12:00:00Z");
  REQUIRE(office.ledger.duty(1)->state == heed::ledger::State::standing);
  const auto grounds = office.grounds();
  const auto told = [&](const char* as_of, heed::report::Format format) {
    std::ostringstream out;
    heed::report::DueOptions options;
    options.format = format;
    heed::report::due(out, {office.mirror, office.ledger, grounds},
                      {now, parse_moment(as_of).value(), {}}, options);
    return out.str();
  };
  for (const auto& [as_of, withdrawn] :
       {std::pair("2026-11-27T12:00:00Z", 0), std::pair("2026-12-20T12:00:00Z", 1)}) {
    CAPTURE(as_of);
    const auto standing =
        nlohmann::json::parse(told(as_of, heed::report::Format::json))["standing"];
    REQUIRE(standing.size() == 1);
    CHECK(standing[0]["duties"] == 1);
    CHECK(standing[0]["withdrawn_to_confirm"] == withdrawn);
    const auto table = told(as_of, heed::report::Format::table);
    CHECK_THAT(table, Catch::Contains("STANDING WISHES: 1 duty"));
    CHECK((table.find("Withdrawn") != std::string::npos) == (withdrawn == 1));
  }
  std::ostringstream explained;
  heed::report::explain(explained, {office.mirror, office.ledger, grounds}, {now, now, {}}, 1,
                        heed::report::Format::table);
  CHECK_THAT(explained.str(), Catch::Contains("standing; withdrawn, to confirm"));
}
