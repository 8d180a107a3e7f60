#include "report/due.hpp"

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

void print_csv(std::ostream& out, const Sources& sources, Moment as_of, const DueOptions& options,
               DueResult& result) {
  DueCsv csv(out, options.csv);
  Today today(as_of);
  std::int64_t gaps = 0;
  for_each_duty(sources.ledger, as_of, filter_of(options, as_of), [&](const Duty& duty) {
    const Day day = today.in(duty.zone);
    if (options.within && duty.due && (*duty.due - day).count() > *options.within) return;
    const auto last = ledger::last_day(duty);
    const bool late = ledger::owed(duty) && (!last || *last < day);
    result.overdue = result.overdue || late;
    if (duty.calendar_incomplete) ++gaps;
    csv.add(duty, day, late);
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
