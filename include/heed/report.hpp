#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

/// What people and machines read.
namespace heed::report {

/// A table for a terminal: columns as wide as their content, two blanks apart.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell per column.
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }

  /// Prints titles and rows, `indent` blanks before each line; nothing when there are no rows.
  void print(std::ostream& out, int indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// "1,234,567".
std::string grouped(std::int64_t number);

/// "1 duty", "2 duties": the count and the word that goes with it.
std::string counted(std::int64_t number, std::string_view one, std::string_view many);

/// How many columns a terminal takes for `text` (UTF-8): combining marks none, wide characters two.
std::size_t width(std::string_view text);

}  // namespace heed::report
