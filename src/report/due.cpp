#include "report/due.hpp"

#include "report/holding.hpp"
#include "report/past.hpp"

namespace heed::report {

namespace {

using ledger::Duty;

Day utc_day(Moment moment) {
  return Day(std::chrono::floor<std::chrono::days>(moment).time_since_epoch());
}

/// Duties are filed under the first record of a person, whichever was asked for.
DueOptions with_first_record(const Duties& duties, DueOptions options) {
  if (!options.person) return options;
  const auto then = duties.past() ? std::optional(duties.as_of) : std::nullopt;
  const auto group = duties.sources.mirror.person(options.person->object, options.person->id, then);
  if (!group.members.empty()) options.person = group.members.front();
  return options;
}

void for_each_owed(const Duties& duties, const DueOptions& options,
                   const std::function<void(const Duty&)>& visit) {
  for_each_in_order(duties, filter_of(options, duties.as_of), [&](const Duty& duty) {
    const auto left = ledger::days_left(duty, duties.as_of);
    if (options.within && left && *left > *options.within) return;
    visit(duty);
  });
}

void add(WishLines& lines, const policy::Rulebook& rulebook, const ledger::WishCount& count) {
  auto& line = lines[{count.preference, count.pack, count.kind, task_words(rulebook, count)}];
  line.earliest = line.duties == 0 ? count.earliest : std::min(line.earliest, count.earliest);
  line.latest = line.duties == 0 ? count.latest : std::max(line.latest, count.latest);
  line.duties += count.duties;
  line.doubted += count.doubted;
}

/// What stood so at a time that is over.
WishLines lines_of_past(const Duties& duties, const ledger::Filter& filter) {
  WishLines lines;
  duties.for_each(filter, [&](const Duty& duty) {
    add(lines, duties.sources.grounds.rulebook,
        {duty.pack, duty.rule, duty.kind, duty.preference, 1, duty.doubt ? 1 : 0, duty.start,
         duty.start, duty.start_late});
  });
  return lines;
}

WishLines lines_of(const Sources& sources, const std::vector<ledger::WishCount>& counts) {
  WishLines lines;
  for (const auto& count : counts) add(lines, sources.grounds.rulebook, count);
  return lines;
}

WishLines standing_of(const Duties& duties, const DueOptions& options) {
  auto filter = filter_of(options, duties.as_of);
  filter.until.reset();
  if (!duties.past()) {
    return lines_of(duties.sources, duties.sources.ledger.standing(filter));
  }
  filter.states = {ledger::State::standing};
  return lines_of_past(duties, filter);
}

WishLines long_past_of(const Duties& duties, const DueOptions& options) {
  if (options.long_past) return {};
  auto filter = filter_of(options, duties.as_of);
  filter.long_past = true;
  if (!duties.past()) {
    return lines_of(duties.sources, duties.sources.ledger.long_past(filter));
  }
  return lines_of_past(duties, filter);
}

/// The numbers of what is owed now, without looking at each duty.
Summary sum_up(const Duties& duties, const DueOptions& options) {
  const auto sums_of = [&](const ledger::Filter& filter) {
    return duties.sources.ledger.sums(filter, duties.as_of, options.within);
  };
  Summary summary;
  auto filter = filter_of(options, duties.as_of);
  summary.sums = sums_of(filter);
  filter.long_past = options.long_past;
  const auto listed =
      summary.sums.long_past == 0 || options.long_past ? summary.sums : sums_of(filter);
  summary.listed_duties = listed.duties;
  summary.listed_people = listed.people;
  summary.more_of = [&duties, options](const Duty& duty) -> std::int64_t {
    auto own = options;
    if (!duty.person) return 0;
    own.person = duty.person;
    return duties.sources.ledger.sums(filter_of(own, duties.as_of), duties.as_of, options.within)
               .duties -
           1;
  };
  return summary;
}

/// The same of a time that is over, from every duty as it stood.
Summary count_up(const Duties& duties, const DueOptions& options) {
  Summary summary;
  std::map<std::string, std::int64_t> people;
  std::set<std::string> listed;
  for_each_owed(duties, options, [&](const Duty& duty) {
    summary.count(duty, duties.as_of);
    ++people[person_key(duty)];
    if (duty.long_past != options.long_past) return;
    ++summary.listed_duties;
    listed.insert(person_key(duty));
  });
  summary.sums.people = static_cast<std::int64_t>(people.size());
  summary.listed_people = static_cast<std::int64_t>(listed.size());
  summary.more_of = [people = std::move(people)](const Duty& duty) {
    return people.at(person_key(duty)) - 1;
  };
  return summary;
}

/// The first lines of the table.
void gather(const Duties& duties, const DueOptions& options, DueLines& lines) {
  auto filter = filter_of(options, duties.as_of);
  filter.long_past = options.long_past;
  if (duties.past()) {
    duties.for_each(filter, [&](const Duty& duty) {
      const auto left = ledger::days_left(duty, duties.as_of);
      if (!options.within || !left || *left <= *options.within) lines.add(duty);
    });
    return;
  }
  duties.sources.ledger.walk_due(filter, [&](const Duty& duty) {
    const auto left = ledger::days_left(duty, duties.as_of);
    return (options.within && left && *left > *options.within) || lines.add(duty);
  });
}

}  // namespace

ledger::Filter filter_of(const DueOptions& options, Moment as_of) {
  ledger::Filter filter;
  filter.person = options.person;
  filter.pack = options.pack;
  filter.preference = options.preference;
  if (options.long_past) filter.long_past = true;
  // No zone is more than a day from UTC.
  if (options.within) filter.until = utc_day(as_of) + std::chrono::days(*options.within + 1);
  return filter;
}

void for_each_in_order(const Duties& duties, ledger::Filter filter,
                       const std::function<void(const Duty&)>& visit) {
  const auto asked = filter.long_past;
  for (const bool long_past : {false, true}) {
    if (asked.value_or(long_past) != long_past) continue;
    filter.long_past = long_past;
    duties.for_each(filter, visit);
  }
}

std::string remarks_with(const Duty& duty, const Alike& alike) {
  const auto remarks = remarks_of(duty);
  const auto others = alike_words(alike.of(duty.person));
  return remarks + (remarks.empty() || others.empty() ? "" : "; ") + others;
}

std::string person_key(const Duty& duty) {
  return duty.person ? duty.person->object + " " + std::string(duty.person->id.text())
                     : duty.subject;
}

void Summary::count(const Duty& duty, Moment as_of) {
  ++sums.duties;
  const auto days = ledger::days_left(duty, as_of);
  if (ledger::overdue(duty, as_of)) {
    ++sums.overdue;
  } else if (at_once(duty, as_of)) {
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
  const Moment as_of = circumstances.as_of;
  const Duties duties(sources, as_of);
  const DueOptions options = with_first_record(duties, given);
  DueResult result{condition_of(sources, circumstances), false};
  if (options.format == Format::csv) {
    print_csv(out, duties, circumstances, options, result);
    return result;
  }
  const Alike alike(sources.mirror, circumstances.same_email);
  const Summary summary = duties.past() ? count_up(duties, options) : sum_up(duties, options);
  result.overdue = summary.sums.overdue > 0;
  note_gaps(summary.sums.calendar_incomplete, result.condition);
  const WishLines standing = standing_of(duties, options);
  const WishLines long_past = long_past_of(duties, options);
  const DueView view{circumstances,
                     options,
                     result.condition,
                     summary,
                     standing,
                     long_past,
                     known_words(sources, circumstances, result.condition),
                     knew_anything(sources.mirror, known_at(sources, circumstances))};
  if (options.format == Format::json) {
    JsonList list(out, due_json_top(view), "duties");
    for_each_owed(duties, options, [&](const Duty& duty) {
      Json json = duty_json(sources.grounds.rulebook, duty, as_of);
      json["may_be_same_as"] = alike_json(alike.of(duty.person));
      list.add(json);
    });
    list.close();
    return result;
  }
  print_due_top(out, view);
  DueLines lines(sources.grounds.rulebook, options, as_of, alike);
  gather(duties, options, lines);
  lines.print(out, summary);
  print_long_past(out, long_past);
  print_head(out, result.condition);
  return result;
}

}  // namespace heed::report
