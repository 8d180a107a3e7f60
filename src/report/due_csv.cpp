#include <array>

#include "heed/time/text.hpp"
#include "report/due.hpp"

namespace heed::report {

namespace {

using ledger::Duty;

std::vector<Csv::Column> csv_columns() {
  return {{"duty", true},         {"due", true},
          {"days_left", true},    {"overdue", true},
          {"immediate", true},    {"target", true},
          {"task", false},        {"preference", true},
          {"pack", false},        {"pack_version", false},
          {"rule", false},        {"record_object", false},
          {"record_id", true},    {"person_object", false},
          {"person_id", true},    {"field", false},
          {"wished_after", true}, {"wished_until", true},
          {"known_by", true},     {"start", true},
          {"zone", false},        {"calendar", false},
          {"state", true},        {"remarks", false}};
}

/// Today in each zone; a report has few zones and many rows.
class Today {
 public:
  explicit Today(Moment as_of) : as_of_(as_of) {}
  Day in(const std::string& zone) {
    for (const auto& [name, day] : days_) {
      if (name == zone) return day;
    }
    days_.emplace_back(zone, Zone::named(zone).day_of(as_of_));
    return days_.back().second;
  }

 private:
  Moment as_of_;
  std::vector<std::pair<std::string, Day>> days_;
};

/// The task of each kind and preference, put into words once.
class Tasks {
 public:
  const std::string& of(const Duty& duty) {
    const auto at = words_.find({duty.kind, duty.preference});
    if (at != words_.end()) return at->second;
    return words_[{duty.kind, duty.preference}] = task_words(duty.kind, duty.preference);
  }

 private:
  std::map<std::pair<policy::DutyKind, Preference>, std::string> words_;
};

std::string_view flag_text(bool set) {
  return set ? "true" : "false";
}

// Cells keep their memory from line to line: a report has a lot of these.
void put_day(std::string& cell, const std::optional<Day>& day) {
  DayText room{};
  cell.assign(day ? write_text(*day, room) : std::string_view());
}

void put_moment(std::string& cell, Moment moment) {
  MomentText room{};
  cell.assign(write_text(moment, room));
}

void put_ref(std::array<std::string, 24>& cells, std::size_t at,
             const std::optional<mirror::Ref>& ref) {
  cells[at] = ref ? std::string_view(ref->object) : std::string_view();
  cells[at + 1] = ref ? ref->id.text() : std::string_view();
}

void put_cells(std::array<std::string, 24>& cells, const Duty& duty, Tasks& tasks, Day today,
               bool late) {
  cells[0] = ledger::duty_name(duty.number);
  put_day(cells[1], duty.due);
  cells[2] = duty.due ? std::to_string((*duty.due - today).count()) : "";
  cells[3] = flag_text(late);
  cells[4] = flag_text(duty.immediate);
  put_day(cells[5], duty.target);
  cells[6] = tasks.of(duty);
  cells[7] = to_text(duty.preference);
  cells[8] = duty.pack;
  cells[9] = duty.pack_version;
  cells[10] = duty.rule;
  put_ref(cells, 11, duty.record);
  put_ref(cells, 13, duty.person);
  cells[15].assign(duty.object).append(".").append(duty.field);
  put_moment(cells[16], duty.wish_after);
  put_moment(cells[17], duty.wish_until);
  cells[18] = to_text(duty.how);
  put_day(cells[19], duty.start);
  cells[20] = duty.zone;
  cells[21] = duty.calendar;
  cells[22] = to_text(duty.state);
  cells[23] = remarks_of(duty);
}

}  // namespace

void print_csv(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
               const DueOptions& options, DueResult& result) {
  const Moment as_of = circumstances.as_of;
  const Alike alike(sources.mirror, circumstances.same_email);
  Csv csv(out, options.csv, csv_columns());
  Today today(as_of);
  Tasks tasks;
  std::array<std::string, 24> cells;
  std::int64_t gaps = 0;
  for_each_in_order(sources, as_of, filter_of(options, as_of), [&](const Duty& duty) {
    const Day day = today.in(duty.zone);
    if (options.within && duty.due && (*duty.due - day).count() > *options.within) return;
    const auto last = ledger::last_day(duty);
    const bool late = ledger::owed(duty) && (!last || *last < day);
    result.overdue = result.overdue || late;
    if (duty.calendar_incomplete) ++gaps;
    put_cells(cells, duty, tasks, day, late);
    if (!alike.empty()) cells[23] = remarks_with(duty, alike);
    csv.add(cells);
  });
  if (gaps > 0) result.condition.incomplete.push_back(gap_line(gaps));
}

}  // namespace heed::report
