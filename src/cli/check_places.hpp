#pragma once

#include "cli/checks.hpp"
#include "cli/setting.hpp"
#include "heed/policy.hpp"

namespace heed::cli {

/// Which texts of the mirror say a country or a state that places.toml does not know for sure:
/// every pack that is enabled applies to those people, so the office should add what is meant.
void check_places(Checks& checks, const mirror::Mirror& mirror, const policy::Rulebook& rulebook);

}  // namespace heed::cli
