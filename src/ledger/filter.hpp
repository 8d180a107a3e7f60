#pragma once

#include <string>

#include "duties.hpp"

namespace heed::ledger {

/// What a filter asks of duties, as it is put after WHERE in a query over duty_source.
std::string where_of(const Filter& filter);

/// Binds what where_of() left open, from parameter `at` + 1 on; returns the last one.
int bind_filter(store::Statement& query, const Filter& filter, store::Database& database, int at);

}  // namespace heed::ledger
