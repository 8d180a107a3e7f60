#pragma once

#include "cli/checks.hpp"
#include "cli/setting.hpp"

namespace heed::cli {

/// Whether jobs.toml can be read, and is often enough for the deadlines of the packs; and whether
/// complete runs really were in the last 30 days, because that is the schedule that counts.
void check_jobs(Checks& checks, const World& world, const Setting& setting);

}  // namespace heed::cli
