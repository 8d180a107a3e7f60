#include <catch2/catch.hpp>

#include "heed/ledger.hpp"
#include "support/ledgered.hpp"
#include "support/schedules.hpp"

using heed::parse_moment;
using heed::Preference;
using heed::ledger::State;
using heed::support::Ledgered;
using heed::support::Put;
using heed::support::ref;

namespace {

/// A person in Germany, and an office that maps consents.
Ledgered with_a_person() {
  Ledgered org;
  org.preferences = heed::support::preferences_with_consents();
  org.load({.object = "Individual"});
  Put contact{.object = "Contact"};
  contact.values = {{"MailingCountry", "Germany"},
                    {"IndividualId", std::string(ref("Individual", 1).id.text())}};
  org.load(contact);
  return org;
}

/// A statement of hers about e-mail, made on 25 November at 10.
Put consent(std::map<std::string, std::string> more, int number = 1) {
  Put put{.object = "ContactPointTypeConsent", .number = number};
  put.values = std::move(more);
  put.values.emplace("PartyId", std::string(ref("Individual", 1).id.text()));
  put.values.emplace("ContactPointType", "Email");
  put.values.emplace("PrivacyConsentStatus", "OptOut");
  put.values.emplace("CreatedDate", "2026-11-25T10:00:00Z");
  return put;
}

Put later(Put put, const std::string& stamp) {
  put.stamp = stamp;
  return put;
}

}  // namespace

TEST_CASE("a consent that says no is a wish of the person it leads to", "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({}));
  const auto outcome = org.assess();
  CHECK(outcome.opened == 1);
  const auto duty = org.duty("eu-gdpr", "marketing.stop");
  CHECK(duty.record == ref("ContactPointTypeConsent", 1));
  CHECK(duty.preference == Preference::email);
  CHECK(duty.wish_until == parse_moment("2026-11-25T10:00:00Z"));
  CHECK(org.mirror.person("Individual", ref("Individual", 1).id).members.size() == 3);
  CHECK(org.assess("2026-11-27T12:00:00Z").events == 0);
}

TEST_CASE("what is neither yes nor no, and what is about nothing known, opens nothing",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({{"PrivacyConsentStatus", "NotSeen"}}, 1));
  org.see(consent({{"PrivacyConsentStatus", "OptIn"}}, 2));
  org.see(consent({{"ContactPointType", "Web"}}, 3));
  CHECK(org.assess().opened == 0);
}

TEST_CASE("a consent becomes a wish when the day comes from which it is in force",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({{"EffectiveFrom", "2026-12-01T08:00:00Z"}}));
  CHECK(org.assess("2026-11-26T12:00:00Z").opened == 0);
  CHECK(org.assess("2026-12-01T07:59:59Z").people == 0);
  CHECK(org.assess("2026-12-01T08:00:00Z").opened == 1);
  const auto duty = org.duty("eu-gdpr", "marketing.stop");
  CHECK(duty.wish_after == parse_moment("2026-12-01T08:00:00Z"));
  CHECK(duty.wish_until == parse_moment("2026-12-01T08:00:00Z"));
  CHECK(org.story(duty.number) == "opened/wish");
  CHECK(org.assess("2026-12-02T08:00:00Z").people == 0);
}

TEST_CASE("a consent that ends withdraws its wish, and one that is lengthened restores it",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({{"EffectiveTo", "2026-12-01T08:00:00Z"}}));
  CHECK(org.assess().opened == 1);
  CHECK(org.assess("2026-12-01T08:00:00Z").withdrawn == 1);
  const auto number = org.duty("eu-gdpr", "marketing.stop").number;
  CHECK(org.duty("eu-gdpr", "marketing.stop").state == State::withdrawn_to_confirm);
  org.see(later(consent({{"EffectiveTo", "2026-12-05T08:00:00Z"}}), "2026-12-02T10:00:00Z"));
  CHECK(org.assess("2026-12-02T12:00:00Z").reopened == 1);
  CHECK(org.story(number) == "opened/wish withdrawn-to-confirm/withdrawn reopened/evidence");
  CHECK(org.assess("2026-12-05T08:00:00Z").withdrawn == 1);
  CHECK(org.duties().size() == 1);
}

