#include "report/due.hpp"

#include <array>

#include "report/past.hpp"

namespace heed::report {

namespace {

using ledger::Duty;

Day utc_day(Moment moment) {
  return Day(std::chrono::floor<std::chrono::days>(moment).time_since_epoch());
}

/// Duties are filed under the first record of a person, whichever was asked for.
DueOptions with_first_record(const Sources& sources, DueOptions options) {
  if (!options.person) return options;
  const auto group = sources.mirror.person(options.person->object, options.person->id);
  if (!group.members.empty()) options.person = group.members.front();
  return options;
}

ledger::Filter filter_of(const DueOptions& options, Moment as_of) {
  ledger::Filter filter;
  filter.person = options.person;
  filter.pack = options.pack;
  filter.preference = options.preference;
  // No zone is more than a day from UTC.
  if (options.within) filter.until = utc_day(as_of) + std::chrono::days(*options.within + 1);
  return filter;
}

void for_each_owed(const Sources& sources, Moment as_of, const DueOptions& options,
                   const std::function<void(const Duty&)>& visit) {
  for_each_duty(sources.ledger, as_of, filter_of(options, as_of), [&](const Duty& duty) {
    const auto left = ledger::days_left(duty, as_of);
    if (options.within && left && *left > *options.within) return;
    visit(duty);
  });
}

void add(StandingWishes& standing, const ledger::StandingCount& count) {
  auto& line = standing[{count.preference, count.pack, count.kind}];
  line.earliest = line.duties == 0 ? count.earliest : std::min(line.earliest, count.earliest);
  line.latest = line.duties == 0 ? count.latest : std::max(line.latest, count.latest);
  line.duties += count.duties;
}

StandingWishes standing_of(const Sources& sources, Moment as_of, const DueOptions& options) {
  StandingWishes standing;
  auto filter = filter_of(options, as_of);
  filter.until.reset();
  if (!is_past(sources.ledger, as_of)) {
    for (const auto& count : sources.ledger.standing(filter)) add(standing, count);
    return standing;
  }
  filter.states = {ledger::State::standing};
  for_each_duty(sources.ledger, as_of, filter, [&](const Duty& duty) {
    if (duty.doubt) return;
    add(standing,
        {duty.pack, duty.rule, duty.kind, duty.preference, 1, duty.start, duty.start_late});
  });
  return standing;
}

/// The numbers of what is owed now, without looking at each duty.
Summary sum_up(const Sources& sources, Moment as_of, const DueOptions& options) {
  Summary summary;
  summary.sums = sources.ledger.sums(filter_of(options, as_of), as_of, options.within);
  summary.more_of = [&sources, as_of, options](const Duty& duty) -> std::int64_t {
    auto own = options;
    if (!duty.person) return 0;
    own.person = duty.person;
    return sources.ledger.sums(filter_of(own, as_of), as_of, options.within).duties - 1;
  };
  return summary;
}

/// The same of a time that is over, from every duty as it stood.
Summary count_up(const Sources& sources, Moment as_of, const DueOptions& options) {
  Summary summary;
  std::map<std::string, std::int64_t> people;
  for_each_owed(sources, as_of, options, [&](const Duty& duty) {
    summary.count(duty, as_of);
    ++people[person_key(duty)];
  });
  summary.sums.people = static_cast<std::int64_t>(people.size());
  summary.more_of = [people = std::move(people)](const Duty& duty) {
    return people.at(person_key(duty)) - 1;
  };
  return summary;
}

/// The first lines of the table.
void gather(const Sources& sources, Moment as_of, const DueOptions& options, DueLines& lines) {
  if (is_past(sources.ledger, as_of)) {
    for_each_owed(sources, as_of, options, [&](const Duty& duty) { lines.add(duty); });
    return;
  }
  sources.ledger.walk_due(filter_of(options, as_of), [&](const Duty& duty) {
    const auto left = ledger::days_left(duty, as_of);
    return (options.within && left && *left > *options.within) || lines.add(duty);
  });
}

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

std::string flag_text(bool set) {
  return set ? "true" : "false";
}

void put_ref(std::array<std::string, 24>& cells, std::size_t at,
             const std::optional<mirror::Ref>& ref) {
  cells[at] = ref ? std::string_view(ref->object) : std::string_view();
  cells[at + 1] = ref ? ref->id.text() : std::string_view();
}

void put_cells(std::array<std::string, 24>& cells, const Duty& duty, Day today, bool late) {
  cells[0] = ledger::duty_name(duty.number);
  cells[1] = or_empty(duty.due);
  cells[2] = duty.due ? std::to_string((*duty.due - today).count()) : "";
  cells[3] = flag_text(late);
  cells[4] = flag_text(duty.immediate);
  cells[5] = or_empty(duty.target);
  cells[6] = task_words(duty.kind, duty.preference);
  cells[7] = to_text(duty.preference);
  cells[8] = duty.pack;
  cells[9] = duty.pack_version;
  cells[10] = duty.rule;
  put_ref(cells, 11, duty.record);
  put_ref(cells, 13, duty.person);
  cells[15].assign(duty.object).append(".").append(duty.field);
  cells[16] = to_text(duty.wish_after);
  cells[17] = to_text(duty.wish_until);
  cells[18] = to_text(duty.how);
  cells[19] = to_text(duty.start);
  cells[20] = duty.zone;
  cells[21] = duty.calendar;
  cells[22] = to_text(duty.state);
  cells[23] = remarks_of(duty);
}

void print_csv(std::ostream& out, const Sources& sources, Moment as_of, const DueOptions& options,
               DueResult& result) {
  Csv csv(out, options.csv, csv_columns());
  Today today(as_of);
  std::array<std::string, 24> cells;
  std::int64_t gaps = 0;
  for_each_duty(sources.ledger, as_of, filter_of(options, as_of), [&](const Duty& duty) {
    const Day day = today.in(duty.zone);
    if (options.within && duty.due && (*duty.due - day).count() > *options.within) return;
    const auto last = ledger::last_day(duty);
    const bool late = ledger::owed(duty) && (!last || *last < day);
    result.overdue = result.overdue || late;
    if (duty.calendar_incomplete) ++gaps;
    put_cells(cells, duty, day, late);
    csv.add(cells);
  });
  if (gaps > 0) result.condition.incomplete.push_back(gap_line(gaps));
}

}  // namespace

std::string gap_line(std::int64_t duties) {
  return counted(duties, "due date lies", "due dates lie") +
         " beyond the calendar and may be later than shown; add the holidays of those years to it";
}

std::string person_key(const Duty& duty) {
  return duty.person ? duty.person->object + " " + std::string(duty.person->id.text())
                     : duty.subject;
}

void Summary::count(const Duty& duty, Moment as_of) {
  ++sums.duties;
  const auto days = days_to_act(duty, as_of);
  if (ledger::overdue(duty, as_of)) {
    ++sums.overdue;
  } else if (duty.immediate) {
    ++sums.at_once;
  } else {
    ++(days.value_or(0) == 0 ? sums.today : *days <= 7 ? sums.soon : sums.later);
  }
  if (duty.state == ledger::State::withdrawn_to_confirm) ++sums.withdrawn;
  if (duty.place_unknown) ++sums.place_unknown;
  if (duty.calendar_incomplete) ++sums.calendar_incomplete;
  if (duty.long_past) ++sums.long_past;
  if (duty.hold) ++sums.hold;
}

DueResult due(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
              const DueOptions& given) {
  const DueOptions options = with_first_record(sources, given);
  const Moment as_of = circumstances.as_of;
  DueResult result{condition_of(sources, circumstances), false};
  if (options.format == Format::csv) {
    print_csv(out, sources, as_of, options, result);
    return result;
  }
  const Summary summary = is_past(sources.ledger, as_of) ? count_up(sources, as_of, options)
                                                         : sum_up(sources, as_of, options);
  result.overdue = summary.sums.overdue > 0;
  if (summary.sums.calendar_incomplete > 0) {
    result.condition.incomplete.push_back(gap_line(summary.sums.calendar_incomplete));
  }
  const StandingWishes standing = standing_of(sources, as_of, options);
  const DueView view{circumstances, options, result.condition, summary, standing};
  if (options.format == Format::json) {
    JsonList list(out, due_json_top(view), "duties");
    for_each_owed(sources, as_of, options,
                  [&](const Duty& duty) { list.add(duty_json(duty, as_of)); });
    list.close();
    return result;
  }
  print_due_top(out, view);
  DueLines lines(options, as_of);
  gather(sources, as_of, options, lines);
  lines.print(out, summary);
  print_head(out, result.condition);
  return result;
}

}  // namespace heed::report
