#pragma once

#include "heed/policy.hpp"

namespace heed::policy {

/// The day on which a moment falls for a pack that counts in that zone.
Day receipt_day(const Zone& zone, Moment moment);

/// A pack that applies to a person.
struct Rulebook::Found {
  std::size_t pack = 0;        ///< its place in the rulebook
  bool place_unknown = false;  ///< only because a place is not known
};

}  // namespace heed::policy
