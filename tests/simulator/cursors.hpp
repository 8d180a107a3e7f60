#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulator/soql.hpp"

namespace heed::simulated {

/// The answer of one query, as row numbers: rows are read when their page is asked for.
struct Cursor {
  soql::Plan plan;
  std::vector<std::uint32_t> rows;
  Moment made{};
  std::uint64_t epoch = 0;
};

/// Part of an answer.
struct Slice {
  const Cursor* cursor = nullptr;
  std::size_t begin = 0, end = 0;
  std::string locator;  ///< of the next part; empty when this is the last
};

/// Query answers that may be gone on with, for two days by the org's clock.
class Cursors {
 public:
  explicit Cursors(const Org& org) : org_(org) {}

  Slice first(soql::Plan plan, std::vector<std::uint32_t> rows, std::size_t batch);
  /// Throws an InvalidQueryLocatorFault.
  Slice next(const std::string& locator, std::size_t batch);

 private:
  Slice slice(const std::string& id, std::size_t begin, std::size_t batch) const;
  void drop_old();

  const Org& org_;
  std::map<std::string, Cursor> cursors_;
  std::uint32_t made_ = 0;
};

}  // namespace heed::simulated
