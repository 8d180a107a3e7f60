#include "report/past.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "heed/report.hpp"

namespace heed::report {

using ledger::Duty;
using ledger::State;

/// How a duty stood after the last event that counts, and what people had done about it.
struct Stood {
  State state = State::open;
  std::optional<Day> start;
  std::optional<Day> due;
  std::optional<Day> acknowledged_on;
  int extended = 0;
  int paused_days = 0;
  std::optional<Day> paused_since;
  std::optional<Day> closed_on;
  std::optional<ledger::Cause> closed_by;
  std::optional<ledger::Cause> doubt;
};
using Past = std::map<std::int64_t, Stood>;

namespace {

void follow(Stood& stood, const ledger::Event& event) {
  using ledger::EventKind;
  stood.state = *event.state;
  stood.start = event.start;
  stood.due = event.due;
  if (event.kind == EventKind::acknowledged) stood.acknowledged_on = event.day;
  if (event.kind == EventKind::extended) ++stood.extended;
  if (event.kind == EventKind::paused) stood.paused_since = event.day;
  if (event.kind == EventKind::resumed) {
    if (stood.paused_since && event.day) {
      stood.paused_days += static_cast<int>((*event.day - *stood.paused_since).count());
    }
    stood.paused_since.reset();
  }
  const bool closes = event.kind == EventKind::met || event.kind == EventKind::met_late ||
                      event.kind == EventKind::refused;
  if (closes) stood.closed_on = event.day;
  // What moves a date, and with it whether it was met in time, has not closed it.
  if (closes && !stood.closed_by) stood.closed_by = event.cause;
  if (event.kind == EventKind::withdrawn_to_confirm) stood.doubt = event.cause;
  if (event.kind == EventKind::reopened) {
    // Who opens it again does not say that its ground is back.
    if (event.cause != ledger::Cause::act) stood.doubt.reset();
    stood.closed_on.reset();
    stood.closed_by.reset();
  }
  if (stood.state == State::handled) stood.closed_by = ledger::Cause::baseline;
}

Past replay(const ledger::Ledger& ledger, Moment as_of) {
  Past past;
  ledger.for_each_event(1, [&](const ledger::Event& event) {
    if (event.duty == 0 || event.at > as_of || !event.state) return;
    follow(past[event.duty], event);
  });
  return past;
}

/// What goes with the date of today is not known for another: it is computed for a request of that
/// day, and left out where the schedules give it another date by now.
void date_anew(const policy::Rulebook& rulebook, const Stood& stood, Duty& duty) {
  duty.target = duty.strict_due = duty.usual_due = duty.lenient_due = std::nullopt;
  duty.long_past = !stood.due;
  duty.calendar_incomplete = false;
  policy::Person anybody;
  auto& wish = anybody.wishes.emplace_back();
  wish.preference = duty.preference;
  wish.after = wish.until = duty.opened_at;
  wish.received = policy::Received{stood.start.value_or(duty.start), ""};
  const auto trace = rulebook.explain(anybody, 0, duty.pack, duty.rule);
  if (!trace || trace->duty.due != stood.due) return;
  duty.target = trace->duty.target;
  duty.strict_due = trace->duty.strict_due;
  duty.usual_due = trace->duty.usual_due;
  duty.lenient_due = trace->duty.lenient_due;
  duty.calendar_incomplete = trace->duty.calendar_incomplete;
}

Duty as_it_stood(const policy::Rulebook& rulebook, Duty duty, const Stood& stood) {
  if (stood.due != duty.due) date_anew(rulebook, stood, duty);
  duty.doubt = stood.doubt;
  if (stood.extended != duty.extended) duty.initial_due = std::nullopt;
  duty.acknowledged_on = stood.acknowledged_on;
  duty.extended = std::min(stood.extended, duty.extended);
  duty.paused_days = stood.paused_days;
  duty.paused_since = stood.paused_since;
  duty.closed_on = stood.closed_on;
  duty.closed_by = stood.closed_by;
  if (stood.start && *stood.start != duty.start) duty.start = duty.start_late = *stood.start;
  duty.due = stood.due;
  duty.state = stood.state;
  return duty;
}

}  // namespace

/// Whose a record was as heed knew it then.
class Owners {
 public:
  Owners(const Sources& sources, Moment then) : sources_(sources), then_(then) {}

  /// Whose the duty was, and whether that person was held.
  void put(Duty& duty) {
    const auto [at, is_new] = known_.try_emplace(*duty.record);
    if (is_new) at->second = find(*duty.record);
    if (at->second.person) duty.person = at->second.person;
    duty.hold = at->second.hold;
  }

 private:
  struct Owner {
    std::optional<mirror::Ref> person;  ///< the first of the records
    bool hold = false;
  };

  Owner find(const mirror::Ref& record) const {
    const auto group = sources_.mirror.person(record.object, record.id, then_);
    Owner owner;
    if (!group.members.empty()) owner.person = group.members.front();
    owner.hold = std::any_of(group.members.begin(), group.members.end(),
                             [this](const mirror::Ref& each) { return holds(each); });
    return owner;
  }

