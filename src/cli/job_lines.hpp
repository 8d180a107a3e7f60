#pragma once

#include "cli/setting.hpp"
#include "heed/report.hpp"
#include "heed/schedule.hpp"

namespace heed::cli {

/// What the jobs do for a wish, by their command lines as the commands themselves would read them.
/// A heed due that leaves wishes out in another way than by pack, preference and within is no
/// report: of one person, of what is long past, of the past (--as-of), a table that is shorter than
/// usual, or with another configuration. Borrows `jobs`. Throws Error(usage) that names the job for
/// a command line that its command would refuse.
report::Relay relay_of(const schedule::Jobs& jobs, const Setting& setting,
                       const policy::Rulebook& rulebook);

}  // namespace heed::cli
