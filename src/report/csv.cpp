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

/// Which characters can begin one, and which want quotes around their cell.
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

constexpr std::uint64_t ones = 0x0101010101010101;

/// Which of eight bytes are `c`: their highest bits.
std::uint64_t equal_bytes(std::uint64_t eight, char c) {
  constexpr std::uint64_t low = 0x7F * ones;
  const auto other = eight ^ (ones * static_cast<unsigned char>(c));
  return ~(((other & low) + low) | other | low);
}

/// How many characters want quotes around their cell: eight at a time, since every character that a
/// report has goes by here.
std::size_t count_quotables(std::string_view text) {
  std::uint64_t count = 0;
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data(), sizeof eight);
    const auto found = equal_bytes(eight, ',') | equal_bytes(eight, '"') |
                       equal_bytes(eight, '\r') | equal_bytes(eight, '\n');
    // The sum of the eight bytes, each 0 or 1, comes to lie in the last.
    count += ((found >> 7) * ones) >> 56;
  }
  const auto rest = std::count_if(text.begin(), text.end(), [](char c) { return has_mark(c, 2); });
  return count + static_cast<std::size_t>(rest);
}

bool like_a_formula(std::string_view cell) {
  if (cell.empty() || !has_mark(cell.front(), 1)) return false;
  if (cell.starts_with('\0')) return true;
  for (const auto start : formula_starts) {
    if (cell.starts_with(start)) return true;
  }
  return false;
}

/// Whether an apostrophe goes before a cell.
bool guards(CsvMode mode, bool typed, std::string_view cell) {
  return mode == CsvMode::spreadsheet && !typed && like_a_formula(cell);
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

void Csv::add(std::span<const std::string_view> row) {
  if (row.size() != columns_.size()) throw std::logic_error("a row of another file");
  // As if no cell wanted quotes. Hardly any does, and then the commas between are all there is.
  std::size_t room = 2 * row.size() + 2;
  for (const auto& cell : row) room += cell.size();
  line_.resize(room);
  char* at = line_.data();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) *at++ = ',';
    if (guards(mode_, columns_[i].typed, row[i])) *at++ = '\'';
    at = std::copy(row[i].begin(), row[i].end(), at);
  }
  line_.resize(static_cast<std::size_t>(at - line_.data()));
  if (count_quotables(line_) != row.size() - 1) {
    line_.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line_ += ',';
      put(row[i], columns_[i].typed);
    }
  }
  line_ += "\r\n";
  out_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
}

void Csv::put(std::string_view cell, bool typed) {
  const bool guard = guards(mode_, typed, cell);
  if (count_quotables(cell) == 0) {
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
