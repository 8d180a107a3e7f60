#include <algorithm>
#include <array>
#include <set>

#include "heed/error.hpp"
#include "heed/schedule.hpp"
#include "schedule/fields.hpp"

namespace heed::schedule {

namespace {

const std::array<FieldKind, 5>& kinds() {
  static const std::array<FieldKind, 5> all{
      FieldKind{"minute", 0, 59, {}}, FieldKind{"hour", 0, 23, {}},
      FieldKind{"day of the month", 1, 31, {}},
      FieldKind{
          "month",
          1,
          12,
          {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      FieldKind{"day of the week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}};
  return all;
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return fields;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    fields.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

bool has(const std::vector<int>& numbers, unsigned number) {
  return std::binary_search(numbers.begin(), numbers.end(), static_cast<int>(number));
}

/// Sunday is 0, however it was written.
std::vector<int> folded(const std::vector<int>& weekdays) {
  std::set<int> days;
  for (const int day : weekdays) days.insert(day % 7);
  return {days.begin(), days.end()};
}

}  // namespace

Cron Cron::parse(std::string_view text) {
  const auto fields = fields_of(text);
  if (fields.size() != 5) {
    throw Error(Kind::configuration,
                "'" + std::string(text) + "' has " + std::to_string(fields.size()) +
                    " fields; expected five: minute, hour, day of the month, month, day of the "
                    "week, as '30 6 * * mon-fri'");
  }
  Cron cron;
  cron.text_ = text;
  cron.minutes_ = read_field(kinds()[0], fields[0]);
  cron.hours_ = read_field(kinds()[1], fields[1]);
  cron.days_ = read_field(kinds()[2], fields[2]);
  cron.months_ = read_field(kinds()[3], fields[3]);
  cron.weekdays_ = folded(read_field(kinds()[4], fields[4]));
  const auto open = [&fields](std::size_t field) { return fields[field].front() == '*'; };
  cron.hour_open_ = open(1);
  cron.day_open_ = open(2);
  cron.weekday_open_ = open(4);
  for (const int hour : cron.hours_) {
    for (const int minute : cron.minutes_) cron.times_.emplace_back(hour * 60 + minute);
  }
  cron.refuse_never();
  return cron;
}

/// The calendar repeats itself after 400 years, in days of the week as well.
void Cron::refuse_never() const {
  const Day first = make_day(2000, 1, 1);
  const Day end = make_day(2400, 1, 1);
  for (Day day = first; day < end; day += std::chrono::days(1)) {
    if (on(day)) return;
  }
  throw Error(Kind::configuration,
              "'" + text_ + "' can never be: there is no such day; mend the day or the month");
}

bool Cron::on(Day day) const {
  const std::chrono::year_month_day date(day);
  if (!has(months_, static_cast<unsigned>(date.month()))) return false;
  const bool by_day = has(days_, static_cast<unsigned>(date.day()));
  const bool by_weekday = has(weekdays_, std::chrono::weekday(day).c_encoding());
  return day_open_ || weekday_open_ ? by_day && by_weekday : by_day || by_weekday;
}

}  // namespace heed::schedule
