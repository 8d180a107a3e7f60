#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "heed/record.hpp"
#include "heed/store.hpp"
#include "heed/time/text.hpp"

namespace heed::mirror {

/// One value as its column holds it. A text lives as long as the page, or as the cell's own room.
struct Cell {
  enum class Kind { not_shown, null, integer, real, text };
  Kind kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;

  /// Takes `value` for a column of that type. Not to be copied or moved afterwards.
  void take(const Value& value, store::ColumnType column);

  bool shown() const { return kind != Kind::not_shown; }
  bool equals(const store::Statement& row, int column) const;
  void bind(store::Statement& statement, int index) const;

 private:
  void take_text(std::string_view short_lived);
  void take_number(std::int64_t number, store::ColumnType column);

  std::array<char, 32> room_{};
  MomentText moment_{};
};

/// A stored value as changes and rows write it; nullopt for NULL.
std::optional<std::string> stored_text(const store::Statement& row, int column, FieldType type);

/// A value of a field of that type as field history writes it (a moment with thousandths, a flag as
/// a digit, a day with an hour), as changes and rows do. What is none of the type stays as it is.
std::string told_text(FieldType type, const std::string& text);

}  // namespace heed::mirror
