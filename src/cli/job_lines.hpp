#pragma once

#include "cli/reporting.hpp"
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
                       const policy::Rulebook& rulebook, const OwedPacks& owed);

/// Why its command would refuse a job each time; nullopt where it would not. Without a rulebook
/// nothing is said of packs.
std::optional<std::string> refusal_of(const schedule::Job& job, const policy::Rulebook* rulebook,
                                      const OwedPacks& owed);

/// The packs that the mirror has duties of; none where it is not there yet.
OwedPacks packs_in_mirror(const World& world, const Setting& setting);

}  // namespace heed::cli
