#include <algorithm>

#include "connection.hpp"

namespace heed::store {

namespace {

std::string_view word(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "INTEGER";
    case ColumnType::real:
      return "REAL";
    case ColumnType::blob:
      return "BLOB";
    case ColumnType::text:
      break;
  }
  return "TEXT";
}

std::string definition(const Column& column) {
  return quote(column.name) + " " + std::string(word(column.type)) +
         (column.not_null ? " NOT NULL" : "");
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + quote(name);
  return text;
}

/// Whether the key is the engine's own row number.
bool numbers_itself(const Table& table) {
  return table.key.size() == 1 &&
         std::any_of(table.columns.begin(), table.columns.end(), [&table](const Column& column) {
           return column.name == table.key.front() && column.type == ColumnType::integer;
         });
}

}  // namespace

std::string quote(std::string_view identifier) {
  std::string text = "\"";
  for (const char c : identifier) {
    if (c == '"') text += c;
    text += c;
  }
  return text + "\"";
}

void create(Database& database, const Table& table) {
  std::string sql = "CREATE TABLE " + quote(table.name) + " (";
  for (const auto& column : table.columns) sql += definition(column) + ", ";
  sql += "PRIMARY KEY (" + list(table.key) + ")) STRICT";
  if (!numbers_itself(table)) sql += ", WITHOUT ROWID";
  database.execute(sql);
  for (const auto& index : table.indexes) {
    database.execute(std::string(index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
                     quote(index.name) + " ON " + quote(table.name) + " (" + list(index.columns) +
                     ")");
  }
}

void add_column(Database& database, std::string_view table, const Column& column) {
  database.execute("ALTER TABLE " + quote(table) + " ADD COLUMN " + definition(column));
}

void rename_column(Database& database, std::string_view table, std::string_view from,
                   std::string_view to) {
  database.execute("ALTER TABLE " + quote(table) + " RENAME COLUMN " + quote(from) + " TO " +
                   quote(to));
}

bool table_exists(Database& database, std::string_view table) {
  return database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
      .bind(table)
      .step();
}

std::vector<std::string> columns(Database& database, std::string_view table) {
  std::vector<std::string> names;
  auto row = database.query("SELECT name FROM pragma_table_info(?) ORDER BY cid").bind(table);
  while (row.step()) names.emplace_back(row.text(0));
  return names;
}

}  // namespace heed::store
