#include <map>

#include "duties.hpp"
#include "filter.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

/// Duties that are alike in all that their dates are judged by.
Duty alike(const store::Statement& row) {
  Duty duty;
  duty.zone = row.text(0);
  duty.due = row.optional_day(1);
  duty.immediate = row.flag(2);
  duty.target = row.optional_day(3);
  duty.state = row.integer(4) == 1 ? State::open : State::met;
  return duty;
}

void add(Sums& sums, const Duty& duty, const store::Statement& row, Moment as_of) {
  const auto number = row.integer(5);
  sums.duties += number;
  sums.withdrawn += row.integer(6);
  sums.place_unknown += row.integer(7);
  sums.calendar_incomplete += row.integer(8);
  sums.long_past += row.integer(9);
  sums.hold += row.integer(10);
  const auto left = days_left(duty, as_of).value_or(0);
  if (overdue(duty, as_of)) {
    sums.overdue += number;
  } else if (!owed(duty) || (!duty.immediate && left > 7)) {
    sums.later += number;
  } else if (duty.immediate) {
    sums.at_once += number;
  } else {
    (left == 0 ? sums.today : sums.soon) += number;
  }
}

/// By zone, the last due day that is asked for.
using Ends = std::map<std::string, Day>;

/// People with a duty due by the end of its zone, or without a date.
std::int64_t count_people(store::Database& database, const Filter& filter, const Ends& ends) {
  auto sql = "SELECT COUNT(DISTINCT COALESCE(s.person_id, d.subject)) FROM " +
             std::string(duty_source) + " WHERE " + where_of(filter);
  if (!ends.empty()) {
    sql += " AND (d.due IS NULL";
    for (std::size_t i = 0; i < ends.size(); ++i) sql += " OR (d.zone = ? AND d.due <= ?)";
    sql += ")";
  }
  auto row = database.query(sql);
  int at = bind_filter(row, filter, database, 0);
  for (const auto& [zone, day] : ends) {
    row.bind_at(++at, zone);
    row.bind_at(++at, day);
  }
  row.step();
  return row.integer(0);
}

/// What the filter selects, and `besides` with it, by pack, rule and preference.
std::vector<WishCount> count_wishes(store::Database& database, const Filter& filter,
                                    const std::string& besides) {
  auto row = database.query(
      "SELECT d.pack, d.rule, d.preference, d.kind, COUNT(*), MIN(d.start), MAX(d.start_late) "
      "FROM heed_duty d WHERE " +
      where_of(filter) + besides +
      " GROUP BY d.pack, d.rule, d.preference, d.kind ORDER BY d.pack, d.rule, d.preference");
  bind_filter(row, filter, database, 0);
  std::vector<WishCount> all;
  while (row.step()) {
    WishCount one;
    one.pack = row.text(0);
    one.rule = row.text(1);
    one.preference = parse_preference(row.text(2)).value_or(Preference::solicit);
    one.kind = policy::parse_duty_kind(row.text(3)).value_or(policy::DutyKind::effect_by);
    one.duties = row.integer(4);
    one.earliest = row.day(5);
    one.latest = row.day(6);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Sums Ledger::sums(const Filter& filter, Moment as_of, std::optional<int> within) const {
  auto& database = work_->database;
  auto row = database.query(
      "SELECT d.zone, d.due, d.immediate, d.target, d.shelf, COUNT(*), "
      "SUM(CASE WHEN d.state = 'withdrawn-to-confirm' THEN 1 ELSE 0 END), SUM(d.place_unknown), "
      "SUM(d.calendar_incomplete), SUM(d.long_past), SUM(d.hold) FROM heed_duty d WHERE " +
      where_of(filter) + " GROUP BY d.zone, d.due, d.immediate, d.target, d.shelf");
  bind_filter(row, filter, database, 0);
  Sums sums;
  Ends ends;
  while (row.step()) {
    const auto duty = alike(row);
    if (within) {
      const auto end = Zone::named(duty.zone).day_of(as_of) + std::chrono::days(*within);
      ends.emplace(duty.zone, end);
      if (duty.due && *duty.due > end) continue;
    }
    add(sums, duty, row, as_of);
  }
  sums.people = sums.duties == 0 ? 0 : count_people(database, filter, ends);
  return sums;
}

std::vector<WishCount> Ledger::standing(const Filter& given) const {
  auto filter = given;
  filter.states = {State::standing};
  return count_wishes(work_->database, filter, " AND d.doubt IS NULL");
}

std::vector<WishCount> Ledger::long_past(const Filter& given) const {
  auto filter = given;
  filter.long_past = true;
  return count_wishes(work_->database, filter, "");
}

}  // namespace heed::ledger
