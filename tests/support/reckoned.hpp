#pragma once

#include <optional>
#include <string>

#include "heed/ledger.hpp"

namespace heed::support {

/// The sums of what a filter selects, by looking at each duty.
ledger::Sums reckoned(const ledger::Ledger& ledger, const ledger::Filter& filter, Moment as_of,
                      std::optional<int> within);

/// Where the ledger's sums are others than those, for many a filter and span; empty: nowhere.
std::string wrong_sums(const ledger::Ledger& ledger, Moment as_of);

}  // namespace heed::support
