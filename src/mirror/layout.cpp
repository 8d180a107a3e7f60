#include "layout.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace heed::mirror {

namespace {

constexpr std::string_view created_field = "CreatedDate";

/// Sets what the mirror knows of each field: since when, and whether it is hidden.
void fill_in(store::Database& database, Layout& layout) {
  std::map<std::string, Slot*, std::less<>> by_name;
  for (auto& slot : layout.slots) by_name.emplace(slot.field.name, &slot);
  std::size_t found = 0;
  auto row =
      database.query("SELECT field, since FROM heed_shape WHERE object = ?").bind(layout.object);
  while (row.step()) {
    const auto at = by_name.find(row.text(0));
    if (at == by_name.end()) continue;
    at->second->known_since = row.text(1);
    layout.newest = std::max(layout.newest, at->second->known_since);
    ++found;
  }
  if (found != layout.slots.size()) {
    throw std::logic_error("a page of " + layout.object + " has a field that was not adopted");
  }
  auto hidden = database.query("SELECT field, since, rereading FROM heed_hidden WHERE object = ?")
                    .bind(layout.object);
  while (hidden.step()) {
    const auto at = by_name.find(hidden.text(0));
    if (at == by_name.end()) continue;
    at->second->hidden_since = hidden.moment(1);
    layout.newest = std::max(layout.newest, std::string(hidden.text(2)));
  }
  auto back = database.query("SELECT field, since, back FROM heed_back WHERE object = ?")
                  .bind(layout.object);
  while (back.step()) {
    const auto at = by_name.find(back.text(0));
    if (at == by_name.end()) continue;
    at->second->absent_since = back.moment(1);
    at->second->back = back.text(2);
    layout.newest = std::max(layout.newest, at->second->back);
  }
}

}  // namespace

std::string retired_column(std::string_view field) {
  return "heed_was_" + std::string(field);
}

Moment after_all_rows(store::Database& database, std::string_view object, Moment now) {
  auto row =
      database.query("SELECT MAX(" + store::quote(seen_column) + ") FROM " + store::quote(object));
  if (!row.step() || row.is_null(0)) return now;
  return std::max(now, row.moment(0) + std::chrono::seconds(1));
}

store::ColumnType column_type(FieldType type) {
  switch (type) {
    case FieldType::flag:
    case FieldType::integer:
      return store::ColumnType::integer;
    case FieldType::number:
      return store::ColumnType::real;
    case FieldType::text:
    case FieldType::id:
    case FieldType::date:
    case FieldType::moment:
      break;
  }
  return store::ColumnType::text;
}

bool Layout::stamp_is_slot() const {
  return std::any_of(slots.begin(), slots.end(), [](const Slot& slot) { return slot.is_stamp; });
}

std::string Layout::select_row() const {
  std::string sql = "SELECT " + store::quote(stamp) + ", heed_standing, heed_seen";
  for (const auto& slot : slots) sql += ", " + store::quote(slot.field.name);
  return sql + " FROM " + store::quote(object) + " WHERE \"Id\" = ?";
}

std::string Layout::insert_row() const {
  std::string names;
  std::string values;
  const auto add = [&](std::string_view name) {
    names += (names.empty() ? "" : ", ") + store::quote(name);
    values += values.empty() ? "?" : ", ?";
  };
  for (const auto& slot : slots) add(slot.field.name);
  add("Id");
  add(standing_field);
  add(seen_column);
  if (!stamp_is_slot()) add(stamp);
  return "INSERT INTO " + store::quote(object) + " (" + names + ") VALUES (" + values + ")";
}

std::string Layout::update_row(const std::vector<bool>& shown) const {
  std::string sql = "UPDATE " + store::quote(object) + " SET ";
  bool stamped = false;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!shown[i]) continue;
    sql += store::quote(slots[i].field.name) + " = ?, ";
    stamped = stamped || slots[i].is_stamp;
  }
  sql += "heed_standing = ?, heed_seen = ?";
  if (!stamped) sql += ", " + store::quote(stamp) + " = ?";
  return sql + " WHERE \"Id\" = ?";
}

Layout layout(store::Database& database, const Shape& shape) {
  Layout layout;
  layout.object = shape.object;
  layout.stamp = shape.stamp;
  for (const auto& field : shape.fields) {
    Slot slot;
    slot.field = field;
    slot.column = column_type(field.type);
    slot.is_stamp = field.name == shape.stamp;
    layout.tracks = layout.tracks || field.tracked;
    layout.slots.push_back(std::move(slot));
  }
  layout.created = shape.find(created_field);
  layout.author = shape.find("LastModifiedById");
  fill_in(database, layout);
  return layout;
}

}  // namespace heed::mirror
