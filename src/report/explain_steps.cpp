#include <algorithm>

#include "report/explain.hpp"

namespace heed::report {

namespace {

using policy::Step;
using policy::StepKind;

/// The Monday of the week.
Day week_of(Day day) {
  return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

bool is_weekend(const Step& step) {
  return step.kind == StepKind::skipped && step.day &&
         step.text.starts_with(calendar::weekday_name(*step.day));
}

/// Whether `next` goes into the line that `last` ends.
bool together(const Step& last, const Step& next) {
  if (!last.day || !next.day || last.kind != next.kind) return false;
  if (next.kind == StepKind::counted) return week_of(*last.day) == week_of(*next.day);
  return is_weekend(last) && is_weekend(next) && *next.day == *last.day + std::chrono::days(1);
}

std::string_view what_of(StepKind kind) {
  switch (kind) {
    case StepKind::receipt:
      return "wish";
    case StepKind::evidence:
      return "received";
    case StepKind::in_force:
      return "rule begins";
    case StepKind::other:
      return "other reading";
    case StepKind::extended:
      return "extension";
    case StepKind::rolled:
      return "moves on";
    case StepKind::waited:
      return "waited for";
    default:
      return to_text(kind);
  }
}

StepLine line_of(const Step& first, const Step& last) {
  StepLine line;
  if (first.day) line.days = to_text(*first.day);
  if (first.day != last.day) line.days += " to " + to_text(*last.day);
  line.what = what_of(first.kind);
  if (first.kind == StepKind::counted) {
    const bool one = first.count == last.count;
    line.text = (one ? "day " : "days ") + std::to_string(first.count) +
                (one ? "" : " to " + std::to_string(last.count)) + ", " + first.text +
                (one ? "" : " to " + last.text);
  } else if (first.day != last.day) {
    line.text = std::string(calendar::weekday_name(*first.day)) + " and " + last.text;
  } else {
    line.text = first.text;
  }
  return line;
}

}  // namespace

std::vector<StepLine> step_lines(const std::vector<Step>& steps) {
  std::vector<StepLine> lines;
  for (auto first = steps.begin(); first != steps.end();) {
    auto last = first;
    while (last + 1 != steps.end() && together(*last, *(last + 1))) ++last;
    lines.push_back(line_of(*first, *last));
    first = last + 1;
  }
  return lines;
}

}  // namespace heed::report
