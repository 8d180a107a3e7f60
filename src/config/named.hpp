#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "heed/policy.hpp"

/// Objects that people name in a file, and that heed does not mirror: nothing of them is dropped
/// without a word.
namespace heed::config {

/// The objects that heed mirrors for their own fields, whatever is mapped. [[consent]] adds others.
const std::vector<std::string>& own_objects();

/// What [[consent]] has mirrored besides.
std::vector<std::string> consent_objects(const policy::PreferenceMap& preferences);

/// The end of a complaint of `name`: the one that may be meant, or all that can be named.
std::string instead_of(std::string_view name, const std::vector<std::string>& known);

/// Looks at the objects and fields that `text`, the preferences.toml called `file`, names. Throws
/// Error(configuration) for a [[preference]] or a [[field]] of an object that is not mirrored for
/// it, and for a [[field]] that heed does not ask for by itself.
void want_mirrored(std::string_view text, const std::string& file,
                   const policy::PreferenceMap& preferences);

}  // namespace heed::config
