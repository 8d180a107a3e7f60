#include <algorithm>

#include "cell.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"

namespace heed::mirror {

namespace {

constexpr int first_value = 3;  // after Id, the stamp and the standing

std::string select_rows(const Shape& shape, const std::vector<Field>& fields) {
  std::string sql = "SELECT \"Id\", " + store::quote(shape.stamp) + ", heed_standing";
  for (const auto& field : fields) sql += ", " + store::quote(field.name);
  return sql + " FROM " + store::quote(shape.object);
}

std::string select_known(const Shape& shape) {
  return "SELECT \"Id\", " + store::quote(shape.stamp) + ", heed_standing, " +
         std::string(seen_column) + " FROM " + store::quote(shape.object);
}

/// The fields of `shape` that are named, in the shape's order; all of them for no names.
std::vector<Field> chosen(const Shape& shape, std::span<const std::string> names) {
  if (names.empty()) return shape.fields;
  std::vector<Field> fields;
  std::copy_if(shape.fields.begin(), shape.fields.end(), std::back_inserter(fields),
               [names](const Field& field) {
                 return std::find(names.begin(), names.end(), field.name) != names.end();
               });
  return fields;
}

Id must_be_id(std::string_view text, const store::Database& database) {
  if (const auto id = Id::parse(text)) return *id;
  throw Error(Kind::storage, database.path() +
                                 ": holds a record whose Id is none; another program wrote to it, "
                                 "put a backup in its place");
}

void fill(Row& row, const store::Statement& from, const std::vector<Field>& fields,
          const store::Database& database) {
  row.id = must_be_id(from.text(0), database);
  row.stamp = from.moment(1);
  row.standing = parse_standing(from.text(2)).value_or(Standing::live);
  row.values.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    row.values[i].first = fields[i].name;
    row.values[i].second = stored_text(from, first_value + static_cast<int>(i), fields[i].type);
  }
}

std::vector<std::string> hidden_of(store::Database& database, std::string_view object) {
  std::vector<std::string> fields;
  auto row =
      database.query("SELECT field FROM heed_hidden WHERE object = ? ORDER BY field").bind(object);
  while (row.step()) fields.emplace_back(row.text(0));
  return fields;
}

}  // namespace

std::optional<std::string_view> Row::value(std::string_view field) const {
  const auto at = std::find_if(values.begin(), values.end(),
                               [field](const auto& each) { return each.first == field; });
  if (at == values.end() || !at->second) return std::nullopt;
  return *at->second;
}

std::optional<Row> Mirror::row(std::string_view object, Id id) const {
  const auto shape = read_shape(*database_, object);
  if (!shape) return std::nullopt;
  auto from =
      database_->query(select_rows(*shape, shape->fields) + " WHERE \"Id\" = ?").bind(id.text());
  if (!from.step()) return std::nullopt;
  Row row;
  row.object = object;
  fill(row, from, shape->fields, *database_);
  row.hidden = hidden_of(*database_, object);
  return row;
}

Rows::Rows(const Mirror& mirror, std::string_view object, std::span<const std::string> fields)
    : database_(mirror.database_) {
  row_.object = object;
  const auto shape = read_shape(*database_, object);
  if (!shape) return;
  if (!fields.empty()) fields_ = chosen(*shape, fields);
  row_.hidden = hidden_of(*database_, object);
  query_ = std::make_unique<store::Statement>(
      database_->query(select_rows(*shape, fields_) + " WHERE \"Id\" = ?"));
}

Rows::Rows(Rows&&) noexcept = default;
Rows::~Rows() = default;

const Row* Rows::find(Id id) {
  if (!query_) return nullptr;
  query_->reset();
  query_->bind(id.text());
  const bool found = query_->step();
  if (found) fill(row_, *query_, fields_, *database_);
  query_->reset();
  return found ? &row_ : nullptr;
}

std::optional<std::string> Mirror::object_of(Id id) const {
  return object_of_prefix(*database_, id.prefix());
}

void Mirror::for_each_row(std::string_view object, std::span<const std::string> fields,
                          const std::function<void(const Row&)>& visit) const {
  const auto shape = read_shape(*database_, object);
  if (!shape) return;
  const auto wanted = chosen(*shape, fields);
  Row row;
  row.object = object;
  row.hidden = hidden_of(*database_, object);
  auto from = database_->query(select_rows(*shape, wanted) + " ORDER BY \"Id\"");
  while (from.step()) {
    fill(row, from, wanted, *database_);
    visit(row);
  }
}

std::vector<Known> Mirror::ids(std::string_view object, std::optional<Id> after,
                               std::int64_t limit) const {
  std::vector<Known> rows;
  const auto shape = read_shape(*database_, object);
  if (!shape) return rows;
  auto from = database_->query(select_known(*shape) + " WHERE \"Id\" > ? ORDER BY \"Id\" LIMIT ?")
                  .bind(after ? after->text() : std::string_view(), limit);
  while (from.step()) {
    rows.push_back({must_be_id(from.text(0), *database_), from.moment(1),
                    parse_standing(from.text(2)).value_or(Standing::live), from.moment(3)});
  }
  return rows;
}

std::optional<Known> Mirror::known(std::string_view object, Id id) const {
  const auto shape = read_shape(*database_, object);
  if (!shape) return std::nullopt;
  auto from =
      database_->query(select_known(*shape) + " WHERE \"Id\" = ?").bind(known_as(id).text());
  if (!from.step()) return std::nullopt;
  return Known{id, from.moment(1), parse_standing(from.text(2)).value_or(Standing::live),
               from.moment(3)};
}

std::int64_t Mirror::count(std::string_view object, std::optional<Standing> standing) const {
  if (!read_shape(*database_, object)) return 0;
  const auto sql = "SELECT COUNT(*) FROM " + store::quote(object);
  auto row = standing ? database_->query(sql + " WHERE heed_standing = ?").bind(to_text(*standing))
                      : database_->query(sql);
  return row.step() ? row.integer(0) : 0;
}

std::int64_t Mirror::vanished_since(std::string_view object, Moment since) const {
  if (!read_shape(*database_, object)) return 0;
  auto row = database_
                 ->query(
                     "SELECT COUNT(DISTINCT c.id) FROM heed_change c WHERE c.object = ? AND "
                     "c.field = ? AND c.new_value = ? AND c.first_seen >= ? AND EXISTS (SELECT 1 "
                     "FROM " +
                     store::quote(object) + " r WHERE r.\"Id\" = c.id AND r.heed_standing = ?)")
                 .bind(object, standing_field, to_text(Standing::vanished), since,
                       to_text(Standing::vanished));
  return row.step() ? row.integer(0) : 0;
}

}  // namespace heed::mirror
