#include <catch2/catch.hpp>

#include "heed/ledger.hpp"
#include "support/ledgered.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::Preference;
using heed::ledger::Baseline;
using heed::ledger::Cause;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::Put;
using heed::support::ref;

namespace {

Put german(int number, std::map<std::string, std::string> more = {}) {
  Put contact{.object = "Contact", .number = number};
  contact.values = std::move(more);
  contact.values["MailingCountry"] = "Germany";
  return contact;
}

/// A Contact that had opted out of e-mail before the first load.
Put opted_out(int number, const std::string& stamp) {
  auto contact = german(number, {{"HasOptedOutOfEmail", "true"}, {"CreatedDate", stamp}});
  contact.stamp = stamp;
  return contact;
}

Baseline baseline(std::optional<heed::Day> before, bool open = false) {
  return {before, open, "the office", "dealt with by hand"};
}

}  // namespace

TEST_CASE("flags of the first load stand apart and are not overdue", "[ledger]") {
  Ledgered org;
  org.load(opted_out(1, "2024-03-01T10:00:00Z"));
  org.load(opted_out(2, "2025-03-01T10:00:00Z"));
  const auto outcome = org.assess();
  CHECK(outcome.standing == 2);
  CHECK(outcome.opened == 0);
  CHECK(org.duties(heed::ledger::Filter{}).empty());
  const auto counts = org.ledger.counts(org.mirror, parse_moment("2026-11-26T12:00:00Z").value());
  CHECK(counts.owed == 0);
  CHECK(counts.overdue == 0);
  CHECK(counts.standing == 2);
  REQUIRE(counts.standing_by.size() == 1);
  const auto& one = counts.standing_by.front();
  CHECK(one.pack == "eu-gdpr");
  CHECK(one.preference == Preference::email);
  CHECK(one.duties == 2);
  CHECK(one.earliest == make_day(2024, 3, 1));
  CHECK(one.latest == make_day(2025, 3, 1));
}

TEST_CASE("to be forgotten and to get one's data is owed even when it stood already", "[ledger]") {
  Ledgered org;
  org.load({.object = "Individual",
            .values = {{"ShouldForget", "true"}, {"SendIndividualData", "true"}}});
  org.load(german(1, {{"IndividualId", std::string(ref("Individual", 1).id.text())}}));
  CHECK(org.assess().opened == 2);
  CHECK(org.ledger.counts(org.mirror, parse_moment("2026-11-26T12:00:00Z").value()).owed == 2);
}

TEST_CASE("a baseline deals with what was surely made before its day", "[ledger]") {
  Ledgered org;
  org.load(opted_out(1, "2024-03-01T10:00:00Z"));
  org.load(opted_out(2, "2025-03-01T10:00:00Z"));
  org.assess();
  org.options.baseline = baseline(make_day(2025, 1, 1));
  const auto outcome = org.assess();
  CHECK(outcome.handled == 1);
  CHECK(outcome.events == 1);
  CHECK(org.ledger.duty(1)->state == State::handled);
  CHECK(org.ledger.duty(2)->state == State::standing);
  const auto noted = org.ledger.events(1).back();
  CHECK(noted.cause == Cause::baseline);
  CHECK(noted.reason == "dealt with by hand");
  CHECK(org.assess().events == 0);
  org.options.baseline = baseline(make_day(2025, 6, 1));
  CHECK(org.assess().handled == 1);
  CHECK(org.ledger.verify().sound());
}

TEST_CASE("a wish that may be younger than the baseline is not dealt with", "[ledger]") {
  Ledgered org;
  auto contact = opted_out(1, "2024-03-01T10:00:00Z");
  contact.stamp = "2025-03-01T10:00:00Z";  // made some time between the two
  org.load(contact);
  org.options.baseline = baseline(make_day(2025, 1, 1));
  CHECK(org.assess().handled == 0);
  CHECK(org.duties().front().state == State::standing);
}

TEST_CASE("an office can have its standing wishes treated as open", "[ledger]") {
  Ledgered org;
  org.options.baseline = baseline(make_day(2025, 1, 1), true);
  org.load(opted_out(1, "2024-03-01T10:00:00Z"));
  org.load(opted_out(2, "2025-03-01T10:00:00Z"));
  org.assess();
  CHECK(org.ledger.duty(1)->state == State::handled);
  CHECK(org.ledger.duty(2)->state == State::open);
  CHECK(org.story(2) == "opened/standing noted/baseline");
}