  bool holds(const mirror::Ref& record) const {
    const auto row = sources_.mirror.row_as_known(record.object, record.id, then_);
    if (!row || row->standing == Standing::purged) return false;
    const auto mappings = sources_.grounds.preferences.of(record.object);
    return std::any_of(mappings.begin(), mappings.end(), [&row](const policy::Mapping* each) {
      const auto value = row->value(each->field);
      return each->preference == Preference::hold && value && each->restricts(std::string(*value));
    });
  }

  const Sources& sources_;
  Moment then_;
  std::map<mirror::Ref, Owner> known_;
};

namespace {

/// The records of the person then; nullopt: everybody's.
std::optional<std::set<mirror::Ref>> records_of(const mirror::Mirror& mirror,
                                                const std::optional<mirror::Ref>& person,
                                                Moment then) {
  if (!person) return std::nullopt;
  const auto members = mirror.person(person->object, person->id, then).members;
  return std::set<mirror::Ref>(members.begin(), members.end());
}

bool wanted(const Duty& duty, const ledger::Filter& filter) {
  const auto& states = filter.states;
  return std::find(states.begin(), states.end(), duty.state) != states.end() &&
         (!filter.until || !duty.due || *duty.due <= *filter.until) &&
         (!filter.long_past || duty.long_past == *filter.long_past);
}

}  // namespace

Moment present(const mirror::Mirror& mirror, const ledger::Ledger& ledger, Moment now) {
  Moment moment = now;
  for (const auto& run : {mirror.last_run(), mirror.last_complete_run()}) {
    if (run) moment = std::max(moment, run->ended.value_or(run->began));
  }
  ledger.for_each_event(ledger.head().count,
                        [&](const ledger::Event& last) { moment = std::max(moment, last.at); });
  return moment;
}

Moment present(const Sources& sources, Moment now) {
  return present(sources.mirror, sources.ledger, now);
}

std::optional<Moment> beginning(const mirror::Mirror& mirror) {
  std::optional<Moment> first;
  for (const auto& object : mirror.objects()) {
    const auto loaded = mirror.loaded(object);
    if (loaded && (!first || *loaded < *first)) first = loaded;
  }
  return first;
}

bool knew_anything(const mirror::Mirror& mirror, std::optional<Moment> then) {
  if (!then) return true;
  const auto began = beginning(mirror);
  return !began || *began <= *then;
}

std::string knew_nothing_words(const mirror::Mirror& mirror, Moment then) {
  return "heed knew nothing at " + to_text(then) + ": its first load began at " +
         to_text(*beginning(mirror)) + "; name a moment after that load as --as-of";
}

std::optional<mirror::Run> known_by(const mirror::Mirror& mirror, Moment then) {
  auto run = mirror.last_complete_run(then);
  while (run && run->ended.value_or(run->began) > then) {
    run = mirror.last_complete_run(run->began - std::chrono::seconds(1));
  }
  return run;
}

/// What is known of a time that is over.
struct Duties::Then {
  Then(const Sources& sources, Moment as_of)
      : past(replay(sources.ledger, as_of)), owners(sources, as_of) {}
  Past past;
  Owners owners;
};

Duties::Duties(const Sources& borrowed, Moment moment) : sources(borrowed), as_of(moment) {
  if (present(sources.mirror, sources.ledger, as_of) > as_of) {
    then_ = std::make_unique<Then>(sources, as_of);
  }
}
Duties::~Duties() = default;

void Duties::for_each(const ledger::Filter& filter,
                      const std::function<void(const Duty&)>& visit) const {
  if (!past()) return sources.ledger.for_each_due(filter, visit);
  ledger::Filter any = filter;
  any.person = std::nullopt;
  any.until = std::nullopt;
  any.long_past = std::nullopt;
  any.states = {State::open,   State::standing, State::withdrawn_to_confirm,
                State::met,    State::met_late, State::refused,
                State::handled};
  const auto records = records_of(sources.mirror, filter.person, as_of);
  std::vector<Duty> duties;
  sources.ledger.for_each_due(any, [&](const Duty& duty) {
    const auto stood = then_->past.find(duty.number);
    if (stood == then_->past.end()) return;
    if (records && (!duty.record || !records->contains(*duty.record))) return;
    Duty then = as_it_stood(sources.grounds.rulebook, duty, stood->second);
    if (!wanted(then, filter)) return;
    if (then.record) then_->owners.put(then);
    duties.push_back(std::move(then));
  });
  const auto place = [](const Duty& duty) {
    return std::tuple(duty.due.value_or(duty.start), duty.number);
  };
  std::sort(duties.begin(), duties.end(),
            [&](const Duty& a, const Duty& b) { return place(a) < place(b); });
  for (const auto& duty : duties) visit(duty);
}

}  // namespace heed::report