TEST_CASE("a date that passed while heed did not run counts from when it passed",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent(
      {{"EffectiveFrom", "2026-12-01T08:00:00Z"}, {"EffectiveTo", "2026-12-03T08:00:00Z"}}));
  CHECK(org.assess().opened == 0);
  const auto outcome = org.assess("2026-12-10T12:00:00Z");
  CHECK(outcome.opened == 1);
  CHECK(outcome.withdrawn == 1);
  CHECK(org.duty("eu-gdpr", "marketing.stop").wish_until == parse_moment("2026-12-01T08:00:00Z"));
}

TEST_CASE("a consent of the first load is standing, unless it came into force after",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.load(consent({}, 1));
  org.load(consent({{"EffectiveFrom", "2026-11-29T08:00:00Z"}}, 2));
  {
    heed::mirror::Reading reading;
    reading.seen = parse_moment("2026-11-25T12:00:00Z").value();
    reading.first_load = true;
    reading.load_began = reading.seen;
    const heed::Page nothing(
        std::make_shared<const heed::Shape>(org.mirror.shape("ContactPointTypeConsent").value()));
    org.mirror.record(nothing, org.mirror.cursor("ContactPointTypeConsent"), reading);
  }
  const auto first = org.assess();
  CHECK(first.standing == 1);
  CHECK(first.opened == 0);
  const auto second = org.assess("2026-11-30T08:00:00Z");
  CHECK(second.standing == 0);
  CHECK(second.opened == 1);
}

TEST_CASE("moving the day from which a consent is in force moves what is owed, and opens nothing",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({{"EffectiveFrom", "2026-11-26T08:00:00Z"}}));
  CHECK(org.assess("2026-11-26T12:00:00Z").opened == 1);
  org.see(later(consent({{"EffectiveFrom", "2026-11-28T08:00:00Z"}}), "2026-11-26T13:00:00Z"),
          "2026-11-26T12:00:00Z");
  CHECK(org.assess("2026-11-26T14:00:00Z").withdrawn == 1);
  const auto outcome = org.assess("2026-11-28T08:00:00Z");
  CHECK(outcome.reopened == 1);
  CHECK(outcome.opened == 0);
  CHECK(org.duty("eu-gdpr", "marketing.stop").wish_until == parse_moment("2026-11-28T08:00:00Z"));
}

TEST_CASE("a wish that is over keeps its dates when a later one has others", "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({}));
  org.see(later(consent({{"PrivacyConsentStatus", "OptIn"}}), "2026-11-26T10:00:00Z"),
          "2026-11-25T11:00:00Z");
  org.see(later(consent({{"EffectiveFrom", "2026-11-28T10:00:00Z"}}), "2026-11-27T10:00:00Z"),
          "2026-11-26T11:00:00Z");
  org.assess("2026-11-28T12:00:00Z");
  const auto duties = org.duties();
  REQUIRE(duties.size() == 2);
  std::set<heed::Moment> begun;
  for (const auto& duty : duties) begun.insert(duty.wish_until);
  CHECK(begun == std::set<heed::Moment>{*parse_moment("2026-11-25T10:00:00Z"),
                                        *parse_moment("2026-11-28T10:00:00Z")});
}

TEST_CASE("a consent that is about another channel now is another wish", "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({}));
  CHECK(org.assess().opened == 1);
  org.see(later(consent({{"ContactPointType", "Phone"}}), "2026-11-27T10:00:00Z"),
          "2026-11-26T12:00:00Z");
  const auto outcome = org.assess("2026-11-27T12:00:00Z");
  CHECK(outcome.opened == 1);
  CHECK(outcome.withdrawn == 1);
  CHECK(org.assess("2026-11-28T12:00:00Z").events == 0);
}

