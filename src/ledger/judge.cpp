#include "judge.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "consents.hpp"
#include "steer.hpp"

namespace heed::ledger {

namespace {

Duty* find_stored(Member& member, const policy::Duty& found, const policy::Wish& wish) {
  const auto at = std::find_if(member.duties.begin(), member.duties.end(), [&](const Duty& duty) {
    return duty.field == wish.field && duty.change == wish.change && duty.pack == found.pack &&
           duty.rule == found.id;
  });
  return at == member.duties.end() ? nullptr : &*at;
}

const Wished* find_wished(const Dossier& dossier, const Duty& duty) {
  for (const auto& wished : dossier.wished) {
    const auto& wish = wished.wish;
    if (wish.change == duty.change && wish.field == duty.field && wish.object == duty.object) {
      return &wished;
    }
  }
  return nullptr;
}

bool same_dates(const Duty& a, const Duty& b) {
  return a.start == b.start && a.start_late == b.start_late && a.due == b.due;
}

/// Why an extension is gone; nullopt where none is.
std::optional<Text> lost_extension(const Duty& before, const policy::Duty& found) {
  if (!found.late_notice || found.extended >= before.extended) return std::nullopt;
  return Text{"the extension that was announced on " + to_text(found.late_notice->announced) +
                  " does not count: it had to be announced by " +
                  to_text(found.late_notice->notice_by),
              true};
}

/// The first turn of each record: whatever it is for, the record is judged whole then, and the next
/// one found anew.
std::map<mirror::Ref, std::optional<Moment>> earliest_of(
    const std::vector<std::pair<mirror::Ref, std::optional<Moment>>>& turns) {
  std::map<mirror::Ref, std::optional<Moment>> first;
  for (const auto& [record, turn] : turns) {
    auto& at = first[record];
    if (turn && (!at || *turn < *at)) at = turn;
  }
  return first;
}

/// Whether the office counts by another of the pack's readings than before.
bool by_other_reading(const Duty& before, const Duty& now) {
  const auto is_now = [&now](const std::optional<Day>& day) { return day && day == now.due; };
  return is_now(before.strict_due) || is_now(before.usual_due) || is_now(before.lenient_due);
}

/// Whether no reading of the rule ends on a holiday.
bool rolls(const policy::Rule& rule) {
  const auto off = [](const policy::Reading& reading) {
    return reading.roll != policy::Roll::none || reading.limit.unit == policy::Unit::business_day;
  };
  return off(rule.usual) && (!rule.strict || off(*rule.strict)) &&
         (!rule.lenient || off(*rule.lenient));
}

/// What a duty is counted by; nullptr where that is not loaded.
const calendar::Calendar* calendar_of(const policy::Rulebook& rulebook, const Duty& duty) {
  for (const auto& each : rulebook.calendars()) {
    if (each.id() == duty.calendar) return &each;
  }
  return nullptr;
}

/// Which edition of a calendar has moved a duty. That of a pack is its version, which has a column.
std::optional<Text> edition(const policy::Rulebook& rulebook, Cause cause, const Duty& now) {
  const auto* calendar = cause == Cause::calendar ? calendar_of(rulebook, now) : nullptr;
  if (calendar == nullptr) return std::nullopt;
  return Text{"calendar " + calendar->id() + " as taken from its source on " +
                  to_text(calendar->retrieved()),
              true};
}

/// Whether the calendar itself shows that it was another: by today's the old day would never have
/// been one to be due on, or would have been known for sure.
bool calendar_differs(const policy::Rulebook& rulebook, const Duty& before, const Duty& now) {
  if (before.calendar != now.calendar) return true;
  const auto* calendar = calendar_of(rulebook, now);
  if (!before.due || calendar == nullptr || !calendar->covers(*before.due)) return false;
  if (before.calendar_incomplete) return true;
  const auto* pack = rulebook.pack(now.pack);
  const auto* rule = pack == nullptr ? nullptr : pack->rule(now.rule, now.start);
  return rule != nullptr && rolls(*rule) && calendar->holiday(*before.due);
}

/// A limit that was edited under the old version counts as another calendar does; where nothing
/// tells them apart it is called what is true of both.
Cause why_moved(const policy::Rulebook& rulebook, const Duty& before, const Duty& now) {
  if (before.wish_after != now.wish_after || before.wish_until != now.wish_until) {
    return Cause::evidence;
  }
  const bool other_start = before.start != now.start || before.start_late != now.start_late;
  if (other_start && before.zone == now.zone) return Cause::evidence;
  const bool same = before.pack_version == now.pack_version && before.zone == now.zone;
  if (!same || by_other_reading(before, now)) return Cause::correction;
  return calendar_differs(rulebook, before, now) ? Cause::calendar : Cause::correction;
}

}  // namespace

void fill(Duty& duty, const policy::Duty& found, const policy::Wish& wish) {
  duty.object = wish.object;
  duty.field = wish.field;
  duty.change = wish.change;
  duty.preference = wish.preference;
  duty.wish_after = wish.after;
  duty.wish_until = wish.until;
  duty.how = wish.how;
  duty.pack = found.pack;
  duty.pack_version = found.pack_version;
  duty.rule = found.id;
  duty.title = found.title;
  duty.kind = found.kind;
  duty.zone = found.zone;
  duty.calendar = found.calendar;
  duty.start = found.start;
  duty.start_late = found.start_late;
  duty.due = found.due;
  duty.strict_due = found.strict_due;
  duty.usual_due = found.usual_due;
  duty.lenient_due = found.lenient_due;
  duty.target = found.target;
  duty.immediate = found.immediate;
  duty.calendar_incomplete = found.calendar_incomplete;
  duty.long_past = found.long_past;
  duty.place_unknown = found.place_unknown;
  duty.hold = found.hold;
  duty.extended = found.extended;
  duty.initial_due = found.initial_due;
  duty.paused_days = found.paused_days;
  duty.paused_since = found.paused_since;
}

State grade(const Duty& duty, Day day) {
  return duty.due && day <= *duty.due ? State::met : State::met_late;
}

bool says_when(const Wished& wished) {
  return wished.wish.received || wished.flagged;
}

Judge::Judge(Chain& chain, const mirror::Mirror& mirror, const Grounds& grounds,
             const Author& author, std::optional<Cause> because)
    : chain_(chain),
      lookup_(chain.database(), mirror, grounds),
      grounds_(grounds),
      author_(author),
      because_(because) {}

Judged Judge::judge(const mirror::Ref& record, std::optional<std::span<const Change>> changes) {
  auto dossier = gather(chain_.database(), lookup_, record, changes, author_.at);
  bring_in_line(dossier);
  if (!dossier.group.whole) return {{record}, dossier.parted};
  return {std::move(dossier.group.members), dossier.parted};
}

void Judge::judge_alone(const mirror::Ref& record, std::span<const Change> changes, bool stranger) {
  auto dossier = gather_alone(chain_.database(), lookup_, record, changes, stranger, author_.at);
  bring_in_line(dossier);
}

void Judge::bring_in_line(Dossier& dossier) {
  ++outcome_.people;
  regroup(dossier);
  std::vector<policy::Duty> found;
  if (!dossier.person.wishes.empty()) {
    found = grounds_.rulebook.assess(dossier.person, recent_);
  }
  reconcile(dossier, found);
  for (const auto& [one, turn] : earliest_of(dossier.turns)) {
    save_turn(chain_.database(), one, turn);
  }
}

void Judge::regroup(Dossier& dossier) {
  for (auto& member : dossier.members) {
    const auto& first = dossier.group.members.front();
    if (!member.subject || member.subject->person == first) continue;
    member.subject->person = first;
    set_person(chain_, *member.subject);
  }
}

void Judge::reconcile(Dossier& dossier, const std::vector<policy::Duty>& found) {
  std::set<std::int64_t> seen;
  for (const auto& one : found) {
    const auto& wished = dossier.wished[one.wish];
    auto* member = dossier.member({wished.wish.object, *wished.wish.id});
    if (auto* stored = find_stored(*member, one, wished.wish)) {
      seen.insert(stored->number);
      const auto before = *stored;
      update(*stored, one, wished);
      settle(*stored, dossier, &wished, &one);
      if (*stored != before) update_duty(chain_, *stored);
    } else {
      open(dossier, *member, one, wished);
    }
  }
  for (auto& member : dossier.members) {
    for (auto& duty : member.duties) {
      if (!member.judged || seen.contains(duty.number)) continue;
      const auto before = duty;
      lost(duty, dossier);
      settle(duty, dossier, nullptr, nullptr);
      if (duty != before) update_duty(chain_, duty);
    }
  }
}

void Judge::open(Dossier& dossier, Member& member, const policy::Duty& found,
                 const Wished& wished) {
  if (!member.subject) {
    const auto& person = dossier.group.members.front();
    member.subject = add_subject(chain_, member.record, person, dossier.stranger);
  }
  Duty duty;
  fill(duty, found, wished.wish);
  duty.from_first_load = wished.wish.standing;
  duty.state = found.standing ? State::standing : State::open;
  duty.opened_at = author_.at;
  const auto rule = insert_duty(chain_, duty, *member.subject);
  const bool notice = found.kind == policy::DutyKind::extension_notice_by;
  const auto cause = notice                 ? Cause::act
                     : wished.wish.standing ? Cause::standing
                     : wished.again         ? Cause::again
                                            : Cause::wish;
  ++(found.standing ? outcome_.standing : outcome_.opened);
  const auto opening = step({.kind = EventKind::opened, .cause = cause, .rule = rule}, duty);
  if (wished.wish.withdrawn) doubt(duty, Cause::withdrawn);
  note_emptiness(duty, dossier);
  settle(duty, dossier, &wished, &found);
  decide(duty);
  // What became of it since is told by another event each.
  if (chain_.next_event() != opening + 1) update_duty(chain_, duty);
}

void Judge::update(Duty& duty, const policy::Duty& found, const Wished& wished) {
  const auto before = duty;
  if (keeps_its_rule(grounds_.rulebook, duty, found)) {
    duty.hold = found.hold;
    duty.place_unknown = found.place_unknown;
  } else {
    fill(duty, found, wished.wish);
    if (same_dates(before, duty)) {
      duty.pack_version = before.pack_version;
    } else {
      const auto cause = because_.value_or(why_moved(grounds_.rulebook, before, duty));
      ++outcome_.moved;
      step({.kind = EventKind::moved,
            .cause = cause,
            .rule = before.pack_version != duty.pack_version ? std::optional(chain_.rule_of(duty))
                                                             : std::nullopt,
            .old_start = before.start,
            .old_due = before.due,
            .reason = lost_extension(before, found),
            .proof = edition(grounds_.rulebook, cause, duty)},
           duty);
      regrade(duty, cause, wished);
    }
  }
  if (duty.state == State::standing && !found.standing) take_up(duty);
  doubt(duty, wished.wish.withdrawn ? std::optional(Cause::withdrawn) : std::nullopt);
}

/// Its wish was thought to have stood before heed was, and has turned out to be younger.
void Judge::take_up(Duty& duty) {
  duty.state = State::open;
  duty.doubt.reset();
  ++outcome_.opened;
  step({.kind = EventKind::reopened, .cause = Cause::evidence}, duty);
}

/// A duty that was done keeps its day; whether that was in time follows the due day.
void Judge::regrade(Duty& duty, Cause cause, const Wished& wished) {
  if (duty.state != State::met && duty.state != State::met_late) return;
  if (!duty.closed_on) return;
  const auto flagged = Zone::named(duty.zone).day_of(flagged_at(wished));
  if (duty.closed_by == Cause::enforced && !says_when(wished) && *duty.closed_on <= flagged) return;
  const auto state = grade(duty, *duty.closed_on);
  if (state == duty.state) return;
  duty.state = state;
  step({.kind = state == State::met ? EventKind::met : EventKind::met_late,
        .cause = cause,
        .day = duty.closed_on},
       duty);
}

bool Judge::names_rule(const Duty& duty) const {
  const auto* pack = grounds_.rulebook.pack(duty.pack);
  return pack != nullptr &&
         std::any_of(pack->rules.begin(), pack->rules.end(), [&duty](const policy::Rule& rule) {
           return rule.id == duty.rule && rule.concerns(duty.preference);
         });
}

/// The engine finds the duty no more. A rule or a mapping that somebody took away closes nothing
/// and casts no doubt: an old case keeps the rule of its day.
void Judge::lost(Duty& duty, const Dossier& dossier) {
  duty.hold = dossier.person.hold;
  const auto* wished = find_wished(dossier, duty);
  if (wished == nullptr) {
    if (grounds_.preferences.find(duty.object, duty.field) != nullptr) {
      doubt(duty, Cause::evidence);
    }
  } else if (wished->wish.withdrawn) {
    doubt(duty, Cause::withdrawn);
  } else if (names_rule(duty)) {
    doubt(duty, Cause::place);
  }
}

void Judge::doubt(Duty& duty, std::optional<Cause> cause) {
  if (duty.doubt == cause) return;
  const bool had = duty.doubt.has_value();
  const auto back = duty.doubt == Cause::place ? Cause::place : Cause::evidence;
  duty.doubt = cause;
  if (shelf_of(duty) == 0 || had == cause.has_value()) return;
  if (owed(duty)) duty.state = cause ? State::withdrawn_to_confirm : State::open;
  ++(cause ? outcome_.withdrawn : outcome_.reopened);
  step({.kind = cause ? EventKind::withdrawn_to_confirm : EventKind::reopened,
        .cause = cause.value_or(back)},
       duty);
}

bool Judge::decide(Duty& duty) {
  const auto& baseline = grounds_.options.baseline;
  if (duty.state != State::standing || !baseline) return false;
  if (baseline->handled_before && duty.start_late < *baseline->handled_before) {
    duty.state = State::handled;
    duty.closed_by = Cause::baseline;
    ++outcome_.handled;
  } else if (baseline->treat_open) {
    duty.state = duty.doubt ? State::withdrawn_to_confirm : State::open;
    ++outcome_.opened;
  } else {
    return false;
  }
  Step decision{.kind = EventKind::noted, .cause = Cause::baseline};
  if (!baseline->reason.empty()) decision.reason = Text{baseline->reason, true};
  decision.duty = &duty;
  chain_.append(decision, {baseline->by.empty() ? author_.by : baseline->by, author_.at});
  return true;
}

std::int64_t Judge::step(Step step, const Duty& duty) {
  step.duty = &duty;
  return chain_.append(step, author_);
}

}  // namespace heed::ledger
