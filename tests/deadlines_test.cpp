#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <sstream>

#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::Day;
using heed::Preference;
using heed::policy::Duty;
using heed::policy::Profile;
using heed::policy::Rulebook;
using std::chrono::days;

/// One line of a file of examples.
struct Example {
  std::string id, pack, duty, preference, moment, zone, calendar, profile, what, due;
};

std::vector<Example> examples(const std::string& name = "deadlines.csv") {
  std::istringstream file(heed::support::shipped("tests/golden/" + name));
  std::string line;
  std::getline(file, line);
  std::vector<Example> all;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    Example e;
    for (auto* cell : {&e.id, &e.pack, &e.duty, &e.preference, &e.moment, &e.zone, &e.calendar,
                       &e.profile, &e.what, &e.due}) {
      std::getline(cells, *cell, ',');
    }
    all.push_back(e);
  }
  return all;
}

/// The shipped pack with the example's zone and calendar in the place of its own.
Rulebook rulebook_of(const Example& example) {
  auto parts = heed::support::shipped_parts();
  auto pack = heed::support::shipped_pack(example.pack, true);
  pack.zone = example.zone;
  for (auto& rule : pack.rules) {
    rule.usual.calendar = example.calendar;
    if (rule.strict) rule.strict->calendar = example.calendar;
  }
  parts.packs = {pack};
  parts.profile = heed::policy::parse_profile(example.profile).value();
  return Rulebook(std::move(parts));
}

Duty judged(const Example& example) {
  const auto preference = heed::parse_preference(example.preference).value();
  const auto person =
      heed::support::person_with(heed::support::wish_at(preference, example.moment), "");
  return heed::support::duty_of(rulebook_of(example).assess(person), example.pack, example.duty);
}

Day answer(const Example& example, const Duty& duty) {
  if (example.what == "extended") return duty.extension.value().due.value();
  if (example.what == "notice") return duty.extension.value().notice_by;
  return duty.due.value();
}

const Rulebook& shipped() {
  static const Rulebook rulebook(heed::support::shipped_parts());
  return rulebook;
}

struct Kind {
  std::string_view pack, duty, country, state;
  Preference preference;
};

const std::vector<Kind> kinds{
    {"eu-gdpr", "marketing.stop", "DE", "", Preference::solicit},
    {"eu-gdpr", "request.respond", "DE", "", Preference::forget},
    {"us-ca-ccpa", "request.acknowledge", "US", "CA", Preference::forget},
    {"us-ca-ccpa", "request.respond", "US", "CA", Preference::export_data},
    {"us-ca-ccpa", "sharing.stop", "US", "CA", Preference::track},
    {"us-ca-ccpa", "sensitive.limit", "US", "CA", Preference::geotrack},
    {"ca-casl", "message.stop", "CA", "", Preference::email},
};

Duty judged(const Kind& kind, heed::Moment moment) {
  auto wish = heed::support::wish_at(kind.preference, "2026-01-01T00:00:00Z");
  wish.after = wish.until = moment;
  const auto person = heed::support::person_with(wish, kind.country, kind.state);
  return heed::support::duty_of(shipped().assess(person), kind.pack, kind.duty);
}

/// A moment from 2024 to 2027: every shipped calendar that the packs use covers what follows.
heed::Moment any_moment() {
  const auto first = heed::parse_moment("2024-01-02T00:00:00Z").value();
  return first + std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 4 * 365 * 86400LL));
}

}  // namespace

TEST_CASE("every worked example comes out through the shipped packs", "[policy]") {
  const auto all = examples();
  CHECK(all.size() == 65);
  for (const auto& example : all) {
    INFO(example.id << " " << example.pack << " " << example.moment);
    const Duty duty = judged(example);
    CHECK(heed::to_text(answer(example, duty)) == example.due);
    CHECK_FALSE(duty.calendar_incomplete);
    CHECK(duty.immediate == (example.duty == "marketing.stop"));
  }
}

