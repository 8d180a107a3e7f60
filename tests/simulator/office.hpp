#pragma once

#include <cstdint>

#include "simulator/org.hpp"

namespace heed::simulated {

/// Some days of an office at work, the same for the same seed: people opt out and sometimes back
/// in, ask for their data or to be forgotten; staff correct, create, merge, convert, delete,
/// restore and purge; and, where the org keeps consents, see consent_acts(). Moves the org's clock
/// on by that many days.
void office_works(Org& org, unsigned days, std::uint64_t seed);

}  // namespace heed::simulated
