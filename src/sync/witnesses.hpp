#pragma once

#include <cstdint>
#include <vector>

#include "sync/asking.hpp"

namespace heed::sync {

/// Records that the mirror has live, asked for once more: where they do not come, this user has
/// probably lost a permission, and nothing that does not come is known to be gone.
struct Witnesses {
  std::int64_t asked = 0;  ///< 0: the mirror has no live record of the object
  std::int64_t came = 0;

  /// Some came, and no more than one, of a hundred at most, did not.
  bool vouch() const { return came > 0 && asked - came <= 1; }
};

/// Asks for a hundred live records at most, the ones after the first that is missing first, in the
/// order of ids. What is `missing` itself, and live in the mirror still, bears no witness.
Ended ask_witnesses(const Task& task, const std::vector<Id>& missing, Witnesses& witnesses);

/// That so many deleted records do not come, and that none is taken for purged.
Finding not_purged(const std::string& object, std::int64_t missing, const Witnesses& witnesses);

}  // namespace heed::sync
