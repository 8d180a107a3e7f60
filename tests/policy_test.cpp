#include "heed/policy.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "heed/error.hpp"
#include "support/schedules.hpp"

namespace {

using heed::make_day;
using heed::Preference;
using heed::policy::Duty;
using heed::policy::Person;
using heed::policy::Profile;
using heed::policy::Rulebook;
using heed::policy::StepKind;
using heed::support::duty_of;
using heed::support::person_with;
using heed::support::wish_at;

constexpr std::string_view noon = "2026-11-25T12:00:00Z";

Rulebook office() {
  return Rulebook(heed::support::shipped_parts());
}

std::set<std::string> owed(const Rulebook& rulebook, const Person& person) {
  std::set<std::string> found;
  for (const Duty& duty : rulebook.assess(person)) found.insert(duty.pack + "/" + duty.id);
  return found;
}

std::set<std::string> owed(Preference preference, std::string_view country,
                           std::string_view state = "") {
  return owed(office(), person_with(wish_at(preference, noon), country, state));
}

using Ids = std::set<std::string>;

}  // namespace

TEST_CASE("each law answers to its own wishes", "[policy]") {
  for (const auto preference :
       {Preference::email, Preference::phone, Preference::fax, Preference::text}) {
    CHECK(owed(preference, "FR") == Ids{"eu-gdpr/marketing.stop"});
  }
  CHECK(owed(Preference::solicit, "FR") ==
        Ids{"eu-gdpr/marketing.stop", "eu-gdpr/request.respond"});
  CHECK(owed(Preference::track, "DE") == Ids{"eu-gdpr/consent.stop"});
  CHECK(owed(Preference::process, "DE") == Ids{"eu-gdpr/consent.stop", "eu-gdpr/request.respond"});
  CHECK(owed(Preference::profile, "NO") ==
        Ids{"eu-gdpr/marketing.stop", "eu-gdpr/request.respond"});
  CHECK(owed(Preference::forget, "US", "CA") ==
        Ids{"us-ca-ccpa/request.acknowledge", "us-ca-ccpa/request.respond"});
  CHECK(owed(Preference::track, "US", "CA") == Ids{"us-ca-ccpa/sharing.stop"});
  CHECK(owed(Preference::process, "US", "CA") == Ids{"us-ca-ccpa/sensitive.limit"});
  CHECK(owed(Preference::geotrack, "US", "CA") == Ids{"us-ca-ccpa/sensitive.limit"});
  CHECK(owed(Preference::solicit, "US", "CA").empty());
  CHECK(owed(Preference::solicit, "CA") == Ids{"ca-casl/message.stop"});
  CHECK(owed(Preference::email, "CA") == Ids{"ca-casl/message.stop"});
  CHECK(owed(Preference::text, "CA") == Ids{"ca-casl/message.stop"});
  CHECK(owed(Preference::phone, "CA").empty());
  CHECK(owed(Preference::fax, "CA").empty());
  CHECK(owed(Preference::forget, "JP").empty());
  CHECK(owed(Preference::hold, "DE").empty());
}

TEST_CASE("the laws that ask for an answer ask for it whatever else is to be done at once",
          "[policy]") {
  const Rulebook rulebook(heed::support::whole_parts());
  const auto asked = [&rulebook](Preference preference, std::string_view country,
                                 std::string_view state) {
    return owed(rulebook, person_with(wish_at(preference, noon), country, state));
  };
  CHECK(asked(Preference::solicit, "GB", "") ==
        Ids{"uk-gdpr/marketing.stop", "uk-gdpr/request.respond"});
  CHECK(asked(Preference::process, "GB", "") ==
        Ids{"uk-gdpr/consent.stop", "uk-gdpr/request.respond", "uk-gdpr/recipients.tell"});
  for (const auto preference : {Preference::track, Preference::profile}) {
    CHECK(asked(preference, "US", "CO") ==
          Ids{"us-co/optout.effect", "us-co/recipients.tell", "us-co/request.respond"});
    CHECK(asked(preference, "US", "VA") == Ids{"us-va/request.respond"});
  }
}