TEST_CASE("a standing wish that is taken back is counted until somebody decides", "[ledger]") {
  Ledgered org;
  org.load(opted_out(1, "2024-03-01T10:00:00Z"));
  org.assess();
  org.see(german(1));
  org.assess();
  CHECK(org.story(1) == "opened/standing withdrawn-to-confirm/withdrawn");
  CHECK(org.ledger.duty(1)->state == State::standing);
  const auto counts = org.ledger.counts(org.mirror, parse_moment("2026-11-26T12:00:00Z").value());
  CHECK(counts.standing == 1);
  REQUIRE(counts.standing_by.size() == 1);
  CHECK(counts.standing_by.front().doubted == 1);
  CHECK(counts.owed == 0);
}

TEST_CASE("a channel's flag closes only where the office says who obeys it", "[ledger]") {
  Ledgered org;
  org.load(german(1));
  org.see(german(1, {{"HasOptedOutOfEmail", "true"}, {"DoNotCall", "true"}}));
  org.options.enforced_by[Preference::email] = "the mailer";
  CHECK(org.assess().met == 1);
  for (const auto& duty : org.duties()) {
    CHECK(duty.state == (duty.preference == Preference::email ? State::met : State::open));
    if (duty.state != State::met) continue;
    CHECK(org.story(duty.number) == "opened/wish met/enforced");
    CHECK(org.ledger.events(duty.number).back().proof ==
          "Contact.HasOptedOutOfEmail is set, and the mailer obeys it");
  }
}

TEST_CASE("only when every record of the person is purged is forgetting done", "[ledger]") {
  Ledgered org;
  org.load({.object = "Individual"});
  org.load(german(1, {{"IndividualId", std::string(ref("Individual", 1).id.text())}}));
  org.see({.object = "Individual",
           .values = {{"ShouldForget", "true"}, {"SendIndividualData", "true"}}});
  org.assess();
  org.purge("Individual", 1, "2026-12-01T10:00:00Z");
  CHECK(org.assess("2026-12-01T12:00:00Z").met == 0);
  org.purge("Contact", 1, "2026-12-02T10:00:00Z");
  CHECK(org.assess("2026-12-02T12:00:00Z").met == 1);
  for (const auto& duty : org.duties()) {
    // That the person got the data, a purge does not show.
    CHECK(duty.state == (duty.preference == Preference::forget ? State::met : State::open));
    if (duty.state != State::met) continue;
    CHECK(duty.closed_on == make_day(2026, 12, 2));
    CHECK(org.story(duty.number) == "opened/wish met/purged");
  }
}

TEST_CASE("the recycle bin and vanishing close nothing", "[ledger]") {
  for (const auto standing : {heed::Standing::deleted, heed::Standing::vanished}) {
    Ledgered org;
    org.load({.object = "Individual"});
    org.see({.object = "Individual", .values = {{"ShouldForget", "true"}}});
    org.assess();
    org.see({.object = "Individual",
             .stamp = "2026-11-25T10:30:00Z",
             .values = {{"ShouldForget", "true"}},
             .standing = standing});
    CHECK(org.assess().events == 0);
  }
}

TEST_CASE("what history tells from before the first load stands only if it was found or over",
          "[ledger]") {
  const auto [set_by_load, over, standing] = GENERATE(
      table<bool, bool, bool>({{true, false, true}, {false, true, true}, {false, false, false}}));
  CAPTURE(set_by_load, over);
  Ledgered org;
  org.load(german(1, {{"HasOptedOutOfEmail", set_by_load ? "true" : "false"}}));
  org.database.execute("UPDATE heed_object SET loaded = '2026-11-25T10:00:00Z'");
  heed::Change told;
  told.object = "Contact";
  told.id = ref("Contact", 1).id;
  told.field = "HasOptedOutOfEmail";
  told.old_value = "false";
  told.new_value = "true";
  told.after = told.until = parse_moment("2026-11-25T09:58:00Z").value();
  told.how = heed::How::history;
  told.first_seen = parse_moment("2026-11-25T10:05:00Z").value();
  if (set_by_load) told.supersedes = org.mirror.changes(std::vector{told.id}).front().number;
  org.mirror.add(told);
  if (over) {
    std::swap(told.old_value, told.new_value);
    told.after = told.until = parse_moment("2026-11-25T09:59:00Z").value();
    org.mirror.add(told);
  }
  org.mirror.list(std::vector{ref("Contact", 1)});
  const auto outcome = org.assess();
  CHECK(outcome.standing == (standing ? 1 : 0));
  CHECK(outcome.opened == (standing ? 0 : 1));
}
