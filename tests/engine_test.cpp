#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <map>
#include <set>

#include "heed/policy.hpp"
#include "support/schedules.hpp"

/// What holds of every rule of every pack that is shipped.

namespace {

using heed::Day;
using heed::Preference;
using heed::policy::Course;
using heed::policy::Duty;
using heed::policy::Pack;
using heed::policy::Person;
using heed::policy::Profile;
using heed::policy::Reading;
using heed::policy::Rule;
using heed::policy::Rulebook;
using heed::policy::StepKind;
using heed::policy::Trace;
using heed::policy::Unit;
using std::chrono::days;

/// A rulebook a profile, with everything that is shipped.
const Rulebook& whole(Profile profile = Profile::usual) {
  static const auto of = [](Profile chosen) {
    auto parts = heed::support::whole_parts(true);
    parts.profile = chosen;
    return Rulebook(std::move(parts));
  };
  static const std::array<Rulebook, 3> all{of(Profile::usual), of(Profile::strict),
                                           of(Profile::lenient)};
  return all[static_cast<std::size_t>(profile)];
}

/// One rule, and a preference that it concerns.
struct Case {
  const Pack* pack;
  const Rule* rule;
  Preference preference;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Pack& pack : whole().packs()) {
    for (const Rule& rule : pack.rules) {
      // Owed only to who took more time; ledger_steer_test has those.
      if (rule.kind == heed::policy::DutyKind::extension_notice_by) continue;
      for (const Preference preference : rule.preferences) {
        all.push_back({&pack, &rule, preference});
      }
    }
  }
  return all;
}

Case any_case() {
  static const auto all = cases();
  return *rc::gen::elementOf(all);
}

/// A moment within the rule's validity and from 2024 to 2027: the calendars cover what follows.
heed::Moment moment_in(const Rule& rule) {
  const Day first = std::max(rule.effective_from + days(1), heed::make_day(2024, 1, 2));
  const Day end = rule.effective_to ? *rule.effective_to - days(1) : heed::make_day(2027, 12, 30);
  const auto span = std::max<std::int64_t>((end - first).count(), 1) * 86400;
  return heed::Moment(first.time_since_epoch()) +
         std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, span));
}

Person asking(const Case& one, heed::Moment moment) {
  auto wish = heed::support::wish_at(one.preference, "2026-01-01T00:00:00Z");
  wish.after = wish.until = moment;
  const bool state = one.pack->countries.empty();
  const std::string place = state ? one.pack->states.front() : one.pack->countries.front();
  return heed::support::person_with(wish, place.substr(0, 2), state ? place.substr(3) : "");
}

/// Whatever may have been done about the duty, allowed or not.
Course any_course(const Case& one, heed::Moment moment) {
  Course course;
  course.pack = one.pack->id;
  course.duty = one.rule->id;
  course.extensions.resize(*rc::gen::inRange<std::size_t>(0, 3));
  const Day day(std::chrono::floor<days>(moment).time_since_epoch());
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    const Day from = day + days(*rc::gen::inRange(-3, 20));
    course.standstills.push_back({from, from + days(*rc::gen::inRange(0, 9))});
  }
  if (*rc::gen::arbitrary<bool>()) {
    course.arrived.push_back(
        {heed::policy::Arrival::identity, day + days(*rc::gen::inRange(-5, 15))});
  }
  return course;
}

Duty judged(const Case& one, const Person& person, Profile profile = Profile::usual) {
  return heed::support::duty_of(whole(profile).assess(person), one.pack->id, one.rule->id);
}

Trace traced(const Case& one, const Person& person, Profile profile = Profile::usual) {
  return whole(profile).explain(person, 0, one.pack->id, one.rule->id).value();
}

const heed::calendar::Calendar& calendar_named(std::string_view id) {
  const auto& all = whole().calendars();
  return *std::find_if(all.begin(), all.end(), [id](const auto& one) { return one.id() == id; });
}