TEST_CASE("every place of a person counts, and an unknown one brings every pack", "[policy]") {
  const auto rulebook = office();
  auto person = person_with(wish_at(Preference::email, noon), "JP");
  CHECK(owed(rulebook, person).empty());
  person.places.push_back({"", "Canada", "", ""});
  person.places.push_back({"", "Deutschland", "", ""});
  CHECK(owed(rulebook, person) == Ids{"ca-casl/message.stop", "eu-gdpr/marketing.stop"});
  for (const Duty& duty : rulebook.assess(person)) CHECK_FALSE(duty.place_unknown);

  person.places = {{"", "n/a", "", ""}};
  CHECK(owed(rulebook, person).size() == 2);
  for (const Duty& duty : rulebook.assess(person)) CHECK(duty.place_unknown);
  person.places.clear();
  CHECK(owed(rulebook, person).size() == 2);
  person.places = {{"JP", "", "", ""}, {}};
  CHECK(owed(rulebook, person).empty());
}

TEST_CASE("a state of another country than the one written brings that country too", "[policy]") {
  const Rulebook rulebook(heed::support::whole_parts());
  auto person = person_with(wish_at(Preference::forget, noon), "");
  const auto has = [&](std::string_view duty) {
    return owed(rulebook, person).contains(std::string(duty));
  };
  person.places = {{"", "Germany", "", "California"}};
  CHECK(has("eu-gdpr/request.respond"));
  CHECK(has("us-ca-ccpa/request.respond"));
  CHECK_FALSE(has("us-tx/request.respond"));
  for (const Duty& duty : rulebook.assess(person)) CHECK_FALSE(duty.place_unknown);
  person.places = {{"DE", "", "US-CA", ""}};
  CHECK(has("us-ca-ccpa/request.respond"));
  person.wishes = {wish_at(Preference::export_data, noon)};
  person.places = {{"", "USA", "", "Ontario"}};
  CHECK(has("ca-pipeda/access.respond"));
  CHECK(has("us-tx/request.respond"));  // which state of theirs is not known
  person.places = {{"", "Canada", "QC", "Bayern"}};
  CHECK_FALSE(has("us-tx/request.respond"));
}

TEST_CASE("a country without its state may be the state that a law is for", "[policy]") {
  const auto rulebook = office();
  const auto person = person_with(wish_at(Preference::track, noon), "US");
  const auto duties = rulebook.assess(person);
  REQUIRE(duties.size() == 1);
  CHECK(duties.front().pack == "us-ca-ccpa");
  CHECK(duties.front().place_unknown);
  CHECK(owed(Preference::track, "US", "TX").empty());
}

TEST_CASE("why a pack applies is told: the place, the establishment, or what is not known",
          "[policy]") {
  const auto rulebook = office();
  const auto why = [&rulebook](const std::string& pack, heed::policy::Place place) {
    auto person = person_with(wish_at(Preference::forget, noon), "");
    person.places = {std::move(place)};
    const auto duties = rulebook.assess(person);
    const auto words = rulebook.why_applies(person, pack);
    // It is told of whom the pack applies to, and of nobody else.
    const bool applies = std::any_of(duties.begin(), duties.end(),
                                     [&pack](const Duty& duty) { return duty.pack == pack; });
    CHECK(applies == !words.empty());
    return words;
  };
  CHECK(why("eu-gdpr", {"", "Deutschland", "", ""}) == "the person lives in DE");
  CHECK(why("us-ca-ccpa", {"US", "USA", "", "Calif."}) == "the person lives in US-CA");
  CHECK_THAT(why("us-ca-ccpa", {"", "USA", "", ""}), Catch::Contains("does not say the state"));
  CHECK_THAT(why("us-ca-ccpa", {"", "USA", "", "Atlantis"}),
             Catch::Contains("'USA, Atlantis' is US, and no state that places.toml knows"));
  CHECK_THAT(why("eu-gdpr", {"", "Lazio", "", ""}), Catch::Contains("'Lazio' is no place that"));
  CHECK_THAT(why("eu-gdpr", {"", "", "", "MI"}), Catch::Contains("'MI' is no place that"));
  CHECK_THAT(why("eu-gdpr", {}), Catch::Contains("no record says where the person lives"));
  CHECK(why("eu-gdpr", {"JP", "", "", ""}).empty());
  CHECK(rulebook.place_words({"", "Germany", "", "California"}) ==
        "'Germany, California' is DE or US-CA");
  auto parts = heed::support::shipped_parts();
  parts.controller.establishments = {"DE"};
  const auto person = person_with(wish_at(Preference::forget, noon), "JP");
  CHECK(Rulebook(std::move(parts)).why_applies(person, "eu-gdpr") ==
        "your organization is established in DE");
}

