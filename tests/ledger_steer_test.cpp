#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "support/ledgered.hpp"
#include "support/schedules.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::ledger::Author;
using heed::ledger::State;
using heed::policy::Arrival;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

const std::string origin = "source = 's'\nsource_url = 'u'\nevidence = 'primary'\n";

/// A month that waits for the identity, stands still for a copy, and can be extended twice by a
/// month; recipients are told with the answer.
const std::string pack =
    "id = 'xx'\ntitle = 'X'\nversion = '1'\nreviewed_on = 2026-11-25\nreviewed_by = 'nobody'\n"
    "zone = 'Europe/London'\ncalendar = 'NONE'\nweekend = ['sat', 'sun']\n"
    "[applies]\ncountries = ['GB']\n"
    "[[duty]]\nid = 'answer'\ntitle = 'Answer'\nkind = 'respond_by'\n"
    "preferences = ['forget', 'export']\nlimit = { value = 1, unit = 'calendar_month' }\n"
    "start = 'latest_event'\nwaits_for = ['identity']\n" +
    origin +
    "effective_from = 2020-01-01\n"
    "[[duty]]\nid = 'tell'\ntitle = 'Tell'\nkind = 'notify_recipients_by'\n"
    "preferences = ['forget', 'export']\nwith = 'answer'\n" +
    origin +
    "effective_from = 2020-01-01\n"
    "[[extension]]\nduty = 'answer'\nlimit = { value = 1, unit = 'calendar_month' }\n"
    "from = ['receipt']\nmax_times = 2\nnotice_by = 'initial_due'\nreason_required = true\n" +
    origin + "[[pause]]\nduty = 'answer'\npreferences = ['export']\n" + origin;

heed::policy::Rulebook rules() {
  auto parts = heed::support::shipped_parts();
  parts.packs = {heed::policy::Pack::parse(pack, "xx.toml")};
  parts.controller.establishments = {"GB"};
  return heed::policy::Rulebook(std::move(parts));
}

/// Somebody in London who wishes that from 25 November on: D1 to answer, D2 to tell.
struct Office : Ledgered {
  explicit Office(const char* wish = "SendIndividualData") {
    rulebook = rules();
    load({.object = "Individual"});
    load({.object = "Contact",
          .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                     {"MailingCountry", "United Kingdom"}}});
    see({.object = "Individual", .values = {{wish, "true"}}});
    assess();
  }
  void extend(const char* at) { ledger.extend(mirror, grounds(), 1, {}, ann(at), "much to read"); }
  void pause(heed::Day day, const char* at = "2026-12-20T12:00:00Z") {
    ledger.pause(mirror, grounds(), 1, day, ann(at), "asked which contract is meant");
  }
  void resume(heed::Day day, const char* at = "2026-12-20T12:00:00Z") {
    ledger.resume(mirror, grounds(), 1, day, ann(at), "contract 12");
  }
  static Author ann(const char* at) { return {"ann", parse_moment(at).value()}; }
};

template <class Act>
std::string refused(Act act) {
  try {
    act();
  } catch (const heed::Error& error) {
    return error.what();
  }
  return "";
}

