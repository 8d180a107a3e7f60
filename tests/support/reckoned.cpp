#include "support/reckoned.hpp"

#include <set>
#include <sstream>
#include <vector>

namespace heed::support {

namespace {

using ledger::Duty;
using ledger::Filter;
using ledger::State;
using ledger::Sums;

/// Of every kind that a report asks for, with what is owed to one of the people among them.
std::vector<Filter> filters(const ledger::Ledger& ledger, Moment as_of) {
  std::vector<Filter> all(1);
  const auto with = [&all](const auto& change) { change(all.emplace_back()); };
  with([](Filter& filter) { filter.long_past = false; });
  with([](Filter& filter) { filter.long_past = true; });
  with([](Filter& filter) { filter.states = {State::open}; });
  with([](Filter& filter) { filter.states = {State::withdrawn_to_confirm}; });
  with([](Filter& filter) { filter.pack = "eu-gdpr"; });
  with([](Filter& filter) { filter.rule = "request.respond"; });
  with([](Filter& filter) { filter.preference = Preference::forget; });
  with([as_of](Filter& filter) { filter.until = Zone::named("UTC").day_of(as_of); });
  std::set<mirror::Ref> people;
  ledger.for_each_due({}, [&people](const Duty& duty) {
    if (duty.person && people.size() < 5) people.insert(*duty.person);
  });
  for (const auto& person : people) {
    with([&person](Filter& filter) { filter.person = person; });
  }
  return all;
}

void add(Sums& sums, const Duty& duty, Day today, Day day) {
  ++sums.duties;
  if (duty.state == State::withdrawn_to_confirm) ++sums.withdrawn;
  if (duty.place_unknown) ++sums.place_unknown;
  if (duty.calendar_incomplete) ++sums.calendar_incomplete;
  if (duty.long_past) ++sums.long_past;
  if (duty.hold) ++sums.hold;
  const Day last = duty.immediate && duty.target ? *duty.target : day;
  const auto left = (day - today).count();
  if (duty.long_past || last < today) {
    ++sums.overdue;
  } else if (duty.immediate && left <= 0) {
    ++sums.at_once;
  } else if (left == 0) {
    ++sums.today;
  } else {
    ++(left <= 7 ? sums.soon : sums.later);
  }
}

std::string told(const Sums& sums) {
  std::ostringstream text;
  text << sums.duties << " duties of " << sums.people << " people, " << sums.overdue << " overdue, "
       << sums.at_once << " at once, " << sums.today << " today, " << sums.soon << " soon, "
       << sums.later << " later, " << sums.withdrawn << " withdrawn, " << sums.place_unknown
       << " place unknown, " << sums.calendar_incomplete << " calendar incomplete, "
       << sums.long_past << " long past, " << sums.hold << " on hold";
  return text.str();
}

}  // namespace

Sums reckoned(const ledger::Ledger& ledger, const Filter& filter, Moment as_of,
              std::optional<int> within) {
  Sums sums;
  std::set<std::string> people;
  ledger.for_each_due(filter, [&](const Duty& duty) {
    if (!owed(duty)) return;
    const Day today = Zone::named(duty.zone).day_of(as_of);
    const Day day = duty.due.value_or(duty.start);
    if (within && !duty.long_past && day > today + std::chrono::days(*within)) return;
    add(sums, duty, today, day);
    people.insert(duty.person ? std::string(duty.person->id.text()) : duty.subject);
  });
  sums.people = static_cast<std::int64_t>(people.size());
  return sums;
}

std::string wrong_sums(const ledger::Ledger& ledger, Moment as_of) {
  std::string wrong;
  int number = 0;
  for (const auto& filter : filters(ledger, as_of)) {
    for (const std::optional<int> within : {std::optional<int>(), {0}, {7}, {45}}) {
      const auto kept = ledger.sums(filter, as_of, within);
      const auto plain = reckoned(ledger, filter, as_of, within);
      if (kept == plain) continue;
      wrong += "filter " + std::to_string(number) + " within " +
               (within ? std::to_string(*within) : "ever") + ": " + told(kept) + "\nand not " +
               told(plain) + "\n";
    }
    ++number;
  }
  return wrong;
}

}  // namespace heed::support
