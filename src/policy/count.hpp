#pragma once

#include <utility>

#include "heed/policy.hpp"

/// The arithmetic of due dates: civil days only.
namespace heed::policy {

/// Writes down the steps of a computation when somebody wants to see them, and nothing otherwise.
class Notes {
 public:
  explicit Notes(std::vector<Step>* steps = nullptr) : steps_(steps) {}

  /// `text` is a function, called only when the step is wanted.
  template <typename Text>
  void add(StepKind kind, std::optional<Day> day, const Text& text, int count = 0) const {
    if (steps_ != nullptr) steps_->push_back({kind, day, count, text()});
  }

 private:
  std::vector<Step>* steps_;
};

/// Where a count ended.
struct Counted {
  Day unrolled{};           ///< the end of the time as such
  Day end{};                ///< the last day in time
  bool incomplete = false;  ///< the calendar has a gap on the way; `end` is the earliest it can be
};

/// What was done about a duty that changes its time.
struct Change {
  int paused_days = 0;
  int extended = 0;                ///< how often
  std::optional<Day> extended_to;  ///< the day that the office named
};

/// Counts `reading`'s limit from `start`, adds the days in which the clock stood and rolls the
/// final day. Of `change` only those days count.
Counted count(const Reading& reading, const calendar::Calendar& calendar, Day start,
              const Change& change, const Notes& notes);

/// Whether counting asks the calendar anything.
bool needs_calendar(const Reading& reading);

/// The longer time that `change.extended` extensions give, by the earliest or the latest of the
/// extension's readings. `initial` is what count() gave. Throws Error(configuration) where the time
/// from the receipt would be of two units.
Counted extend(const Extension& extension, const Reading& reading,
               const calendar::Calendar& calendar, Day start, const Counted& initial,
               const Change& change, bool latest, const Notes& notes);

/// "45 calendar days", "1 calendar month", "at once".
std::string in_words(const Limit& limit);

}  // namespace heed::policy