TEST_CASE("a controller established in the Union owes it to everybody", "[policy]") {
  auto parts = heed::support::shipped_parts();
  parts.controller.establishments = {"DE"};
  const Rulebook rulebook(std::move(parts));
  const auto duties = rulebook.assess(person_with(wish_at(Preference::email, noon), "JP"));
  REQUIRE(duties.size() == 1);
  CHECK(duties.front().pack == "eu-gdpr");
  CHECK_FALSE(duties.front().place_unknown);
}

TEST_CASE("the clock starts at the early end of the interval, and both ends are shown",
          "[policy]") {
  auto wish = wish_at(Preference::forget, "2026-11-20T12:00:00Z");
  wish.after = heed::parse_moment("2026-11-16T23:30:00Z").value();  // the 17th in Berlin
  const auto duty = duty_of(office().assess(person_with(wish, "DE")), "eu-gdpr", "request.respond");
  CHECK(duty.start == make_day(2026, 11, 17));
  CHECK(duty.start_late == make_day(2026, 11, 20));
  CHECK(duty.due == make_day(2026, 12, 17));
  CHECK(duty.zone == "Europe/Berlin");
  CHECK(duty.calendar == "DE");
}

TEST_CASE("a stated day of receipt overrides what the CRM shows", "[policy]") {
  auto wish = wish_at(Preference::forget, noon);
  wish.received = heed::policy::Received{make_day(2026, 11, 2), "letter of that day"};
  const auto duty = duty_of(office().assess(person_with(wish, "DE")), "eu-gdpr", "request.respond");
  CHECK(duty.start == make_day(2026, 11, 2));
  CHECK(duty.start_late == duty.start);
  CHECK(duty.due == make_day(2026, 12, 2));
}

TEST_CASE("what the law wants at once is due that day, with the office's own target", "[policy]") {
  const auto duty = duty_of(office().assess(person_with(wish_at(Preference::solicit, noon), "DE")),
                            "eu-gdpr", "marketing.stop");
  CHECK(duty.immediate);
  CHECK(duty.due == make_day(2026, 11, 25));
  CHECK(duty.target == make_day(2026, 11, 27));
}

TEST_CASE("standing wishes are listed apart, but forget and export never", "[policy]") {
  for (const auto preference :
       {Preference::solicit, Preference::process, Preference::forget, Preference::export_data}) {
    auto wish = wish_at(preference, noon);
    wish.standing = true;
    wish.how = heed::How::initial;
    const bool open = preference == Preference::forget || preference == Preference::export_data;
    for (const Duty& duty : office().assess(person_with(wish, "DE"))) {
      CHECK(duty.standing == !open);
    }
  }
}

TEST_CASE("what began before the calendar is long past and no error", "[policy]") {
  auto wish = wish_at(Preference::forget, "2018-06-01T12:00:00Z");
  for (const auto* after : {"2018-06-01T12:00:00Z", "1970-01-01T00:00:00Z"}) {
    wish.after = heed::parse_moment(after).value();
    const auto duty =
        duty_of(office().assess(person_with(wish, "DE")), "eu-gdpr", "request.respond");
    CHECK(duty.long_past);
    CHECK_FALSE(duty.due);
    CHECK_FALSE(duty.extension);
    CHECK_FALSE(duty.calendar_incomplete);
  }
  wish.after = heed::Moment::min();
  CHECK(office().assess(person_with(wish, "DE")).front().long_past);
}

TEST_CASE("at-once duties of long ago have their day, whatever the calendar", "[policy]") {
  const auto duty = duty_of(
      office().assess(person_with(wish_at(Preference::email, "2019-03-01T12:00:00Z"), "DE")),
      "eu-gdpr", "marketing.stop");
  CHECK(duty.due == make_day(2019, 3, 1));
  CHECK(duty.target == make_day(2019, 3, 1));
  CHECK_FALSE(duty.long_past);
}

