#include "parts.hpp"

#include <algorithm>

namespace heed::mirror {

namespace {

/// Of fewer changes the leaves are so few that a run writes most of them anyway.
constexpr std::int64_t smallest_part = 32768;

/// A part is at least this share of all changes: ten times as many changes are 20 parts more.
constexpr std::int64_t share = 8;

}  // namespace

void divide_changes(store::Database& database) {
  store::add_column(database, "heed_change", {"part", store::ColumnType::integer, false});
  store::create(database,
                {"heed_part", {{"first", store::ColumnType::integer, true}}, {"first"}, {}});
  database.execute(
      "DROP INDEX heed_change_id;"
      "CREATE INDEX heed_changes_of_record ON heed_change (part, id)");
  // By these figures the engine knows that parts are few, and searches each for a record.
  database.execute("ANALYZE sqlite_schema");
  database.execute(
      "DELETE FROM sqlite_stat1 WHERE tbl = 'heed_change';"
      "INSERT INTO sqlite_stat1 (tbl, idx, stat) "
      "VALUES ('heed_change', 'heed_changes_of_record', '1000000 100000 2')");
  database.execute("ANALYZE sqlite_schema");
}

std::optional<std::int64_t> newest_part(store::Database& database) {
  auto row = database.query("SELECT MAX(first) FROM heed_part");
  row.step();
  return row.optional_integer(0);
}

void begin_part_when_due(store::Database& database) {
  auto row = database.query("SELECT MAX(number) FROM heed_change");
  row.step();
  const auto changes = row.optional_integer(0).value_or(0);
  const auto held = changes - newest_part(database).value_or(1) + 1;
  if (held < std::max(smallest_part, changes / share)) return;
  database.query("INSERT INTO heed_part (first) VALUES (?)").bind(changes + 1).run();
}

}  // namespace heed::mirror
