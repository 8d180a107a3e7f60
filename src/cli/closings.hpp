#pragma once

#include "cli/acting.hpp"

namespace heed::cli {

/// A duty to be closed, and where that was said.
struct Wanted {
  ledger::Closing closing;
  std::string where;  ///< "FILE:LINE"; empty where a filter found it
};

/// What a CSV file lists: a column `duty` (or the only one, in a file without titles), and where
/// they are there `on` with the day and `evidence` with the proof, titles in any letter case. The
/// other columns of heed due's CSV do not matter, so that it serves; any other title, or a cell
/// without one, could be what was done, misspelt, and is not passed over. What they leave out is
/// the day and the proof given here. A row that cannot be read is added to `problems`. Throws
/// Error(finding) for titles that are not understood, Error(usage) for a file that cannot be
/// opened, and for one without a line.
std::vector<Wanted> closings_in(const std::string& file, const ledger::Closing& otherwise,
                                std::vector<std::string>& problems);

/// What a filter like "pack=ca-casl preference=email until=2026-12-01" selects of what is owed, and
/// how many more of it a privacy hold protects. Throws Error(usage), also for a key that is there
/// twice or without a value.
std::vector<Wanted> closings_by(const std::string& filter, const ledger::Closing& otherwise,
                                const Acting& acting, std::int64_t& held);

}  // namespace heed::cli