bool says(const std::string& text, const char* word) {
  return text.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("a duty is extended as often as the pack lets it, and what is due with it moves too",
          "[ledger][acts]") {
  Office org;
  REQUIRE(org.ledger.duty(1)->due == make_day(2026, 12, 25));
  org.extend("2026-12-25T12:00:00Z");
  CHECK(org.ledger.duty(1)->due == make_day(2027, 1, 25));
  CHECK(org.ledger.duty(1)->initial_due == make_day(2026, 12, 25));
  CHECK(org.ledger.duty(2)->due == make_day(2027, 1, 25));
  CHECK(org.story(1) == "opened/wish extended/act");
  CHECK(org.story(2) == "opened/wish moved/act");
  const auto event = org.ledger.events(1).back();
  CHECK(event.old_due == make_day(2026, 12, 25));
  CHECK(event.due == make_day(2027, 1, 25));
  CHECK(event.reason == "much to read");
  org.extend("2027-01-10T12:00:00Z");
  CHECK(org.ledger.duty(1)->due == make_day(2027, 2, 25));
  CHECK(org.ledger.duty(1)->extended == 2);
  CHECK(says(refused([&] { org.extend("2027-01-11T12:00:00Z"); }), "no more time"));
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess("2027-01-12T12:00:00Z").events == 0);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("who takes longer owes the person word of it by the day it was due", "[ledger][acts]") {
  Office org;
  CHECK(org.duties().size() == 2);
  org.extend("2026-12-10T12:00:00Z");
  REQUIRE(org.duties().size() == 3);
  const auto notice = *org.ledger.duty(3);
  CHECK(notice.rule == "answer.extension");
  CHECK(notice.kind == heed::policy::DutyKind::extension_notice_by);
  CHECK(notice.due == make_day(2026, 12, 25));
  CHECK_FALSE(notice.initial_due);
  CHECK(notice.extended == 0);
  CHECK(org.story(3) == "opened/act");
  org.extend("2027-01-10T12:00:00Z");
  CHECK(org.ledger.duty(3)->due == make_day(2026, 12, 25));
  const auto person = org.ledger.person_of(org.mirror, org.grounds(), *notice.record, {});
  const auto trace = org.rulebook.explain(person, 0, "xx", "answer.extension");
  REQUIRE(trace);
  CHECK(trace->duty.due == notice.due);
  CHECK_FALSE(trace->duty.extension);
  org.ledger.done(3, make_day(2026, 12, 20), Office::ann("2027-01-10T12:00:00Z"), "letter");
  CHECK(org.ledger.duty(3)->state == State::met);
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess("2027-01-12T12:00:00Z").events == 0);
}

TEST_CASE("a duty is extended only before it is due, and only where it is owed", "[ledger][acts]") {
  Office org;
  const auto before = org.dump();
  CHECK(says(refused([&] { org.extend("2026-12-26T00:30:00Z"); }), "announced by 2026-12-25"));
  CHECK(says(refused([&] {
               org.ledger.extend(org.mirror, org.grounds(), 2, {},
                                 Office::ann("2026-12-01T12:00:00Z"), "x");
             }),
             "is due with the duty of the rule answer"));
  CHECK(says(refused([&] {
               org.ledger.extend(org.mirror, org.grounds(), 1, make_day(2027, 5, 1),
                                 Office::ann("2026-12-01T12:00:00Z"), "x");
             }),
             "expected no day"));
  CHECK(org.dump() == before);
  org.ledger.done(1, make_day(2026, 12, 1), Office::ann("2026-12-01T12:00:00Z"), "letter");
  CHECK(says(refused([&] { org.extend("2026-12-02T12:00:00Z"); }), "closed already"));
}

TEST_CASE("a pause moves the date by its days when it ends", "[ledger][acts]") {
  Office org;
  org.pause(make_day(2026, 12, 1));
  CHECK(org.ledger.duty(1)->paused_since == make_day(2026, 12, 1));
  CHECK(org.ledger.duty(1)->due == make_day(2026, 12, 25));
  CHECK(says(refused([&] { org.pause(make_day(2026, 12, 2)); }), "paused since 2026-12-01"));
  CHECK(says(refused([&] { org.resume(make_day(2026, 11, 30)); }), "before the pause began"));
  org.resume(make_day(2026, 12, 8));
  CHECK(org.ledger.duty(1)->due == make_day(2027, 1, 1));
  CHECK(org.ledger.duty(1)->paused_days == 7);
  CHECK_FALSE(org.ledger.duty(1)->paused_since);
  CHECK(org.ledger.duty(2)->due == make_day(2027, 1, 1));
  CHECK(org.story(1) == "opened/wish paused/act resumed/act");
  CHECK(org.ledger.events(1).back().old_due == make_day(2026, 12, 25));
  CHECK(says(refused([&] { org.resume(make_day(2026, 12, 9)); }), "not paused"));
  CHECK(says(refused([&] { org.pause(make_day(2026, 12, 5)); }), "earlier pause"));
  org.extend("2026-12-20T12:00:00Z");
  CHECK(org.ledger.duty(1)->due == make_day(2027, 2, 1));
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess().events == 0);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("a clock stands still only where the pack says so", "[ledger][acts]") {
  Office org("ShouldForget");
  CHECK(says(refused([&] { org.pause(make_day(2026, 12, 1)); }), "lets nothing stop"));
  Office late;
  CHECK(says(refused([&] { late.pause(make_day(2026, 11, 20)); }), "between its start"));
}

