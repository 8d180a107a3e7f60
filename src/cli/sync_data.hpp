#pragma once

#include <iosfwd>
#include <optional>

#include "heed/erasure.hpp"
#include "heed/ledger.hpp"
#include "heed/sync.hpp"

namespace heed::cli {

/// What a run of heed sync did, as `--format json` gives it: one record, null for nothing.
void print_sync_data(std::ostream& out, const sync::Report& report, const ledger::Outcome& outcome,
                     const erasure::Outcome& forgotten);

}  // namespace heed::cli
