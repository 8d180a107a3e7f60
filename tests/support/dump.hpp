#pragma once

#include <string>

#include "heed/store.hpp"

namespace heed::support {

/// All that a mirror says, in a fixed order and one text: the CRM's tables, the changes, the links.
/// Left out is what depends on when heed ran: first-seen moments, run log, cursors.
std::string dump(store::Database& database);

/// The same for the list of records to assess, and the cursors.
std::string dump_progress(store::Database& database);

}  // namespace heed::support
