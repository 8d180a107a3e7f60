#pragma once

#include <functional>
#include <map>
#include <set>

#include "report/alike.hpp"
#include "report/past.hpp"

namespace heed::report {

/// What was wished alike, and is told in one line.
struct WishLine {
  std::int64_t duties = 0;
  std::int64_t doubted = 0;
  Day earliest{};
  Day latest{};
};
/// By preference, pack, kind, and what is to be done about it.
using WishLines =
    std::map<std::tuple<Preference, std::string, policy::DutyKind, std::string>, WishLine>;

/// What is owed, in numbers.
struct Summary {
  ledger::Sums sums;
  std::int64_t listed_duties = 0;  ///< of these what the table tells one by one
  std::int64_t listed_people = 0;
  /// How much more than this duty is owed to its person.
  std::function<std::int64_t(const ledger::Duty&)> more_of;

  /// Adds a duty to the numbers; people are not counted.
  void count(const ledger::Duty& duty, Moment as_of);
};

/// The person that a duty is owed to; after an erasure, its handle.
std::string person_key(const ledger::Duty& duty);

/// What the options select, as far as the ledger can tell: `within` by a day too far.
ledger::Filter filter_of(const DueOptions& options, Moment as_of);

/// What has a date, soonest first, before what is long past.
void for_each_in_order(const Duties& duties, ledger::Filter filter,
                       const std::function<void(const ledger::Duty&)>& visit);

void print_csv(std::ostream& out, const Duties& duties, const Circumstances& circumstances,
               const DueOptions& options, DueResult& result);

/// What is special about a duty, and who its person may be besides.
std::string remarks_with(const ledger::Duty& duty, const Alike& alike);

struct DueView {
  const Circumstances& circumstances;
  const DueOptions& options;
  const Condition& condition;
  const Summary& summary;
  const WishLines& standing;
  const WishLines& long_past;  ///< empty where it is told one by one
  std::string known;           ///< how far it was known: known_words()
  bool known_anything;
};

void print_due_top(std::ostream& out, const DueView& view);
Json due_json_top(const DueView& view);

/// What began before holidays are known, and how to deal with it.
void print_long_past(std::ostream& out, const WishLines& long_past);

/// The lines of the table, as they come; prints them with the standing wishes' own conclusion.
class DueLines {
 public:
  DueLines(const policy::Rulebook& rulebook, const DueOptions& options, Moment as_of,
           const Alike& alike)
      : rulebook_(rulebook), options_(options), as_of_(as_of), alike_(alike) {}
  /// False when there is room for no more.
  bool add(const ledger::Duty& duty);
  void print(std::ostream& out, const Summary& summary) const;

 private:
  const policy::Rulebook& rulebook_;
  const DueOptions& options_;
  Moment as_of_;
  const Alike& alike_;
  std::vector<ledger::Duty> lines_;
  std::set<std::string> seen_;
};

}  // namespace heed::report
