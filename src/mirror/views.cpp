#include <string>

#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

namespace {

std::string text(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string changes_view() {
  return "SELECT c.number, c.object, c.id, c.field, c.old_value, c.new_value, c.after, c.until, "
         "c.how, c.made_by, c.first_seen, c.supersedes, "
         "(SELECT MIN(b.number) FROM heed_change b WHERE b.id = c.id AND "
         "b.supersedes = c.number) AS superseded_by FROM heed_change c";
}

std::string runs_view() {
  return "SELECT number, command, began, ended, exit_code, seen, created, updated, late, changes, "
         "links, replaced, detail FROM heed_run";
}

/// All records that may belong to a person, with the smallest id among all they are linked to.
std::string people_view(const std::vector<std::string>& objects) {
  std::string nodes;
  for (const auto& object : objects) {
    nodes += (nodes.empty() ? "" : " UNION ALL ");
    nodes += "SELECT " + text(object) +
             " AS object, \"Id\" AS id, heed_standing AS standing FROM " + store::quote(object);
  }
  return "WITH RECURSIVE node AS (" + nodes +
         "), reach (id, other) AS (SELECT id, id FROM node UNION "
         "SELECT r.id, CASE WHEN l.id = r.other THEN l.target ELSE l.id END FROM reach r "
         "JOIN heed_link l ON l.id = r.other OR l.target = r.other "
         "WHERE l.field IN ('IndividualId', 'PersonIndividualId', 'PersonContactId', "
         "'MasterRecordId', 'ConvertedContactId') AND (l.ended IS NULL OR "
         "l.field IN ('MasterRecordId', 'ConvertedContactId'))) "
         "SELECT MIN(r.other) AS person, n.object, n.id, n.standing FROM node n "
         "JOIN reach r ON r.id = n.id JOIN node m ON m.id = r.other "
         "GROUP BY n.object, n.id, n.standing";
}

std::string value_of(const Field& field) {
  const auto column = store::quote(field.name);
  if (field.type != FieldType::flag) return column;
  return "CASE " + column + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END";
}

/// A row a record and preference field that says something, with the change that it is since.
std::string preferences_view(const std::vector<std::pair<Published, Field>>& fields) {
  std::string all;
  for (const auto& [published, field] : fields) {
    std::string values;
    for (const auto& value : published.restrictive) {
      values += (values.empty() ? "" : ", ") + text(value);
    }
    all += all.empty() ? "" : " UNION ALL ";
    all += "SELECT " + text(published.object) + " AS object, \"Id\" AS id, " + text(field.name) +
           " AS field, " + text(published.preference) + " AS preference, " + value_of(field) +
           " AS value, CASE WHEN " + value_of(field) + " IN (" + values +
           ") THEN 1 ELSE 0 END AS restrictive, heed_standing AS standing FROM " +
           store::quote(published.object) + " WHERE " + store::quote(field.name) + " IS NOT NULL";
  }
  const auto since = [](const std::string& column) {
    return "(SELECT c." + column +
           " FROM heed_change c WHERE c.id = p.id AND c.field = p.field AND "
           "c.new_value = p.value AND NOT EXISTS (SELECT 1 FROM heed_change b WHERE b.id = c.id "
           "AND b.supersedes = c.number) ORDER BY c.until DESC, c.number DESC LIMIT 1)";
  };
  return "SELECT p.object, p.id, p.field, p.preference, p.value, p.restrictive, p.standing, " +
         since("after") + " AS after, " + since("until") + " AS until, " + since("how") +
         " AS how FROM (" + all + ") p";
}

void make(store::Database& database, const std::string& name, const std::string& select) {
  auto row = database.query("SELECT definition FROM heed_view WHERE name = ?").bind(name);
  if (row.step() && row.text(0) == select) return;
  row.reset();
  database.execute("DROP VIEW IF EXISTS " + name);
  database.execute("CREATE VIEW " + name + " AS " + select);
  database
      .query(
          "INSERT INTO heed_view (name, definition) VALUES (?, ?) "
          "ON CONFLICT (name) DO UPDATE SET definition = excluded.definition")
      .bind(name, select)
      .run();
}

}  // namespace

void Mirror::publish(std::span<const Published> preferences) {
  std::vector<std::pair<Published, Field>> fields;
  for (const auto& each : preferences) {
    const auto shape = this->shape(each.object);
    const auto at = shape ? shape->find(each.field) : std::nullopt;
    if (at && !each.restrictive.empty()) fields.emplace_back(each, shape->fields[*at]);
  }
  std::vector<std::string> objects;
  auto row =
      database_->query("SELECT DISTINCT object FROM heed_shape WHERE tracked = 1 ORDER BY object");
  while (row.step()) objects.emplace_back(row.text(0));
  store::Transaction transaction(*database_);
  make(*database_, "changes", changes_view());
  make(*database_, "runs", runs_view());
  if (!objects.empty()) make(*database_, "people", people_view(objects));
  if (!fields.empty()) make(*database_, "preferences", preferences_view(fields));
  transaction.commit();
}

}  // namespace heed::mirror
