#pragma once

#include <cstdint>
#include <string>

#include "heed/record.hpp"

namespace heed::bench {

/// One run of heed against a prepared CRM into the mirror in `file`, Individuals alone, with at
/// most `rows` in an answer to one query. Returns the requests it made.
std::int64_t sync(const std::string& url, const std::string& file, std::int64_t rows);

/// Leaves nothing on the list of what is to be assessed, as every run of heed does in the end.
void clear_list(const std::string& file);

/// The same with what `heed verify` compares; std::runtime_error where something differs.
std::int64_t verify(const std::string& url, const std::string& file, std::int64_t rows);

/// The shape that heed reads, as the CRM describes it; its mirror, without rows, is left in `file`.
Shape shape_of(const std::string& file);

/// The shape of the mirror in `file`.
Shape stored_shape(const std::string& file);

}  // namespace heed::bench
