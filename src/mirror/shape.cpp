#include <algorithm>
#include <array>
#include <utility>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "layout.hpp"
#include "tables.hpp"
#include "upkeep.hpp"

namespace heed::mirror {

namespace {

constexpr std::array field_types{FieldType::text,   FieldType::id,   FieldType::integer,
                                 FieldType::number, FieldType::flag, FieldType::date,
                                 FieldType::moment};

FieldType parse_type(std::string_view text) {
  const auto* const at = std::find_if(field_types.begin(), field_types.end(),
                                      [text](FieldType type) { return to_text(type) == text; });
  return at == field_types.end() ? FieldType::text : *at;
}

/// Names become tables and columns, so only the CRM's own alphabet is let in, and none of heed's.
void check_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool alphabet = !name.empty() && std::all_of(name.begin(), name.end(), fits);
  if (alphabet && !name.starts_with("heed_") && !name.starts_with("sqlite_")) return;
  throw Error(Kind::answer, "the CRM describes something named '" + std::string(name) +
                                "', which cannot be a table or column of the mirror; leave it out "
                                "of the configuration");
}

Field read_field(const store::Statement& row) {
  Field field;
  field.name = row.text(0);
  field.type = parse_type(row.text(1));
  field.nillable = row.flag(2);
  field.filterable = row.flag(3);
  field.sortable = row.flag(4);
  field.calculated = row.flag(5);
  field.tracked = row.flag(6);
  return field;
}

void write_field(store::Database& database, std::string_view object, std::size_t place,
                 const Field& field, Moment since) {
  database
      .query(
          "INSERT INTO heed_shape (object, field, place, type, nillable, filterable, sortable, "
          "calculated, tracked, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (object, field) DO UPDATE SET type = excluded.type, "
          "nillable = excluded.nillable, filterable = excluded.filterable, "
          "sortable = excluded.sortable, calculated = excluded.calculated, "
          "since = CASE WHEN heed_shape.tracked < excluded.tracked THEN excluded.since "
          "ELSE heed_shape.since END, tracked = excluded.tracked")
      .bind(object, field.name, static_cast<std::int64_t>(place), to_text(field.type),
            field.nillable, field.filterable, field.sortable, field.calculated, field.tracked,
            since)
      .run();
}

/// What will be known once `shape` is adopted: old fields in their places, as now described, then
/// new ones.
Shape merged(const std::optional<Shape>& known, const Shape& shape) {
  if (!known) return shape;
  Shape all = *known;
  all.stamp = shape.stamp;
  for (const auto& field : shape.fields) {
    const auto at = all.find(field.name);
    if (at) {
      all.fields[*at] = field;
    } else {
      all.fields.push_back(field);
    }
  }
  return all;
}

void create_table(store::Database& database, const Shape& shape) {
  store::Table table{shape.object, {{"Id", store::ColumnType::text, true}}, {"Id"}, {}};
  for (const auto& field : shape.fields) {
    table.columns.push_back({field.name, column_type(field.type), false});
  }
  if (!shape.find(shape.stamp)) table.columns.push_back({shape.stamp});
  table.columns.push_back({std::string(standing_field), store::ColumnType::text, true});
  table.columns.push_back({std::string(seen_column), store::ColumnType::text, true});
  if (const auto of = history_of(shape)) {
    table.indexes.push_back({"heed_rows_" + shape.object, {of->parent}, false});
  }
  store::create(database, table);
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Puts columns aside that cannot hold what their fields have become.
void retire(store::Database& database, const Shape& known, const Shape& shape) {
  const auto present = store::columns(database, shape.object);
  for (const auto& field : known.fields) {
    const auto at = shape.find(field.name);
    if (!at || column_type(shape.fields[*at].type) == column_type(field.type)) continue;
    std::string aside = retired_column(field.name);
    for (int number = 2; has(present, aside); ++number) {
      aside = retired_column(field.name) + "_" + std::to_string(number);
    }
    store::rename_column(database, shape.object, field.name, aside);
  }
}

void make_room(store::Database& database, const Shape& shape) {
  const auto present = store::columns(database, shape.object);
  if (present.empty()) return create_table(database, shape);
  const auto missing = [&present](std::string_view name) { return !has(present, name); };
  for (const auto& field : shape.fields) {
    if (missing(field.name)) {
      store::add_column(database, shape.object, {field.name, column_type(field.type), false});
    }
  }
  if (missing(shape.stamp) && !shape.find(shape.stamp)) {
    store::add_column(database, shape.object, {shape.stamp});
  }
}

}  // namespace

std::optional<Shape> read_shape(store::Database& database, std::string_view object) {
  auto head = database.query("SELECT stamp FROM heed_object WHERE object = ?").bind(object);
  if (!head.step()) return std::nullopt;
  Shape shape{std::string(object), {}, std::string(head.text(0))};
  auto row = database
                 .query(
                     "SELECT field, type, nillable, filterable, sortable, calculated, tracked "
                     "FROM heed_shape WHERE object = ? ORDER BY place")
                 .bind(object);
  while (row.step()) shape.fields.push_back(read_field(row));
  return shape;
}

Mirror::Mirror(store::Database& database) : database_(&database) {
  store::migrate(database, component());
  store::migrate(database, upkeep_component());
}

std::optional<Org> Mirror::org() const {
  auto row = database_->query("SELECT id, instance FROM heed_org");
  if (!row.step()) return std::nullopt;
  return Org{std::string(row.text(0)), std::string(row.text(1))};
}

void Mirror::refuse_other(const Org& org) const {
  const auto bound = this->org();
  if (!bound || bound->id == org.id) return;
  throw Error(Kind::configuration, database_->path() + ": belongs to org " + bound->id +
                                       ", and this login is to org " + org.id +
                                       "; give each org a mirror of its own");
}

void Mirror::bind(const Org& org) {
  refuse_other(org);
  if (this->org() == org) return;
  store::Transaction transaction(*database_);
  database_
      ->query(
          "INSERT INTO heed_org (id, instance) VALUES (?, ?) "
          "ON CONFLICT (id) DO UPDATE SET instance = excluded.instance")
      .bind(org.id, org.instance)
      .run();
  transaction.commit();
}

void Mirror::adopt(const Shape& shape, Moment now) {
  check_name(shape.object);
  check_name(shape.stamp);
  for (const auto& field : shape.fields) check_name(field.name);
  const auto known = read_shape(*database_, shape.object);
  const auto all = merged(known, shape);
  if (known == all && described(shape.object) == now) return;
  store::Transaction transaction(*database_);
  const auto since = known && known != all ? after_all_rows(*database_, shape.object, now) : now;
  if (known && known != all) retire(*database_, *known, all);
  if (known != all) make_room(*database_, all);
  for (std::size_t place = 0; known != all && place < all.fields.size(); ++place) {
    write_field(*database_, shape.object, place, all.fields[place], since);
  }
  database_
      ->query(
          "INSERT INTO heed_object (object, stamp, described) VALUES (?, ?, ?) "
          "ON CONFLICT (object) DO UPDATE SET stamp = excluded.stamp, "
          "described = excluded.described")
      .bind(shape.object, shape.stamp, now)
      .run();
  transaction.commit();
}

std::optional<Shape> Mirror::shape(std::string_view object) const {
  return read_shape(*database_, object);
}

std::optional<Moment> Mirror::described(std::string_view object) const {
  auto row = database_->query("SELECT described FROM heed_object WHERE object = ?").bind(object);
  return row.step() ? row.optional_moment(0) : std::nullopt;
}

std::vector<std::string> Mirror::objects() const {
  std::vector<std::string> names;
  auto row = database_->query("SELECT object FROM heed_object ORDER BY object");
  while (row.step()) names.emplace_back(row.text(0));
  return names;
}

}  // namespace heed::mirror
