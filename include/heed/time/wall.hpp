#pragma once

#include <chrono>
#include <vector>

#include "heed/time.hpp"

/// What a clock on the wall shows, and when. Part of the module time.
namespace heed {

/// The moments at which a clock in `zone` shows `clock` (from midnight) on `day`, in order: one, or
/// two when the clock is set back over it, or none when it is set forward over it.
std::vector<Moment> moments_of(const Zone& zone, Day day, std::chrono::seconds clock);

/// The first of them; where there is none, the moment at which the clock is set forward over it.
Moment moment_of(const Zone& zone, Day day, std::chrono::seconds clock);

}  // namespace heed
