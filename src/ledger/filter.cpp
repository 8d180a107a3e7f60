#include "filter.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace heed::ledger {

namespace {

constexpr std::array all_states{State::open,   State::standing, State::withdrawn_to_confirm,
                                State::met,    State::met_late, State::refused,
                                State::handled};

int shelf_of_state(State state) {
  Duty duty;
  duty.state = state;
  return shelf_of(duty);
}

std::string list(const std::set<int>& numbers) {
  std::string text;
  for (const auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

/// The shelves that hold the wanted states and, where they hold others too, the states. Words of
/// this module alone are put into the text.
std::string where_states(const std::vector<State>& states, bool one_person) {
  std::set<int> shelves;
  std::string words;
  for (const auto state : states) {
    shelves.insert(shelf_of_state(state));
    words += (words.empty() ? "'" : ", '") + std::string(to_text(state)) + "'";
  }
  if (states.empty()) return "d.shelf < 0";
  const bool whole = std::all_of(all_states.begin(), all_states.end(), [&](State state) {
    return !shelves.contains(shelf_of_state(state)) ||
           std::find(states.begin(), states.end(), state) != states.end();
  });
  // One shelf alone is read in the order of its index; but a person's few duties are found by that
  // person, and a sum is no column that an index is for.
  const std::string shelf = one_person ? "d.shelf + 0" : "d.shelf";
  const auto where = shelves.size() == 1 ? shelf + " = " + std::to_string(*shelves.begin())
                                         : shelf + " IN (" + list(shelves) + ")";
  return whole ? where : where + " AND d.state IN (" + words + ")";
}

}  // namespace

std::string where_of(const Filter& filter) {
  std::string sql = where_states(filter.states, filter.person.has_value());
  if (filter.until) sql += " AND d.sort_on <= ?";
  if (filter.person) {
    sql += " AND d.subject IN (SELECT p.number FROM heed_subject p WHERE " + of_person("p") +
           " AND p.person_object = ?)";
  }
  if (!filter.pack.empty()) sql += " AND r.pack = ?";
  if (!filter.rule.empty()) sql += " AND r.rule = ?";
  if (filter.preference) sql += " AND r.preference = ?";
  if (filter.long_past) sql += *filter.long_past ? " AND d.long_past = 1" : " AND d.long_past = 0";
  return sql;
}

int bind_filter(store::Statement& query, const Filter& filter, store::Database& database, int at) {
  if (filter.until) query.bind_at(++at, *filter.until);
  if (filter.person) {
    const auto subject = find_subject(database, *filter.person);
    const auto& person = subject ? subject->person : *filter.person;
    for (int time = 0; time < 2; ++time) query.bind_at(++at, person.id.text());
    query.bind_at(++at, person.object);
  }
  if (!filter.pack.empty()) query.bind_at(++at, filter.pack);
  if (!filter.rule.empty()) query.bind_at(++at, filter.rule);
  if (filter.preference) query.bind_at(++at, to_text(*filter.preference));
  return at;
}

}  // namespace heed::ledger
