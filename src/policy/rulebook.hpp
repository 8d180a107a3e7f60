#pragma once

#include "heed/policy.hpp"

namespace heed::policy {

/// A pack that applies to a person.
struct Rulebook::Found {
  std::size_t pack = 0;        ///< its place in the rulebook
  bool place_unknown = false;  ///< only because a place is not known
};

}  // namespace heed::policy
