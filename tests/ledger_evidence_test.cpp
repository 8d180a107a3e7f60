#include <catch2/catch.hpp>

#include "support/ledgered.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

using Values = std::map<std::string, std::string>;

/// A Contact in Berlin, whose fields Date and Moment stand in for ones of the office's own.
struct Office : Ledgered {
  explicit Office(const std::string& received, const std::string& done) {
    options.evidence = {{"Contact", "HasOptedOutOfEmail", received, done}};
    load({.object = "Contact", .values = {{"MailingCountry", "Deutschland"}}});
  }
  void see_contact(Values values, const char* stamp = "2026-11-25T10:00:00Z") {
    values["MailingCountry"] = "Deutschland";
    see({.object = "Contact", .stamp = stamp, .values = values});
  }
};

const char* const opt_out = "HasOptedOutOfEmail";

}  // namespace

TEST_CASE("a date in the CRM is when the request came in, and moves the start with an event",
          "[ledger][evidence]") {
  Office org("LastName", "");
  org.see_contact({{opt_out, "true"}});
  org.assess();
  REQUIRE(org.ledger.duty(1)->start == make_day(2026, 11, 25));
  org.see_contact({{opt_out, "true"}, {"LastName", "2026-11-20"}}, "2026-11-26T10:00:00Z");
  CHECK(org.assess().moved == 1);
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 20));
  CHECK(org.story(1) == "opened/wish moved/evidence");
  // What a person says is better.
  org.ledger.received(org.mirror, org.grounds(), 1, make_day(2026, 11, 22),
                      {"ann", parse_moment("2026-11-27T12:00:00Z").value()}, "the letter");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 22));
}

TEST_CASE("a receipt counts on when the wish is taken back", "[ledger][evidence]") {
  Office org("LastName", "");
  org.see_contact({{opt_out, "true"}, {"LastName", "2026-10-20"}});
  org.assess();
  org.ledger.done(1, make_day(2026, 11, 26), {"ann", parse_moment("2026-11-26T12:00:00Z").value()},
                  "letter");
  REQUIRE(org.ledger.duty(1)->state == State::met_late);
  org.see_contact({{opt_out, "false"}, {"LastName", "2026-10-20"}}, "2026-11-27T10:00:00Z");
  org.assess("2026-11-27T12:00:00Z");
  CHECK(org.ledger.duty(1)->start == make_day(2026, 10, 20));
  CHECK(org.ledger.duty(1)->state == State::met_late);
}

TEST_CASE("a moment in the CRM is the exact time, and one after the flag is a mistake",
          "[ledger][evidence]") {
  Office org("LastName", "");
  org.see_contact({{opt_out, "true"}, {"LastName", "2026-11-20T23:30:00Z"}});
  org.assess();
  CHECK(org.ledger.duty(1)->start == make_day(2026, 11, 21));
  CHECK(org.ledger.duty(1)->wish_after == org.ledger.duty(1)->wish_until);
  for (const auto* late : {"2026-12-24", "2026-12-24T10:00:00Z", "yesterday"}) {
    Office other("LastName", "");
    other.see_contact({{opt_out, "true"}, {"LastName", late}});
    other.assess();
    CHECK(other.ledger.duty(1)->start == make_day(2026, 11, 25));
  }
}

TEST_CASE("a field that says when it was done closes the duty, and opens it when it is emptied",
          "[ledger][evidence]") {
  Office org("", "LastName");
  org.see_contact({{opt_out, "true"}});
  org.assess();
  org.see_contact({{opt_out, "true"}, {"LastName", "2026-11-26"}}, "2026-11-26T10:00:00Z");
  CHECK(org.assess("2026-11-26T12:00:00Z").met == 1);
  CHECK(org.ledger.duty(1)->state == State::met_late);
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 26));
  CHECK(org.ledger.events(1).back().proof == "Contact.LastName is 2026-11-26");
  org.see_contact({{opt_out, "true"}}, "2026-11-26T11:00:00Z");
  CHECK(org.assess("2026-11-26T13:00:00Z").reopened == 1);
  CHECK(org.story(1) == "opened/wish met-late/evidence reopened/evidence");
}

TEST_CASE("a checkbox counts from when it was seen to be set", "[ledger][evidence]") {
  Office org("", "DoNotCall");
  org.preferences = heed::policy::PreferenceMap::parse(
      "[[preference]]\nobject = 'Contact'\nfield = 'HasOptedOutOfEmail'\npreference = 'email'\n"
      "restrictive = true\n",
      "preferences.toml");
  org.see_contact({{opt_out, "true"}});
  org.assess();
  org.see_contact({{opt_out, "true"}, {"DoNotCall", "true"}}, "2026-11-30T10:00:00Z");
  org.assess("2026-11-30T12:00:00Z");
  CHECK(org.ledger.duty(1)->state == State::met_late);
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 30));
}

TEST_CASE("a day in the future, or before the wish, shows nothing done", "[ledger][evidence]") {
  for (const auto* day : {"2026-12-24", "2026-11-01"}) {
    Office org("", "LastName");
    org.see_contact({{opt_out, "true"}, {"LastName", day}});
    org.assess();
    CHECK(org.ledger.duty(1)->state == State::open);
  }
}

