#pragma once

namespace heed::ledger {

class Chain;

/// Creates the ledger's tables, or lifts them to this version.
void prepare_tables(Chain& chain);

}  // namespace heed::ledger
