#include <catch2/catch.hpp>

#include "support/ledgered.hpp"
#include "support/schedules.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::ref;

// What the office notes beside a wish, over the time of several wishes of one field.

namespace {

using Values = std::map<std::string, std::string>;

/// A Contact in Berlin who opts out of e-mail, and in, and out again.
struct Office : Ledgered {
  explicit Office(const std::string& received, const std::string& done) {
    options.evidence = {{"Contact", "HasOptedOutOfEmail", received, done}};
    load({.object = "Contact", .values = {{"MailingCountry", "Deutschland"}}});
  }
  /// As the CRM shows it from that stamp on, and what comes of it.
  void see_contact(Values values, const std::string& stamp) {
    values["MailingCountry"] = "Deutschland";
    see({.object = "Contact", .stamp = stamp, .values = values}, seen_);
    seen_ = stamp;
    assess(stamp);
  }

 private:
  std::string seen_ = "2026-11-25T09:00:00Z";
};

const char* const opt_out = "HasOptedOutOfEmail";

}  // namespace

TEST_CASE("a checkbox left over from an earlier wish closes no later one", "[ledger][evidence]") {
  Office org("", "Done__c");
  org.see_contact({{opt_out, "true"}}, "2026-11-25T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"Done__c", "true"}}, "2026-11-26T10:00:00Z");
  REQUIRE(org.ledger.duty(1)->closed_on == make_day(2026, 11, 26));
  org.see_contact({{"Done__c", "true"}}, "2026-12-01T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"Done__c", "true"}}, "2026-12-05T10:00:00Z");
  REQUIRE(org.duties().size() == 2);
  CHECK(org.ledger.duty(2)->state == State::open);
  // Taken away and set again it speaks of the wish that stands.
  org.see_contact({{opt_out, "true"}}, "2026-12-06T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"Done__c", "true"}}, "2026-12-07T10:00:00Z");
  CHECK(org.ledger.duty(2)->closed_on == make_day(2026, 12, 7));
}

TEST_CASE("a checkbox counts from when it was set, whatever changed in its row since",
          "[ledger][evidence]") {
  Office org("", "Done__c");
  org.see_contact({{opt_out, "true"}}, "2026-11-25T10:00:00Z");
  org.see({.object = "Contact",
           .stamp = "2026-11-25T20:00:00Z",
           .values = {{"MailingCountry", "Deutschland"}, {opt_out, "true"}, {"Done__c", "true"}}},
          "2026-11-25T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"Done__c", "true"}, {"LastName", "Meier"}},
                  "2026-12-09T10:00:00Z");
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 25));
  CHECK(org.ledger.events(1).back().proof == "Contact.Done__c is set");
}

TEST_CASE("a checkbox that was set when heed first looked shows nothing done since",
          "[ledger][evidence]") {
  Ledgered org;
  org.options.evidence = {{"Contact", opt_out, "", "Done__c"}};
  Values values{{"MailingCountry", "Deutschland"}, {"Done__c", "true"}};
  org.load({.object = "Contact", .values = values});
  values[opt_out] = "true";
  org.see({.object = "Contact", .stamp = "2026-11-26T10:00:00Z", .values = values});
  org.assess();
  CHECK(org.ledger.duty(1)->state == State::open);
}

TEST_CASE("a date left over from an earlier wish closes none of the same day",
          "[ledger][evidence]") {
  Office org("", "DoneOn__c");
  org.see_contact({{opt_out, "true"}}, "2026-11-25T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"DoneOn__c", "2026-11-25"}}, "2026-11-25T11:00:00Z");
  org.see_contact({{"DoneOn__c", "2026-11-25"}}, "2026-11-25T12:00:00Z");
  org.see_contact({{opt_out, "true"}, {"DoneOn__c", "2026-11-25"}}, "2026-11-25T13:00:00Z");
  REQUIRE(org.duties().size() == 2);
  CHECK(org.ledger.duty(2)->state == State::open);
}

TEST_CASE("what was met stays met when the person opts in again", "[ledger][evidence]") {
  const std::string done = GENERATE("DoneOn__c", "Done__c");
  const bool kept = GENERATE(true, false);
  CAPTURE(done, kept);
  Office org("", done);
  Values noted{{done, done == "Done__c" ? "true" : "2026-11-26"}};
  auto both = noted;
  both[opt_out] = "true";
  org.see_contact({{opt_out, "true"}}, "2026-11-25T10:00:00Z");
  org.see_contact(both, "2026-11-26T10:00:00Z");
  const auto story = org.story(1);
  REQUIRE(org.ledger.duty(1)->closed_on == make_day(2026, 11, 26));
  // Whether or not the office clears its field with that.
  org.see_contact(kept ? noted : Values{}, "2026-12-01T10:00:00Z");
  CHECK(org.story(1) == story);
  both.erase(done);
  org.see_contact(both, "2026-12-05T10:00:00Z");
  CHECK(org.story(1) == story);
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 26));
  CHECK(org.ledger.duty(2)->state == State::open);
}