TEST_CASE("a consent that is deleted before its day comes never is a wish; after it, it stays one",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.see(consent({{"EffectiveFrom", "2026-12-01T08:00:00Z"}}, 1));
  org.see(consent({}, 2));
  CHECK(org.assess().opened == 1);
  for (const int number : {1, 2}) {
    auto gone = later(consent({}, number), "2026-11-28T10:00:00Z");
    if (number == 1) gone.values["EffectiveFrom"] = "2026-12-01T08:00:00Z";
    gone.standing = heed::Standing::deleted;
    org.see(gone, "2026-11-27T10:00:00Z");
  }
  CHECK(org.assess("2026-11-28T12:00:00Z").withdrawn == 0);
  CHECK(org.assess("2026-12-02T12:00:00Z").opened == 0);
  CHECK(org.duty("eu-gdpr", "marketing.stop").state == State::open);
}

TEST_CASE("a purpose that is renamed is looked at again in every consent for it",
          "[ledger][consent]") {
  auto org = with_a_person();
  Put purpose{.object = "DataUsePurpose"};
  purpose.values = {{"Name", "Surveys"}};
  org.load(purpose);
  org.see(consent({{"ContactPointType", "Web"},
                   {"DataUsePurposeId", std::string(ref("DataUsePurpose", 1).id.text())}}));
  CHECK(org.assess().opened == 0);
  purpose.values = {{"Name", "Marketing"}};
  org.see(later(purpose, "2026-11-27T10:00:00Z"));
  CHECK(org.assess("2026-11-27T12:00:00Z").opened == 2);  // to stop, and to answer
  CHECK(org.duty("eu-gdpr", "marketing.stop").preference == Preference::solicit);
}

TEST_CASE("a date of capture tells when a consent came in, but not before it is in force",
          "[ledger][consent]") {
  auto org = with_a_person();
  org.options.evidence = {{"ContactPointTypeConsent", "PrivacyConsentStatus", "CaptureDate", ""}};
  org.see(consent({{"CaptureDate", "2026-11-24T10:00:00Z"}}, 1));
  CHECK(org.assess().opened == 1);
  CHECK(org.duty("eu-gdpr", "marketing.stop").wish_until == parse_moment("2026-11-24T10:00:00Z"));
  auto other = with_a_person();
  other.options.evidence = org.options.evidence;
  other.see(consent(
      {{"CaptureDate", "2026-11-24T10:00:00Z"}, {"EffectiveFrom", "2026-11-26T10:00:00Z"}}));
  CHECK(other.assess().opened == 1);
  CHECK(other.duty("eu-gdpr", "marketing.stop").wish_until == parse_moment("2026-11-26T10:00:00Z"));
}

TEST_CASE("a day on which something will be done leaves the days of a consent as they are",
          "[ledger][consent][evidence]") {
  const auto [done, met, withdrawn] = GENERATE(table<const char*, int, int>(
      {{"2026-11-28T10:00:00Z", 1, 0}, {"2026-12-05T10:00:00Z", 0, 1}}));
  auto org = with_a_person();
  org.options.evidence = {{"ContactPointTypeConsent", "PrivacyConsentStatus", "", "CaptureDate"}};
  org.see(consent({{"CaptureDate", done}, {"EffectiveTo", "2026-12-01T08:00:00Z"}}));
  REQUIRE(org.assess().opened == 1);
  CHECK(org.assess("2026-11-28T12:00:00Z").met == met);
  CHECK(org.assess("2026-12-01T07:59:59Z").people == 0);
  const auto outcome = org.assess("2026-12-01T08:00:00Z");
  CHECK(outcome.people == 1);
  CHECK(outcome.withdrawn == withdrawn);
}