TEST_CASE("beyond the calendar a duty is opened with its earliest possible date", "[policy]") {
  const auto rulebook = office();
  const auto month = duty_of(
      rulebook.assess(person_with(wish_at(Preference::forget, "2028-12-13T12:00:00Z"), "DE")),
      "eu-gdpr", "request.respond");
  CHECK(month.calendar_incomplete);
  CHECK(month.due == make_day(2029, 1, 13));
  const auto days = duty_of(
      rulebook.assess(person_with(wish_at(Preference::email, "2028-12-27T17:00:00Z"), "CA")),
      "ca-casl", "message.stop");
  CHECK(days.calendar_incomplete);
  CHECK(days.due == make_day(2029, 1, 10));
}

TEST_CASE("a wish of before the law counts from the law's first day", "[policy]") {
  const auto rulebook = office();
  const auto person = person_with(wish_at(Preference::track, "2015-01-01T12:00:00Z"), "DE");
  const auto duty = duty_of(rulebook.assess(person), "eu-gdpr", "consent.stop");
  CHECK(duty.start == make_day(2015, 1, 1));
  CHECK(duty.due == make_day(2018, 5, 25));
}

TEST_CASE("an old case keeps the rule of its day", "[policy]") {
  auto parts = heed::support::shipped_parts();
  auto& rules = parts.packs.back().rules;
  auto newer = rules.front();
  rules.front().effective_to = make_day(2026, 6, 1);
  newer.effective_from = make_day(2026, 6, 1);
  newer.usual.limit.value = 5;
  newer.lenient.reset();
  rules.push_back(newer);
  const Rulebook rulebook(std::move(parts));
  const auto due = [&rulebook](std::string_view moment) {
    const auto duties = rulebook.assess(person_with(wish_at(Preference::email, moment), "CA"));
    REQUIRE(duties.size() == 1);
    return duties.front().due.value();
  };
  CHECK(due("2026-05-04T16:00:00Z") == make_day(2026, 5, 19));
  CHECK(due("2026-06-01T16:00:00Z") == make_day(2026, 6, 8));
}

TEST_CASE("an extension is offered with its last day of notice and both readings", "[policy]") {
  const auto duty = duty_of(
      office().assess(person_with(wish_at(Preference::forget, "2026-01-31T09:00:00+01:00"), "DE")),
      "eu-gdpr", "request.respond");
  REQUIRE(duty.extension);
  CHECK(duty.extension->notice_by == make_day(2026, 3, 2));
  CHECK(duty.extension->due == make_day(2026, 4, 28));
  CHECK(duty.extension->lenient_due == make_day(2026, 4, 30));
}

TEST_CASE("the other readings are shown beside the one chosen", "[policy]") {
  const auto person =
      person_with(wish_at(Preference::track, "2026-11-10T12:00:00-08:00"), "US", "CA");
  const auto usual = duty_of(office().assess(person), "us-ca-ccpa", "sharing.stop");
  CHECK(usual.due == make_day(2026, 12, 3));
  CHECK(usual.strict_due == make_day(2026, 11, 30));
  CHECK_FALSE(usual.usual_due);
  auto parts = heed::support::shipped_parts();
  parts.profile = Profile::strict;
  const auto strict =
      duty_of(Rulebook(std::move(parts)).assess(person), "us-ca-ccpa", "sharing.stop");
  CHECK(strict.due == make_day(2026, 11, 30));
  CHECK(strict.usual_due == make_day(2026, 12, 3));
  CHECK(strict.calendar == "US-CA-GOV6700");
}

TEST_CASE("every wish has its own duties, and a hold is passed on", "[policy]") {
  auto person = person_with(wish_at(Preference::email, noon), "DE");
  person.wishes.push_back(wish_at(Preference::email, noon));
  person.hold = true;
  const auto duties = office().assess(person);
  REQUIRE(duties.size() == 2);
  CHECK(duties[0].wish == 0);
  CHECK(duties[1].wish == 1);
  CHECK(duties[0].hold);
}
