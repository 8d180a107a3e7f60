#pragma once

#include <functional>
#include <map>
#include <set>

#include "report/print.hpp"

namespace heed::report {

/// Standing wishes of one kind.
struct StandingLine {
  std::int64_t duties = 0;
  Day earliest{};
  Day latest{};
};
/// By preference, pack and kind.
using StandingWishes =
    std::map<std::tuple<Preference, std::string, policy::DutyKind>, StandingLine>;

/// What is owed, in numbers.
struct Summary {
  ledger::Sums sums;
  /// How much more than this duty is owed to its person.
  std::function<std::int64_t(const ledger::Duty&)> more_of;

  /// Adds a duty to the numbers; people are not counted.
  void count(const ledger::Duty& duty, Moment as_of);
};

/// That due dates lie beyond what the calendar covers.
std::string gap_line(std::int64_t duties);

/// The person that a duty is owed to; after an erasure, its handle.
std::string person_key(const ledger::Duty& duty);

struct DueView {
  const Circumstances& circumstances;
  const DueOptions& options;
  const Condition& condition;
  const Summary& summary;
  const StandingWishes& standing;
};

void print_due_top(std::ostream& out, const DueView& view);
Json due_json_top(const DueView& view);

/// The lines of the CSV.
class DueCsv {
 public:
  /// Writes the header row.
  DueCsv(std::ostream& out, CsvMode mode);
  /// `today`: in the duty's zone. `late`: it is overdue then.
  void add(const ledger::Duty& duty, Day today, bool late);

 private:
  const std::string& task(policy::DutyKind kind, Preference preference);
  Csv csv_;
  std::map<std::pair<policy::DutyKind, Preference>, std::string> tasks_;
  std::array<std::string, 24> cells_;
};

/// The lines of the table, as they come; prints them with the standing wishes' own conclusion.
class DueLines {
 public:
  DueLines(const DueOptions& options, Moment as_of) : options_(options), as_of_(as_of) {}
  /// False when there is room for no more.
  bool add(const ledger::Duty& duty);
  void print(std::ostream& out, const Summary& summary) const;

 private:
  const DueOptions& options_;
  Moment as_of_;
  std::vector<ledger::Duty> lines_;
  std::set<std::string> seen_;
};

}  // namespace heed::report
