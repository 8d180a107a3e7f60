#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heed::cli {

/// A row of a CSV file, and the line that it begins on.
struct CsvRow {
  std::size_t line = 0;
  std::vector<std::string> cells;
};

/// RFC 4180, and what spreadsheets make of it: a byte order mark, LF alone, semicolons or tabs for
/// commas (as the first line has them). Empty lines are left out. `name` stands for the file in
/// errors. Throws Error(finding) for a quote that is not closed.
std::vector<CsvRow> csv_rows(std::string_view text, const std::string& name);

}  // namespace heed::cli
