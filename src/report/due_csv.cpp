#include <charconv>

#include "heed/time/text.hpp"
#include "report/due.hpp"

namespace heed::report {

namespace {

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

/// Appends it.
void put_number(std::string& cell, std::int64_t number) {
  std::array<char, 20> room{};
  cell.append(room.data(), std::to_chars(room.data(), room.data() + room.size(), number).ptr);
}

void put_day(std::string& cell, const std::optional<Day>& day) {
  DayText room{};
  cell.assign(day ? write_text(*day, room) : std::string_view());
}

void put_moment(std::string& cell, Moment moment) {
  MomentText room{};
  cell.assign(write_text(moment, room));
}

void put_ref(std::string& object, std::string& id, const std::optional<mirror::Ref>& ref) {
  object.assign(ref ? std::string_view(ref->object) : std::string_view());
  id.assign(ref ? ref->id.text() : std::string_view());
}

}  // namespace

DueCsv::DueCsv(std::ostream& out, CsvMode mode) : csv_(out, mode, csv_columns()) {}

const std::string& DueCsv::task(policy::DutyKind kind, Preference preference) {
  auto& words = tasks_[{kind, preference}];
  if (words.empty()) words = task_words(kind, preference);
  return words;
}

// The cells keep their memory from line to line: a report has a lot of these.
void DueCsv::add(const ledger::Duty& duty, Day today, bool late) {
  put_number(cells_[0].assign("D"), duty.number);
  put_day(cells_[1], duty.due);
  cells_[2].clear();
  if (duty.due) put_number(cells_[2], (*duty.due - today).count());
  cells_[3].assign(late ? "true" : "false");
  cells_[4].assign(duty.immediate ? "true" : "false");
  put_day(cells_[5], duty.target);
  cells_[6].assign(task(duty.kind, duty.preference));
  cells_[7].assign(to_text(duty.preference));
  cells_[8].assign(duty.pack);
  cells_[9].assign(duty.pack_version);
  cells_[10].assign(duty.rule);
  put_ref(cells_[11], cells_[12], duty.record);
  put_ref(cells_[13], cells_[14], duty.person);
  cells_[15].assign(duty.object).append(".").append(duty.field);
  put_moment(cells_[16], duty.wish_after);
  put_moment(cells_[17], duty.wish_until);
  cells_[18].assign(to_text(duty.how));
  put_day(cells_[19], duty.start);
  cells_[20].assign(duty.zone);
  cells_[21].assign(duty.calendar);
  cells_[22].assign(to_text(duty.state));
  cells_[23].assign(remarks_of(duty));
  csv_.add(cells_);
}

}  // namespace heed::report
