#include <catch2/catch.hpp>

#include "heed/store.hpp"
#include "support/former.hpp"
#include "support/ledgered.hpp"
#include "support/reckoned.hpp"
#include "support/temp_dir.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::support::Ledgered;
using heed::support::ref;
using heed::support::TempDir;
using heed::support::wrong_sums;

namespace {

const heed::Moment now = parse_moment("2026-11-26T12:00:00Z").value();

/// People of many places with wishes of every age, some of them with a record of another kind.
void live(Ledgered& org) {
  constexpr const char* countries[] = {"Germany", "United States", "Canada",    "Brazil",
                                       "France",  "Australia",     "Singapore", "nowhere"};
  for (int number = 1; number <= 16; ++number) {
    org.load({.object = "Individual", .number = number});
    org.load({.object = "Contact",
              .number = number,
              .values = {{"IndividualId", std::string(ref("Individual", number).id.text())},
                         {"MailingCountry", countries[number % 8]}}});
  }
  org.load({.object = "Individual",
            .number = 17,
            .stamp = "2024-03-01T10:00:00Z",
            .values = {{"ShouldForget", "true"}, {"CreatedDate", "2020-03-01T10:00:00Z"}}});
  org.load({.object = "Contact",
            .number = 17,
            .values = {{"IndividualId", std::string(ref("Individual", 17).id.text())},
                       {"MailingCountry", "Germany"}}});
  for (int number = 1; number <= 17; ++number) {
    heed::support::Put wish{.object = "Individual", .number = number};
    if (number % 2 == 0) wish.values["ShouldForget"] = "true";
    if (number % 3 == 0) wish.values["HasOptedOutSolicit"] = "true";
    if (number % 5 == 0) wish.values["SendIndividualData"] = "true";
    if (number == 17) wish.values["ShouldForget"] = "true";
    if (!wish.values.empty()) org.see(wish);
  }
}

}  // namespace

TEST_CASE("the sums that are kept are those of a plain count, whatever is done", "[ledger]") {
  Ledgered org;
  live(org);
  org.assess();
  const auto right = [&](heed::Moment as_of) {
    CHECK(wrong_sums(org.ledger, as_of) == "");
    CHECK(org.ledger.verify().problem == "");
  };
  REQUIRE(org.ledger.sums({}, now).duties >= 10);

  REQUIRE(org.ledger.sums({}, now).long_past > 0);
  right(now);
  right(parse_moment("2026-12-20T23:30:00Z").value());
  right(parse_moment("2027-03-01T03:00:00Z").value());
  const heed::ledger::Author ann{"ann", parse_moment("2026-11-27T12:00:00Z").value()};
  int turn = 0;
  for (const auto& duty : org.duties({})) {
    if (++turn % 4 == 0) org.ledger.done(duty.number, make_day(2026, 11, 27), ann, "list 3");
    if (turn % 7 == 0) org.ledger.refuse(duty.number, make_day(2026, 11, 27), ann, "a reason");
  }
  right(now);
  SECTION("wishes are taken back") {
    for (const int number : {2, 4, 6, 15}) {
      org.see({.object = "Individual", .number = number, .stamp = "2026-11-26T10:00:00Z"},
              "2026-11-26T09:00:00Z");
    }
    org.assess("2026-11-27T12:00:00Z");
    REQUIRE(org.ledger.sums({}, now).withdrawn > 0);
    right(now);
  }
  SECTION("records go to another person") {
    for (const int number : {2, 3, 5}) {
      org.see({.object = "Contact",
               .number = number,
               .stamp = "2026-11-26T10:00:00Z",
               .values = {{"IndividualId", std::string(ref("Individual", 8).id.text())},
                          {"MailingCountry", "Canada"}}},
              "2026-11-26T09:00:00Z");
    }
    org.assess("2026-11-27T12:00:00Z");
    right(now);
  }
  SECTION("records are purged") {
    org.purge("Individual", 2, "2026-11-26T10:00:00Z");
    org.purge("Contact", 4, "2026-11-26T10:00:00Z");
    org.assess("2026-11-27T12:00:00Z");
    right(now);
  }
}

TEST_CASE("a ledger from before its sums were kept gets them when it is opened", "[ledger]") {
  const TempDir folder;
  const auto file = folder.file("heed.db");
  heed::ledger::Sums before;
  {
    Ledgered org(heed::store::Database::open(file, heed::store::Mode::write));
    live(org);
    org.assess();
    before = org.ledger.sums({}, now);
    heed::support::write_former_ledger(org.database);
    org.database.execute(
        "DROP TABLE heed_owed_duty; DROP TABLE heed_owed_person; DROP TABLE heed_turn;"
        "DROP INDEX heed_duty_order;"
        "CREATE INDEX heed_duty_shelf ON heed_duty (shelf, sort_on, number);"
        "UPDATE heed_schema SET version = 2 WHERE component = 'ledger'");
  }
  const Ledgered org(heed::store::Database::open(file, heed::store::Mode::write));
  CHECK(org.ledger.sums({}, now) == before);
  CHECK(wrong_sums(org.ledger, now) == "");
}