/// Whether `day` counts as a business day, straight from the file's table.
bool business_day(Day day, const Reading& reading, const heed::calendar::Calendar& calendar) {
  return !calendar.holidays().contains(day) &&
         !reading.weekend.value_or(calendar.weekend()).has(day);
}

/// The number at the beginning of a step's words.
int number_of(const std::string& text) {
  return std::atoi(text.c_str());
}

/// Follows a trace as a reader would, step by step, and says where it arrives.
std::optional<Day> follow(const Trace& trace) {
  std::optional<Day> at;
  for (const auto& step : trace.steps) {
    switch (step.kind) {
      case StepKind::receipt:
      case StepKind::evidence:
      case StepKind::in_force:
      case StepKind::waited:
        at = step.day;
        break;
      case StepKind::added:
        if (step.text.find("less one day") == 0) {
          at = *at - days(1);
        } else if (const auto from = step.text.rfind(" from "); from != std::string::npos) {
          const Day start = heed::parse_day(step.text.substr(from + 6)).value();
          const int number = number_of(step.text);
          at = step.text.find("month") == std::string::npos ? start + days(number)
                                                            : heed::add_months(start, number);
        }
        RC_ASSERT((at == step.day));
        break;
      case StepKind::paused:
        at = *at + days(number_of(step.text));
        RC_ASSERT((at == step.day));
        break;
      case StepKind::counted:
      case StepKind::skipped:
        // A count goes on day by day, or begins with the day of the start itself.
        RC_ASSERT((step.day == *at + days(1) || step.day == at));
        at = step.day;
        break;
      case StepKind::rolled:
        RC_ASSERT((step.day == at));
        at = *at + days(1);
        break;
      case StepKind::due:
        return at;
      default:
        break;
    }
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a later receipt gives no earlier date under any rule", "[policy]") {
  REQUIRE(rc::check([] {
    const Case one = any_case();
    const auto profile = *rc::gen::element(Profile::usual, Profile::strict, Profile::lenient);
    auto a = moment_in(*one.rule);
    auto b = moment_in(*one.rule);
    if (b < a) std::swap(a, b);
    const Duty first = judged(one, asking(one, a), profile);
    const Duty second = judged(one, asking(one, b), profile);
    RC_ASSERT((first.due.value() <= second.due.value()));
    if (first.extension) RC_ASSERT((first.extension->due <= second.extension->due));
    if (first.target) RC_ASSERT((first.target <= second.target));
  }));
}

TEST_CASE("strict is not later than default, nor default than lenient, whatever was done",
          "[policy]") {
  REQUIRE(rc::check([] {
    const Case one = any_case();
    const auto moment = moment_in(*one.rule);
    auto person = asking(one, moment);
    person.courses.push_back(any_course(one, moment));
    const auto due = [&](Profile profile) { return judged(one, person, profile).due.value(); };
    RC_ASSERT((due(Profile::strict) <= due(Profile::usual)));
    RC_ASSERT((due(Profile::usual) <= due(Profile::lenient)));
  }));
}

TEST_CASE("every business-day limit ends on a business day and is a plain count of them",
          "[policy]") {
  std::vector<Case> counted;
  for (const Case& one : cases()) {
    if (one.rule->usual.limit.unit == Unit::business_day) counted.push_back(one);
  }
  REQUIRE(counted.size() > 10);
  REQUIRE(rc::check([&counted] {
    const Case one = *rc::gen::elementOf(counted);
    const Reading& reading = one.rule->usual;
    const Duty duty = judged(one, asking(one, moment_in(*one.rule)));
    const auto& calendar = calendar_named(duty.calendar);
    RC_ASSERT((business_day(duty.due.value(), reading, calendar)));
    int found = 0;
    const Day from = reading.count_anchor_day ? duty.start : duty.start + days(1);
    for (Day day = from; day <= *duty.due; day += days(1)) {
      if (business_day(day, reading, calendar)) ++found;
    }
    RC_ASSERT((found == reading.limit.value));
  }));
}

TEST_CASE("a final day that rolls ends on a working day, and on the first one", "[policy]") {
  std::vector<Case> rolling;
  for (const Case& one : cases()) {
    if (one.rule->usual.roll != heed::policy::Roll::none) rolling.push_back(one);
  }
  REQUIRE(rc::check([&rolling] {
    const Case one = *rc::gen::elementOf(rolling);
    const auto moment = moment_in(*one.rule);
    const Duty duty = judged(one, asking(one, moment));
    const auto& calendar = calendar_named(duty.calendar);
    const auto& limit = one.rule->usual.limit;
    Day day = limit.unit == Unit::calendar_month ? heed::add_months(duty.start, limit.value)
                                                 : duty.start + days(limit.value);
    const bool saturdays = one.rule->usual.roll == heed::policy::Roll::next_non_holiday;
    const auto off = [&](Day each) {
      const auto weekday = std::chrono::weekday(each);
      return calendar.holidays().contains(each) || weekday == std::chrono::Sunday ||
             (weekday == std::chrono::Saturday && !saturdays);
    };
    while (off(day)) day += days(1);
    RC_ASSERT((duty.due == day));
  }));
}

TEST_CASE("the steps of every explanation add up to its date", "[policy]") {
  REQUIRE(rc::check([] {
    const Case one = any_case();
    const auto profile = *rc::gen::element(Profile::usual, Profile::strict, Profile::lenient);
    const auto moment = moment_in(*one.rule);
    auto person = asking(one, moment);
    person.courses.push_back(any_course(one, moment));
    const Trace trace = traced(one, person, profile);
    RC_ASSERT((trace.duty.due == judged(one, person, profile).due));
    RC_ASSERT((follow(trace) == trace.duty.due));
  }));
}

TEST_CASE("every explanation is the same bytes in every time zone of the process", "[policy]") {
  const auto everything = [] {
    std::string text;
    for (const Case& one : cases()) {
      const auto moment = heed::Moment((one.rule->effective_from + days(1)).time_since_epoch());
      const auto trace =
          traced(one, asking(one, std::max(moment, *heed::parse_moment("2026-03-28T23:30:00Z"))));
      for (const auto& step : trace.steps) {
        text += std::string(to_text(step.kind)) + (step.day ? heed::to_text(*step.day) : "") +
                step.text + "\n";
      }
    }
    return text;
  };
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  const std::string expected = everything();
  CHECK(expected.size() > 10'000);
  for (const auto* zone : {"UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia"}) {
    setenv("TZ", zone, 1);
    tzset();
    INFO(zone);
    CHECK(everything() == expected);
  }
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

TEST_CASE("the duties on the way are owed too, each when its law says", "[policy]") {
  const auto owed = [](Preference preference, std::string_view country, std::string_view state) {
    const auto wish = heed::support::wish_at(preference, "2026-11-10T12:00:00-08:00");
    std::map<std::string, std::string> due;
    for (const Duty& duty : whole().assess(heed::support::person_with(wish, country, state))) {
      due[duty.pack + " " + duty.id] = heed::to_text(duty.due.value());
    }
    return due;
  };
  using Due = std::map<std::string, std::string>;
  CHECK(owed(Preference::forget, "US", "CA") ==
        Due{{"us-ca-ccpa request.acknowledge", "2026-11-25"},
            {"us-ca-ccpa request.respond", "2026-12-25"},
            {"us-ca-ccpa deletion.tell", "2026-12-25"}});
  CHECK(owed(Preference::track, "US", "CA") == Due{{"us-ca-ccpa sharing.stop", "2026-12-03"},
                                                   {"us-ca-ccpa sharing.tell", "2026-12-03"},
                                                   {"us-ca-ccpa sharing.confirm", "2026-12-03"}});
  CHECK(owed(Preference::forget, "FR", "") ==
        Due{{"eu-gdpr request.respond", "2026-12-10"}, {"eu-gdpr recipients.tell", "2026-12-10"}});
  CHECK(owed(Preference::store_elsewhere, "GB", "") ==
        Due{{"uk-gdpr transfers.stop", "2026-11-10"}});
  // A wish that still stands when a law begins is owed from then on; what goes with another duty is
  // not.
  const auto old = heed::support::person_with(
      heed::support::wish_at(Preference::track, "2025-11-10T12:00:00-08:00"), "US", "CA");
  const auto duties = whole().assess(old);
  CHECK(std::none_of(duties.begin(), duties.end(),
                     [](const Duty& duty) { return duty.id == "sharing.confirm"; }));
  // Several laws for one wish: all of them.
  CHECK(owed(Preference::email, "US", "TX") == Due{{"us-canspam mail.stop", "2026-11-25"}});
  CHECK(owed(Preference::export_data, "CA", "QC") ==
        Due{{"ca-pipeda access.respond", "2026-12-10"},
            {"ca-qc-law25 access.respond", "2026-12-10"}});
  CHECK(owed(Preference::export_data, "BR", "") ==
        Due{{"br-lgpd access.confirm", "2026-11-10"}, {"br-lgpd access.respond", "2026-11-25"}});
}

TEST_CASE("whoever lives in a territory of the United States is owed what federal law asks",
          "[policy]") {
  for (const auto* place : {"US", "PR", "GU", "VI", "AS", "MP", "UM"}) {
    const auto owed = [&](Preference preference) {
      std::set<std::string> duties;
      for (const auto& duty : whole().assess(heed::support::person_with(
               heed::support::wish_at(preference, "2026-11-10T12:00:00Z"), place))) {
        duties.insert(duty.pack + " " + duty.id);
      }
      return duties;
    };
    CAPTURE(place);
    CHECK(owed(Preference::email).contains("us-canspam mail.stop"));
    CHECK(owed(Preference::phone).contains("us-tcpa calls.stop"));
    CHECK(owed(Preference::text).contains("us-tcpa texts.stop"));
    CHECK(owed(Preference::fax).contains("us-tcpa fax.stop"));
  }
  auto parts = heed::support::whole_parts(true);
  parts.controller.establishments = {"PR"};  // an office there writes to people anywhere
  const auto abroad =
      Rulebook(std::move(parts))
          .assess(heed::support::person_with(
              heed::support::wish_at(Preference::email, "2026-11-10T12:00:00Z"), "BR"));
  CHECK(std::any_of(abroad.begin(), abroad.end(),
                    [](const Duty& duty) { return duty.pack == "us-canspam"; }));
}

TEST_CASE("the United Kingdom's clock is another since Article 12A", "[policy]") {
  const auto asked = [](std::string_view moment) {
    auto person =
        heed::support::person_with(heed::support::wish_at(Preference::export_data, moment), "GB");
    Course course;
    course.pack = "uk-gdpr";
    course.duty = "request.respond";
    course.arrived = {{heed::policy::Arrival::identity, heed::make_day(2026, 2, 10)}};
    course.standstills = {{heed::make_day(2026, 2, 12), heed::make_day(2026, 2, 16)}};
    person.courses.push_back(course);
    return heed::support::duty_of(whole().assess(person), "uk-gdpr", "request.respond");
  };
  const Duty before = asked("2026-02-04T12:00:00Z");
  CHECK(before.due == heed::make_day(2026, 3, 4));
  CHECK_FALSE(before.strict_due);
  CHECK(before.extension.value().due == heed::make_day(2026, 5, 5));  // the 4th is a holiday
  const Duty since = asked("2026-02-05T12:00:00Z");
  CHECK(since.due == heed::make_day(2026, 3, 16));  // 10 March, 4 days more, a Saturday
  CHECK(since.paused_days == 4);
  CHECK(since.strict_due == heed::make_day(2026, 3, 13));
}
