#pragma once

#include <string>
#include <vector>

#include "cli/setting.hpp"

namespace heed::cli {

/// One thing about the jobs, for heed check.
struct JobsLook {
  bool good = true;
  std::string text;
};

/// Whether jobs.toml can be read, and is often enough for the deadlines of the packs; and how often
/// there really was a complete run in the last 30 days, because that is the schedule that counts.
std::vector<JobsLook> look_at_jobs(const Setting& setting, Moment now);

}  // namespace heed::cli
