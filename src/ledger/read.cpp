#include <algorithm>
#include <array>
#include <set>

#include "duties.hpp"
#include "heed/error.hpp"
#include "work.hpp"

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
std::string where_states(const std::vector<State>& states) {
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
  // One shelf alone is read in the order of its index.
  const auto where = shelves.size() == 1 ? "d.shelf = " + std::to_string(*shelves.begin())
                                         : "d.shelf IN (" + list(shelves) + ")";
  return whole ? where : where + " AND d.state IN (" + words + ")";
}

std::string due_query(const Filter& filter) {
  std::string sql = "SELECT " + std::string(duty_columns) + " FROM " + std::string(duty_source) +
                    " WHERE " + where_states(filter.states);
  if (filter.until) sql += " AND d.sort_on <= ?";
  if (filter.person) sql += " AND s.person_id = ? AND s.person_object = ?";
  if (!filter.pack.empty()) sql += " AND d.pack = ?";
  if (filter.preference) sql += " AND d.preference = ?";
  return sql + " ORDER BY d.sort_on, d.number";
}

}  // namespace

std::optional<Duty> Ledger::duty(std::int64_t number) const {
  return find_duty(work_->database, number);
}

void Ledger::for_each_due(const Filter& filter,
                          const std::function<void(const Duty&)>& visit) const {
  auto row = work_->database.query(due_query(filter));
  int at = 0;
  if (filter.until) row.bind_at(++at, *filter.until);
  if (filter.person) {
    const auto subject = find_subject(work_->database, *filter.person);
    const auto& person = subject ? subject->person : *filter.person;
    row.bind_at(++at, person.id.text());
    row.bind_at(++at, person.object);
  }
  if (!filter.pack.empty()) row.bind_at(++at, filter.pack);
  if (filter.preference) row.bind_at(++at, to_text(*filter.preference));
  while (row.step()) visit(read_duty(row));
}

Head Ledger::head() const {
  return work_->chain.head();
}

std::string event_query() {
  return "SELECT e.number, e.at, e.kind, e.cause, e.duty, e.subject, e.pack, e.version, e.rule, "
         "e.state, e.start, e.due, e.old_start, e.old_due, e.day, a.text, r.text, p.text, e.hash "
         "FROM heed_event e LEFT JOIN heed_text a ON a.hash = e.author "
         "LEFT JOIN heed_text r ON r.hash = e.reason LEFT JOIN heed_text p ON p.hash = e.proof";
}

Event read_event(const store::Statement& row) {
  const auto kind = parse_event_kind(row.text(2));
  if (!kind) {
    throw Error(Kind::storage, "heed_event " + std::to_string(row.integer(0)) +
                                   ": its kind is unknown; 'heed verify' tells what was changed");
  }
  Event event;
  event.number = row.integer(0);
  event.at = row.moment(1);
  event.kind = *kind;
  event.cause = parse_cause(row.text(3));
  event.duty = row.integer(4);
  event.subject = row.text(5);
  event.pack = row.text(6);
  event.pack_version = row.text(7);
  event.rule = row.text(8);
  event.state = parse_state(row.text(9));
  event.start = row.optional_day(10);
  event.due = row.optional_day(11);
  event.old_start = row.optional_day(12);
  event.old_due = row.optional_day(13);
  event.day = row.optional_day(14);
  event.author = row.optional_text(15);
  event.reason = row.optional_text(16);
  event.proof = row.optional_text(17);
  event.hash = row.text(18);
  return event;
}

std::vector<Event> Ledger::events(std::int64_t duty) const {
  std::vector<Event> events;
  auto row =
      work_->database.query(event_query() + " WHERE e.duty = ? ORDER BY e.number").bind(duty);
  while (row.step()) events.push_back(read_event(row));
  return events;
}

void Ledger::for_each_event(std::int64_t from,
                            const std::function<void(const Event&)>& visit) const {
  auto row =
      work_->database.query(event_query() + " WHERE e.number >= ? ORDER BY e.number").bind(from);
  while (row.step()) visit(read_event(row));
}

}  // namespace heed::ledger
