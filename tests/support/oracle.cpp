#include "support/oracle.hpp"

#include <algorithm>
#include <functional>

namespace heed::support {

namespace {

using policy::Pack;
using policy::Reading;
using policy::Rule;
using policy::Unit;
using std::chrono::days;

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::count(list.begin(), list.end(), word) > 0;
}

/// Whether somebody who lives there may be meant.
bool may_live_under(const Pack& pack, const Home& home) {
  if (home.country == "?") return true;
  if (!home.also.empty() && may_live_under(pack, {"", "", home.also.substr(0, 2), home.also})) {
    return true;
  }
  if (contains(pack.countries, home.country) || contains(pack.states, home.state)) return true;
  for (const auto& state : pack.states) {
    if (home.state.empty() && state.substr(0, 2) == home.country) return true;
  }
  return false;
}

bool applies(const Pack& pack, const std::vector<Home>& homes) {
  bool anywhere = false;
  bool meant = false;
  for (const auto& home : homes) {
    if (home.country.empty()) continue;
    anywhere = true;
    meant = meant || may_live_under(pack, home);
  }
  return meant || !anywhere;
}

/// The rule of that id that held on the day, or the next to hold.
const Rule* version(const Pack& pack, const std::string& id, Day day) {
  const Rule* best = nullptr;
  for (const auto& rule : pack.rules) {
    const bool over = rule.effective_to && day >= *rule.effective_to;
    if (rule.id != id || over) continue;
    if (best == nullptr || rule.effective_from < best->effective_from) best = &rule;
  }
  return best;
}

/// The calendar as a plain table.
struct Table {
  const calendar::Calendar* calendar;
  calendar::Weekend weekend;
  bool off(Day day) const { return calendar->holidays().count(day) > 0 || weekend.has(day); }
};

Table table_of(const policy::Rulebook& rulebook, const Reading& reading,
               const std::string& controller) {
  const auto& id = reading.calendar == "controller" ? controller : reading.calendar;
  for (const auto& calendar : rulebook.calendars()) {
    if (calendar.id() == id) return {&calendar, reading.weekend.value_or(calendar.weekend())};
  }
  return {};
}

Day months_later(Day day, int months) {
  // Month by month, so that nothing is shared with heed::add_months.
  const std::chrono::year_month_day date(day);
  int year = static_cast<int>(date.year());
  unsigned month = static_cast<unsigned>(date.month());
  for (int i = 0; i < months; ++i) {
    if (++month == 13) {
      month = 1;
      ++year;
    }
  }
  Day result = make_day(year, month, 1);
  for (unsigned i = 1; i < static_cast<unsigned>(date.day()); ++i) {
    const std::chrono::year_month_day next(result + days(1));
    if (static_cast<unsigned>(next.month()) != month) break;
    result += days(1);
  }
  return result;
}

Day business_days_later(Day start, const Reading& reading, const Table& table) {
  int left = reading.limit.value;
  Day day = start;
  if (reading.count_anchor_day && !table.off(day)) --left;
  while (left > 0) {
    day += days(1);
    if (!table.off(day)) --left;
  }
  return day;
}

Day end_of(Day start, const Reading& reading, const Table& table) {
  if (reading.limit.unit == Unit::immediate) return start;
  if (reading.limit.unit == Unit::business_day) return business_days_later(start, reading, table);
  Day day = start;
  if (reading.limit.unit == Unit::calendar_month) {
    day = months_later(start, reading.limit.value);
  } else {
    for (int i = 0; i < reading.limit.value; ++i) day += days(1);
  }
  if (reading.count_anchor_day) day -= days(1);
  const auto sundays = calendar::Weekend::parse({"sun"}).value();
  const Table rolling{table.calendar,
                      reading.roll == policy::Roll::next_workday ? table.weekend : sundays};
  while (reading.roll != policy::Roll::none && rolling.off(day)) day += days(1);
  return day;
}

bool long_past(Day start, const Reading& reading, const Table& table) {
  const bool asks = reading.limit.unit == Unit::business_day || reading.roll != policy::Roll::none;
  return asks && start < make_day(table.calendar->first_year(), 1, 1);
}

ledger::State state_of(const OracleWish& wish) {
  const bool always_owed =
      wish.preference == Preference::forget || wish.preference == Preference::export_data;
  if (wish.standing && !always_owed) return ledger::State::standing;
  return wish.withdrawn ? ledger::State::withdrawn_to_confirm : ledger::State::open;
}

void close_by_erasure(Expected& expected, Moment erased, const Zone& zone) {
  const bool fulfils =
      expected.kind == policy::DutyKind::effect_by || expected.kind == policy::DutyKind::respond_by;
  if (expected.wish->preference != Preference::forget || !fulfils) return;
  expected.closed_on = zone.day_of(erased);
  const bool in_time = expected.due && *expected.closed_on <= *expected.due;
  expected.state = in_time ? ledger::State::met : ledger::State::met_late;
}

/// What one rule asks for as it was on `day`.
std::optional<Expected> asked_for(const OracleWish& wish, const policy::Pack& pack,
                                  const std::string& id, Day early, Day day,
                                  const std::function<Table(const Reading&)>& table_of_reading) {
  const Rule* rule = version(pack, id, day);
  if (rule == nullptr || !rule->concerns(wish.preference)) return std::nullopt;
  const Rule* clock = rule->with.empty() ? rule : version(pack, rule->with, day);
  if (clock == nullptr) return std::nullopt;
  if (std::max(early, clock->effective_from) < rule->effective_from && clock != rule) {
    return std::nullopt;
  }
  const Day start = std::max({early, rule->effective_from, clock->effective_from});
  const auto table = table_of_reading(clock->usual);
  Expected expected{pack.id, rule->id, &wish, early, {}, state_of(wish), {}};
  if (!long_past(start, clock->usual, table)) expected.due = end_of(start, clock->usual, table);
  expected.kind = rule->kind;
  return expected;
}

}  // namespace

std::vector<Expected> owed_to(const OraclePerson& person, const policy::Rulebook& rulebook,
                              const std::string& controller_zone,
                              const std::string& controller_calendar) {
  std::vector<Expected> all;
  for (const auto& pack : rulebook.packs()) {
    if (!applies(pack, person.homes)) continue;
    const Zone zone = Zone::named(pack.zone == "controller" ? controller_zone : pack.zone);
    for (const auto& wish : person.wishes) {
      const Day early = zone.day_of(wish.after);
      const auto table = [&](const Reading& reading) {
        return table_of(rulebook, reading, controller_calendar);
      };
      std::vector<std::string> done;
      for (const auto& each : pack.rules) {
        if (contains(done, each.id)) continue;
        if (each.kind == policy::DutyKind::extension_notice_by) continue;  // nobody extends
        done.push_back(each.id);
        auto expected = asked_for(wish, pack, each.id, early, early, table);
        const auto other = asked_for(wish, pack, each.id, early, zone.day_of(wish.until), table);
        const bool sooner = expected && other && other->due < expected->due;
        if (!expected || sooner) expected = other;
        if (!expected) continue;
        if (person.erased) close_by_erasure(*expected, *person.erased, zone);
        all.push_back(*expected);
      }
    }
  }
  return all;
}

}  // namespace heed::support
