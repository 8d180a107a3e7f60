#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "heed/policy.hpp"
#include "heed/record.hpp"

namespace heed::ledger {

/// That something was done about a wish, and what shows it.
struct Done {
  std::optional<Day> day;       ///< a date that stands there ...
  std::optional<Moment> since;  ///< ... or a flag, in a row of this stamp
  std::string proof;
};

/// A wish, and when it was surely over.
struct Wished {
  policy::Wish wish;
  std::optional<Moment> over;  ///< nullopt: it stands
  bool again = false;          ///< the same field had one before
  std::optional<Done> done;    ///< a field of the CRM says so
};

/// The wishes of one record, by field and time, from its changes in the order of their numbers. A
/// change that a better one supersedes gives its number to the wish and nothing else.
std::vector<Wished> wishes_of(std::span<const Change> changes,
                              const policy::PreferenceMap& preferences);

/// Whether both stood at some moment.
bool overlap(const Wished& a, const Wished& b);

}  // namespace heed::ledger
