#include "heed/ledger.hpp"

#include <catch2/catch.hpp>
#include <utility>

#include "heed/error.hpp"
#include "support/ledgered.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::Preference;
using heed::ledger::Cause;
using heed::ledger::Filter;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

/// Individual 1 with its Contact 1 in Berlin, who wish nothing yet.
void load_berliner(Ledgered& org) {
  org.load({.object = "Individual"});
  org.load({.object = "Contact",
            .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                       {"MailingCountry", "Deutschland"}}});
  org.assess();
}

void wish(Ledgered& org, const std::string& field, const std::string& stamp,
          const std::string& value = "true") {
  org.see({.object = "Individual", .stamp = stamp, .values = {{field, value}}});
}

}  // namespace

TEST_CASE("a wish opens the duties of every pack that applies to the person's places", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  CHECK(org.duties().empty());
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  const auto outcome = org.assess();
  CHECK(outcome.opened == 1);
  CHECK(outcome.people == 1);
  CHECK(outcome.first_event == 1);
  CHECK(org.mirror.list_size() == 0);
  const auto duty = org.duty("eu-gdpr", "request.respond");
  CHECK(duty.state == State::open);
  CHECK(duty.start == make_day(2026, 11, 25));
  CHECK(duty.due == make_day(2026, 12, 28));  // the 25th, 26th and a Sunday are skipped
  CHECK(duty.record == ref("Individual", 1));
  CHECK(duty.person == ref("Contact", 1));
  CHECK(org.story(duty.number) == "opened/wish");
}

TEST_CASE("assessing twice adds no event", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  org.assess();
  const auto before = org.dump();
  const auto head = org.ledger.head();
  org.mirror.list(std::vector{ref("Individual", 1), ref("Contact", 1)});
  CHECK(org.assess().events == 0);
  CHECK(org.dump() == before);
  CHECK(org.ledger.head() == head);
}

TEST_CASE("a place that is not known makes every pack apply, until it is", "[ledger]") {
  Ledgered org;
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  org.assess();
  CHECK(org.duties().size() == 3);
  CHECK(org.ledger.counts(org.mirror, parse_moment("2026-11-26T12:00:00Z").value()).place_unknown ==
        3);
  org.see({.object = "Contact",
           .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                      {"MailingCountry", "France"}}});
  org.assess();
  const auto california = org.duty("us-ca-ccpa", "request.respond");
  CHECK(california.state == State::withdrawn_to_confirm);
  CHECK(california.doubt == Cause::place);
  CHECK(org.story(california.number) == "opened/wish withdrawn-to-confirm/place");
  CHECK_FALSE(org.duty("eu-gdpr", "request.respond").place_unknown);
}

TEST_CASE("a flag going back does not close, and set again it is another wish", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "HasOptedOutTracking", "2026-11-25T10:00:00Z");
  org.assess();
  wish(org, "HasOptedOutTracking", "2026-11-25T11:00:00Z", "false");
  CHECK(org.assess().withdrawn == 1);
  const auto first = org.duty("eu-gdpr", "consent.stop");
  CHECK(first.state == State::withdrawn_to_confirm);
  CHECK(owed(first));
  wish(org, "HasOptedOutTracking", "2026-11-25T11:30:00Z");
  org.assess();
  REQUIRE(org.duties().size() == 2);
  CHECK(org.story(1) == "opened/wish withdrawn-to-confirm/withdrawn");
  CHECK(org.story(2) == "opened/again");
}

TEST_CASE("better evidence moves the date and says so", "[ledger]") {
  Ledgered org;
  org.load({.object = "Individual", .stamp = "2026-11-21T10:00:00Z"});
  org.load({.object = "Contact",
            .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                       {"MailingCountry", "Deutschland"}}});
  org.see({.object = "Individual",
           .stamp = "2026-11-25T10:00:00Z",
           .values = {{"ShouldForget", "true"}}},
          "2026-11-22T09:00:00Z");
  org.assess();
  CHECK(org.duty("eu-gdpr", "request.respond").due == make_day(2026, 12, 22));
  auto better = org.mirror.changes(std::vector{ref("Individual", 1).id}).back();
  better.supersedes = better.number;
  better.how = heed::How::history;
  better.after = better.until = parse_moment("2026-11-24T08:00:00Z").value();
  org.mirror.add(better);
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess().moved == 1);
  const auto duty = org.duty("eu-gdpr", "request.respond");
  CHECK(duty.due == make_day(2026, 12, 24));
  CHECK(org.story(duty.number) == "opened/wish moved/evidence");
  const auto moved = org.ledger.events(duty.number).back();
  CHECK(moved.old_due == make_day(2026, 12, 22));
  CHECK(moved.due == make_day(2026, 12, 24));
}

