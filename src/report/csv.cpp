#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "heed/report.hpp"

namespace heed::report {

namespace {

/// What makes a spreadsheet take a cell for a formula; the last four are full-width forms of the
/// first ones. A NUL is one as well.
constexpr std::array<std::string_view, 11> formula_starts{
    "=",           "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
    "\xEF\xBC\xA0"};

/// Which characters can begin one, and which want quotes around their cell: one look at a table
/// each, because every character that a report has goes by here.
constexpr auto marks = [] {
  std::array<unsigned char, 256> table{};
  for (const char c : {'=', '+', '-', '@', '\t', '\r', '\n', '\0', '\xEF'}) {
    table[static_cast<unsigned char>(c)] = 1;
  }
  for (const char c : {',', '"', '\r', '\n'}) {
    auto& mark = table[static_cast<unsigned char>(c)];
    mark = static_cast<unsigned char>(mark + 2);
  }
  return table;
}();

bool has_mark(char c, unsigned char mark) {
  return (marks[static_cast<unsigned char>(c)] & mark) != 0;
}

/// Which of eight bytes are `c`: something else than 0 where one is.
std::uint64_t equal_bytes(std::uint64_t eight, char c) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto other = eight ^ (ones * static_cast<unsigned char>(c));
  return (other - ones) & ~other & (ones << 7);
}

/// Whether a cell wants quotes, which hardly any does: eight characters at a time.
bool wants_quotes(std::string_view cell) {
  for (; cell.size() >= 8; cell.remove_prefix(8)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, cell.data(), sizeof eight);
    if ((equal_bytes(eight, ',') | equal_bytes(eight, '"') | equal_bytes(eight, '\r') |
         equal_bytes(eight, '\n')) != 0) {
      return true;
    }
  }
  return std::any_of(cell.begin(), cell.end(), [](char c) { return has_mark(c, 2); });
}

bool like_a_formula(std::string_view cell) {
  if (cell.empty() || !has_mark(cell.front(), 1)) return false;
  if (cell.starts_with('\0')) return true;
  for (const auto start : formula_starts) {
    if (cell.starts_with(start)) return true;
  }
  return false;
}

}  // namespace

std::optional<CsvMode> parse_csv_mode(std::string_view text) {
  if (text == "spreadsheet") return CsvMode::spreadsheet;
  if (text == "data") return CsvMode::data;
  return std::nullopt;
}

std::optional<Format> parse_format(std::string_view text) {
  if (text == "table") return Format::table;
  if (text == "csv") return Format::csv;
  if (text == "json") return Format::json;
  return std::nullopt;
}

Csv::Csv(std::ostream& out, CsvMode mode, std::vector<Column> columns)
    : out_(out), mode_(mode), columns_(std::move(columns)) {
  const char* between = "";
  for (const auto& column : columns_) {
    line_ += between;
    put(column.title, true);
    between = ",";
  }
  out_ << line_ << "\r\n";
}

void Csv::add(std::span<const std::string> row) {
  if (row.size() != columns_.size()) throw std::logic_error("a row of another file");
  line_.clear();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line_ += ',';
    put(row[i], columns_[i].typed);
  }
  line_ += "\r\n";
  out_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
}

void Csv::put(std::string_view cell, bool typed) {
  const bool guard = mode_ == CsvMode::spreadsheet && !typed && like_a_formula(cell);
  if (!wants_quotes(cell)) {
    if (guard) line_ += '\'';
    line_ += cell;
    return;
  }
  line_ += guard ? "\"'" : "\"";
  for (const char c : cell) {
    if (c == '"') line_ += '"';
    line_ += c;
  }
  line_ += '"';
}

}  // namespace heed::report
