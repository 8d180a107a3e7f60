#include "policy/count.hpp"

#include <algorithm>

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
  for (int number = 0;; day += days(1)) {
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

Day add_limit(const Limit& limit, Day start, const Notes& notes) {
  const auto words = [&] { return in_words(limit) + " from " + to_text(start); };
  if (limit.unit == Unit::calendar_day) {
    const Day end = start + days(limit.value);
    notes.add(StepKind::added, end, words);
    return end;
  }
  const Day end = add_months(start, limit.value);
  notes.add(StepKind::added, end, words);
  const std::chrono::year_month_day from(start);
  const std::chrono::year_month_day to(end);
  if (from.day() != to.day()) {
    notes.add(StepKind::clamped, end, [&] {
      return "that month has no day " + std::to_string(static_cast<unsigned>(from.day())) +
             "; its last day counts";
    });
  }
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

}  // namespace

bool needs_calendar(const Reading& reading) {
  return reading.limit.unit == Unit::business_day || reading.roll != Roll::none;
}

Counted count(const Reading& reading, const calendar::Calendar& calendar, Day start,
              const Notes& notes) {
  if (reading.limit.unit == Unit::business_day) {
    return count_business_days(reading, calendar, start, notes);
  }
  Counted counted{start, start, false};
  if (reading.limit.unit == Unit::immediate) return counted;
  counted.unrolled = counted.end = add_limit(reading.limit, start, notes);
  roll(reading, calendar, counted, notes);
  return counted;
}

Extended extend(const Extension& extension, const Reading& reading,
                const calendar::Calendar& calendar, Day start, Day initial_end,
                const Notes& notes) {
  std::vector<Counted> readings;
  Reading longer = reading;
  if (extension.from_receipt) {
    longer.limit.value = reading.limit.value + extension.limit.value;
    readings.push_back(count(longer, calendar, start, notes));
  }
  if (extension.from_initial_end) {
    longer.limit = extension.limit;
    longer.count_anchor_day = false;
    readings.push_back(count(longer, calendar, initial_end, notes));
  }
  const auto by_end = [](const Counted& a, const Counted& b) { return a.end < b.end; };
  const auto [earliest, latest] = std::minmax_element(readings.begin(), readings.end(), by_end);
  return {*earliest, *latest};
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
