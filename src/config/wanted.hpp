#pragma once

#include <string>
#include <vector>

#include "heed/sync.hpp"

namespace heed::config {

/// What is wanted of an object, made where nothing is yet; it may be wanted for several reasons.
sync::Wanted& wanted_of(sync::Options& options, const std::string& object);

/// Adds a name that is not empty and not in the list.
void add_once(std::vector<std::string>& list, const std::string& name);

}  // namespace heed::config
