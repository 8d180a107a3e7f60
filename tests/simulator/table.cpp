#include "simulator/table.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace heed::simulated {

namespace {

constexpr std::string_view digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view pod = "8d";
// Ids begin in the middle of nowhere and step by an odd number, so that they look as real ones do.
constexpr std::uint64_t first_id = 15'132'098'561'203;
constexpr std::uint64_t id_step = 37;

Id make_id(std::string_view prefix, std::uint32_t row) {
  std::array<char, 15> chars{};
  prefix.copy(chars.data(), 3);
  pod.copy(chars.data() + 3, 2);
  std::uint64_t rest = first_id + std::uint64_t{row} * id_step;
  for (std::size_t at = 15; at-- > 5;) {
    chars[at] = digits[rest % digits.size()];
    rest /= digits.size();
  }
  return *Id::parse({chars.data(), chars.size()});
}

template <typename Number>
Value number_in(const std::string& text) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end ? Value(number) : Value(Null{});
}

template <typename Time>
Value time_in(const std::optional<Time>& time) {
  return time ? Value(*time) : Value(Null{});
}

/// What a text says as a value of another type; null where it says nothing.
Value read_as(FieldType type, const std::string& text) {
  switch (type) {
    case FieldType::integer:
      return number_in<std::int64_t>(text);
    case FieldType::number:
      return number_in<double>(text);
    case FieldType::flag:
      return text == "true" || text == "false" ? Value(text == "true") : Value(Null{});
    case FieldType::date:
      return time_in(parse_day(text));
    case FieldType::moment:
      return time_in(parse_moment(text));
    case FieldType::text:
    case FieldType::id:
      break;
  }
  return std::string_view(text);
}

std::uint64_t number_of(const Id& id) {
  std::uint64_t number = 0;
  for (const char c : id.text().substr(5, 10)) number = number * digits.size() + digits.find(c);
  return number;
}

}  // namespace

Pool::Pool() {
  append(Null{});
  append(false);
  append(true);
}

Pool::Cell Pool::append(const Value& value) {
  values_.push_back(value);
  return static_cast<Cell>(values_.size() - 1);
}

Pool::Cell Pool::of_text(std::string_view text) {
  if (text.empty()) return null;  // the CRM keeps no empty texts
  if (const auto known = texts_.find(text); known != texts_.end()) return known->second;
  char* const kept = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(kept, text.data(), text.size());
  const std::string_view view(kept, text.size());
  return texts_[view] = append(view);
}

Pool::Cell Pool::of(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return of_text(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? yes : no;
  if (const auto* number = std::get_if<double>(&value)) return append(*number);
  std::int64_t key = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    key = *whole;
  } else if (const auto* day = std::get_if<Day>(&value)) {
    key = day->time_since_epoch().count();
  } else if (const auto* moment = std::get_if<Moment>(&value)) {
    key = moment->time_since_epoch().count();
  } else {
    return null;
  }
  const auto [at, fresh] = others_.try_emplace({value.index(), key}, null);
  if (fresh) at->second = append(value);
  return at->second;
}

Table::Table(const ObjectInfo& info, Pool& pool)
    : fields_(info.fields.begin(), info.fields.end()), info_(info), pool_(&pool) {
  info_.fields = fields_;
}

std::uint32_t Table::append(Moment created, Moment stamp) {
  const auto number = size();
  rows_.push_back({make_id(info_.prefix, number), created, stamp, stamp});
  for (const auto& field : fields_) {
    cells_.push_back(field.kind() == FieldType::flag && !field.nillable ? Pool::no : Pool::null);
  }
  return number;
}

void Table::reserve(std::size_t rows) {
  rows_.reserve(rows);
  cells_.reserve(rows * fields_.size());
}

std::optional<std::uint32_t> Table::find(const Id& id) const {
  if (id.prefix() != info_.prefix || id.text().substr(3, 2) != pod) return std::nullopt;
  const std::uint64_t number = number_of(id);
  if (number < first_id || (number - first_id) % id_step != 0) return std::nullopt;
  const std::uint64_t row = (number - first_id) / id_step;
  if (row >= size()) return std::nullopt;
  return static_cast<std::uint32_t>(row);
}

Value Table::value(std::uint32_t number, std::size_t column) const {
  const Row& row = rows_[number];
  switch (fields_[column].system) {
    case System::id:
      return row.id.text();
    case System::deleted:
      return row.deleted;
    case System::created:
      return row.created;
    case System::modified:
      return row.modified;
    case System::stamp:
      return row.stamp;
    case System::none:
      break;
  }
  return (*pool_)[cell(number, column)];
}

void Table::set(std::uint32_t number, std::size_t column, Pool::Cell cell) {
  cells_[number * fields_.size() + column] = cell;
}

void Table::retype(std::size_t column, std::string_view type) {
  fields_[column].type = type;
  for (std::uint32_t number = 0; number < size(); ++number) {
    const auto text = to_text((*pool_)[cell(number, column)]);
    if (text) set(number, column, pool_->of(read_as(fields_[column].kind(), *text)));
  }
}

void Table::clear(std::uint32_t number) {
  for (std::size_t column = 0; column < fields_.size(); ++column) {
    set(number, column, Pool::null);
  }
}

}  // namespace heed::simulated