TEST_CASE("what a clock waits for moves its start", "[ledger][acts]") {
  Office org;
  const auto arrive = [&](Arrival what, heed::Day day) {
    org.ledger.arrived(org.mirror, org.grounds(), 1, what, day, Office::ann("2026-12-20T12:00:00Z"),
                       "copy of the passport");
  };
  arrive(Arrival::identity, make_day(2026, 12, 3));
  CHECK(org.ledger.duty(1)->due == make_day(2027, 1, 3));
  CHECK(org.ledger.duty(2)->due == make_day(2027, 1, 3));
  CHECK(org.story(1) == "opened/wish received/identity");
  CHECK(says(refused([&] { arrive(Arrival::fee, make_day(2026, 12, 3)); }), "wait for no fee"));
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess().events == 0);
}

TEST_CASE("an extension is taken back with the pack's entry that allowed it", "[ledger][acts]") {
  Office org;
  org.extend("2026-12-01T12:00:00Z");
  auto parts = heed::support::shipped_parts();
  auto other = pack;
  other.replace(other.find("version = '1'"), 13, "version = '2'");
  other.erase(other.find("[[extension]]"), other.find("[[pause]]") - other.find("[[extension]]"));
  parts.packs = {heed::policy::Pack::parse(other, "xx.toml")};
  parts.controller.establishments = {"GB"};
  org.rulebook = heed::policy::Rulebook(std::move(parts));
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess("2026-12-02T12:00:00Z").moved == 2);
  CHECK(org.ledger.duty(1)->due == make_day(2026, 12, 25));
  CHECK(org.story(1) == "opened/wish extended/act moved/correction");
}

TEST_CASE("an extension that turns out to have been announced too late counts no more",
          "[ledger][acts]") {
  Office org;
  org.extend("2026-12-20T12:00:00Z");
  REQUIRE(org.ledger.duty(1)->due == make_day(2027, 1, 25));
  const auto received = [&org](heed::Day day, const char* at) {
    org.ledger.received(org.mirror, org.grounds(), 1, day, Office::ann(at), "the letter");
  };
  received(make_day(2026, 11, 19), "2026-12-21T12:00:00Z");
  const auto late = *org.ledger.duty(1);
  CHECK(late.due == make_day(2026, 12, 19));
  CHECK(late.extended == 0);
  CHECK_FALSE(late.initial_due);
  CHECK(org.ledger.duty(2)->due == make_day(2026, 12, 19));
  const auto moved = org.ledger.events(1).back();
  CHECK(moved.kind == heed::ledger::EventKind::moved);
  CHECK(moved.reason ==
        "the extension that was announced on 2026-12-20 does not count: it had to be announced by "
        "2026-12-19");
  // The person is owed word of it all the same, and is told too late.
  CHECK(org.ledger.duty(3)->due == make_day(2026, 12, 19));
  const auto person = org.ledger.person_of(org.mirror, org.grounds(), *late.record, {});
  const auto trace = org.rulebook.explain(person, 0, "xx", "answer").value();
  CHECK(std::any_of(trace.steps.begin(), trace.steps.end(), [](const heed::policy::Step& step) {
    return step.day == make_day(2026, 12, 20) && says(step.text, "does not count");
  }));
  org.mirror.list(std::vector{ref("Individual", 1)});
  CHECK(org.assess("2026-12-22T12:00:00Z").events == 0);
  // The last day for announcing it is in time.
  received(make_day(2026, 11, 20), "2026-12-22T13:00:00Z");
  CHECK(org.ledger.duty(1)->due == make_day(2027, 1, 20));
  CHECK(org.ledger.duty(1)->extended == 1);
}

TEST_CASE("of two extensions the second counts no more where only that one was too late",
          "[ledger][acts]") {
  Office org;
  org.extend("2026-12-10T12:00:00Z");
  org.extend("2027-01-24T12:00:00Z");
  REQUIRE(org.ledger.duty(1)->due == make_day(2027, 2, 25));
  org.ledger.received(org.mirror, org.grounds(), 1, make_day(2026, 11, 22),
                      Office::ann("2027-01-25T12:00:00Z"), "the letter");
  CHECK(org.ledger.duty(1)->extended == 1);
  CHECK(org.ledger.duty(1)->due == make_day(2027, 1, 22));
}
