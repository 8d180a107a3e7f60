#include <algorithm>
#include <map>
#include <sstream>

#include "balance.hpp"
#include "filter.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

/// The last due days that are asked for, by zone.
class Ends {
 public:
  Ends(Moment as_of, std::optional<int> within) : as_of_(as_of), within_(within) {}

  Day today(const std::string& zone) {
    auto at = days_.find(zone);
    if (at == days_.end()) at = days_.emplace(zone, Zone::named(zone).day_of(as_of_)).first;
    return at->second;
  }

  bool reach(const std::string& zone, Day due) {
    return !within_ || due <= today(zone) + std::chrono::days(*within_);
  }

  /// Of all zones so far.
  std::map<std::string, Day> all() const {
    auto ends = days_;
    for (auto& [zone, day] : ends) day += std::chrono::days(within_.value_or(0));
    return ends;
  }

  bool open() const { return !within_; }

 private:
  Moment as_of_;
  std::optional<int> within_;
  std::map<std::string, Day> days_;
};

/// Adds duties that are alike.
void add(Sums& sums, const Alike& alike, std::int64_t number, Day today) {
  sums.duties += number;
  if (alike.withdrawn) sums.withdrawn += number;
  if (alike.place_unknown) sums.place_unknown += number;
  if (alike.calendar_incomplete) sums.calendar_incomplete += number;
  if (alike.long_past) sums.long_past += number;
  if (alike.hold) sums.hold += number;
  const auto last = alike.immediate && alike.target ? *alike.target : alike.sort_on;
  const auto left = (alike.sort_on - today).count();
  if (alike.long_past || last < today) {
    sums.overdue += number;
  } else if (alike.immediate && left <= 0) {
    sums.at_once += number;
  } else {
    (left == 0 ? sums.today : left <= 7 ? sums.soon : sums.later) += number;
  }
}

/// Whether owed duties are selected by all but their person.
bool selects(const Filter& filter, const Alike& alike) {
  const auto state = alike.withdrawn ? State::withdrawn_to_confirm : State::open;
  return std::find(filter.states.begin(), filter.states.end(), state) != filter.states.end() &&
         (!filter.until || alike.sort_on <= *filter.until) &&
         (filter.pack.empty() || filter.pack == alike.pack) &&
         (filter.rule.empty() || filter.rule == alike.rule) &&
         (!filter.preference || filter.preference == alike.preference) &&
         (!filter.long_past || filter.long_past == alike.long_past);
}

/// Whether a filter selects all that is owed by the ends.
bool selects_all(const Filter& filter, const Ends& ends) {
  const auto wants = [&filter](State state) {
    return std::find(filter.states.begin(), filter.states.end(), state) != filter.states.end();
  };
  if (!wants(State::open) || !wants(State::withdrawn_to_confirm)) return false;
  if (!filter.pack.empty() || !filter.rule.empty() || filter.preference) return false;
  if (!filter.until) return true;
  const auto all = ends.all();
  return !ends.open() && std::all_of(all.begin(), all.end(), [&filter](const auto& end) {
    return end.second <= *filter.until;
  });
}

bool is_due(const First& first, Ends& ends) {
  std::istringstream zones(first.zones);
  for (std::string zone; zones >> zone;) {
    if (ends.reach(zone, *first.due)) return true;
  }
  return false;
}

/// People with anything due by the ends, from when the first thing is due to each. nullopt where
/// that does not tell: in another zone, where the day is later by two, the next thing may be due.
std::optional<std::int64_t> people_of(const std::map<First, std::int64_t>& firsts, Ends& ends,
                                      std::optional<bool> long_past) {
  std::int64_t people = 0;
  for (const auto& [first, number] : firsts) {
    if (first.long_past && long_past.value_or(true)) {
      people += number;
      continue;
    }
    if (!first.due || long_past.value_or(false)) continue;
    if (is_due(first, ends)) {
      people += number;
      continue;
    }
    for (const auto& [zone, end] : ends.all()) {
      if (*first.due < end) return std::nullopt;
    }
  }
  return people;
}

/// The same of what a filter selects, by asking for each duty.
std::int64_t count_people(store::Database& database, const Filter& filter, const Ends& ends) {
  auto sql = "SELECT COUNT(DISTINCT COALESCE(s.person_id, s.number)) FROM " +
             std::string(duty_source) + " WHERE d.shelf = 1 AND " + where_of(filter);
  const auto all = ends.open() ? std::map<std::string, Day>() : ends.all();
  if (!ends.open()) {
    sql += " AND (d.due IS NULL";
    for (std::size_t i = 0; i < all.size(); ++i) sql += " OR (r.zone = ? AND d.due <= ?)";
    sql += ")";
  }
  auto row = database.query(sql);
  int at = bind_filter(row, filter, database, 0);
  for (const auto& [zone, end] : all) {
    row.bind_at(++at, zone);
    row.bind_at(++at, end);
  }
  row.step();
  return row.integer(0);
}

/// What the filter selects, by pack, rule and preference.
std::vector<WishCount> count_wishes(store::Database& database, const Filter& filter) {
  auto row = database.query(
      "SELECT r.pack, r.rule, r.preference, r.kind, COUNT(*), MIN(d.start), MAX(d.start), "
      "MAX(d.start_late), COUNT(d.doubt) FROM " +
      std::string(duty_source) + " WHERE " + where_of(filter) +
      " GROUP BY r.pack, r.rule, r.preference, r.kind ORDER BY r.pack, r.rule, r.preference");
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
    one.last = row.day(6);
    one.latest = row.day(7);
    one.doubted = row.integer(8);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Sums Ledger::sums(const Filter& filter, Moment as_of, std::optional<int> within) const {
  auto& database = work_->database;
  const auto numbers = filter.person ? counted_numbers(database, filter) : kept_numbers(database);
  Ends ends(as_of, within);
  Sums sums;
  for (const auto& [alike, number] : numbers.duties) {
    const Day today = ends.today(alike.zone);
    if (!selects(filter, alike)) continue;
    if (alike.long_past || ends.reach(alike.zone, alike.sort_on)) add(sums, alike, number, today);
  }
  if (sums.duties == 0) return sums;
  std::optional<std::int64_t> people;
  if (filter.person || selects_all(filter, ends)) {
    people = people_of(numbers.people, ends, filter.long_past);
  }
  sums.people = people ? *people : count_people(database, filter, ends);
  return sums;
}

std::vector<WishCount> Ledger::standing(const Filter& given) const {
  auto filter = given;
  filter.states = {State::standing};
  return count_wishes(work_->database, filter);
}

std::vector<WishCount> Ledger::long_past(const Filter& given) const {
  // Where the kept numbers have none, no duty needs a look.
  const auto numbers = kept_numbers(work_->database);
  const auto is_past = [](const auto& each) { return each.first.long_past; };
  if (std::none_of(numbers.duties.begin(), numbers.duties.end(), is_past)) return {};
  auto filter = given;
  filter.long_past = true;
  return count_wishes(work_->database, filter);
}

}  // namespace heed::ledger
