#include "connection.hpp"

namespace heed::store {

void Database::rewrite() {
  execute("VACUUM");
}

}  // namespace heed::store
