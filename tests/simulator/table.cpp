#include "simulator/table.hpp"

#include <array>
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

Table::Table(const ObjectInfo& info, Pool& pool) : info_(&info), pool_(&pool) {}

std::uint32_t Table::append(Moment created, Moment stamp) {
  const auto number = size();
  rows_.push_back({make_id(info_->prefix, number), created, stamp, stamp});
  for (const auto& field : info_->fields) {
    cells_.push_back(field.kind() == FieldType::flag && !field.nillable ? Pool::no : Pool::null);
  }
  return number;
}

void Table::reserve(std::size_t rows) {
  rows_.reserve(rows);
  cells_.reserve(rows * info_->fields.size());
}

std::optional<std::uint32_t> Table::find(const Id& id) const {
  if (id.prefix() != info_->prefix || id.text().substr(3, 2) != pod) return std::nullopt;
  const std::uint64_t number = number_of(id);
  if (number < first_id || (number - first_id) % id_step != 0) return std::nullopt;
  const std::uint64_t row = (number - first_id) / id_step;
  if (row >= size()) return std::nullopt;
  return static_cast<std::uint32_t>(row);
}

Value Table::value(std::uint32_t number, std::size_t column) const {
  const Row& row = rows_[number];
  switch (info_->fields[column].system) {
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
  cells_[number * info_->fields.size() + column] = cell;
}

void Table::clear(std::uint32_t number) {
  for (std::size_t column = 0; column < info_->fields.size(); ++column) {
    set(number, column, Pool::null);
  }
}

}  // namespace heed::simulated
