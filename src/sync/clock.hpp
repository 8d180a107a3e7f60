#pragma once

#include <optional>

#include "sync/asking.hpp"

namespace heed::sync {

/// An object that was read by a clock of the CRM that was ahead, and is set right.
struct SetBack {
  Moment said;   ///< up to when it counted as read
  Moment right;  ///< from when it is read again
};

/// Looks whether the object counts as read up to a moment that is still to come, and if so takes
/// it back to the last one that is known to be right: the beginning of the last complete run before
/// the present, or else the present, less the overlap. What the clock's moments hide from windows a
/// comparison finds, which begins with this run. To be asked before the object is read.
std::optional<SetBack> set_back(const Task& task);

}  // namespace heed::sync
