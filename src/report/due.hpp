#pragma once

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
  std::int64_t owed = 0;
  std::int64_t overdue = 0;
  std::int64_t at_once = 0;  ///< the law wants it at once, and the office's own target is not over
  std::int64_t today = 0;
  std::int64_t soon = 0;  ///< within seven days
  std::int64_t later = 0;
  std::int64_t withdrawn = 0;
  std::int64_t place_unknown = 0;
  std::int64_t calendar_incomplete = 0;
  std::int64_t long_past = 0;
  std::int64_t hold = 0;
  std::map<std::string, std::int64_t> people;  ///< with how much is owed to each

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

/// The lines of the table, as they come; prints them with the standing wishes' own conclusion.
class DueLines {
 public:
  DueLines(const DueOptions& options, Moment as_of) : options_(options), as_of_(as_of) {}
  void add(const ledger::Duty& duty);
  void print(std::ostream& out, const Summary& summary) const;

 private:
  const DueOptions& options_;
  Moment as_of_;
  std::vector<ledger::Duty> lines_;
  std::set<std::string> seen_;
  std::int64_t more_ = 0;
};

}  // namespace heed::report
