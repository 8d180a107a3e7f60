#pragma once

#include <date/tz.h>

#include "heed/time.hpp"

namespace heed {

/// How far back a zone's clock is to be read for `moment`: whole days, none while the system's
/// database tells the years one by one, which it does up to 2037. Behind that it has a rule, which
/// the library does not know and without which summer time would end for good. Such a rule names
/// days of the week of a month, so every month is like one that is told and begins on the same day
/// of the week. Zones that go by Ramadan are told to 2086 and stand still from then on.
std::chrono::days told_before(const date::time_zone& zone, Moment moment);

}  // namespace heed
