#include <algorithm>

#include "policy/outcome.hpp"
#include "policy/rulebook.hpp"

namespace heed::policy {

Day receipt_day(const Zone& zone, Moment moment) {
  // No CRM is older; what is given as earlier is "nobody knows when".
  constexpr Day oldest{std::chrono::year(1900) / 1 / 1};
  const Moment floor(oldest.time_since_epoch());
  return zone.day_of(std::max(moment, floor));
}

namespace {

/// Between which days a wish was made, in the pack's zone.
struct Receipt {
  Day early{};
  Day late{};
};

Receipt receipt_of(const Wish& wish, const Zone& zone, const Notes& notes) {
  const Receipt seen{receipt_day(zone, wish.after), receipt_day(zone, wish.until)};
  if (wish.after == wish.until) {
    notes.add(StepKind::receipt, seen.early,
              [&] { return "made at " + zone.local_text(wish.until) + " in " + zone.name(); });
  } else {
    notes.add(StepKind::receipt, seen.early, [&] {
      return "made later than " + to_text(seen.early) + " (" + to_text(wish.after) +
             ") and not later than " + to_text(seen.late) + " (" + to_text(wish.until) + ") in " +
             zone.name() + "; the early end counts";
    });
  }
  if (!wish.received) return seen;
  notes.add(StepKind::evidence, wish.received->day,
            [&] { return "received that day, as stated: " + wish.received->reason; });
  if (wish.received->day <= seen.late) return {wish.received->day, wish.received->day};
  notes.add(StepKind::evidence, seen.late,
            [] { return std::string("the wish was in the CRM by then; that day counts"); });
  return {seen.late, seen.late};
}

const Course* course_of(const Person& person, std::size_t wish, const Pack& pack,
                        const Rule& rule) {
  const std::string& id = rule.with.empty() ? rule.id : rule.with;
  for (const Course& course : person.courses) {
    if (course.wish == wish && course.pack == pack.id && course.duty == id) return &course;
  }
  return nullptr;
}

/// The day from which the clock runs: the receipt, or what came in later and had to, but never
/// before the rule is in force.
Day start_of(const Rule& clock, Day in_force, Day early, const Course* course, const Notes& notes) {
  Day start = early;
  if (course != nullptr) {
    for (const Arrived& arrived : course->arrived) {
      const auto& waits = clock.waits_for;
      if (std::find(waits.begin(), waits.end(), arrived.what) == waits.end()) continue;
      if (arrived.day <= start) continue;
      start = arrived.day;
      notes.add(StepKind::waited, start, [&] {
        return std::string(arrived.what == Arrival::fee ? "the fee came in"
                                                        : "the proof of identity came in") +
               "; counted from there";
      });
    }
  }
  if (in_force <= start) return start;
  notes.add(StepKind::in_force, in_force, [&] {
    return "the rule begins on " + to_text(in_force) +
           "; what was received before is counted from there";
  });
  return in_force;
}

/// The days in which the clock stood, overlaps once. A stop before `start` stops nothing.
int paused_days_of(std::vector<Standstill> standstills, Day start, const Notes& notes) {
  std::sort(standstills.begin(), standstills.end(),
            [](const Standstill& a, const Standstill& b) { return a.from < b.from; });
  Day counted_up_to = start;
  int total = 0;
  for (const Standstill& each : standstills) {
    if (!each.to) continue;
    const Day from = std::max(each.from, counted_up_to);
    if (*each.to <= from) continue;
    const int days = static_cast<int>((*each.to - from).count());
    notes.add(StepKind::note, from, [&] {
      return "the clock stood until " + to_text(*each.to) + ": " +
             in_words({days, Unit::calendar_day});
    });
    total += days;
    counted_up_to = *each.to;
  }
  return total;
}

/// What of the course the rule allows to move its dates, extensions left out.
Change change_of(const Rule& clock, const Course* course, Preference preference, Day start,
                 const Notes& notes) {
  Change change;
  if (course == nullptr) return change;
  if (clock.pause && clock.pause->concerns(preference)) {
    change.paused_days = paused_days_of(course->standstills, start, notes);
  }
  return change;
}

std::optional<Day> paused_since(const Rule& clock, const Course* course, Preference preference) {
  if (course == nullptr || !clock.pause || !clock.pause->concerns(preference)) return std::nullopt;
  for (const Standstill& each : course->standstills) {
    if (!each.to) return each.from;
  }
  return std::nullopt;
}

bool listed_apart(const Wish& wish) {
  return wish.standing && wish.preference != Preference::forget &&
         wish.preference != Preference::export_data;
}

Duty describe(const Pack& pack, const Rule& rule, const Outcome& chosen) {
  Duty duty;
  duty.pack = pack.id;
  duty.pack_version = pack.version;
  duty.id = rule.id;
  duty.title = rule.title;
  duty.kind = rule.kind;
  duty.channels = rule.channels;
  duty.calendar = chosen.calendar->id();
  duty.immediate = chosen.reading->limit.unit == Unit::immediate;
  duty.source = rule.with.empty() ? chosen.reading->source : rule.usual.source;
  return duty;
}

void put_dates(Duty& duty, const Outcomes& outcomes, const Outcome& chosen) {
  duty.due = chosen.end();
  duty.long_past = !chosen.counted;
  duty.calendar_incomplete = chosen.counted && chosen.counted->incomplete;
  if (chosen.initial && duty.extended > 0) duty.initial_due = chosen.initial->end;
  const auto where_different = [&duty](const Outcome& other) {
    return other.end() == duty.due ? std::nullopt : other.end();
  };
  duty.usual_due = where_different(outcomes[0]);
  duty.strict_due = where_different(outcomes[1]);
  duty.lenient_due = where_different(outcomes[2]);
}

void note_clock(const Rule& rule, const Rule& clock, const Notes& notes) {
  if (!rule.with.empty()) {
    notes.add(StepKind::note, std::nullopt,
              [&] { return "due with the duty to \"" + clock.title + "\" (" + clock.id + ")"; });
  }
  if (clock.start == Start::sent) {
    notes.add(StepKind::note, std::nullopt, [] {
      return std::string(
          "counted from the sending; the CRM shows only when it was entered, so "
          "state an earlier day if one is known");
    });
  }
}

/// The count of the reading chosen once more, said aloud.
void say(const Rule& clock, const Outcome& chosen, Day start, const Change& change,
         const Notes& notes, Profile profile) {
  if (!chosen.counted) return;
  count(*chosen.reading, *chosen.calendar, start, change, notes);
  if (change.extended == 0) return;
  notes.add(StepKind::note, std::nullopt, [&] {
    return "extended " +
           (change.extended == 1 ? "once" : std::to_string(change.extended) + " times") + " (" +
           clock.extension->source.text + "); with that:";
  });
  extend(*clock.extension, *chosen.reading, *chosen.calendar, start, *chosen.initial, change,
         profile == Profile::lenient, notes);
}

void note_result(const Duty& duty, const Outcome& chosen, const Notes& notes) {
  if (duty.long_past) {
    notes.add(StepKind::gap, std::nullopt, [&] {
      return "long past: calendar " + duty.calendar + " begins with " +
             std::to_string(chosen.calendar->first_year()) + "; no date is computed";
    });
    return;
  }
  notes.add(StepKind::due, duty.due, [&] {
    return in_words(chosen.reading->limit) + (duty.extended > 0 ? ", extended" : "") +
           (duty.immediate ? ": due on the day of receipt" : "") +
           ", all day until local midnight in " + duty.zone;
  });
}

/// Everything that a duty's count rests on.
struct Grounds {
  const Rule* rule = nullptr;
  const Rule* clock = nullptr;  ///< the rule itself, or the one that it is due with
  const Course* course = nullptr;
  Receipt receipt;
  Day start{};
  Change change;
  std::optional<LateNotice> late_notice;

