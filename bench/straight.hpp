#pragma once

#include <cstdint>
#include <string>

#include "heed/record.hpp"

namespace heed::bench {

/// The straight-line program that heed is measured against: fetches the same pages from `url` with
/// libcurl, reads them with expat (namespaces on), and upserts them with SQLite into the same
/// columns of `file`, with the same pragmas, a transaction a page. Nothing else: no history, no
/// cursor, no faults. Returns the rows it read.
std::int64_t straight(const std::string& url, const Shape& shape, const std::string& file);

/// Downloads the same pages with libcurl and reads nothing of them but where the next one is.
/// Returns the answers.
std::int64_t fetch(const std::string& url);

/// A digest of the shape's table in `file`, every value of every row in the order of the ids.
std::string dump(const std::string& file, const Shape& shape);

}  // namespace heed::bench