TEST_CASE("a receipt that a person states moves every duty of that wish", "[ledger]") {
  Ledgered org;
  org.load({.object = "Individual"});
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  org.assess();
  org.ledger.received(org.mirror, org.grounds(), 1, make_day(2026, 11, 10),
                      {"ann", parse_moment("2026-11-26T12:00:00Z").value()}, "a letter");
  CHECK(org.duty("eu-gdpr", "request.respond").due == make_day(2026, 12, 10));
  CHECK(org.duty("us-ca-ccpa", "request.respond").due == make_day(2026, 12, 25));
  CHECK(org.story(1) == "opened/wish received/act moved/received");
  CHECK(org.story(2) == "opened/wish moved/received");
  CHECK(org.ledger.events(1)[1].reason == "a letter");
  const auto person = org.ledger.person_of(org.mirror, org.grounds(), ref("Individual", 1),
                                           parse_moment("2026-11-26T12:00:00Z").value());
  const auto wish_index = heed::ledger::Ledger::wish_of(person, org.duties().front());
  REQUIRE(wish_index);
  CHECK(person.wishes[*wish_index].received->reason == "a letter");
  CHECK(org.assess().events == 0);
}

TEST_CASE("met turns into met late when an earlier receipt comes to light", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  org.assess();
  const heed::ledger::Author ann{"ann", parse_moment("2026-12-20T12:00:00Z").value()};
  org.ledger.done(1, make_day(2026, 12, 18), ann, "letter 17");
  CHECK(org.ledger.duty(1)->state == State::met);
  org.ledger.received(org.mirror, org.grounds(), 1, make_day(2026, 11, 10), ann, "a letter");
  CHECK(org.ledger.duty(1)->state == State::met_late);
  CHECK(org.story(1) == "opened/wish met/act received/act moved/received met-late/received");
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("done wants a proof, a day that is over, and an open duty without a hold", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  org.see(
      {.object = "Individual", .values = {{"ShouldForget", "true"}, {"HasPrivacyHold", "true"}}});
  org.assess();
  const heed::ledger::Author ann{"ann", parse_moment("2026-11-27T12:00:00Z").value()};
  const auto day = make_day(2026, 11, 27);
  CHECK_THROWS_AS(org.ledger.done(1, day, ann, "letter"), heed::Error);  // hold
  org.see({.object = "Individual",
           .stamp = "2026-11-25T10:30:00Z",
           .values = {{"ShouldForget", "true"}}});
  org.assess();
  CHECK_THROWS_AS(org.ledger.done(1, day, ann, ""), heed::Error);
  CHECK_THROWS_AS(org.ledger.done(1, make_day(2026, 11, 28), ann, "letter"), heed::Error);
  CHECK_THROWS_AS(org.ledger.done(2, day, ann, "letter"), heed::Error);
  org.ledger.done(1, day, ann, "letter 17");
  CHECK_THROWS_AS(org.ledger.done(1, day, ann, "letter 17"), heed::Error);
  org.ledger.note(1, ann, "answered by mail");
  CHECK(org.story(1) == "opened/wish met/act noted/act");
  CHECK(org.ledger.events(1)[1].proof == "letter 17");
  CHECK(org.ledger.events(1)[1].author == "ann");
}

TEST_CASE("an account and the contact of one person account wish once", "[ledger]") {
  Ledgered org;
  org.load({.object = "Account",
            .values = {{"PersonContactId", std::string(ref("Contact", 1).id.text())},
                       {"PersonMailingCountry", "Germany"}}});
  org.load({.object = "Contact"});
  org.see({.object = "Contact", .values = {{"HasOptedOutOfEmail", "true"}}});
  org.see({.object = "Account",
           .values = {{"PersonContactId", std::string(ref("Contact", 1).id.text())},
                      {"PersonMailingCountry", "Germany"},
                      {"PersonHasOptedOutOfEmail", "true"}}});
  org.assess();
  REQUIRE(org.duties().size() == 1);
  CHECK(org.duties().front().record == ref("Account", 1));
}

TEST_CASE("the contact's wish stays the one when it came first", "[ledger]") {
  Ledgered org;
  const std::map<std::string, std::string> account{
      {"PersonContactId", std::string(ref("Contact", 1).id.text())},
      {"PersonMailingCountry", "Germany"}};
  org.load({.object = "Account", .values = account});
  org.load({.object = "Contact"});
  org.see({.object = "Contact", .values = {{"HasOptedOutOfEmail", "true"}}});
  org.assess();
  auto late = account;
  late["PersonHasOptedOutOfEmail"] = "true";
  org.see({.object = "Account", .stamp = "2026-11-25T10:05:00Z", .values = late});
  CHECK(org.assess().events == 0);
  REQUIRE(org.duties().size() == 1);
  CHECK(org.duties().front().record == ref("Contact", 1));
}

TEST_CASE("of two records that disagree the restrictive one is heeded", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  org.load({.object = "Contact",
            .number = 2,
            .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())}}});
  org.see({.object = "Contact",
           .number = 2,
           .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                      {"HasOptedOutOfEmail", "true"}}});
  org.assess();
  REQUIRE(org.duties().size() == 1);
  CHECK(org.duties().front().state == State::open);
  CHECK(org.duties().front().record == ref("Contact", 2));
  CHECK(org.duties().front().person == ref("Contact", 1));
}

