#include "cell.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace heed::mirror {

using store::ColumnType;

void Cell::take_text(std::string_view short_lived) {
  const auto length = std::min(short_lived.size(), room_.size());
  std::copy_n(short_lived.data(), length, room_.data());
  kind = Kind::text;
  text = {room_.data(), length};
}

void Cell::take_number(std::int64_t number, ColumnType column) {
  kind = column == ColumnType::real ? Kind::real : Kind::integer;
  integer = number;
  real = static_cast<double>(number);
}

void Cell::take(const Value& value, ColumnType column) {
  if (std::holds_alternative<NotShown>(value)) {
    kind = Kind::not_shown;
  } else if (std::holds_alternative<Null>(value)) {
    kind = Kind::null;
  } else if (std::holds_alternative<Empty>(value)) {
    // A column of numbers has no empty text.
    kind = column == ColumnType::text ? Kind::text : Kind::null;
    text = {};
  } else if (const auto* words = std::get_if<std::string_view>(&value)) {
    kind = Kind::text;
    text = *words;
  } else if (const auto* flag = std::get_if<bool>(&value);
             flag != nullptr && column != ColumnType::text) {
    take_number(*flag ? 1 : 0, column);
  } else if (const auto* number = std::get_if<std::int64_t>(&value);
             number != nullptr && column != ColumnType::text) {
    take_number(*number, column);
  } else if (const auto* fraction = std::get_if<double>(&value);
             fraction != nullptr && column != ColumnType::text) {
    kind = Kind::real;
    real = *fraction;
  } else if (const auto* moment = std::get_if<Moment>(&value)) {
    kind = Kind::text;
    text = write_text(*moment, moment_);
  } else {
    // Days always, the others in a column of texts.
    take_text(to_text(value).value_or(""));
  }
}

bool Cell::equals(const store::Statement& row, int column) const {
  switch (kind) {
    case Kind::not_shown:
      return true;
    case Kind::null:
      return row.is_null(column);
    case Kind::integer:
      return !row.is_null(column) && row.integer(column) == integer;
    case Kind::real:
      return !row.is_null(column) && row.number(column) == real;
    case Kind::text:
      return !row.is_null(column) && row.text(column) == text;
  }
  return false;
}

void Cell::bind(store::Statement& statement, int index) const {
  switch (kind) {
    case Kind::not_shown:
    case Kind::null:
      statement.bind_at(index, std::nullopt);
      break;
    case Kind::integer:
      statement.bind_at(index, integer);
      break;
    case Kind::real:
      statement.bind_at(index, real);
      break;
    case Kind::text:
      statement.bind_view(index, text);
      break;
  }
}

std::optional<std::string> stored_text(const store::Statement& row, int column, FieldType type) {
  if (row.is_null(column)) return std::nullopt;
  switch (type) {
    case FieldType::flag:
      return row.flag(column) ? "true" : "false";
    case FieldType::integer:
      return to_text(Value(row.integer(column)));
    case FieldType::number:
      return to_text(Value(row.number(column)));
    case FieldType::text:
    case FieldType::id:
    case FieldType::date:
    case FieldType::moment:
      break;
  }
  return std::string(row.text(column));
}

std::string told_text(FieldType type, const std::string& text) {
  const auto moment = parse_moment(text);
  double number = 0;
  const auto* const end = text.data() + text.size();
  switch (type) {
    case FieldType::moment:
      return moment ? to_text(*moment) : text;
    case FieldType::date:
      if (!moment) return text;
      return to_text(Day(std::chrono::floor<std::chrono::days>(*moment).time_since_epoch()));
    case FieldType::flag:
      return text == "1" ? "true" : text == "0" ? "false" : text;
    case FieldType::integer:
    case FieldType::number:
      if (std::from_chars(text.data(), end, number).ptr != end || text.empty()) return text;
      return to_text(Value(number)).value_or(text);
    case FieldType::text:
    case FieldType::id:
      break;
  }
  return text;
}

}  // namespace heed::mirror
