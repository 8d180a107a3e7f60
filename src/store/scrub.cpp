#include "connection.hpp"

namespace heed::store {

bool Database::scrub() {
  execute("VACUUM");
  auto row = query("PRAGMA wal_checkpoint(TRUNCATE)");
  // Without a log beside the file there is nothing to be busy with.
  return !row.step() || row.integer(0) == 0;
}

}  // namespace heed::store
