#include "policy/outcome.hpp"

#include <algorithm>

namespace heed::policy {

namespace {

bool is_long_past(const Reading& reading, const calendar::Calendar& calendar, Day start) {
  return needs_calendar(reading) && year_of(start) < calendar.first_year();
}

/// A strict reading that comes out later than the usual one is not strict that day, nor a lenient
/// one lenient that comes out earlier: then the usual one holds.
void keep_order(Outcomes& outcomes) {
  auto& [usual, strict, lenient] = outcomes;
  if (!usual.counted) return;
  if (strict.counted && strict.counted->end > usual.counted->end) strict = usual;
  if (lenient.counted && lenient.counted->end < usual.counted->end) lenient = usual;
}

void note_other(const Outcome& outcome, const Outcome& chosen, std::string_view name,
                const Notes& notes) {
  if (outcome.reading == chosen.reading || !outcome.counted) return;
  notes.add(StepKind::other, outcome.counted->end, [&] {
    const std::string& remark = outcome.reading->note;
    return "by the " + std::string(name) + " reading (" + in_words(outcome.reading->limit) +
           ", calendar " + outcome.calendar->id() + "; " + outcome.reading->source.text + ")" +
           (remark.empty() ? "" : ": " + remark);
  });
}

}  // namespace

std::optional<Day> Outcome::end() const {
  if (!counted) return std::nullopt;
  return counted->end;
}

Outcomes weigh(const Rule& rule, Day start, const Change& change, const CalendarOf& calendar_of) {
  Outcomes outcomes;
  const std::array<const Reading*, 3> readings{&rule.usual, rule.strict ? &*rule.strict : nullptr,
                                               rule.lenient ? &*rule.lenient : nullptr};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    auto& outcome = outcomes[i];
    if (readings[i] == nullptr) {
      outcome = outcomes[0];
    } else {
      outcome = {readings[i], &calendar_of(*readings[i]), std::nullopt, std::nullopt};
      if (!is_long_past(*readings[i], *outcome.calendar, start)) {
        outcome.initial = count(*readings[i], *outcome.calendar, start, change, Notes());
      }
    }
    outcome.counted = outcome.initial;
    const bool latest = i == 2;
    if (rule.extension && change.extended > 0 && outcome.initial) {
      outcome.counted = extend(*rule.extension, *outcome.reading, *outcome.calendar, start,
                               *outcome.initial, change, latest, Notes());
    }
  }
  keep_order(outcomes);
  return outcomes;
}

const Outcome& chosen_of(const Outcomes& outcomes, Profile profile) {
  switch (profile) {
    case Profile::strict:
      return outcomes[1];
    case Profile::lenient:
      return outcomes[2];
    case Profile::usual:
      break;
  }
  return outcomes[0];
}

Day target_of(const Limit& limit, const Outcome& chosen, Day start, const Notes& notes) {
  Reading own = *chosen.reading;
  own.limit = limit;
  own.roll = Roll::none;
  own.count_anchor_day = false;
  std::optional<Day> target;
  if (!is_long_past(own, *chosen.calendar, start)) {
    const Counted counted = count(own, *chosen.calendar, start, {}, Notes());
    if (!counted.incomplete) target = counted.end;
  }
  notes.add(StepKind::target, target.value_or(start), [&] {
    return "the office's own limit, " + in_words(limit) + " from the start" +
           (target ? "" : ": the calendar does not reach so far, and the start itself counts");
  });
  return target.value_or(start);
}

ExtensionOffer offer_of(const Extension& extension, const Outcome& chosen, Day start,
                        const Change& change, Profile profile, const Notes& notes) {
  ExtensionOffer offer;
  offer.notice_by = chosen.counted->end;
  const auto words = [&](const std::string& by) {
    return "if extended " + by + ", with notice to the person by " + to_text(offer.notice_by) +
           (extension.reason_required ? " and reasons" : "") +
           (offer.lenient_due ? "; another reading gives " + to_text(*offer.lenient_due) : "") +
           " (" + extension.source.text + ")";
  };
  if (extension.named) {
    notes.add(StepKind::extended, std::nullopt,
              [&] { return words("to a day that the office names"); });
    return offer;
  }
  const Change more{change.paused_days, change.extended + 1, std::nullopt};
  const auto longer = [&](bool latest) {
    return extend(extension, *chosen.reading, *chosen.calendar, start, *chosen.initial, more,
                  latest, Notes());
  };
  const Counted late = longer(true);
  const Counted taken = profile == Profile::lenient ? late : longer(false);
  if (!taken.incomplete) offer.due = taken.end;
  if (!late.incomplete && late.end != taken.end) offer.lenient_due = late.end;
  notes.add(StepKind::extended, offer.due,
            [&] { return words("by " + in_words(extension.limit)); });
  return offer;
}

void note_others(const Outcomes& outcomes, const Outcome& chosen, const Notes& notes) {
  note_other(outcomes[0], chosen, "default", notes);
  note_other(outcomes[1], chosen, "strict", notes);
  note_other(outcomes[2], chosen, "lenient", notes);
}

}  // namespace heed::policy
