#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "support/ledgered.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::ledger::Author;
using heed::ledger::Closing;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

const auto today = make_day(2026, 11, 27);

Author ann(const char* at = "2026-11-27T12:00:00Z") {
  return {"ann", parse_moment(at).value()};
}

/// Somebody in Berlin who asked to be forgotten: one duty, D1, due on 2026-12-28.
void ask(Ledgered& org, int number = 1, const std::map<std::string, std::string>& more = {}) {
  org.load({.object = "Individual", .number = number});
  org.load({.object = "Contact",
            .number = number,
            .values = {{"IndividualId", std::string(ref("Individual", number).id.text())},
                       {"MailingCountry", "Deutschland"}}});
  auto values = more;
  values["ShouldForget"] = "true";
  org.see({.object = "Individual", .number = number, .values = values});
  org.assess();
}

template <class Act>
heed::Kind refused(Act act) {
  try {
    act();
  } catch (const heed::Error& error) {
    return error.kind();
  }
  FAIL("nothing was wrong with it");
  return heed::Kind::finding;
}

}  // namespace

TEST_CASE("a duty is refused with a reason, and reopened with one", "[ledger][acts]") {
  Ledgered org;
  ask(org);
  CHECK(refused([&] { org.ledger.refuse(1, today, ann(), " "); }) == heed::Kind::usage);
  org.ledger.refuse(1, today, ann(), "Article 17(3)(b): the invoices must be kept");
  CHECK(org.ledger.duty(1)->state == State::refused);
  CHECK(org.ledger.duty(1)->closed_on == today);
  CHECK(refused([&] { org.ledger.done(1, today, ann(), "letter"); }) == heed::Kind::finding);
  CHECK(org.duties(heed::ledger::Filter{}).empty());
  org.ledger.reopen(1, ann(), "the ten years are over");
  CHECK(org.ledger.duty(1)->state == State::open);
  CHECK_FALSE(org.ledger.duty(1)->closed_on);
  CHECK(refused([&] { org.ledger.reopen(1, ann(), "again"); }) == heed::Kind::finding);
  CHECK(org.story(1) == "opened/wish refused/act reopened/act");
  CHECK(org.ledger.events(1)[1].reason == "Article 17(3)(b): the invoices must be kept");
  CHECK(org.assess().events == 0);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("evidence does not close again what a person reopened", "[ledger][acts]") {
  Ledgered org;
  ask(org);
  org.purge("Individual", 1, "2026-11-26T08:00:00Z");
  org.purge("Contact", 1, "2026-11-26T08:00:00Z");
  org.mirror.list(std::vector{ref("Individual", 1)});
  org.assess();
  REQUIRE(org.ledger.duty(1)->state == State::met);
  org.ledger.reopen(1, ann(), "a copy was found in the archive");
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess().events == 0);
  CHECK(org.ledger.duty(1)->state == State::open);
  org.ledger.done(1, today, ann(), "archive emptied");
  CHECK(org.story(1) == "opened/wish met/purged reopened/act met/act");
}

TEST_CASE("an acknowledgment is remembered, and closes only the duty to acknowledge",
          "[ledger][acts]") {
  Ledgered org;
  org.load({.object = "Individual"});
  org.load({.object = "Contact",
            .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                       {"MailingCountry", "USA"},
                       {"MailingState", "CA"}}});
  org.see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
  org.assess();
  const auto answer = org.duty("us-ca-ccpa", "request.respond");
  org.ledger.acknowledge(answer.number, today, ann(), "e-mail 4711");
  CHECK(org.ledger.duty(answer.number)->state == State::open);
  CHECK(org.ledger.duty(answer.number)->acknowledged_on == today);
  for (const auto& duty : org.duties()) {
    if (duty.kind != heed::policy::DutyKind::acknowledge_by) continue;
    org.ledger.acknowledge(duty.number, today, ann(), "");
    CHECK(org.ledger.duty(duty.number)->state == State::met);
    CHECK(org.story(duty.number) == "opened/wish acknowledged/act met/act");
  }
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("a hold keeps a duty from being closed, refused or met", "[ledger][acts]") {
  Ledgered org;
  ask(org, 1, {{"HasPrivacyHold", "true"}});
  CHECK(refused([&] { org.ledger.done(1, today, ann(), "letter"); }) == heed::Kind::finding);
  CHECK(refused([&] { org.ledger.refuse(1, today, ann(), "letter"); }) == heed::Kind::finding);
  org.ledger.note(1, ann(), "asked the legal department");
  CHECK(org.story(1) == "opened/wish noted/act");
}

TEST_CASE("acts want a duty that is there, a past day and words", "[ledger][acts]") {
  Ledgered org;
  ask(org);
  const auto tomorrow = today + std::chrono::days(1);
  CHECK(refused([&] { org.ledger.done(9, today, ann(), "x"); }) == heed::Kind::finding);
  CHECK(refused([&] { org.ledger.done(1, tomorrow, ann(), "x"); }) == heed::Kind::usage);
  CHECK(refused([&] { org.ledger.acknowledge(1, tomorrow, ann(), ""); }) == heed::Kind::usage);
  CHECK(refused([&] { org.ledger.note(1, ann(), ""); }) == heed::Kind::usage);
  // In Berlin it is tomorrow already.
  org.ledger.done(1, tomorrow, ann("2026-11-27T23:30:00Z"), "x");
  CHECK(org.ledger.duty(1)->closed_on == tomorrow);
}