TEST_CASE("no field shows that somebody was forgotten, but empty records do",
          "[ledger][evidence]") {
  Ledgered org;
  org.options.evidence = {{"Individual", "ShouldForget", "", "Name"}};
  org.options.emptied = {{"Contact", {"LastName", "Email"}}, {"Individual", {"Name"}}};
  const auto link = std::string(ref("Individual", 1).id.text());
  org.load({.object = "Individual", .values = {{"Name", "2026-11-25"}}});
  org.load({.object = "Contact",
            .values = {{"IndividualId", link}, {"MailingCountry", "France"}, {"Email", "a@b"}}});
  org.see({.object = "Individual", .values = {{"Name", "2026-11-25"}, {"ShouldForget", "true"}}});
  org.assess();
  CHECK(org.ledger.duty(1)->state == State::open);
  org.see({.object = "Individual",
           .stamp = "2026-12-01T10:00:00Z",
           .values = {{"ShouldForget", "true"}}});
  CHECK(org.assess("2026-12-01T12:00:00Z").met == 0);
  org.see({.object = "Contact",
           .stamp = "2026-12-02T10:00:00Z",
           .values = {{"IndividualId", link}, {"MailingCountry", "France"}}});
  CHECK(org.assess("2026-12-02T12:00:00Z").met == 1);
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 12, 2));
  CHECK(org.story(1) == "opened/wish met/purged");
}

TEST_CASE("what heed itself has forgotten is no evidence that the CRM forgot it",
          "[ledger][evidence][forget]") {
  Ledgered org;
  org.options.emptied = {{"Individual", {"Name"}}};
  org.load({.object = "Individual", .values = {{"Name", "Ann"}}});
  org.see({.object = "Individual", .values = {{"Name", "Ann"}, {"ShouldForget", "true"}}});
  org.assess();
  const std::string key(64, 'k');
  org.mirror.guard({key, {}});
  const auto who = ref("Individual", 1);
  const heed::mirror::Ref pseudonym{"Individual", heed::mirror::pseudonym_of(key, who.id)};
  const auto now = *parse_moment("2026-11-27T12:00:00Z");
  org.mirror.forget({&who, 1}, now);
  const heed::ledger::Renamed renamed{who, pseudonym};
  CHECK(org.ledger.erase({&renamed, 1}, {"the officer", now}, "case 7") == 1);
  org.mirror.list({&pseudonym, 1});
  CHECK(org.assess("2026-11-28T12:00:00Z").met == 0);
  CHECK(org.ledger.duty(1)->state == State::open);
  CHECK(org.ledger.duty(1)->record == pseudonym);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("what an enforced channel did is late where something says when the wish came in",
          "[ledger][evidence]") {
  const auto [field, by_hand, state] = GENERATE(table<std::string, std::optional<heed::Day>, State>(
      {{"", std::nullopt, State::met},
       {"2026-11-24", std::nullopt, State::met},
       {"2026-10-01", std::nullopt, State::met_late},
       {"2026-10-01T10:00:00Z", std::nullopt, State::met_late},
       {"", make_day(2026, 10, 1), State::met_late},
       {"2026-10-01T10:00:00Z", make_day(2026, 11, 24), State::met}}));
  CAPTURE(field, by_hand.has_value());
  Ledgered org;
  org.options.evidence = {{"Contact", "HasOptedOutOfEmail", "LastName", ""}};
  org.options.enforced_by[heed::Preference::email] = "the mailer";
  org.load({.object = "Contact", .values = {{"MailingCountry", "Canada"}}});
  Values values{{"MailingCountry", "Canada"}, {opt_out, "true"}};
  if (!field.empty()) values["LastName"] = field;
  org.see({.object = "Contact", .values = values});
  org.assess();
  const auto number = org.duty("ca-casl", "message.stop").number;
  if (by_hand) {
    org.ledger.received(org.mirror, org.grounds(), number, *by_hand,
                        {"ann", parse_moment("2026-11-27T12:00:00Z").value()}, "the letter");
  }
  const auto duty = *org.ledger.duty(number);
  CHECK(duty.state == state);
  CHECK(duty.closed_on == make_day(2026, 11, 25));  // when the flag was set
}

TEST_CASE("what will be done on a day closes the duty when that day has come in its zone",
          "[ledger][evidence]") {
  const auto* done = GENERATE("2026-11-27", "2026-11-27T05:00:00Z");
  Office org("", "LastName");
  org.see_contact({{opt_out, "true"}, {"LastName", done}});
  org.assess();
  REQUIRE(org.ledger.duty(1)->state == State::open);
  CHECK(org.assess("2026-11-26T22:59:59Z").people == 0);
  CHECK(org.assess("2026-11-26T23:00:00Z").met == 1);  // midnight in Berlin
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 27));
  CHECK(org.assess("2026-11-29T12:00:00Z").people == 0);
}

