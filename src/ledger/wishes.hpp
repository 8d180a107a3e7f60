#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "heed/policy.hpp"
#include "heed/record.hpp"

namespace heed::ledger {

/// A wish, and when it was surely over.
struct Wished {
  policy::Wish wish;
  std::optional<Moment> over;  ///< nullopt: it stands
  bool again = false;          ///< the same field had one before
};

/// The wishes of one record, by field and time, from its changes in the order of their numbers. A
/// change that a better one supersedes gives its number to the wish and nothing else.
std::vector<Wished> wishes_of(std::span<const Change> changes,
                              const policy::PreferenceMap& preferences);

/// Whether both stood at some moment.
bool overlap(const Wished& a, const Wished& b);

}  // namespace heed::ledger
