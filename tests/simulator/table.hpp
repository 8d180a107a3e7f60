#pragma once

#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "heed/record.hpp"
#include "simulator/schema.hpp"

namespace heed::simulated {

/// Every value that occurs in the org, once. A cell of a table is the number of its value, so that
/// many rows of many empty columns are small.
class Pool {
 public:
  using Cell = std::uint32_t;
  static constexpr Cell null = 0;
  static constexpr Cell no = 1;
  static constexpr Cell yes = 2;

  Pool();
  Cell of(const Value& value);
  Cell of_text(std::string_view text);
  const Value& operator[](Cell cell) const { return values_[cell]; }

 private:
  Cell append(const Value& value);

  std::pmr::monotonic_buffer_resource arena_;
  std::vector<Value> values_;
  std::unordered_map<std::string_view, Cell> texts_;
  std::map<std::pair<std::size_t, std::int64_t>, Cell> others_;
};

/// What the org keeps of each row by itself.
struct Row {
  Id id;
  Moment created{};
  Moment modified{};
  Moment stamp{};
  bool deleted = false;
  bool purged = false;  ///< gone for good: only the delete log knows of it
  bool hidden = false;  ///< not shared with the integration user
};

/// The rows of one object, in the order of their ids.
class Table {
 public:
  /// The object begins as `info` says; its fields are the table's own from then on.
  Table(const ObjectInfo& info, Pool& pool);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  const ObjectInfo& info() const { return info_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }

  /// Adds a row with the next id; its flags are false, its other values null.
  std::uint32_t append(Moment created, Moment stamp);

  Row& row(std::uint32_t number) { return rows_[number]; }
  const Row& row(std::uint32_t number) const { return rows_[number]; }
  std::optional<std::uint32_t> find(const Id& id) const;

  /// Text values live as long as the org; an id as long as no row is added.
  Value value(std::uint32_t number, std::size_t column) const;
  void set(std::uint32_t number, std::size_t column, Pool::Cell cell);
  Pool::Cell cell(std::uint32_t number, std::size_t column) const {
    return cells_[number * fields_.size() + column];
  }
  void reserve(std::size_t rows);
  /// Nulls every value of a purged row.
  void clear(std::uint32_t number);
  /// Gives a field another type, and every row the value that the new type makes of its own: null
  /// where it makes none. `type` lives as long as the table.
  void retype(std::size_t column, std::string_view type);

 private:
  std::vector<FieldInfo> fields_;
  ObjectInfo info_;
  Pool* pool_;
  std::vector<Row> rows_;
  std::vector<Pool::Cell> cells_;
};

}  // namespace heed::simulated
