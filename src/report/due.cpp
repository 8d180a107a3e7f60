#include "report/due.hpp"

#include "report/past.hpp"

namespace heed::report {

namespace {

using ledger::Duty;

Day utc_day(Moment moment) {
  return Day(std::chrono::floor<std::chrono::days>(moment).time_since_epoch());
}

void for_each_owed(const Sources& sources, Moment as_of, const DueOptions& options,
                   const std::function<void(const Duty&)>& visit) {
  ledger::Filter filter;
  filter.person = options.person;
  filter.pack = options.pack;
  filter.preference = options.preference;
  // No zone is more than a day from UTC.
  if (options.within) filter.until = utc_day(as_of) + std::chrono::days(*options.within + 1);
  for_each_duty(sources.ledger, as_of, filter, [&](const Duty& duty) {
    const auto left = ledger::days_left(duty, as_of);
    if (options.within && left && *left > *options.within) return;
    visit(duty);
  });
}

/// Duties are filed under the first record of a person, whichever was asked for.
DueOptions with_first_record(const Sources& sources, DueOptions options) {
  if (!options.person) return options;
  const auto group = sources.mirror.person(options.person->object, options.person->id);
  if (!group.members.empty()) options.person = group.members.front();
  return options;
}

StandingWishes standing_of(const Sources& sources, Moment as_of, const DueOptions& options) {
  StandingWishes standing;
  ledger::Filter filter;
  filter.person = options.person;
  filter.pack = options.pack;
  filter.preference = options.preference;
  filter.states = {ledger::State::standing};
  for_each_duty(sources.ledger, as_of, filter, [&](const Duty& duty) {
    if (duty.doubt) return;
    auto& line = standing[{duty.preference, duty.pack, duty.kind}];
    line.earliest = line.duties == 0 ? duty.start : std::min(line.earliest, duty.start);
    line.latest = line.duties == 0 ? duty.start_late : std::max(line.latest, duty.start_late);
    ++line.duties;
  });
  return standing;
}

void print_csv(std::ostream& out, const Sources& sources, Moment as_of, const DueOptions& options,
               DueResult& result) {
  Csv csv(out, options.csv, {{"duty", true},         {"due", true},
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
                             {"state", true},        {"remarks", false}});
  const auto flag = [](bool set) { return std::string(set ? "true" : "false"); };
  std::int64_t gaps = 0;
  for_each_owed(sources, as_of, options, [&](const Duty& duty) {
    const auto left = ledger::days_left(duty, as_of);
    const bool late = ledger::overdue(duty, as_of);
    result.overdue = result.overdue || late;
    if (duty.calendar_incomplete) ++gaps;
    const auto object = [](const auto& ref) { return ref ? ref->object : std::string(); };
    const auto id = [](const auto& ref) { return ref ? std::string(ref->id.text()) : ""; };
    csv.add({ledger::duty_name(duty.number),
             or_empty(duty.due),
             left ? std::to_string(*left) : "",
             flag(late),
             flag(duty.immediate),
             or_empty(duty.target),
             task_words(duty.kind, duty.preference),
             std::string(to_text(duty.preference)),
             duty.pack,
             duty.pack_version,
             duty.rule,
             object(duty.record),
             id(duty.record),
             object(duty.person),
             id(duty.person),
             duty.object + "." + duty.field,
             to_text(duty.wish_after),
             to_text(duty.wish_until),
             std::string(to_text(duty.how)),
             to_text(duty.start),
             duty.zone,
             duty.calendar,
             std::string(to_text(duty.state)),
             remarks_of(duty)});
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
  ++owed;
  ++people[person_key(duty)];
  const auto days = days_to_act(duty, as_of);
  if (ledger::overdue(duty, as_of)) {
    ++overdue;
  } else if (duty.immediate) {
    ++at_once;
  } else {
    ++(days.value_or(0) == 0 ? today : *days <= 7 ? soon : later);
  }
  if (duty.state == ledger::State::withdrawn_to_confirm) ++withdrawn;
  if (duty.place_unknown) ++place_unknown;
  if (duty.calendar_incomplete) ++calendar_incomplete;
  if (duty.long_past) ++long_past;
  if (duty.hold) ++hold;
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
  Summary summary;
  DueLines lines(options, as_of);
  for_each_owed(sources, as_of, options, [&](const Duty& duty) {
    summary.count(duty, as_of);
    if (options.format == Format::table) lines.add(duty);
  });
  result.overdue = summary.overdue > 0;
  if (summary.calendar_incomplete > 0) {
    result.condition.incomplete.push_back(gap_line(summary.calendar_incomplete));
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
  lines.print(out, summary);
  print_head(out, result.condition);
  return result;
}

}  // namespace heed::report
