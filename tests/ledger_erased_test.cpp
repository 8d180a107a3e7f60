#include <catch2/catch.hpp>

#include "support/ledgered.hpp"

using heed::make_day;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

using Values = std::map<std::string, std::string>;

/// An Individual with a Contact in France, who asked on 25 November to be forgotten: D1.
struct Asked : Ledgered {
  Asked() {
    load({.object = "Individual"});
    see_contact("2026-11-20T10:00:00Z", link);
    see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
    assess();
  }
  void see_contact(const char* stamp, const std::string& individual, Values values = {}) {
    values["MailingCountry"] = "France";
    if (!individual.empty()) values["IndividualId"] = individual;
    see({.object = "Contact", .stamp = stamp, .values = values}, stamp);
  }
  State state_at(const char* now) {
    assess(now);
    return ledger.duty(1)->state;
  }
  const std::string link{ref("Individual", 1).id.text()};
};

}  // namespace

TEST_CASE("a record that lost its link after the wish keeps the person from being forgotten",
          "[ledger][evidence]") {
  const bool unlinked_first = GENERATE(true, false);
  Asked org;
  if (unlinked_first) org.see_contact("2026-11-27T10:00:00Z", "");
  org.purge("Individual", 1, "2026-11-28T10:00:00Z");
  CHECK(org.state_at("2026-11-28T12:00:00Z") == State::open);
  if (!unlinked_first) org.see_contact("2026-11-29T10:00:00Z", "");
  CHECK(org.state_at("2026-11-29T12:00:00Z") == State::open);
  org.purge("Contact", 1, "2026-12-01T10:00:00Z");
  CHECK(org.state_at("2026-12-01T12:00:00Z") == State::met);
  CHECK(org.ledger.duty(1)->closed_by == heed::ledger::Cause::purged);
}

TEST_CASE("a record that went to somebody else before the wish is not the person's",
          "[ledger][evidence]") {
  Ledgered org;
  const auto link = std::string(ref("Individual", 1).id.text());
  org.load({.object = "Individual"});
  org.load(
      {.object = "Contact", .stamp = "2026-11-20T10:00:00Z", .values = {{"IndividualId", link}}});
  org.see({.object = "Contact", .stamp = "2026-11-21T10:00:00Z"}, "2026-11-20T11:00:00Z");
  org.see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
  org.assess();
  org.purge("Individual", 1, "2026-11-28T10:00:00Z");
  org.assess("2026-11-28T12:00:00Z");
  CHECK(org.ledger.duty(1)->state == State::met);
}

TEST_CASE("what was linked over another record is the person's too", "[ledger][evidence]") {
  Asked org;
  const auto contact = std::string(ref("Contact", 1).id.text());
  org.load({.object = "Account", .values = {{"PersonContactId", contact}}});
  org.see_contact("2026-11-27T10:00:00Z", "");
  org.purge("Individual", 1, "2026-11-28T10:00:00Z");
  org.purge("Contact", 1, "2026-11-28T10:00:00Z");
  CHECK(org.state_at("2026-11-28T12:00:00Z") == State::open);
  org.purge("Account", 1, "2026-11-30T10:00:00Z");
  CHECK(org.state_at("2026-11-30T12:00:00Z") == State::met);
}

TEST_CASE("a duty that was met opens again when a record of the person turns up alive",
          "[ledger][evidence]") {
  Asked org;
  org.purge("Individual", 1, "2026-11-28T10:00:00Z");
  org.purge("Contact", 1, "2026-11-28T10:00:00Z");
  CHECK(org.state_at("2026-11-28T12:00:00Z") == State::met);
  org.see_contact("2026-11-29T10:00:00Z", "");
  CHECK(org.state_at("2026-11-29T12:00:00Z") == State::open);
  CHECK(org.story(1) == "opened/wish met/purged reopened/evidence");
}

TEST_CASE("records that were empty when the wish came show nothing erased, until they are purged",
          "[ledger][evidence]") {
  const auto later = GENERATE(as<std::string>(), "edited", "filled", "another rule");
  CAPTURE(later);
  Ledgered org;
  org.options.emptied = {{"Contact", {"LastName", "Email"}}, {"Individual", {"Name"}}};
  const Values home{{"IndividualId", std::string(ref("Individual", 1).id.text())},
                    {"MailingCountry", "France"}};
  org.load({.object = "Individual"});
  org.load({.object = "Contact", .values = home});
  const auto see_contact = [&](const char* stamp, Values values) {
    values.insert(home.begin(), home.end());
    org.see({.object = "Contact", .stamp = stamp, .values = values}, stamp);
  };
  org.see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
  CHECK(org.assess().met == 0);
  CHECK(org.story(1) == "opened/wish noted/evidence");
  if (later == "edited") {
    see_contact("2026-11-28T10:00:00Z", {{"HasOptedOutOfEmail", "true"}});
  } else if (later == "filled") {
    see_contact("2026-11-28T10:00:00Z", {{"Email", "a@b"}});
    see_contact("2026-11-29T10:00:00Z", {});
  } else {
    org.options.digest = "other rules";
  }
  CHECK(org.assess("2026-11-30T12:00:00Z").met == 0);
  CHECK(org.ledger.duty(1)->state == State::open);
  org.purge("Contact", 1, "2026-12-01T10:00:00Z");
  org.purge("Individual", 1, "2026-12-01T10:00:00Z");
  CHECK(org.assess("2026-12-01T12:00:00Z").met > 0);
  CHECK(org.story(1) == "opened/wish noted/evidence met/purged");
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("what was emptied before the wish closes nothing, in older ledgers neither",
          "[ledger][evidence]") {
  Ledgered org;
  org.options.emptied = {{"Individual", {"Name"}}};
  org.load({.object = "Individual", .values = {{"Name", "Ann"}}});
  org.see({.object = "Individual", .values = {{"Name", "Ann"}, {"ShouldForget", "true"}}});
  org.assess();
  // Emptied under the stamp of the wish: not after it.
  org.see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
  CHECK(org.assess("2026-11-30T12:00:00Z").met == 0);
  CHECK(org.ledger.duty(1)->state == State::open);
}
