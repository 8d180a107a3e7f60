#include "duties.hpp"
#include "filter.hpp"
#include "heed/error.hpp"
#include "raw.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

std::string due_query(const Filter& filter) {
  return "SELECT " + std::string(duty_columns) + " FROM " + std::string(duty_source) + " WHERE " +
         where_of(filter) + " ORDER BY d.sort_on, d.number";
}

}  // namespace

std::optional<Duty> Ledger::duty(std::int64_t number) const {
  return find_duty(work_->database, number);
}

RuleNames Ledger::rule_names() const {
  RuleNames names;
  auto row = work_->database.query("SELECT DISTINCT pack, rule FROM heed_rule");
  while (row.step()) {
    names.packs.emplace(row.text(0));
    names.rules.emplace(row.text(1));
  }
  return names;
}

void Ledger::for_each_due(const Filter& filter,
                          const std::function<void(const Duty&)>& visit) const {
  walk_due(filter, [&visit](const Duty& duty) {
    visit(duty);
    return true;
  });
}

void Ledger::walk_due(const Filter& filter, const std::function<bool(const Duty&)>& visit) const {
  auto row = work_->database.query(due_query(filter));
  bind_filter(row, filter, work_->database, 0);
  DutyReader reader(work_->database);
  while (row.step()) {
    if (!visit(reader.read(row))) return;
  }
}

Head Ledger::head() const {
  return work_->chain.head();
}

std::string event_query() {
  return "SELECT e.number, e.at, e.kind, e.cause, e.duty, s.handle, r.pack, r.version, r.rule, "
         "e.state, e.start, e.due, e.old_start, e.old_due, e.day, a.text, t.text, p.text, e.hash "
         "FROM heed_event e LEFT JOIN heed_text a ON a.hash = e.author "
         "LEFT JOIN heed_text t ON t.hash = e.reason LEFT JOIN heed_text p ON p.hash = e.proof "
         "LEFT JOIN heed_rule r ON r.number = e.rule LEFT JOIN heed_duty d ON d.number = e.duty "
         "LEFT JOIN heed_subject s ON s.number = COALESCE(e.subject, d.subject)";
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
  event.hash = digits_of(row.blob(18));
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
