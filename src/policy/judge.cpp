#include <algorithm>

#include "policy/outcome.hpp"
#include "policy/rulebook.hpp"

namespace heed::policy {

namespace {

/// No CRM is older; what is given as earlier is "nobody knows when".
constexpr Day oldest{std::chrono::year(1900) / 1 / 1};

Day day_in(const Zone& zone, Moment moment) {
  const Moment floor(oldest.time_since_epoch());
  return zone.day_of(std::max(moment, floor));
}

/// Between which days a wish was made, in the pack's zone.
struct Receipt {
  Day early{};
  Day late{};
};

Receipt receipt_of(const Wish& wish, const Zone& zone, const Notes& notes) {
  const Receipt seen{day_in(zone, wish.after), day_in(zone, wish.until)};
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
  return {wish.received->day, wish.received->day};
}

/// The version of duty `id` that holds for what was received on `early`: the one in force on that
/// day, or else the first one to come, because a wish that still stands when a law begins must be
/// heeded from then on. nullptr when all have ended.
const Rule* in_force(const Pack& pack, std::string_view id, Day early) {
  const Rule* next = nullptr;
  for (const Rule& rule : pack.rules) {
    if (rule.id != id || (rule.effective_to && *rule.effective_to <= early)) continue;
    if (rule.effective_from <= early) return &rule;
    if (next == nullptr || rule.effective_from < next->effective_from) next = &rule;
  }
  return next;
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
  duty.calendar = chosen.calendar->id();
  duty.immediate = chosen.reading->limit.unit == Unit::immediate;
  duty.source = chosen.reading->source;
  return duty;
}

void put_dates(Duty& duty, const Outcomes& outcomes, const Outcome& chosen) {
  duty.due = chosen.end();
  duty.long_past = !chosen.counted;
  duty.calendar_incomplete = chosen.counted && chosen.counted->incomplete;
  const auto where_different = [&duty](const Outcome& other) {
    return other.end() == duty.due ? std::nullopt : other.end();
  };
  duty.usual_due = where_different(outcomes[0]);
  duty.strict_due = where_different(outcomes[1]);
  duty.lenient_due = where_different(outcomes[2]);
}

void note_start(const Rule& rule, Day early, Day start, const Notes& notes) {
  if (start != early) {
    notes.add(StepKind::in_force, start, [&] {
      return "the rule begins on " + to_text(start) +
             "; what was received before is counted from "
             "there";
    });
  }
  if (rule.start == Start::sent) {
    notes.add(StepKind::note, std::nullopt, [] {
      return std::string(
          "counted from the sending; the CRM shows only when it was entered, so "
          "state an earlier day if one is known");
    });
  }
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
    return in_words(chosen.reading->limit) + (duty.immediate ? ": due on the day of receipt" : "") +
           ", all day until local midnight in " + duty.zone;
  });
}

}  // namespace

std::optional<Duty> Rulebook::judge(const Person& person, std::size_t wish_index,
                                    const Found& found, std::string_view rule_id,
                                    Trace* trace) const {
  const Wish& wish = person.wishes[wish_index];
  const Pack& pack = parts_.packs[found.pack];
  const Zone& zone = zones_[found.pack];
  const Notes notes(trace == nullptr ? nullptr : &trace->steps);
  const Receipt receipt = receipt_of(wish, zone, notes);
  const Rule* rule = in_force(pack, rule_id, receipt.early);
  if (rule == nullptr || !rule->concerns(wish.preference)) return std::nullopt;
  const Day start = std::max(receipt.early, rule->effective_from);
  note_start(*rule, receipt.early, start, notes);

  const Outcomes outcomes = weigh(
      *rule, start,
      [this](const Reading& reading) -> const calendar::Calendar& { return calendar_of(reading); });
  const Outcome& chosen = chosen_of(outcomes, parts_.profile);
  if (trace != nullptr) {
    trace->profile = parts_.profile;
    trace->limit = chosen.reading->limit;
    trace->note = chosen.reading->note;
    // The same count again, said aloud.
    if (chosen.counted) count(*chosen.reading, *chosen.calendar, start, notes);
  }
  Duty duty = describe(pack, *rule, chosen);
  duty.wish = wish_index;
  duty.zone = zone.name();
  duty.start = receipt.early;
  duty.start_late = receipt.late;
  duty.standing = listed_apart(wish);
  duty.place_unknown = found.place_unknown;
  duty.hold = person.hold;
  put_dates(duty, outcomes, chosen);
  note_result(duty, chosen, notes);
  if (chosen.counted && rule->internal_target) {
    duty.target = target_of(*rule->internal_target, chosen, start, notes);
  }
  if (chosen.counted && rule->extension) {
    duty.extension = offer_of(*rule->extension, chosen, start, parts_.profile, notes);
  }
  note_others(outcomes, chosen, notes);
  return duty;
}

}  // namespace heed::policy
