#pragma once

#include <array>
#include <functional>

#include "policy/count.hpp"

namespace heed::policy {

/// What one reading of a rule gives.
struct Outcome {
  const Reading* reading = nullptr;
  const calendar::Calendar* calendar = nullptr;
  std::optional<Counted> initial;  ///< as if never extended; nullopt: long past
  std::optional<Counted> counted;  ///< the same where it never was

  std::optional<Day> end() const;
};

/// The default, strict and lenient outcome, in that order. A reading that the rule does not have is
/// the default one.
using Outcomes = std::array<Outcome, 3>;

using CalendarOf = std::function<const calendar::Calendar&(const Reading&)>;

/// Counts every reading of `rule` from `start`, with what `change` did. Strict is never later than
/// default, nor lenient earlier.
Outcomes weigh(const Rule& rule, Day start, const Change& change, const CalendarOf& calendar_of);

const Outcome& chosen_of(const Outcomes& outcomes, Profile profile);

/// The office's own limit, counted by the chosen reading's calendar. Where that does not reach it
/// is `start`: never later than promised.
Day target_of(const Limit& limit, const Outcome& chosen, Day start, const Notes& notes);

/// What one more extension than `change` has would give. `chosen` is not long past.
ExtensionOffer offer_of(const Extension& extension, const Outcome& chosen, Day start,
                        const Change& change, Profile profile, const Notes& notes);

/// Writes down what the readings give that were not chosen.
void note_others(const Outcomes& outcomes, const Outcome& chosen, const Notes& notes);

}  // namespace heed::policy
