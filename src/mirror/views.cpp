#include <map>
#include <string>

#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

namespace {

std::string literal(std::string_view value) {
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

/// All records that may belong to a person, with the first among all they are linked to, by object
/// and id: what reports name the person by. Ids have 18 characters.
std::string people_view(const std::vector<std::string>& objects) {
  std::string nodes;
  for (const auto& object : objects) {
    nodes += (nodes.empty() ? "" : " UNION ALL ");
    nodes += "SELECT " + literal(object) +
             " AS object, \"Id\" AS id, heed_standing AS standing FROM " + store::quote(object);
  }
  return "WITH RECURSIVE node AS (" + nodes +
         "), reach (id, other) AS (SELECT id, id FROM node UNION "
         "SELECT r.id, CASE WHEN l.id = r.other THEN l.target ELSE l.id END FROM reach r "
         "JOIN heed_link l ON l.id = r.other OR l.target = r.other "
         "WHERE l.ended IS NULL OR l.field IN ('MasterRecordId', 'ConvertedContactId')) "
         "SELECT SUBSTR(MIN(m.object || ' ' || m.id), LENGTH(MIN(m.object || ' ' || m.id)) - 17) "
         "AS person, n.object, n.id, n.standing FROM node n "
         "JOIN reach r ON r.id = n.id JOIN node m ON m.id = r.other "
         "GROUP BY n.object, n.id, n.standing";
}

/// A field that says a preference, as far as the mirror has it.
struct Viewed {
  const Published& published;
  const Shape& shape;

  const Field* find(std::string_view field) const {
    const auto at = shape.find(field);
    return at ? &shape.fields[*at] : nullptr;
  }
};

std::string literals(const std::vector<std::string>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + literal(value);
  return "(" + list + ")";
}

std::string value_of(const Field& field) {
  auto column = store::quote(field.name);
  if (field.type != FieldType::flag) return column;
  return "CASE " + column + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END";
}

/// The rows of a topic; empty where the mirror has not what it asks.
std::string condition_of(const Mirror& mirror, const Viewed& shown, const Topic& topic) {
  if (shown.find(topic.field) == nullptr) return {};
  const auto column = store::quote(topic.field);
  if (topic.of.empty()) return column + " IN " + literals(topic.is);
  const auto other = mirror.shape(topic.of);
  if (!other || (!topic.is.empty() && !other->find("Name"))) return {};
  return column + " IN (SELECT \"Id\" FROM " + store::quote(topic.of) +
         (topic.is.empty() ? "" : " WHERE \"Name\" IN " + literals(topic.is)) + ")";
}

std::string preference_of(const Mirror& mirror, const Viewed& shown) {
  const auto& published = shown.published;
  const auto otherwise = published.preference.empty() ? "NULL" : literal(published.preference);
  std::string cases;
  for (const auto& topic : published.topics) {
    const auto condition = condition_of(mirror, shown, topic);
    if (!condition.empty()) cases += " WHEN " + condition + " THEN " + literal(topic.preference);
  }
  return cases.empty() ? otherwise : "CASE" + cases + " ELSE " + otherwise + " END";
}

/// Whether it is in force as of the last run, which is what the mirror's present is. Days are
/// UTC's.
std::string in_force(const Viewed& shown) {
  std::string conditions;
  const auto bound = [&](const std::string& name, const char* moment, const char* day) {
    const auto* field = shown.find(name);
    if (field == nullptr) return;
    const bool is_day = field->type == FieldType::date;
    const std::string now = "(SELECT MAX(r.began) FROM heed_run r)";
    const auto column = store::quote(name);
    conditions += " AND (" + column + " IS NULL OR " + column + (is_day ? day : moment) +
                  (is_day ? "SUBSTR(" + now + ", 1, 10)" : now) + ")";
  };
  bound(shown.published.from, " <= ", " <= ");
  bound(shown.published.to, " > ", " >= ");
  return conditions;
}

/// Whether a field restricts that does so only after it was seen otherwise, by the last change that
/// made it say so: what was there at first, or came with a new record, is no wish, unless history
/// tells that it came after heed began to look.
std::string counts_by_change(const Viewed& shown) {
  const auto& published = shown.published;
  const auto restrictive = literals(published.restrictive);
  return " WHEN p.object = " + literal(published.object) +
         " AND p.field = " + literal(published.field) +
         " THEN COALESCE((SELECT CASE WHEN c.old_value IS NULL OR c.how = 'initial' OR (EXISTS "
         "(SELECT 1 FROM heed_change a WHERE a.number = c.supersedes AND a.how = 'initial') AND "
         "NOT EXISTS (SELECT 1 FROM heed_object o WHERE o.object = c.object AND c.how = 'history' "
         "AND c.after = c.until AND c.until > o.loaded)) THEN 0 ELSE 1 END FROM heed_change c "
         "WHERE c.id = p.id AND c.field = p.field AND "
         "c.new_value IN " +
         restrictive + " AND (c.old_value IS NULL OR c.old_value NOT IN " + restrictive +
         ") AND NOT EXISTS (SELECT 1 FROM heed_change b WHERE b.id = c.id AND b.supersedes = "
         "c.number) ORDER BY c.until DESC, c.number DESC LIMIT 1), 0)";
}

/// A row a record and preference field that says something, with the change that it is since.
std::string preferences_view(const Mirror& mirror, const std::vector<Viewed>& fields) {
  std::string all;
  for (const auto& shown : fields) {
    const auto& field = *shown.find(shown.published.field);
    const auto object = shown.published.object;
    all += all.empty() ? "" : " UNION ALL ";
    all += "SELECT " + literal(object) + " AS object, \"Id\" AS id, " + literal(field.name) +
           " AS field, " + preference_of(mirror, shown) + " AS preference, " + value_of(field) +
           " AS value, CASE WHEN " + value_of(field) + " IN " +
           literals(shown.published.restrictive) + in_force(shown) +
           " THEN 1 ELSE 0 END AS restrictive, heed_standing AS standing FROM " +
           store::quote(object) + " WHERE " + store::quote(field.name) + " IS NOT NULL";
  }
  const auto since = [](const std::string& column) {
    return "(SELECT c." + column +
           " FROM heed_change c WHERE c.id = p.id AND c.field = p.field AND "
           "c.new_value = p.value AND NOT EXISTS (SELECT 1 FROM heed_change b WHERE b.id = c.id "
           "AND b.supersedes = c.number) ORDER BY c.until DESC, c.number DESC LIMIT 1)";
  };
  std::string cases;
  for (const auto& shown : fields) {
    if (shown.published.only_on_change) cases += counts_by_change(shown);
  }
  const std::string restrictive = cases.empty() ? "p.restrictive"
                                                : "CASE WHEN p.restrictive = 0 THEN 0" + cases +
                                                      " ELSE p.restrictive END AS restrictive";
  return "SELECT p.object, p.id, p.field, p.preference, p.value, " + restrictive +
         ", p.standing, " + since("after") + " AS after, " + since("until") + " AS until, " +
         since("how") + " AS how FROM (" + all + ") p WHERE p.preference IS NOT NULL";
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
  std::map<std::string, std::optional<Shape>> shapes;
  std::vector<Viewed> fields;
  for (const auto& each : preferences) {
    auto& shape = shapes.try_emplace(each.object, this->shape(each.object)).first->second;
    if (shape && shape->find(each.field) && !each.restrictive.empty()) {
      fields.push_back({each, *shape});
    }
  }
  std::vector<std::string> objects;
  auto row =
      database_->query("SELECT DISTINCT object FROM heed_shape WHERE tracked = 1 ORDER BY object");
  while (row.step()) objects.emplace_back(row.text(0));
  store::Transaction transaction(*database_);
  make(*database_, "changes", changes_view());
  make(*database_, "runs", runs_view());
  if (!objects.empty()) make(*database_, "people", people_view(objects));
  if (!fields.empty()) make(*database_, "preferences", preferences_view(*this, fields));
  transaction.commit();
}

}  // namespace heed::mirror
