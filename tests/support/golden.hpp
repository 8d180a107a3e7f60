#pragma once

#include <string>

namespace heed::support {

/// What `tests/golden/name` holds. With HEED_ACCEPT=1 in the environment the file is first written
/// with `actual`: look at what git says changed before keeping it.
std::string golden(const std::string& name, const std::string& actual);

}  // namespace heed::support
