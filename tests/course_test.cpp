#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::make_day;
using heed::Preference;
using heed::policy::Arrival;
using heed::policy::Course;
using heed::policy::Duty;
using heed::policy::Pack;
using heed::policy::Person;
using heed::policy::Rulebook;
using heed::policy::StepKind;

const std::string origin = "source = 's'\nsource_url = 'u'\nevidence = 'primary'\n";

/// A month that waits for identity and fee, stands still for requests for a copy, can be extended
/// twice by a month, and has a follower.
const std::string text =
    "id = 'xx'\ntitle = 'X'\nversion = '1'\nreviewed_on = 2026-11-25\nreviewed_by = 'nobody'\n"
    "zone = 'Europe/London'\ncalendar = 'GB-EAW'\nweekend = ['sat', 'sun']\n"
    "[applies]\ncountries = ['GB']\n"
    "[[duty]]\nid = 'answer'\ntitle = 'Answer'\nkind = 'respond_by'\n"
    "preferences = ['forget', 'export']\nlimit = { value = 1, unit = 'calendar_month' }\n"
    "start = 'latest_event'\nwaits_for = ['identity', 'fee']\nroll = 'next_workday'\n" +
    origin +
    "effective_from = 2020-01-01\n"
    "[[duty]]\nid = 'tell'\ntitle = 'Tell'\nkind = 'notify_recipients_by'\n"
    "preferences = ['forget', 'export']\nwith = 'answer'\n" +
    origin +
    "effective_from = 2020-01-01\n"
    "[[extension]]\nduty = 'answer'\nlimit = { value = 1, unit = 'calendar_month' }\n"
    "from = ['receipt', 'initial_end']\nmax_times = 2\nnotice_by = 'initial_due'\n"
    "reason_required = true\n" +
    origin + "[[pause]]\nduty = 'answer'\npreferences = ['export']\n" + origin;

Rulebook rulebook(const std::string& pack = text) {
  auto parts = heed::support::shipped_parts();
  parts.packs = {Pack::parse(pack, "xx.toml")};
  return Rulebook(std::move(parts));
}

Person asking(Preference preference, std::string_view moment, const Course& course) {
  auto person = heed::support::person_with(heed::support::wish_at(preference, moment), "GB");
  person.courses.push_back(course);
  return person;
}

Course course() {
  Course course;
  course.pack = "xx";
  course.duty = "answer";
  return course;
}

Duty answer(const Person& person, std::string_view id = "answer") {
  return heed::support::duty_of(rulebook().assess(person), "xx", id);
}

const std::string june = "2026-06-01T09:00:00Z";

}  // namespace

TEST_CASE("a clock begins with the latest of the receipt and what it waits for", "[policy]") {
  auto late = course();
  late.arrived = {{Arrival::identity, make_day(2026, 6, 10)}, {Arrival::fee, make_day(2026, 6, 4)}};
  const auto duty = answer(asking(Preference::forget, june, late));
  CHECK(duty.due == make_day(2026, 7, 10));
  CHECK(duty.start == make_day(2026, 6, 1));
  CHECK(duty.counted_from == make_day(2026, 6, 10));
  auto early = course();
  early.arrived = {{Arrival::identity, make_day(2026, 5, 20)}};
  CHECK(answer(asking(Preference::forget, june, early)).due == make_day(2026, 7, 1));
  CHECK_FALSE(answer(asking(Preference::forget, june, early)).counted_from);
}

TEST_CASE("days in which the clock stood are added once, and the end rolls after them",
          "[policy]") {
  auto asked = course();
  asked.standstills = {{make_day(2026, 6, 8), make_day(2026, 6, 12)},
                       {make_day(2026, 6, 10), make_day(2026, 6, 14)},
                       {make_day(2026, 5, 1), make_day(2026, 5, 20)}};
  const auto duty = answer(asking(Preference::export_data, june, asked));
  CHECK(duty.paused_days == 6);
  CHECK(duty.due == make_day(2026, 7, 7));
  CHECK_FALSE(duty.paused_since);
  asked.standstills = {{make_day(2026, 6, 8), make_day(2026, 6, 11)}};
  CHECK(answer(asking(Preference::export_data, june, asked)).due == make_day(2026, 7, 6));
}

TEST_CASE("a clock stands only where the pack says so, and an open stop moves nothing yet",
          "[policy]") {
  auto asked = course();
  asked.standstills = {{make_day(2026, 6, 8), make_day(2026, 6, 12)}};
  CHECK(answer(asking(Preference::forget, june, asked)).due == make_day(2026, 7, 1));
  asked.standstills = {{make_day(2026, 6, 8), std::nullopt}};
  const auto duty = answer(asking(Preference::export_data, june, asked));
  CHECK(duty.due == make_day(2026, 7, 1));
  CHECK(duty.paused_since == make_day(2026, 6, 8));
}

