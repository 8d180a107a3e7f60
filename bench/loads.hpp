#pragma once

#include <cstdint>
#include <vector>

namespace heed::bench {

/// heed's first load beside the straight-line program's, from one server process, in turn. False
/// where their tables differ.
bool load(std::int64_t rows, int rounds);

/// The same, once for each number of rows: how cost and memory grow.
bool growth(const std::vector<std::int64_t>& rows);

/// A first load from a server that takes 300 ms an answer, beside the time the answers alone take.
bool slow(std::int64_t rows);

/// heed's first load beside the same with python3-zeep and Python's sqlite3.
bool zeep(std::int64_t rows, int rounds);

}  // namespace heed::bench
