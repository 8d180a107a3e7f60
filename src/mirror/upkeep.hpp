#pragma once

#include <string_view>

#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

/// The tables of what is kept of an object besides its rows: upkeep, and the bin.
store::Component upkeep_component();

void write_upkeep(store::Database& database, const Upkeep& upkeep);

/// The record is deleted and may still come back. One that is in the bin stays as it is.
void enter_bin(store::Database& database, std::string_view object, const Deletion& deletion);

/// The record is live again, or gone for good.
void leave_bin(store::Database& database, std::string_view object, Id id);

}  // namespace heed::mirror
