#include <algorithm>

#include "report/due.hpp"

namespace heed::report {

namespace {

using Align = Table::Align;

/// "2 overdue, 1 due today": what is not nothing.
std::string parts_of(const std::vector<std::pair<std::int64_t, std::string>>& parts) {
  std::string text;
  for (const auto& [number, words] : parts) {
    if (number > 0) text += (text.empty() ? "" : ", ") + grouped(number) + " " + words;
  }
  return text;
}

void print_numbers(std::ostream& out, const Summary& summary) {
  const auto& sums = summary.sums;
  if (sums.duties == 0) {
    out << "Nothing is owed.\n";
    return;
  }
  const std::string undated =
      sums.long_past > 0 ? " (" + grouped(sums.long_past) + " of them long past, without a date)"
                         : "";
  out << counted(sums.duties, "duty", "duties") << " owed to "
      << counted(sums.people, "person", "people") << ": "
      << parts_of({{sums.overdue, "overdue" + undated},
                   {sums.at_once, "to do at once"},
                   {sums.today, "due today"},
                   {sums.soon, "due within 7 days"},
                   {sums.later, "later"}})
      << "\n";
  const std::string apart =
      parts_of({{sums.withdrawn, "withdrawn, to be confirmed"},
                {sums.place_unknown, "where the place is unknown (heed check names the texts)"},
                {sums.hold, "under a privacy hold"}});
  if (!apart.empty()) out << "Of these, " << apart << "\n";
}

void print_selection(std::ostream& out, const DueOptions& options) {
  std::string text;
  const auto add = [&text](const std::string& words) {
    text += (text.empty() ? "Only " : ", ") + words;
  };
  if (options.within) add("due within " + counted(*options.within, "day", "days"));
  if (options.person) add("the person of " + ref_words(options.person));
  if (!options.pack.empty()) add("pack " + options.pack);
  if (options.long_past) add("what is long past");
  if (options.preference) add("preference " + std::string(to_text(*options.preference)));
  if (!text.empty()) out << text << "\n";
}

std::int64_t duties_of(const WishLines& lines) {
  std::int64_t sum = 0;
  for (const auto& [key, line] : lines) sum += line.duties;
  return sum;
}

std::int64_t doubted_of(const WishLines& lines) {
  std::int64_t sum = 0;
  for (const auto& [key, line] : lines) sum += line.doubted;
  return sum;
}

void print_lines(std::ostream& out, const WishLines& lines) {
  const auto doubted = doubted_of(lines);
  std::vector<Table::Column> columns{{"Wish"},      {"Law"}, {"To do"}, {"Count", Align::right},
                                     {"Made from"}, {"to"}};
  if (doubted > 0) columns.push_back({"Withdrawn", Align::right});
  Table table(std::move(columns));
  for (const auto& [key, line] : lines) {
    const auto& [preference, pack, kind, task] = key;
    std::vector<std::string> cells{std::string(wish_words(preference)),
                                   pack,
                                   task,
                                   grouped(line.duties),
                                   to_text(line.earliest),
                                   to_text(line.latest)};
    if (doubted > 0) cells.push_back(line.doubted > 0 ? grouped(line.doubted) : "");
    table.add(std::move(cells));
  }
  table.print(out, 2);
  if (doubted > 0) {
    out << "  Withdrawn: the flag was taken back since, or the law applies no more; to be "
           "confirmed, and\n  not closed by itself\n";
  }
}

void print_standing(std::ostream& out, const WishLines& standing) {
  if (standing.empty()) return;
  out << "\nSTANDING WISHES: " << counted(duties_of(standing), "duty", "duties")
      << " from flags that were set before heed first looked; not counted as owed until you "
         "decide\n";
  print_lines(out, standing);
  out << "  Decide in heed.toml: [baseline] handled_before = YYYY-MM-DD with by and reason closes\n"
         "  the older ones; treat = \"open\" makes all of them owed. Then run heed sync.\n";
}

std::string since_words(const ledger::Duty& duty) {
  if (duty.start == duty.start_late) return to_text(duty.start);
  return to_text(duty.start) + " to " + to_text(duty.start_late);
}

}  // namespace

void print_due_top(std::ostream& out, const DueView& view) {
  print_top(out, view.condition);
  if (!view.known_anything) {
    out << "Nothing was known yet of what is owed.\n";
    return;
  }
  out << "Owed as of " << to_text(view.circumstances.as_of) << ", " << view.known << "\n";
  print_selection(out, view.options);
  print_numbers(out, view.summary);
  print_standing(out, view.standing);
}

void print_long_past(std::ostream& out, const WishLines& long_past) {
  if (long_past.empty()) return;
  out << "\nLONG PAST: " << counted(duties_of(long_past), "duty", "duties")
      << " begun before the holidays are known; overdue, and since when is not computed\n";
  print_lines(out, long_past);
  out << "  heed due --long-past lists them, --format csv for a list to work through. What was "
         "done\n"
         "  is closed with heed done --file LIST --evidence TEXT, many alike with --filter; where "
         "a\n"
         "  wish came in later than the CRM shows, heed received DUTY DAY gives it its date.\n";
}

bool DueLines::add(const ledger::Duty& duty) {
  if (options_.limit != 0 && lines_.size() == options_.limit) return false;
  if (options_.all_duties || seen_.insert(person_key(duty)).second) lines_.push_back(duty);
  return true;
}

void DueLines::print(std::ostream& out, const Summary& summary) const {
  if (lines_.empty()) return;
  std::vector<Table::Column> columns{{"Duty"}, {"Due"},    {"Time left"}, {"To do"},
                                     {"Law"},  {"Record"}, {"Wished"},    {"State"}};
  if (!options_.all_duties) columns.push_back({"More", Align::right});
  Table table(columns);
  for (const auto& duty : lines_) {
    const std::string remarks = remarks_with(duty, alike_);
    std::vector<std::string> row{ledger::duty_name(duty.number),
                                 duty.due ? to_text(*duty.due) : "-",
                                 time_words(duty, as_of_),
                                 task_words(rulebook_, duty),
                                 duty.pack,
                                 ref_words(duty.record),
                                 since_words(duty),
                                 state_words(duty) + (remarks.empty() ? "" : "; " + remarks)};
    if (!options_.all_duties) {
      const auto others = summary.more_of(duty);
      row.push_back(others > 0 ? "+" + grouped(others) : "");
    }
    table.add(row);
  }
  out << (options_.long_past ? "\nLONG PAST" : "\nOWED")
      << (options_.all_duties ? ", every duty" : ", one line a person")
      << (options_.long_past ? ", oldest first\n" : ", soonest first\n");
  table.print(out, 2);
  const auto all = options_.all_duties ? summary.listed_duties : summary.listed_people;
  if (const auto more = all - static_cast<std::int64_t>(lines_.size()); more > 0) {
    out << "  … "
        << (options_.all_duties ? counted(more, "more duty", "more duties")
                                : counted(more, "more person", "more people"))
        << "; heed due" << (options_.long_past ? " --long-past" : "")
        << " --format csv lists everything\n";
  }
  out << "\nheed explain " << ledger::duty_name(lines_.front().number)
      << " tells how that date came about.\n";
}

namespace {

Json lines_json(const WishLines& lines) {
  Json all = Json::array();
  for (const auto& [key, line] : lines) {
    const auto& [preference, pack, kind, task] = key;
    Json each;
    each["preference"] = std::string(to_text(preference));
    each["pack"] = pack;
    each["kind"] = std::string(to_text(kind));
    each["task"] = task;
    each["duties"] = line.duties;
    each["withdrawn_to_confirm"] = line.doubted;
    each["earliest"] = to_text(line.earliest);
    each["latest"] = to_text(line.latest);
    all.push_back(std::move(each));
  }
  return all;
}

}  // namespace

Json due_json_top(const DueView& view) {
  const auto& sums = view.summary.sums;
  Json json;
  json["meta"] = meta_json(view.condition, view.circumstances);
  auto& counts = json["meta"]["counts"];
  counts["owed"] = sums.duties;
  counts["people"] = sums.people;
  counts["overdue"] = sums.overdue;
  counts["at_once"] = sums.at_once;
  counts["today"] = sums.today;
  counts["within_7_days"] = sums.soon;
  counts["later"] = sums.later;
  counts["withdrawn_to_confirm"] = sums.withdrawn;
  counts["place_unknown"] = sums.place_unknown;
  counts["calendar_incomplete"] = sums.calendar_incomplete;
  counts["long_past"] = sums.long_past;
  counts["hold"] = sums.hold;
  json["standing"] = lines_json(view.standing);
  json["long_past"] = lines_json(view.long_past);
  return json;
}

}  // namespace heed::report
