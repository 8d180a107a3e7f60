#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "heed/sync.hpp"

namespace heed::config {

/// What is wanted of an object, made where nothing is yet; it may be wanted for several reasons.
sync::Wanted& wanted_of(sync::Options& options, const std::string& object);

/// Adds a name that is not empty and not in the list.
void add_once(std::vector<std::string>& list, const std::string& name);

/// The fields of an object that heed asks for by itself, where it can see them: those that say who
/// is who, and where somebody lives. Empty for an object of which it asks for none.
std::vector<std::string> own_fields(std::string_view object);

}  // namespace heed::config
