#include <algorithm>
#include <array>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"

namespace heed::mirror {

namespace {

bool says_wishes(const Shape& shape) {
  return history_of(shape) ||
         std::any_of(shape.fields.begin(), shape.fields.end(), [](const Field& field) {
           return field.tracked && field.type != FieldType::id;
         });
}

/// Whether persons are reached by its records from others'.
bool leads_on(store::Database& database, const std::string& object) {
  return database
      .query("SELECT 1 FROM heed_link l WHERE l.object <> ? AND EXISTS (SELECT 1 FROM " +
             store::quote(object) + " o WHERE o.\"Id\" = l.target)")
      .bind(object)
      .step();
}

/// They lose a record, and may be other people without it.
void list_linked(store::Database& database, const std::string& object) {
  Tally tally;
  History history(database, tally);
  std::vector<Id> targets;
  auto row = database.query("SELECT DISTINCT target FROM heed_link WHERE object = ?").bind(object);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(0))) targets.push_back(*id);
  }
  for (const auto& id : targets) {
    if (const auto of = object_of_prefix(database, id.prefix())) history.list(*of, id);
  }
}

/// A view that names a table which is not there would be in the way of every later change.
void drop_views(store::Database& database) {
  for (const auto* view : {"people", "preferences"}) {
    database.execute(std::string("DROP VIEW IF EXISTS ") + view);
    database.query("DELETE FROM heed_view WHERE name = ?").bind(view).run();
  }
}

}  // namespace

bool Mirror::drop(const std::string& object) {
  const auto shape = read_shape(*database_, object);
  if (!shape || says_wishes(*shape) || leads_on(*database_, object)) return false;
  constexpr std::array tables{"heed_shape",  "heed_object", "heed_cursor",  "heed_upkeep",
                              "heed_hidden", "heed_back",   "heed_prefix",  "heed_link",
                              "heed_change", "heed_assess", "heed_unseen",  "heed_compared",
                              "heed_bin",    "heed_told",   "heed_followed"};
  store::Transaction transaction(*database_);
  list_linked(*database_, object);
  drop_views(*database_);
  for (const auto* table : tables) {
    database_->query("DELETE FROM " + std::string(table) + " WHERE object = ?").bind(object).run();
  }
  database_->execute("DROP TABLE " + store::quote(object));
  transaction.commit();
  return true;
}

}  // namespace heed::mirror