  bool notice() const { return rule->kind == DutyKind::extension_notice_by; }
};

/// One duty of a wish, as it may be asked for.
struct Question {
  const Pack& pack;
  const Zone& zone;
  std::string_view rule;
};

/// As the rules were on `day`; nullopt when there was none for the wish.
std::optional<Grounds> grounds_of(const Person& person, std::size_t index, const Question& asked,
                                  Day day, const Notes& notes) {
  const Wish& wish = person.wishes[index];
  const Pack& pack = asked.pack;
  Grounds grounds;
  grounds.receipt = receipt_of(wish, asked.zone, notes);
  const Day early = grounds.receipt.early;
  grounds.rule = pack.rule(asked.rule, day);
  if (grounds.rule == nullptr || !grounds.rule->concerns(wish.preference)) return std::nullopt;
  const Rule& rule = *grounds.rule;
  grounds.clock = rule.with.empty() ? &rule : pack.rule(rule.with, day);
  if (grounds.clock == nullptr) return std::nullopt;
  const Rule& clock = *grounds.clock;
  // What goes with another duty was no part of it before the law said so.
  if (std::max(early, clock.effective_from) < rule.effective_from) return std::nullopt;
  grounds.course = course_of(person, index, pack, rule);
  if (grounds.notice() && (grounds.course == nullptr || grounds.course->extensions.empty())) {
    return std::nullopt;
  }
  grounds.start = start_of(clock, std::max(clock.effective_from, rule.effective_from), early,
                           grounds.course, notes);
  note_clock(rule, clock, notes);
  grounds.change = change_of(clock, grounds.course, wish.preference, grounds.start, notes);
  return grounds;
}

/// The outcomes with every extension that was announced while there was time for it. A start that
/// is known better may show that there was none.
Outcomes weigh_extended(Grounds& grounds, Profile profile, const CalendarOf& calendar_of,
                        const Notes& notes) {
  const Rule& clock = *grounds.clock;
  auto outcomes = weigh(clock, grounds.start, grounds.change, calendar_of);
  // Of it the person is to be told in the time there was without.
  if (grounds.course == nullptr || !clock.extension || grounds.notice()) return outcomes;
  for (const Extended& taken : grounds.course->extensions) {
    if (grounds.change.extended == clock.extension->max_times) break;
    const auto notice_by = chosen_of(outcomes, profile).end();
    if (notice_by && taken.announced > *notice_by) {
      grounds.late_notice = {taken.announced, *notice_by};
      notes.add(StepKind::note, taken.announced, [&] {
        return "the extension announced that day does not count: it had to be announced by " +
               to_text(*notice_by);
      });
      continue;
    }
    ++grounds.change.extended;
    grounds.change.extended_to = taken.to;
    outcomes = weigh(clock, grounds.start, grounds.change, calendar_of);
  }
  return outcomes;
}

void put_course(Duty& duty, const Grounds& grounds, Preference preference) {
  duty.start = grounds.receipt.early;
  duty.start_late = grounds.receipt.late;
  if (grounds.start != grounds.receipt.early) duty.counted_from = grounds.start;
  duty.extended = grounds.change.extended;
  duty.late_notice = grounds.late_notice;
  duty.paused_days = grounds.change.paused_days;
  duty.paused_since = paused_since(*grounds.clock, grounds.course, preference);
}

void put_offers(Duty& duty, const Grounds& grounds, const Outcome& chosen, Profile profile,
                const Notes& notes) {
  if (!chosen.counted) return;
  const Rule& clock = *grounds.clock;
  if (clock.internal_target && !grounds.notice()) {
    duty.target = target_of(*clock.internal_target, chosen, grounds.start, notes);
  }
  if (clock.extension && grounds.rule->with.empty() &&
      grounds.change.extended < clock.extension->max_times) {
    duty.extension =
        offer_of(*clock.extension, chosen, grounds.start, grounds.change, profile, notes);
  }
}

/// Whether the wish may have been made under one set of rules or under the next.
bool rules_differ(const Question& asked, const Receipt& receipt) {
  const auto* early = asked.pack.rule(asked.rule, receipt.early);
  const auto* late = asked.pack.rule(asked.rule, receipt.late);
  if (early != late) return true;
  return early != nullptr && !early->with.empty() &&
         asked.pack.rule(early->with, receipt.early) != asked.pack.rule(early->with, receipt.late);
}

/// Of a date that is not computed the day is long over.
bool due_before(const Duty& a, const Duty& b) {
  return a.due && b.due ? *a.due < *b.due : !a.due && b.due;
}

}  // namespace

std::optional<Duty> Rulebook::judge(const Person& person, std::size_t wish, const Found& found,
                                    std::string_view rule, Trace* trace) const {
  const Notes silent(nullptr);
  const auto receipt = receipt_of(person.wishes[wish], zones_[found.pack], silent);
  const Question asked{parts_.packs[found.pack], zones_[found.pack], rule};
  if (receipt.early == receipt.late || !rules_differ(asked, receipt)) {
    return judge(person, wish, found, {rule, receipt.early}, trace);
  }
  // What either set of rules asks for is owed, and the earlier date counts.
  const auto early = judge(person, wish, found, {rule, receipt.early}, nullptr);
  const auto late = judge(person, wish, found, {rule, receipt.late}, nullptr);
  const bool later_rules = late && (!early || due_before(*late, *early));
  return judge(person, wish, found, {rule, later_rules ? receipt.late : receipt.early}, trace);
}

std::optional<Duty> Rulebook::judge(const Person& person, std::size_t wish_index,
                                    const Found& found, const RuleOf& asked, Trace* trace) const {
  const Wish& wish = person.wishes[wish_index];
  const Pack& pack = parts_.packs[found.pack];
  const Zone& zone = zones_[found.pack];
  const Notes notes(trace == nullptr ? nullptr : &trace->steps);
  auto grounds = grounds_of(person, wish_index, {pack, zone, asked.rule}, asked.day, notes);
  if (!grounds) return std::nullopt;
  const Rule& rule = *grounds->rule;
  const auto calendars = [this](const Reading& reading) -> const calendar::Calendar& {
    return calendar_of(reading);
  };
  const Outcomes outcomes = weigh_extended(*grounds, parts_.profile, calendars, notes);
  const Outcome& chosen = chosen_of(outcomes, parts_.profile);
  if (trace != nullptr) {
    trace->profile = parts_.profile;
    trace->limit = chosen.reading->limit;
    trace->note = rule.with.empty() ? chosen.reading->note : rule.usual.note;
    say(*grounds->clock, chosen, grounds->start, grounds->change, notes, parts_.profile);
  }
  Duty duty = describe(pack, rule, chosen);
  duty.wish = wish_index;
  duty.rules_of = asked.day;
  duty.zone = zone.name();
  duty.standing = listed_apart(wish);
  duty.place_unknown = found.place_unknown;
  duty.hold = person.hold;
  put_course(duty, *grounds, wish.preference);
  put_dates(duty, outcomes, chosen);
  note_result(duty, chosen, notes);
  put_offers(duty, *grounds, chosen, parts_.profile, notes);
  note_others(outcomes, chosen, notes);
  return duty;
}

}  // namespace heed::policy
