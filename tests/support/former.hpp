#pragma once

#include "heed/store.hpp"

namespace heed::support {

/// Writes a ledger as the heed before wrote it (version 4): each event and duty with all its words,
/// digests as digits. The next ledger on the file lifts it.
void write_former_ledger(store::Database& database);

}  // namespace heed::support
