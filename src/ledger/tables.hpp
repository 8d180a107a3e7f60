#pragma once

namespace heed::store {
class Database;
}

namespace heed::ledger {

/// Creates the ledger's tables, or lifts them to this version.
void prepare_tables(store::Database& database);

}  // namespace heed::ledger