TEST_CASE("of several days on which something will be done each closes what it is about",
          "[ledger][evidence]") {
  using heed::policy::DutyKind;
  Office org("", "LastName");
  org.preferences = heed::policy::PreferenceMap::parse(
      "[[preference]]\nobject = 'Contact'\nfield = 'HasOptedOutOfEmail'\npreference = 'solicit'\n"
      "restrictive = true\n",
      "preferences.toml");
  org.options.evidence.front().kinds = {DutyKind::effect_by};
  org.options.evidence.push_back({"Contact", opt_out, "", "Email", {DutyKind::respond_by}});
  const auto [stopped, answered] = GENERATE(table<const char*, const char*>(
      {{"2026-11-29", "2026-11-27"}, {"2026-11-27", "2026-11-29"}}));
  org.see_contact({{opt_out, "true"}, {"LastName", stopped}, {"Email", answered}});
  REQUIRE(org.assess().opened == 2);
  CHECK(org.assess("2026-11-27T12:00:00Z").met == 1);
  CHECK(org.assess("2026-11-28T12:00:00Z").people == 0);
  CHECK(org.assess("2026-11-30T12:00:00Z").met == 1);
}

namespace {

/// An office that has two fields which may say that e-mail was stopped, each for kinds of duties.
struct TwoFields : Office {
  using Kinds = std::vector<heed::policy::DutyKind>;
  explicit TwoFields(Kinds first = {}, Kinds second = {}) : Office("", "LastName") {
    options.evidence.front().kinds = std::move(first);
    options.evidence.push_back({"Contact", opt_out, "", "DoneOn__c", std::move(second)});
  }
  void say(const std::string& first, const std::string& second, const char* stamp) {
    Values values{{opt_out, "true"}};
    if (!first.empty()) values["LastName"] = first;
    if (!second.empty()) values["DoneOn__c"] = second;
    see_contact(values, stamp);
  }
};

}  // namespace

TEST_CASE("of several fields that may say it was done one that shows nothing stands in no way",
          "[ledger][evidence]") {
  const auto* other = GENERATE("2026-11-01", "2026-12-24", "2026-11-28", "yesterday", "");
  const bool is_first = GENERATE(true, false);
  CAPTURE(other, is_first);
  TwoFields org;
  const std::string day = "2026-11-26";
  org.say(is_first ? other : day, is_first ? day : other, "2026-11-26T10:00:00Z");
  CHECK(org.assess("2026-11-29T12:00:00Z").opened == 1);
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 26));
  CHECK(org.ledger.events(1).back().proof ==
        (is_first ? "Contact.DoneOn__c is 2026-11-26" : "Contact.LastName is 2026-11-26"));
}

TEST_CASE("of several days that are still to come the first closes the duty",
          "[ledger][evidence]") {
  const bool is_first = GENERATE(true, false);
  TwoFields org;
  org.say(is_first ? "2026-11-29" : "2026-11-27", is_first ? "2026-11-27" : "2026-11-29",
          "2026-11-25T10:00:00Z");
  org.assess();
  REQUIRE(org.ledger.duty(1)->state == State::open);
  CHECK(org.assess("2026-11-27T12:00:00Z").met == 1);
  CHECK(org.ledger.duty(1)->closed_on == make_day(2026, 11, 27));
}

TEST_CASE("what a field says of one kind of duties takes nothing back from another",
          "[ledger][evidence]") {
  using heed::policy::DutyKind;
  const auto kind = GENERATE(DutyKind::effect_by, DutyKind::notify_recipients_by);
  const bool hidden = GENERATE(true, false);
  CAPTURE(kind, hidden);
  TwoFields org({kind}, {DutyKind::effect_by});
  org.say("", "2026-11-26", "2026-11-26T10:00:00Z");
  REQUIRE(org.assess("2026-11-26T12:00:00Z").met == 1);
  // The first field stays empty. The second, which closed it, is out of sight or emptied.
  if (hidden) {
    org.mirror.hide("Contact", "DoneOn__c", parse_moment("2026-11-27T09:00:00Z").value());
    org.see_contact({{opt_out, "true"}, {"DoNotCall", "true"}}, "2026-11-27T10:00:00Z");
  } else {
    org.say("", "", "2026-11-27T10:00:00Z");
  }
  const auto outcome = org.assess("2026-11-27T12:00:00Z");
  CHECK(outcome.people == 1);
  CHECK(outcome.reopened == (hidden ? 0 : 1));
}

TEST_CASE("what closed a duty is taken back where another field says no day that counts",
          "[ledger][evidence]") {
  const auto* other = GENERATE("2026-11-01", "2026-12-24");
  CAPTURE(other);
  TwoFields org;
  org.say(other, "2026-11-26", "2026-11-26T10:00:00Z");
  org.assess("2026-11-26T12:00:00Z");
  REQUIRE(org.ledger.duty(1)->state == State::met_late);
  org.say(other, "", "2026-11-27T10:00:00Z");
  CHECK(org.assess("2026-11-27T12:00:00Z").reopened == 1);
  CHECK(org.ledger.duty(1)->state == State::open);
}