TEST_CASE("due duties come in order, and a filter leaves out the others", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  org.see({.object = "Individual",
           .number = 2,
           .stamp = "2026-11-25T10:10:00Z",
           .values = {{"HasOptedOutTracking", "true"}}});
  org.see({.object = "Contact",
           .number = 2,
           .values = {{"IndividualId", std::string(ref("Individual", 2).id.text())},
                      {"MailingCountry", "Deutschland"}}});
  org.assess();
  const auto all = org.duties(Filter{});
  REQUIRE(all.size() == 2);
  CHECK(all[0].preference == Preference::track);
  CHECK(all[1].preference == Preference::forget);
  Filter soon;
  soon.until = make_day(2026, 12, 2);
  CHECK(org.duties(soon).size() == 1);
  Filter person;
  person.person = ref("Individual", 1);
  REQUIRE(org.duties(person).size() == 1);
  CHECK(org.duties(person).front().number == all[1].number);
  Filter pack;
  pack.pack = "ca-casl";
  CHECK(org.duties(pack).empty());
  Filter closed;
  closed.states = {State::met};
  CHECK(org.duties(closed).empty());
}

TEST_CASE("overdue is after the due day of the duty's zone, or after the office's target",
          "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  wish(org, "HasOptedOutTracking", "2026-11-25T10:00:01Z");
  org.assess();
  const auto at = [](const char* text) { return parse_moment(text).value(); };
  const auto answer = org.duty("eu-gdpr", "request.respond");
  CHECK_FALSE(overdue(answer, at("2026-12-28T22:59:59Z")));
  CHECK(overdue(answer, at("2026-12-28T23:00:00Z")));
  CHECK(days_left(answer, at("2026-12-28T22:59:59Z")) == 0);
  const auto stop = org.duty("eu-gdpr", "consent.stop");
  CHECK(stop.due == make_day(2026, 11, 25));
  CHECK(stop.target == make_day(2026, 11, 27));
  CHECK_FALSE(overdue(stop, at("2026-11-27T22:00:00Z")));
  CHECK(overdue(stop, at("2026-11-27T23:30:00Z")));
  CHECK(org.ledger.counts(org.mirror, at("2026-11-27T22:00:00Z")).overdue == 0);
  CHECK(org.ledger.counts(org.mirror, at("2026-11-27T23:30:00Z")).overdue == 1);
  CHECK(org.ledger.counts(org.mirror, at("2026-12-28T23:00:00Z")).overdue == 2);
}

TEST_CASE("new rules make everybody who wishes something be looked at again", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  org.options.digest = "one";
  org.assess();
  CHECK(org.assess().people == 0);
  org.options.digest = "two";
  const auto outcome = org.assess();
  CHECK(outcome.people == 1);
  CHECK(outcome.events == 0);
}

TEST_CASE("new rules find who wished something while no rule asked for anything", "[ledger]") {
  Ledgered org;
  load_berliner(org);
  wish(org, "ShouldForget", "2026-11-25T10:00:00Z");
  const auto of_today =
      std::exchange(org.rulebook, heed::policy::Rulebook(heed::policy::Rulebook::Parts{}));
  org.options.digest = "no pack";
  CHECK(org.assess().opened == 0);
  REQUIRE(org.ledger.head().count == 0);
  org.rulebook = of_today;
  org.options.digest = "of today";
  CHECK(org.assess().opened > 0);
}

TEST_CASE("a duty's name is read as people write it", "[ledger]") {
  CHECK(heed::ledger::duty_name(17) == "D17");
  CHECK(heed::ledger::parse_duty_name("D17") == 17);
  CHECK(heed::ledger::parse_duty_name("d17") == 17);
  CHECK(heed::ledger::parse_duty_name("17") == 17);
  for (const auto* text : {"", "D", "D0", "D-1", "E17", "D17x", " D17"}) {
    CHECK_FALSE(heed::ledger::parse_duty_name(text));
  }
}
