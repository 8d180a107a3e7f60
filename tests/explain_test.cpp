#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::make_day;
using heed::Preference;
using heed::policy::Rulebook;
using heed::policy::Step;
using heed::policy::StepKind;
using heed::policy::Trace;
using heed::support::person_with;
using heed::support::wish_at;

const Rulebook& office() {
  static const Rulebook rulebook(heed::support::shipped_parts());
  return rulebook;
}

std::vector<Step> steps(const Trace& trace, StepKind kind) {
  std::vector<Step> found;
  std::copy_if(trace.steps.begin(), trace.steps.end(), std::back_inserter(found),
               [kind](const Step& step) { return step.kind == kind; });
  return found;
}

}  // namespace

TEST_CASE("explain counts every business day and names every day skipped", "[policy]") {
  const auto person = person_with(wish_at(Preference::email, "2026-03-26T09:00:00-04:00"), "CA");
  const auto trace = office().explain(person, 0, "ca-casl", "message.stop").value();
  CHECK(trace.duty.due == make_day(2026, 4, 13));
  CHECK(trace.limit.value == 10);
  const auto counted = steps(trace, StepKind::counted);
  REQUIRE(counted.size() == 10);
  CHECK(counted.front().day == make_day(2026, 3, 27));
  CHECK(counted.back().day == trace.duty.due);
  CHECK(counted.back().count == 10);
  const auto skipped = steps(trace, StepKind::skipped);
  REQUIRE(skipped.size() == 8);
  CHECK(skipped[2].text == "Good Friday: not a business day");
  CHECK(skipped[3].text == "Saturday: not a business day");
  CHECK(steps(trace, StepKind::receipt).front().text ==
        "made at 2026-03-26 09:00:00 -04:00 in America/Toronto");
  CHECK_FALSE(steps(trace, StepKind::due).empty());
}

TEST_CASE("explain tells of a month that is too short and of the days it rolls over", "[policy]") {
  const auto person = person_with(wish_at(Preference::forget, "2026-01-31T09:00:00+01:00"), "DE");
  const auto trace = office().explain(person, 0, "eu-gdpr", "request.respond").value();
  REQUIRE(steps(trace, StepKind::added).size() == 1);
  CHECK(steps(trace, StepKind::added)[0].text == "1 calendar month from 2026-01-31");
  CHECK(steps(trace, StepKind::clamped)[0].text == "that month has no day 31; its last day counts");
  const auto rolled = steps(trace, StepKind::rolled);
  REQUIRE(rolled.size() == 2);
  CHECK(rolled[0].text == "Saturday: moves on to the next day");
  CHECK(rolled[1].day == make_day(2026, 3, 1));
  CHECK(steps(trace, StepKind::due)[0].day == make_day(2026, 3, 2));
  CHECK(steps(trace, StepKind::extended)[0].text.find("another reading gives 2026-04-30") !=
        std::string::npos);
}

TEST_CASE("explain shows both ends, the evidence, the rule's beginning and the gap", "[policy]") {
  auto wish = wish_at(Preference::email, "2028-12-27T17:00:00Z");
  wish.after = heed::parse_moment("2028-12-20T17:00:00Z").value();
  wish.received = heed::policy::Received{make_day(2028, 12, 22), "telephone note"};
  const auto late = office().explain(person_with(wish, "CA"), 0, "ca-casl", "message.stop").value();
  CHECK(steps(late, StepKind::receipt)[0].text.find("the early end counts") != std::string::npos);
  CHECK(steps(late, StepKind::evidence)[0].text == "received that day, as stated: telephone note");
  CHECK(steps(late, StepKind::gap).size() == 1);
  const auto early = person_with(wish_at(Preference::email, "2010-01-01T17:00:00Z"), "DE");
  const auto trace = office().explain(early, 0, "eu-gdpr", "marketing.stop").value();
  CHECK(steps(trace, StepKind::in_force)[0].day == make_day(2018, 5, 25));
}

TEST_CASE("explain names the reading that was not chosen, with its source", "[policy]") {
  const auto person =
      person_with(wish_at(Preference::track, "2026-11-10T12:00:00-08:00"), "US", "CA");
  const auto trace = office().explain(person, 0, "us-ca-ccpa", "sharing.stop").value();
  const auto others = steps(trace, StepKind::other);
  REQUIRE(others.size() == 1);
  CHECK(others[0].day == make_day(2026, 11, 30));
  CHECK(others[0].text ==
        "by the strict reading (15 business days, calendar US-CA-GOV6700; Cal. Civ. Code 7 and 9; "
        "Cal. Gov. Code 6700): a Saturday is a business day");
  CHECK(trace.duty.source.evidence == heed::policy::SourceEvidence::primary);
}

TEST_CASE("there is nothing to explain where nothing is owed", "[policy]") {
  const auto person = person_with(wish_at(Preference::email, "2026-11-25T12:00:00Z"), "DE");
  CHECK_FALSE(office().explain(person, 0, "ca-casl", "message.stop"));
  CHECK_FALSE(office().explain(person, 0, "eu-gdpr", "request.respond"));
  CHECK_FALSE(office().explain(person, 1, "eu-gdpr", "marketing.stop"));
}

TEST_CASE("explain and assess are one computation", "[policy]") {
  const std::vector<Preference> all{Preference::solicit, Preference::track,
                                    Preference::process, Preference::forget,
                                    Preference::email,   Preference::export_data};
  const auto first = heed::parse_moment("2016-01-01T00:00:00Z").value();
  REQUIRE(rc::check([&] {
    auto wish = wish_at(*rc::gen::elementOf(all), "2026-01-01T00:00:00Z");
    wish.until = first + std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 500'000'000));
    wish.after = wish.until - std::chrono::seconds(*rc::gen::inRange(0, 3'000'000));
    const auto person = person_with(wish, "");
    for (const auto& duty : office().assess(person)) {
      const auto trace = office().explain(person, 0, duty.pack, duty.id).value();
      RC_ASSERT((trace.duty.due == duty.due));
      RC_ASSERT((trace.duty.target == duty.target));
      RC_ASSERT((trace.duty.long_past == duty.long_past));
      const auto counted = steps(trace, StepKind::counted);
      if (!counted.empty()) RC_ASSERT((counted.back().day == duty.due));
      const auto due = steps(trace, StepKind::due);
      RC_ASSERT((due.empty() == duty.long_past));
      if (!due.empty()) RC_ASSERT((due.front().day == duty.due));
    }
  }));
}
