#include "report/past.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "heed/report.hpp"

namespace heed::report {

namespace {

using ledger::Duty;
using ledger::State;

/// How a duty stood after the last event that counts.
struct Stood {
  State state = State::open;
  std::optional<Day> start;
  std::optional<Day> due;
};
using Past = std::map<std::int64_t, Stood>;

Past replay(const ledger::Ledger& ledger, Moment as_of) {
  Past past;
  ledger.for_each_event(1, [&](const ledger::Event& event) {
    if (event.duty == 0 || event.at > as_of || !event.state) return;
    past[event.duty] = {*event.state, event.start, event.due};
  });
  return past;
}

Duty as_it_stood(Duty duty, const Stood& stood) {
  if (stood.due != duty.due) {  // what goes with the date of today is not known for that one
    duty.target = duty.strict_due = duty.usual_due = duty.lenient_due = std::nullopt;
    duty.long_past = !stood.due;
    duty.calendar_incomplete = false;
  }
  if (stood.state != duty.state) {
    duty.doubt = duty.closed_by = std::nullopt;
    duty.closed_on = std::nullopt;
  }
  if (stood.start && *stood.start != duty.start) duty.start = duty.start_late = *stood.start;
  duty.due = stood.due;
  duty.state = stood.state;
  return duty;
}

bool wanted(const Duty& duty, const ledger::Filter& filter) {
  const auto& states = filter.states;
  return std::find(states.begin(), states.end(), duty.state) != states.end() &&
         (!filter.until || !duty.due || *duty.due <= *filter.until) &&
         (!filter.long_past || duty.long_past == *filter.long_past);
}

}  // namespace

Moment present(const Sources& sources, Moment now) {
  Moment moment = now;
  for (const auto& run : {sources.mirror.last_run(), sources.mirror.last_complete_run()}) {
    if (run) moment = std::max(moment, run->ended.value_or(run->began));
  }
  sources.ledger.for_each_event(sources.ledger.head().count, [&](const ledger::Event& last) {
    moment = std::max(moment, last.at);
  });
  return moment;
}

bool is_past(const ledger::Ledger& ledger, Moment as_of) {
  bool past = false;
  ledger.for_each_event(ledger.head().count,
                        [&](const ledger::Event& last) { past = last.at > as_of; });
  return past;
}

void for_each_duty(const ledger::Ledger& ledger, Moment as_of, const ledger::Filter& filter,
                   const std::function<void(const Duty&)>& visit) {
  if (!is_past(ledger, as_of)) {
    ledger.for_each_due(filter, visit);
    return;
  }
  const Past past = replay(ledger, as_of);
  ledger::Filter any = filter;
  any.until = std::nullopt;
  any.long_past = std::nullopt;
  any.states = {State::open,   State::standing, State::withdrawn_to_confirm,
                State::met,    State::met_late, State::refused,
                State::handled};
  std::vector<Duty> duties;
  ledger.for_each_due(any, [&](const Duty& duty) {
    const auto stood = past.find(duty.number);
    if (stood == past.end()) return;
    Duty then = as_it_stood(duty, stood->second);
    if (wanted(then, filter)) duties.push_back(std::move(then));
  });
  const auto place = [](const Duty& duty) {
    return std::tuple(duty.due.value_or(duty.start), duty.number);
  };
  std::sort(duties.begin(), duties.end(),
            [&](const Duty& a, const Duty& b) { return place(a) < place(b); });
  for (const auto& duty : duties) visit(duty);
}

}  // namespace heed::report
