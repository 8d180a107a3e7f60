#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/report.hpp"
#include "support/ledgered.hpp"
#include "support/schedules.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::Preference;
using heed::ledger::State;
using heed::support::Ledgered;

namespace {

using Values = std::map<std::string, std::string>;

/// A Contact in the United States, where an opt-out from text messages ends calls as well from the
/// last day of January 2027 on. HasOptedOutOfEmail stands in for a field of the office's own.
struct Office : Ledgered {
  Office() {
    rulebook = heed::policy::Rulebook(heed::support::whole_parts());
    preferences = heed::policy::PreferenceMap::parse(
        "[[preference]]\nobject = 'Contact'\nfield = 'HasOptedOutOfEmail'\npreference = 'text'\n"
        "restrictive = true\n"
        "[[preference]]\nobject = 'Contact'\nfield = 'DoNotCall'\npreference = 'phone'\n"
        "restrictive = true\n",
        "preferences.toml");
    load({.object = "Contact", .values = {{"MailingCountry", "USA"}}});
  }
  void see_contact(Values values, const char* stamp) {
    values["MailingCountry"] = "USA";
    see({.object = "Contact", .stamp = stamp, .values = values}, "2027-02-01T09:00:00Z");
  }
  /// Its duties: what the wish of that field makes the office owe.
  heed::ledger::Duty owed_for(std::string_view field, std::string_view rule) const {
    for (const auto& duty : duties()) {
      if (duty.field == field && duty.rule == rule) return duty;
    }
    FAIL("no duty " << rule << " because of " << field);
    return {};
  }
};

const char* const no_texts = "HasOptedOutOfEmail";
const char* const no_calls = "DoNotCall";

}  // namespace

TEST_CASE("that one channel is obeyed closes no duty to stop another", "[ledger][evidence]") {
  Office org;
  org.options.enforced_by[Preference::text] = "the SMS gateway";
  org.see_contact({{no_texts, "true"}}, "2027-02-01T16:00:00Z");
  org.assess("2027-02-01T17:00:00Z");
  const auto texts = org.owed_for(no_texts, "texts.stop");
  CHECK(texts.state == State::met);
  CHECK(org.ledger.events(texts.number).back().proof ==
        "Contact.HasOptedOutOfEmail is set, and the SMS gateway obeys it");
  CHECK(org.owed_for(no_texts, "calls.stop").state == State::open);
}

TEST_CASE("a duty to stop another channel is met when the flag of that one is set and obeyed",
          "[ledger][evidence]") {
  Office org;
  org.options.enforced_by[Preference::text] = "the SMS gateway";
  org.options.enforced_by[Preference::phone] = "the dialer";
  org.see_contact({{no_texts, "true"}}, "2027-02-01T16:00:00Z");
  org.assess("2027-02-01T17:00:00Z");
  // The dialer obeys its own flag, and that is not set.
  REQUIRE(org.owed_for(no_texts, "calls.stop").state == State::open);
  const auto [stamp, day, state] = GENERATE(table<const char*, heed::Day, State>(
      {{"2027-02-03T16:00:00Z", make_day(2027, 2, 3), State::met},
       {"2027-03-03T16:00:00Z", make_day(2027, 3, 3), State::met_late}}));
  org.see_contact({{no_texts, "true"}, {no_calls, "true"}}, stamp);
  org.assess("2027-03-04T17:00:00Z");
  const auto calls = org.owed_for(no_texts, "calls.stop");
  CHECK(calls.state == state);
  CHECK(calls.closed_on == day);
  CHECK(org.ledger.events(calls.number).back().proof ==
        "Contact.DoNotCall is set, and the dialer obeys it");
}

TEST_CASE("a flag that is taken back keeps no other channel closed", "[ledger][evidence]") {
  Office org;
  org.options.enforced_by[Preference::phone] = "the dialer";
  org.see_contact({{no_calls, "true"}}, "2027-02-01T16:00:00Z");
  org.see_contact({}, "2027-02-02T16:00:00Z");
  org.see_contact({{no_texts, "true"}}, "2027-02-03T16:00:00Z");
  org.assess("2027-02-03T17:00:00Z");
  CHECK(org.owed_for(no_texts, "calls.stop").state == State::open);
}

