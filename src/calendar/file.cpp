#include <algorithm>

#include "heed/calendar.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::calendar {

namespace {

bool same(const Coverage& a, const Coverage& b) {
  return a.evidence == b.evidence && a.source == b.source;
}

/// One `[[coverage]]` for each run of years that are known alike.
std::string coverage_text(const std::map<int, Coverage>& coverage) {
  std::string text;
  for (auto at = coverage.begin(); at != coverage.end();) {
    const Coverage& known = at->second;
    text += "\n[[coverage]]\nyears = [" + std::to_string(at->first);
    for (++at; at != coverage.end() && same(at->second, known); ++at) {
      text += ", " + std::to_string(at->first);
    }
    text += "]\nevidence = " + document::toml_quoted(to_text(known.evidence)) +
            "\nsource = " + document::toml_quoted(known.source) + "\n";
  }
  return text;
}

/// "2025 to 2027", "2025 and 2026", "2025".
std::string run_words(int first, int last) {
  std::string from = std::to_string(first);
  if (first == last) return from;
  return from + (first + 1 == last ? " and " : " to ") + std::to_string(last);
}

std::string weekend_text(const Weekend& weekend) {
  std::string list = weekend.text();  // "sat, sun"
  for (std::size_t at = 0; (at = list.find(", ", at)) != std::string::npos; at += 4) {
    list.replace(at, 2, "\", \"");
  }
  return list.empty() ? "[]" : "[\"" + list + "\"]";
}

}  // namespace

std::string Calendar::file_text() const {
  using document::toml_quoted;
  std::string text = "id = " + toml_quoted(parts_.id) + "\ntitle = " + toml_quoted(parts_.title) +
                     "\nsource = " + toml_quoted(parts_.source) +
                     "\nretrieved = " + to_text(parts_.retrieved) +
                     "\nweekend = " + weekend_text(parts_.weekend) + "\n" +
                     (parts_.no_holidays ? "no_holidays = true\n" : "") +
                     coverage_text(parts_.coverage) + "\n[holidays]\n";
  int year = parts_.coverage.begin()->first;
  for (const auto& [day, name] : parts_.holidays) {
    if (year_of(day) != year) text += "\n";
    year = year_of(day);
    text += to_text(day) + " = " + toml_quoted(name) + "\n";
  }
  return text;
}

std::string Calendar::coverage_words() const {
  std::map<Evidence, std::string> runs;
  const auto& coverage = parts_.coverage;
  for (auto at = coverage.begin(); at != coverage.end();) {
    const auto first = at;
    int last = at->first;
    while (at != coverage.end() && at->second.evidence == first->second.evidence) {
      last = at->first;
      ++at;
    }
    auto& words = runs[first->second.evidence];
    words += (words.empty() ? "" : ", ") + run_words(first->first, last);
  }
  const std::string all = run_words(coverage.begin()->first, coverage.rbegin()->first);
  if (runs.size() == 1) return all + ", " + std::string(to_text(runs.begin()->first));
  std::string each;
  for (const auto& [evidence, words] : runs) {
    each += (each.empty() ? "" : "; ") + words + " " + std::string(to_text(evidence));
  }
  return all + " (" + each + ")";
}

Calendar Calendar::completed_by(const Calendar& older) const {
  Parts whole = parts_;
  for (const auto& [year, coverage] : older.parts_.coverage) whole.coverage.emplace(year, coverage);
  for (const auto& [day, name] : older.parts_.holidays) {
    if (!covers(day)) whole.holidays.emplace(day, name);
  }
  whole.no_holidays = whole.holidays.empty();
  return Calendar(std::move(whole));
}

Calendar Calendar::joined_with(const Calendar& other) const {
  Parts both = parts_;
  both.source += "; and calendar " + other.id();
  both.coverage.clear();
  both.holidays.clear();
  for (const auto& [year, known] : parts_.coverage) {
    const auto there = other.parts_.coverage.find(year);
    if (there == other.parts_.coverage.end()) continue;
    both.coverage[year] = {std::max(known.evidence, there->second.evidence),
                           known.source + "; and " + there->second.source};
  }
  if (both.coverage.empty()) {
    throw Error(Kind::configuration, "calendar " + id() + " covers " + coverage_words() + ", and " +
                                         other.id() + " " + other.coverage_words() +
                                         "; there is no year that both cover");
  }
  for (const auto* each : {this, &other}) {  // what this one calls a day counts
    for (const auto& [day, name] : each->parts_.holidays) {
      if (both.coverage.contains(year_of(day))) both.holidays.emplace(day, name);
    }
  }
  both.no_holidays = both.holidays.empty();
  return Calendar(std::move(both));
}

}  // namespace heed::calendar
