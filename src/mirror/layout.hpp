#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

inline constexpr std::string_view seen_column = "heed_seen";

/// The name of the column that keeps the old values of a field whose type has changed.
std::string retired_column(std::string_view field);

/// The grouping of fields by what their columns hold.
store::ColumnType column_type(FieldType type);

/// One column of an object's table, as one of the page's fields uses it.
struct Slot {
  Field field;
  store::ColumnType column = store::ColumnType::text;
  bool is_stamp = false;
  std::string known_since;             ///< RFC 3339: rows written before have not been read for it
  std::optional<Moment> hidden_since;  ///< the CRM stopped showing it then
  std::optional<Moment> absent_since;  ///< it did so before, and shows it again
  std::string back;                    ///< rows written before have not been read for it since
};

/// How the fields of a shape lie in their object's table, and the statements for it.
struct Layout {
  std::string object;
  std::string stamp;  ///< the column that orders changes
  std::vector<Slot> slots;
  std::optional<std::size_t> created;  ///< the place of CreatedDate
  std::optional<std::size_t> author;   ///< the place of LastModifiedById
  bool tracks = false;                 ///< any field is tracked
  std::string newest;                  ///< the latest known_since or back

  /// The stamp, the standing, when the row was written, then a column per slot; by Id.
  std::string select_row() const;
  /// A parameter per slot, then Id, standing, seen and, unless it is a slot, the stamp.
  std::string insert_row() const;
  /// A parameter per slot whose place in `shown` is true, then standing, seen, the stamp unless it
  /// is a slot that is shown, and Id.
  std::string update_row(const std::vector<bool>& shown) const;

  bool stamp_is_slot() const;
};

/// The layout of `shape`, all of whose fields must have been adopted (else std::logic_error).
Layout layout(store::Database& database, const Shape& shape);

/// From when on rows of an adopted object are read with a field that came into sight `now`: later
/// than any was read without it, even in the same second, or when the clock was ahead.
Moment after_all_rows(store::Database& database, std::string_view object, Moment now);

/// An adopted object's shape; nullopt when there is none.
std::optional<Shape> read_shape(store::Database& database, std::string_view object);

}  // namespace heed::mirror
