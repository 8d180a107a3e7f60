#pragma once

#include "cli/checks.hpp"
#include "cli/setting.hpp"

namespace heed::cli {

/// Packs and calendars: which are loaded, how well they are known, when they were reviewed and how
/// far they reach.
void check_schedules(Checks& checks, const Setting& setting, Moment now);

}  // namespace heed::cli
