#include <array>
#include <charconv>
#include <span>

#include "heed/time/text.hpp"
#include "report/due.hpp"

namespace heed::report {

namespace {

using ledger::Duty;

std::vector<Csv::Column> due_columns() {
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

/// The task of each kind and preference, put into words once; and that of a rule which stops
/// something else.
class Tasks {
 public:
  explicit Tasks(const policy::Rulebook& rulebook) : rulebook_(rulebook) {}

  const std::string& of(const Duty& duty) {
    if (duty.kind == policy::DutyKind::effect_by) return own_ = task_words(rulebook_, duty);
    const auto at = words_.find({duty.kind, duty.preference});
    if (at != words_.end()) return at->second;
    return words_[{duty.kind, duty.preference}] = task_words(duty.kind, duty.preference);
  }

 private:
  const policy::Rulebook& rulebook_;
  std::string own_;
  std::map<std::pair<policy::DutyKind, Preference>, std::string> words_;
};

std::string_view flag_text(bool set) {
  return set ? "true" : "false";
}

/// A day or moment as text. Most lines have that of the line before.
template <class Time, class Room>
class TimeCell {
 public:
  std::string_view of(const std::optional<Time>& time) {
    if (!time) return {};
    if (time != last_) {
      text_ = write_text(*time, room_);
      last_ = time;
    }
    return text_;
  }

 private:
  std::optional<Time> last_;
  Room room_{};
  std::string_view text_;
};

/// The cells of one duty after the other; what they say lives in the duty, or here until the next.
class Line {
 public:
  Line(const policy::Rulebook& rulebook, const Alike& alike) : alike_(alike), tasks_(rulebook) {}

  std::span<const std::string_view> of(const Duty& duty, Day today, bool late) {
    name_ = ledger::duty_name(duty.number);
    field_.assign(duty.object).append(".").append(duty.field);
    remarks_ = alike_.empty() ? remarks_of(duty) : remarks_with(duty, alike_);
    cells_ = {name_,
              due_.of(duty.due),
              days_between(today, duty.due),
              flag_text(late),
              flag_text(duty.immediate),
              target_.of(duty.target),
              tasks_.of(duty),
              to_text(duty.preference),
              duty.pack,
              duty.pack_version,
              duty.rule,
              object_of(duty.record),
              id_of(duty.record),
              object_of(duty.person),
              id_of(duty.person),
              field_,
              after_.of(duty.wish_after),
              until_.of(duty.wish_until),
              to_text(duty.how),
              start_.of(duty.start),
              duty.zone,
              duty.calendar,
              to_text(duty.state),
              remarks_};
    return cells_;
  }

 private:
  using DayCell = TimeCell<Day, DayText>;
  using MomentCell = TimeCell<Moment, MomentText>;

  std::string_view days_between(Day today, const std::optional<Day>& due) {
    if (!due) return {};
    const auto end =
        std::to_chars(days_.data(), days_.data() + days_.size(), (*due - today).count()).ptr;
    return {days_.data(), static_cast<std::size_t>(end - days_.data())};
  }
  static std::string_view object_of(const std::optional<mirror::Ref>& ref) {
    return ref ? std::string_view(ref->object) : std::string_view();
  }
  static std::string_view id_of(const std::optional<mirror::Ref>& ref) {
    return ref ? ref->id.text() : std::string_view();
  }

  const Alike& alike_;
  Tasks tasks_;
  std::string name_, field_, remarks_;
  std::array<char, 20> days_{};
  DayCell due_, target_, start_;
  MomentCell after_, until_;
  std::array<std::string_view, 24> cells_;
};

}  // namespace

std::vector<std::string> due_titles() {
  std::vector<std::string> titles;
  for (auto& column : due_columns()) titles.push_back(std::move(column.title));
  return titles;
}

void print_csv(std::ostream& out, const Duties& duties, const Circumstances& circumstances,
               const DueOptions& options, DueResult& result) {
  const auto& sources = duties.sources;
  const Alike alike(sources.mirror, circumstances.same_email);
  Csv csv(out, options.csv, due_columns());
  Today today(duties.as_of);
  Line line(sources.grounds.rulebook, alike);
  std::int64_t gaps = 0;
  for_each_in_order(duties, filter_of(options, duties.as_of), [&](const Duty& duty) {
    const Day day = today.in(duty.zone);
    if (options.within && duty.due && (*duty.due - day).count() > *options.within) return;
    const auto last = ledger::last_day(duty);
    const bool late = ledger::owed(duty) && (!last || *last < day);
    result.overdue = result.overdue || late;
    if (duty.calendar_incomplete) ++gaps;
    csv.add(line.of(duty, day, late));
  });
  note_gaps(gaps, result.condition);
}

}  // namespace heed::report
