#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/policy.hpp"

namespace heed::cli {

/// What this user is shown of the CRM.
struct Sight {
  std::function<bool(std::string_view object)> object;
  std::function<bool(std::string_view object, std::string_view field)> field;
};

/// The preferences of preferences.toml for which no object that is shown has a field, a line each
/// with its mend. Optional fields are missed in silence, and where all of a preference are, so is
/// everybody's wish. Not those of objects that are not shown at all, nor of what is absent by the
/// configuration: that is told elsewhere.
std::vector<std::string> unseen_preferences(const policy::PreferenceMap& preferences,
                                            const std::vector<std::string>& absent,
                                            const Sight& sight);

}  // namespace heed::cli
