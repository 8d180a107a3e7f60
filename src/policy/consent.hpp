#pragma once

#include "heed/document.hpp"
#include "heed/policy/preferences.hpp"

namespace heed::policy {

/// Reads one `[[consent]]`: the mapping of its status, with its terms. Error(configuration) naming
/// line and key.
Mapping read_consent(const document::Table& table);

}  // namespace heed::policy