TEST_CASE("an extended duty shows both days and offers what the pack still allows", "[policy]") {
  auto longer = course();
  const auto plain = answer(asking(Preference::forget, june, longer));
  CHECK(plain.extension.value().notice_by == make_day(2026, 7, 1));
  CHECK(plain.extension->due == make_day(2026, 8, 3));
  longer.extensions.resize(1);
  const auto once = answer(asking(Preference::forget, june, longer));
  CHECK(once.due == make_day(2026, 8, 3));
  CHECK(once.initial_due == make_day(2026, 7, 1));
  CHECK(once.extension.value().notice_by == make_day(2026, 8, 3));
  CHECK(once.extension->due == make_day(2026, 9, 1));
  longer.extensions.resize(5);  // more often than the pack allows
  const auto twice = answer(asking(Preference::forget, june, longer));
  CHECK(twice.extended == 2);
  CHECK(twice.due == make_day(2026, 9, 1));
  CHECK_FALSE(twice.extension);
}

TEST_CASE("an extension is never added to a limit of another unit", "[policy]") {
  auto pack = Pack::parse(text, "xx.toml");
  for (auto& rule : pack.rules) rule.usual.limit = {30, heed::policy::Unit::calendar_day};
  auto parts = heed::support::shipped_parts();
  parts.packs = {pack};
  const Rulebook book(std::move(parts));
  auto longer = course();
  longer.extensions.resize(1);
  try {
    book.assess(asking(Preference::forget, june, longer));
    FAIL("a date came of days and months");
  } catch (const heed::Error& error) {
    CHECK(error.what() == std::string("an extension of 1 calendar month cannot be added to a limit "
                                      "of 30 calendar days; give both the same unit in the pack"));
  }
}

TEST_CASE("an extension has two readings, and each profile keeps to one", "[policy]") {
  auto longer = course();
  longer.extensions.resize(1);
  const auto person = asking(Preference::forget, "2026-01-31T09:00:00Z", longer);
  CHECK(answer(person).due == make_day(2026, 3, 30));          // from 28 February, a Saturday
  CHECK(answer(person).lenient_due == make_day(2026, 3, 31));  // two months from the receipt
}

TEST_CASE("an extension to a day that the office names ends on that day", "[policy]") {
  auto named = text;
  const auto at = named.find("limit = { value = 1, unit = 'calendar_month' }\nfrom");
  named.replace(at, named.find("max_times") - at, "named = true\n");
  auto longer = course();
  const auto judged = [&] {
    return heed::support::duty_of(rulebook(named).assess(asking(Preference::forget, june, longer)),
                                  "xx", "answer");
  };
  CHECK(judged().extension.value().notice_by == make_day(2026, 7, 1));
  CHECK_FALSE(judged().extension->due);
  longer.extensions.resize(1);
  longer.extensions.front().to = make_day(2026, 8, 8);
  CHECK(judged().due == make_day(2026, 8, 8));
  CHECK(judged().initial_due == make_day(2026, 7, 1));
}

TEST_CASE("what is due with another duty moves with it", "[policy]") {
  auto moved = course();
  moved.extensions.resize(1);
  moved.standstills = {{make_day(2026, 6, 8), make_day(2026, 6, 12)}};
  moved.arrived = {{Arrival::fee, make_day(2026, 6, 3)}};
  const auto person = asking(Preference::export_data, june, moved);
  CHECK(answer(person, "tell").due == answer(person).due);
  CHECK(answer(person, "tell").due > make_day(2026, 8, 3));
  CHECK_FALSE(answer(person, "tell").extension);
}

TEST_CASE("the trace says what was waited for, stopped and extended", "[policy]") {
  auto moved = course();
  moved.extensions.resize(1);
  moved.standstills = {{make_day(2026, 6, 8), make_day(2026, 6, 12)}};
  moved.arrived = {{Arrival::identity, make_day(2026, 6, 3)}};
  const auto trace =
      rulebook().explain(asking(Preference::export_data, june, moved), 0, "xx", "answer").value();
  const auto step = [&trace](StepKind kind) {
    for (const auto& each : trace.steps) {
      if (each.kind == kind) return each;
    }
    FAIL("no step " << to_text(kind));
    return heed::policy::Step{};
  };
  CHECK(step(StepKind::waited).text == "the proof of identity came in; counted from there");
  CHECK(step(StepKind::paused).text == "4 calendar days in which the clock stood");
  CHECK(step(StepKind::due).day == trace.duty.due);
  CHECK(step(StepKind::due).text.find("1 calendar month, extended") == 0);
}