TEST_CASE("many are closed with an event each, or none at all", "[ledger][acts]") {
  Ledgered org;
  for (int number = 1; number <= 3; ++number) ask(org, number);
  const auto before = org.dump();
  const std::vector<Closing> one_bad{{1, today, "letter 1"}, {99, today, "letter 2"}};
  CHECK(refused([&] { org.ledger.done(one_bad, ann()); }) == heed::Kind::finding);
  CHECK(org.dump() == before);
  CHECK_FALSE(org.ledger.why_not_done(one_bad[0], ann().at));
  CHECK(org.ledger.why_not_done(one_bad[1], ann().at));
  const std::vector<Closing> twice{{1, today, "letter 1"}, {1, today, "letter 1"}};
  CHECK(refused([&] { org.ledger.done(twice, ann()); }) == heed::Kind::finding);
  CHECK(org.dump() == before);
  const std::vector<Closing> good{{1, today, "batch 7", true}, {3, {}, "batch 7", true}};
  org.ledger.done(good, ann());
  CHECK(org.ledger.duty(1)->state == State::met);
  CHECK(org.ledger.duty(2)->state == State::open);
  CHECK(org.ledger.duty(3)->closed_on == today);
  CHECK(org.ledger.events(3).back().proof == "batch 7");
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("nothing is done before the wish came in, and it came in before it was seen",
          "[ledger][acts]") {
  Ledgered org;
  ask(org);  // seen on 25 November
  const auto receive = [&org](heed::Day day) {
    org.ledger.received(org.mirror, org.grounds(), 1, day, ann(), "the letter");
  };
  const auto before = make_day(2026, 11, 24);
  CHECK(refused([&] { org.ledger.done(1, before, ann(), "x"); }) == heed::Kind::usage);
  CHECK(refused([&] { org.ledger.refuse(1, before, ann(), "x"); }) == heed::Kind::usage);
  CHECK(refused([&] { org.ledger.acknowledge(1, before, ann(), ""); }) == heed::Kind::usage);
  CHECK(org.ledger.why_not_done({1, before, "x"}, ann().at)->find("before the wish") !=
        std::string::npos);
  CHECK(refused([&] { receive(make_day(2026, 11, 26)); }) == heed::Kind::usage);
  CHECK(org.story(1) == "opened/wish");
  receive(make_day(2026, 11, 20));
  receive(make_day(2026, 11, 22));  // a mistake of the first is mended
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 22));
  org.ledger.done(1, before, ann(), "x");
  CHECK(org.ledger.duty(1)->state == State::met);
}

TEST_CASE("a hold is seen and lifted on a duty whose ground is lost, too", "[ledger][acts]") {
  Ledgered org;
  const auto see = [&org](const char* stamp, const char* state, const char* hold) {
    org.see({.object = "Contact",
             .stamp = stamp,
             .values = {{"MailingCountry", "USA"}, {"MailingState", state}}});
    org.see({.object = "Individual",
             .stamp = stamp,
             .values = {{"ShouldForget", "true"}, {"HasPrivacyHold", hold}}});
    org.assess("2026-11-27T12:00:00Z");
    return org.duty("us-ca-ccpa", "request.respond");
  };
  org.load({.object = "Individual"});
  org.load({.object = "Contact", .values = {{"MailingCountry", "USA"}, {"MailingState", "CA"}}});
  org.database.execute(
      "INSERT INTO heed_link (object, id, field, target, since) SELECT 'Contact', c.\"Id\", "
      "'IndividualId', i.\"Id\", '2026-01-01T00:00:00Z' FROM \"Contact\" c, \"Individual\" i");
  CHECK(see("2026-11-25T10:00:00Z", "CA", "true").hold);
  CHECK(see("2026-11-26T10:00:00Z", "TX", "true").state == State::withdrawn_to_confirm);
  CHECK_FALSE(see("2026-11-26T11:00:00Z", "TX", "false").hold);
  const auto number = org.duty("us-ca-ccpa", "request.respond").number;
  CHECK(see("2026-11-26T12:00:00Z", "TX", "true").hold);
  CHECK(refused([&] { org.ledger.done(number, today, ann(), "letter"); }) == heed::Kind::finding);
  CHECK_FALSE(see("2026-11-26T13:00:00Z", "TX", "false").hold);
  org.ledger.done(number, today, ann(), "letter");
}

TEST_CASE("what the law wants at once is met late when done within the office's own target",
          "[ledger][acts]") {
  Ledgered org;
  org.load({.object = "Contact", .values = {{"MailingCountry", "Deutschland"}}});
  org.see({.object = "Contact",
           .values = {{"MailingCountry", "Deutschland"}, {"HasOptedOutOfEmail", "true"}}});
  org.assess();
  const auto stop = *org.ledger.duty(1);
  REQUIRE(stop.due == make_day(2026, 11, 25));
  REQUIRE(stop.target == make_day(2026, 11, 27));
  const auto [day, state] = GENERATE(table<heed::Day, State>(
      {{make_day(2026, 11, 25), State::met}, {make_day(2026, 11, 26), State::met_late}}));
  // The target says when it is listed as overdue, and nothing else.
  CHECK_FALSE(overdue(stop, parse_moment("2026-11-27T12:00:00Z").value()));
  org.ledger.done(1, day, ann(), "the list");
  CHECK(org.ledger.duty(1)->state == state);
}