TEST_CASE("what was met stays met when the office asks for that field no more",
          "[ledger][evidence]") {
  Office org("", "DoneOn__c");
  org.see_contact({{opt_out, "true"}}, "2026-11-25T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"DoneOn__c", "2026-11-26"}}, "2026-11-26T10:00:00Z");
  const auto story = org.story(1);
  org.options.evidence.clear();
  org.see_contact({{opt_out, "true"}, {"DoneOn__c", "2026-11-26"}, {"LastName", "Meier"}},
                  "2026-11-27T10:00:00Z");
  CHECK(org.story(1) == story);
}

TEST_CASE("a receipt stays with the wish that it came in with", "[ledger][evidence]") {
  Office org("Received__c", "");
  org.see_contact({{opt_out, "true"}, {"Received__c", "2026-11-20"}}, "2026-11-25T10:00:00Z");
  REQUIRE(org.ledger.duty(1)->start == make_day(2026, 11, 20));
  org.see_contact({{"Received__c", "2026-11-20"}}, "2026-12-01T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"Received__c", "2026-11-20"}}, "2026-12-05T10:00:00Z");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 20));
  CHECK(org.ledger.duty(2)->start >= make_day(2026, 12, 1));
  // The field has room for one date, and what it said before is known all the same.
  org.see_contact({{opt_out, "true"}, {"Received__c", "2026-12-03"}}, "2026-12-06T10:00:00Z");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 20));
  CHECK(org.ledger.duty(2)->start == make_day(2026, 12, 3));
  org.see_contact({{opt_out, "true"}}, "2026-12-07T10:00:00Z");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 20));
  CHECK(org.ledger.duty(2)->start == make_day(2026, 12, 3));
}

TEST_CASE("a receipt before the wish that was over is none of the next", "[ledger][evidence]") {
  const std::string received = GENERATE("2026-11-27", "2026-11-27T10:00:00Z");
  Office org("Received__c", "");
  org.see_contact({{opt_out, "true"}}, "2026-11-25T10:00:00Z");
  org.see_contact({}, "2026-12-01T10:00:00Z");
  // Between the first flag and its end nothing can have come in that either began with.
  org.see_contact({{opt_out, "true"}, {"Received__c", received}}, "2026-12-05T10:00:00Z");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 25));
  CHECK(org.ledger.duty(2)->start >= make_day(2026, 12, 1));
}

TEST_CASE("a receipt that was mistyped is put right", "[ledger][evidence]") {
  Office org("Received__c", "");
  org.see_contact({{opt_out, "true"}, {"Received__c", "2026-10-20"}}, "2026-11-25T10:00:00Z");
  org.see_contact({{opt_out, "true"}, {"Received__c", "2026-11-20"}}, "2026-11-26T10:00:00Z");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 20));
}

TEST_CASE(
    "a field that says it is done closes what was to be done or answered, or what the office says",
    "[ledger][evidence]") {
  Ledgered org;
  org.rulebook = heed::policy::Rulebook(heed::support::whole_parts());
  const auto processing = "HasOptedOutTracking";
  org.preferences = heed::policy::PreferenceMap::parse(
      "[[preference]]\nobject = 'Individual'\nfield = 'HasOptedOutTracking'\n"
      "preference = 'process'\nrestrictive = true\n",
      "preferences.toml");
  const auto telling = GENERATE(false, true);
  CAPTURE(telling);
  org.options.evidence = {{"Individual", processing, "", "Name"}};
  if (telling) org.options.evidence[0].kinds = {heed::policy::DutyKind::notify_recipients_by};
  org.load({.object = "Individual"});
  org.load({.object = "Contact",
            .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                       {"MailingCountry", "Deutschland"}}});
  org.see({.object = "Individual", .values = {{processing, "true"}}});
  org.assess();
  REQUIRE(org.duty("eu-gdpr", "recipients.tell").state == State::open);
  org.see({.object = "Individual",
           .stamp = "2026-11-26T10:00:00Z",
           .values = {{processing, "true"}, {"Name", "2026-11-26"}}});
  org.assess("2026-11-26T12:00:00Z");
  CHECK(org.duty("eu-gdpr", "request.respond").state == (telling ? State::open : State::met));
  CHECK(org.duty("eu-gdpr", "recipients.tell").state == (telling ? State::met : State::open));
}