TEST_CASE("what is to be done is told by the rule where it stops something else than was wished",
          "[report]") {
  Office org;
  org.see_contact({{no_texts, "true"}, {no_calls, "true"}}, "2027-02-01T16:00:00Z");
  org.assess("2027-02-01T17:00:00Z");
  const auto task = [&org](const char* field, const char* rule) {
    return heed::report::task_words(org.rulebook, org.owed_for(field, rule));
  };
  CHECK(task(no_texts, "texts.stop") == "stop text messages");
  CHECK(task(no_texts, "calls.stop") == "stop telemarketing calls to the person");
  CHECK(task(no_calls, "calls.stop") == "stop calls");
  CHECK(task(no_calls, "texts.stop") == "send the person no more text messages");
}

TEST_CASE("what a channel closed is open again when no system is named for the channel any more",
          "[ledger][evidence]") {
  Office org;
  org.options.enforced_by[Preference::phone] = "the dialer";
  org.options.enforced_by[Preference::text] = "the SMS gateway";
  org.see_contact({{no_calls, "true"}}, "2027-02-01T16:00:00Z");
  const auto closed = org.assess("2027-02-01T17:00:00Z").met;
  const auto calls = org.owed_for(no_calls, "calls.stop").number;
  REQUIRE(org.ledger.duty(calls)->closed_by == heed::ledger::Cause::enforced);
  const auto assess_with = [&org](const char* digest, const char* now) {
    org.options.digest = digest;
    return org.assess(now);
  };
  org.options.enforced_by[Preference::phone] = "another dialer";
  CHECK(assess_with("another", "2027-02-02T17:00:00Z").events == 0);
  org.options.enforced_by.erase(Preference::phone);
  if (GENERATE(false, true)) org.options.enforced_by.clear();
  CHECK(assess_with("none", "2027-02-03T17:00:00Z").reopened == closed);
  CHECK(org.ledger.duty(calls)->state == State::open);
  CHECK_FALSE(org.ledger.duty(calls)->closed_on);
  CHECK(org.ledger.events(calls).back().kind == heed::ledger::EventKind::reopened);
  CHECK(assess_with("none as before", "2027-02-04T17:00:00Z").events == 0);
  org.options.enforced_by[Preference::phone] = "the dialer";
  CHECK(assess_with("named", "2027-02-05T17:00:00Z").met == closed);
  CHECK(org.ledger.duty(calls)->state == State::met);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("what a channel closed stays so when the flag is taken back, whoever obeys it since",
          "[ledger][evidence]") {
  Office org;
  org.options.enforced_by[Preference::phone] = "the dialer";
  org.see_contact({{no_calls, "true"}, {no_texts, "true"}}, "2027-02-01T16:00:00Z");
  org.assess("2027-02-01T17:00:00Z");
  const auto own = org.owed_for(no_calls, "calls.stop").number;
  const auto others = org.owed_for(no_texts, "calls.stop").number;
  REQUIRE(org.ledger.duty(own)->state == State::met);
  REQUIRE(org.ledger.duty(others)->state == State::met);
  org.see_contact({{no_texts, "true"}}, "2027-02-02T16:00:00Z");
  CHECK(org.assess("2027-02-02T17:00:00Z").reopened == 0);
  CHECK(org.ledger.duty(others)->state == State::met);
  org.options.enforced_by.clear();
  org.options.digest = "none";
  org.assess("2027-02-03T17:00:00Z");
  CHECK(org.ledger.duty(own)->state == State::met);
}

TEST_CASE("who withdraws a consent where nobody has to erase is no reason to say erase",
          "[report]") {
  const heed::policy::Rulebook rulebook(heed::support::whole_parts());
  heed::ledger::Duty duty;
  duty.kind = heed::policy::DutyKind::effect_by;
  duty.preference = Preference::forget;
  duty.start = make_day(2026, 11, 25);
  for (const auto& pack : rulebook.packs()) {
    for (const auto& rule : pack.rules) {
      if (rule.kind != duty.kind || !rule.concerns(duty.preference)) continue;
      duty.pack = pack.id;
      duty.rule = rule.id;
      duty.title = rule.title;
      CAPTURE(pack.id, rule.id);
      const auto task = heed::report::task_words(rulebook, duty);
      CHECK((task == "erase the data") == (rule.preferences.size() == 1));
    }
  }
  duty.pack = "ca-pipeda";
  duty.rule = "consent.stop";
  duty.title = rulebook.pack(duty.pack)->rule(duty.rule, duty.start)->title;
  CHECK(heed::report::task_words(rulebook, duty) == "stop what rested on the withdrawn consent");
  duty.preference = Preference::process;
  CHECK(heed::report::task_words(rulebook, duty) == "stop processing the data");
  duty.rule = "of the office's own";  // an office's pack with a right to be erased, at once
  duty.preference = Preference::forget;
  CHECK(heed::report::task_words(rulebook, duty) == "erase the data");
}

namespace {

/// A pack of the office's own for who lives in the United States.
heed::policy::Rulebook own_rules(const std::string& duties) {
  auto parts = heed::support::whole_parts();
  parts.packs = {heed::policy::Pack::parse(
      "id = 'own'\ntitle = 'Own'\nversion = '1'\nreviewed_on = 2026-11-25\nreviewed_by = 'ann'\n"
      "zone = 'America/New_York'\ncalendar = 'US-FED'\n[applies]\ncountries = ['US']\n" +
          duties,
      "own.toml")};
  return heed::policy::Rulebook(parts);
}

std::string own_duty(const std::string& id, const std::string& more) {
  return "[[duty]]\nid = '" + id +
         "'\nkind = 'effect_by'\nlimit = { unit = 'immediate' }\n"
         "internal_target = { value = 2, unit = 'business_day' }\nsource = 'the office'\n"
         "source_url = 'https://acme.example/rules'\nevidence = 'primary'\n" +
         more;
}

void load_texts_stopped(Office& org, int number, const char* created) {
  org.load({.object = "Contact",
            .number = number,
            .stamp = created,
            .values = {{"MailingCountry", "USA"}, {no_texts, "true"}, {"CreatedDate", created}}});
}

/// What is said to be done about standing wishes for no text messages: as a table, and as data.
std::string tasks_told(Office& org, const char* as_of) {
  const auto grounds = org.grounds();
  const heed::report::Circumstances at{
      parse_moment("2027-02-05T18:00:00Z").value(), parse_moment(as_of).value(), {}};
  heed::report::DueOptions options;
  std::ostringstream table;
  heed::report::due(table, {org.mirror, org.ledger, grounds}, at, options);
  options.format = heed::report::Format::json;
  std::ostringstream data;
  heed::report::due(data, {org.mirror, org.ledger, grounds}, at, options);
  std::string tasks;
  const auto json = nlohmann::json::parse(data.str());
  for (const auto& line : json["standing"]) {
    const auto task = line["task"].get<std::string>();
    tasks += task + " (" + std::to_string(line["duties"].get<int>()) + ")\n";
    CHECK_THAT(table.str(), Catch::Contains("  " + task + "  "));
  }
  return tasks;
}

}  // namespace

TEST_CASE("wishes that are summed up are told by what each rule asks for", "[report]") {
  Office org;
  org.rulebook = own_rules(own_duty("texts",
                                    "title = 'Send no texts'\npreferences = ['text']\n"
                                    "effective_from = 2020-01-01\n") +
                           own_duty("calls",
                                    "title = 'Silence every telephone'\npreferences = ['text']\n"
                                    "channels = ['phone']\neffective_from = 2020-01-01\n"));
  load_texts_stopped(org, 2, "2025-06-01T10:00:00Z");
  load_texts_stopped(org, 3, "2025-07-01T10:00:00Z");
  org.assess("2027-02-01T17:00:00Z");
  org.ledger.note(1, {"ann", parse_moment("2027-02-05T17:00:00Z").value()}, "called");
  const auto* as_of = GENERATE("2027-02-05T18:00:00Z", "2027-02-03T12:00:00Z");
  CHECK(tasks_told(org, as_of) == "silence every telephone (2)\nstop text messages (2)\n");
}

TEST_CASE("wishes of before and after a rule was another are told by what both ask for",
          "[report]") {
  Office org;
  org.rulebook = own_rules(
      own_duty("stop",
               "title = 'Send no texts'\npreferences = ['text']\neffective_from = 2020-01-01\n"
               "effective_to = 2026-01-01\n") +
      own_duty("stop",
               "title = 'Silence every telephone'\npreferences = ['text', 'phone']\n"
               "channels = ['text', 'phone']\neffective_from = 2026-01-01\n"));
  load_texts_stopped(org, 2, "2025-06-01T10:00:00Z");
  load_texts_stopped(org, 3, "2025-07-01T10:00:00Z");
  const bool both = GENERATE(true, false);
  if (both) load_texts_stopped(org, 4, "2026-06-01T10:00:00Z");
  org.assess("2027-02-01T17:00:00Z");
  CHECK(
      tasks_told(org, "2027-02-05T18:00:00Z") ==
      (both ? "stop text messages, or silence every telephone (3)\n" : "stop text messages (2)\n"));
}
