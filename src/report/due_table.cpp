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
  out << counted(sums.duties, "duty", "duties") << " owed to "
      << counted(sums.people, "person", "people") << ": "
      << parts_of({{sums.overdue, "overdue"},
                   {sums.at_once, "to do at once"},
                   {sums.today, "due today"},
                   {sums.soon, "due within 7 days"},
                   {sums.later, "later"}})
      << "\n";
  const std::string apart = parts_of({{sums.withdrawn, "withdrawn, to be confirmed"},
                                      {sums.place_unknown, "where the place is unknown"},
                                      {sums.hold, "under a privacy hold"},
                                      {sums.long_past, "long past, without a date"}});
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
  if (options.preference) add("preference " + std::string(to_text(*options.preference)));
  if (!text.empty()) out << text << "\n";
}

void print_standing(std::ostream& out, const StandingWishes& standing) {
  if (standing.empty()) return;
  std::int64_t sum = 0;
  Table table({{"Wish"}, {"Law"}, {"To do"}, {"Count", Align::right}, {"Made from"}, {"to"}});
  for (const auto& [key, line] : standing) {
    const auto& [preference, pack, kind] = key;
    sum += line.duties;
    table.add({std::string(wish_words(preference)), pack, task_words(kind, preference),
               grouped(line.duties), to_text(line.earliest), to_text(line.latest)});
  }
  out << "\nSTANDING WISHES: " << counted(sum, "duty", "duties")
      << " from flags that were set before heed first looked; not counted as owed until you "
         "decide\n";
  table.print(out, 2);
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
  out << "Owed as of " << to_text(view.circumstances.as_of) << ", "
      << mirrored_words(view.condition) << "\n";
  print_selection(out, view.options);
  print_numbers(out, view.summary);
  print_standing(out, view.standing);
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
    const std::string remarks = remarks_of(duty);
    std::vector<std::string> row{ledger::duty_name(duty.number),
                                 duty.due ? to_text(*duty.due) : "-",
                                 time_words(duty, as_of_),
                                 task_words(duty.kind, duty.preference),
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
  out << (options_.all_duties ? "\nOWED, every duty, soonest first\n"
                              : "\nOWED, one line a person, soonest first\n");
  table.print(out, 2);
  const auto all = options_.all_duties ? summary.sums.duties : summary.sums.people;
  if (const auto more = all - static_cast<std::int64_t>(lines_.size()); more > 0) {
    out << "  … "
        << (options_.all_duties ? counted(more, "more duty", "more duties")
                                : counted(more, "more person", "more people"))
        << "; heed due --format csv lists everything\n";
  }
  out << "\nheed explain " << ledger::duty_name(lines_.front().number)
      << " tells how that date came about.\n";
}

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
  json["standing"] = Json::array();
  for (const auto& [key, line] : view.standing) {
    const auto& [preference, pack, kind] = key;
    Json each;
    each["preference"] = std::string(to_text(preference));
    each["pack"] = pack;
    each["kind"] = std::string(to_text(kind));
    each["duties"] = line.duties;
    each["earliest"] = to_text(line.earliest);
    each["latest"] = to_text(line.latest);
    json["standing"].push_back(each);
  }
  return json;
}

}  // namespace heed::report
