#include "policy/count.hpp"

#include <algorithm>

#include "heed/error.hpp"

namespace heed::policy {

namespace {

using std::chrono::days;

const calendar::Weekend& weekend_of(const Reading& reading, const calendar::Calendar& calendar) {
  return reading.weekend ? *reading.weekend : calendar.weekend();
}

/// Why nobody works on `day`: the holiday's name or the day of the week; empty on a workday. Where
/// the calendar has a gap it notes it, and only the weekend is known.
std::string day_off(Day day, const calendar::Weekend& weekend, const calendar::Calendar& calendar,
                    bool& incomplete) {
  if (!calendar.covers(day)) {
    incomplete = true;
  } else if (const auto holiday = calendar.holiday(day)) {
    return std::string(*holiday);
  }
  return weekend.has(day) ? std::string(calendar::weekday_name(day)) : std::string();
}

void note_gap(const calendar::Calendar& calendar, Day day, const Notes& notes) {
  notes.add(StepKind::gap, day, [&] {
    return "calendar " + calendar.id() + " does not cover " + std::to_string(year_of(day)) +
           "; the day given is the earliest that it can be";
  });
}

Counted count_business_days(const Reading& reading, const calendar::Calendar& calendar, Day start,
                            const Notes& notes) {
  Counted counted;
  const auto& weekend = weekend_of(reading, calendar);
  Day day = reading.count_anchor_day ? start : start + days(1);
  for (int number = 0;; day += days(1)) {  // ends: no Weekend has all seven days
    const bool known = counted.incomplete;
    const std::string off = day_off(day, weekend, calendar, counted.incomplete);
    if (counted.incomplete && !known) note_gap(calendar, day, notes);
    if (!off.empty()) {
      notes.add(StepKind::skipped, day, [&] { return off + ": not a business day"; });
      continue;
    }
    ++number;
    notes.add(
        StepKind::counted, day, [&] { return std::string(calendar::weekday_name(day)); }, number);
    if (number == reading.limit.value) break;
  }
  counted.unrolled = counted.end = day;
  return counted;
}

void note_clamp(Day start, Day end, const Notes& notes) {
  const std::chrono::year_month_day from(start);
  const std::chrono::year_month_day to(end);
  if (from.day() == to.day()) return;
  notes.add(StepKind::clamped, end, [&] {
    return "that month has no day " + std::to_string(static_cast<unsigned>(from.day())) +
           "; its last day counts";
  });
}

Day add_limit(const Limit& limit, bool count_anchor_day, Day start, const Notes& notes) {
  const bool in_days = limit.unit == Unit::calendar_day;
  const Day end = in_days ? start + days(limit.value) : add_months(start, limit.value);
  notes.add(StepKind::added, end, [&] { return in_words(limit) + " from " + to_text(start); });
  if (!in_days) note_clamp(start, end, notes);
  if (!count_anchor_day) return end;
  notes.add(StepKind::added, end - days(1),
            [&] { return "less one day: " + to_text(start) + " itself is the first"; });
  return end - days(1);
}

Day add_pause(int paused_days, Day end, const Notes& notes) {
  if (paused_days == 0) return end;
  end += days(paused_days);
  notes.add(StepKind::paused, end, [&] {
    return in_words({paused_days, Unit::calendar_day}) + " in which the clock stood";
  });
  return end;
}

void roll(const Reading& reading, const calendar::Calendar& calendar, Counted& counted,
          const Notes& notes) {
  if (reading.roll == Roll::none) return;
  const auto sunday = calendar::Weekend::parse({"sun"});
  const auto& weekend =
      reading.roll == Roll::next_non_holiday ? *sunday : weekend_of(reading, calendar);
  for (Day day = counted.unrolled;; day += days(1)) {
    const std::string off = day_off(day, weekend, calendar, counted.incomplete);
    if (counted.incomplete) {
      note_gap(calendar, day, notes);
      counted.end = counted.unrolled;
      return;
    }
    counted.end = day;
    if (off.empty()) return;
    notes.add(StepKind::rolled, day, [&] { return off + ": moves on to the next day"; });
  }
}

/// A pack file with that does not load; nobody is to get a wrong date from one made otherwise.
[[noreturn]] void cannot_add(const Extension& extension, const Reading& reading) {
  throw Error(Kind::configuration, "an extension of " + in_words(extension.limit) +
                                       " cannot be added to a limit of " + in_words(reading.limit) +
                                       "; give both the same unit in the pack");
}

}  // namespace

bool needs_calendar(const Reading& reading) {
  return reading.limit.unit == Unit::business_day || reading.roll != Roll::none;
}

Counted count(const Reading& reading, const calendar::Calendar& calendar, Day start,
              const Change& change, const Notes& notes) {
  if (reading.limit.unit == Unit::business_day) {
    return count_business_days(reading, calendar, start, notes);
  }
  Counted counted{start, start, false};
  if (reading.limit.unit == Unit::immediate) return counted;
  const Day end = add_limit(reading.limit, reading.count_anchor_day, start, notes);
  counted.unrolled = counted.end = add_pause(change.paused_days, end, notes);
  roll(reading, calendar, counted, notes);
  return counted;
}

Counted extend(const Extension& extension, const Reading& reading,
               const calendar::Calendar& calendar, Day start, const Counted& initial,
               const Change& change, bool latest, const Notes& notes) {
  if (extension.named) {
    const Day end = std::max(initial.end, change.extended_to.value_or(initial.end));
    notes.add(StepKind::added, end, [] { return std::string("as the office named it"); });
    return {end, end, initial.incomplete && end == initial.end};
  }
  Reading longer = reading;
  const auto from_receipt = [&](const Notes& said) {
    if (extension.limit.unit != reading.limit.unit) cannot_add(extension, reading);
    longer.limit.value = reading.limit.value + change.extended * extension.limit.value;
    return count(longer, calendar, start, change, said);
  };
  const auto from_initial_end = [&](const Notes& said) {
    longer.limit = {change.extended * extension.limit.value, extension.limit.unit};
    longer.count_anchor_day = false;
    return count(longer, calendar, initial.unrolled, {}, said);
  };
  if (!extension.from_initial_end) return from_receipt(notes);
  if (!extension.from_receipt) return from_initial_end(notes);
  const bool receipt_later = from_receipt(Notes()).end > from_initial_end(Notes()).end;
  longer = reading;
  return receipt_later == latest ? from_receipt(notes) : from_initial_end(notes);
}

std::string in_words(const Limit& limit) {
  const std::string number = std::to_string(limit.value);
  const std::string plural = limit.value == 1 ? "" : "s";
  switch (limit.unit) {
    case Unit::immediate:
      return "at once";
    case Unit::calendar_day:
      return number + " calendar day" + plural;
    case Unit::calendar_month:
      return number + " calendar month" + plural;
    case Unit::business_day:
      return number + " business day" + plural;
  }
  return {};
}

}  // namespace heed::policy