// Worked out with dateutil and a plain count over the calendars' days, from the limits of the laws
// and not of the packs: month ends and leap years, nights in which clocks are set, a start on a day
// off, ends at the turn of the year, Samoa's day that never was, laws that begin later.
TEST_CASE("examples that were worked out apart come out as well", "[policy]") {
  const auto all = examples("deadlines-own.csv");
  CHECK(all.size() == 162);
  for (const auto& example : all) {
    INFO(example.id << " " << example.pack << " " << example.moment);
    const Duty duty = judged(example);
    CHECK(heed::to_text(answer(example, duty)) == example.due);
    CHECK_FALSE(duty.calendar_incomplete);
  }
}

TEST_CASE("a later receipt never gives an earlier date", "[policy]") {
  REQUIRE(rc::check([] {
    const Kind& kind = *rc::gen::elementOf(kinds);
    const auto a = any_moment();
    const auto b = a + std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 40 * 86400));
    const Duty first = judged(kind, a);
    const Duty second = judged(kind, b);
    RC_ASSERT((first.due.value() <= second.due.value()));
    if (first.extension) RC_ASSERT((first.extension->due <= second.extension->due));
    if (first.target) RC_ASSERT((first.target <= second.target));
  }));
}

TEST_CASE("business days end on a business day and are as many as a plain count finds",
          "[policy]") {
  REQUIRE(rc::check([] {
    const Kind& kind = *rc::gen::elementOf(std::vector<Kind>{kinds[2], kinds[4], kinds[6]});
    const Duty duty = judged(kind, any_moment());
    const auto& all = shipped().calendars();
    const auto calendar = std::find_if(
        all.begin(), all.end(), [&duty](const auto& each) { return each.id() == duty.calendar; });
    RC_ASSERT((calendar->is_workday(duty.due.value())));
    int counted = 0;
    for (Day day = duty.start + days(1); day <= *duty.due; day += days(1)) {
      const auto weekday = std::chrono::weekday(day);
      const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
      if (!weekend && !calendar->holidays().contains(day)) ++counted;
    }
    RC_ASSERT((counted == (kind.duty == "sharing.stop" ? 15 : 10)));
  }));
}

TEST_CASE("a month is at most 31 days before it rolls, and rolls onto a working day", "[policy]") {
  REQUIRE(rc::check([] {
    const Duty duty = judged(kinds[1], any_moment());
    const Day plain = heed::add_months(duty.start, 1);
    RC_ASSERT((plain - duty.start <= days(31)));
    RC_ASSERT((duty.due.value() >= plain));
    RC_ASSERT((*duty.due - plain <= days(5)));
    RC_ASSERT((duty.extension.value().due.value() > *duty.due));
  }));
}

TEST_CASE("strict is not later than default, nor default later than lenient", "[policy]") {
  auto parts = heed::support::shipped_parts();
  const auto of = [&parts](Profile profile) {
    auto own = parts;
    own.profile = profile;
    return Rulebook(std::move(own));
  };
  const Rulebook strict = of(Profile::strict);
  const Rulebook lenient = of(Profile::lenient);
  REQUIRE(rc::check([&] {
    const Kind& kind = *rc::gen::elementOf(kinds);
    auto wish = heed::support::wish_at(kind.preference, "2026-01-01T00:00:00Z");
    wish.after = wish.until = any_moment();
    const auto person = heed::support::person_with(wish, kind.country, kind.state);
    const auto due = [&](const Rulebook& rulebook) {
      return heed::support::duty_of(rulebook.assess(person), kind.pack, kind.duty).due.value();
    };
    RC_ASSERT((due(strict) <= due(shipped())));
    RC_ASSERT((due(shipped()) <= due(lenient)));
  }));
}

TEST_CASE("the process's time zone changes no date", "[policy]") {
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  for (const auto* zone : {"UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia"}) {
    setenv("TZ", zone, 1);
    tzset();
    for (const auto& example : examples()) {
      INFO(zone << " " << example.id);
      CHECK(heed::to_text(answer(example, judged(example))) == example.due);
    }
  }
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}
