#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "layout.hpp"

namespace heed::mirror {

namespace {

class Search {
 public:
  explicit Search(store::Database& database) : database_(database) {}

  /// A query of the number of such rows, and one of them.
  template <class... Values>
  void count(const std::string& query, const std::string& what, const Values&... values) {
    auto row = database_.query(query);
    if constexpr (sizeof...(values) > 0) row.bind(values...);
    if (!row.step() || row.integer(0) == 0) return;
    found.push_back(what + " that is not there: " + std::to_string(row.integer(0)) +
                    (row.integer(0) == 1 ? " row" : " rows") + ", such as of " +
                    std::string(row.text(1)) + "; restore a backup");
  }

  std::vector<std::string> found;

 private:
  store::Database& database_;
};

std::string without_link(const std::string& table, const std::string& column) {
  return "SELECT COUNT(*), MIN(o.\"Id\") FROM " + table + " o WHERE " + column +
         " <> '' AND NOT EXISTS (SELECT 1 FROM heed_link l WHERE l.id = o.\"Id\" AND l.field = ? "
         "AND l.target = " +
         column + " AND l.ended IS NULL)";
}

std::string lost_link(const std::string& object, const Field& field) {
  return object + "." + field.name + " has a link";
}

}  // namespace

std::vector<std::string> Mirror::dangling() const {
  Search search(*database_);
  search.count(
      "SELECT COUNT(*), MIN(e.row) FROM heed_evidence e WHERE NOT EXISTS "
      "(SELECT 1 FROM heed_change c WHERE c.number = e.change)",
      "heed_evidence names a change");
  search.count(
      "SELECT COUNT(*), MIN(c.id) FROM heed_change c WHERE c.supersedes IS NOT NULL AND NOT EXISTS "
      "(SELECT 1 FROM heed_change b WHERE b.number = c.supersedes)",
      "heed_change supersedes a change");
  for (const auto& object : objects()) {
    const auto table = store::quote(object);
    const auto nowhere =
        "c.object = ? AND NOT EXISTS (SELECT 1 FROM " + table + " o WHERE o.\"Id\" = c.id)";
    // Field history may tell of a record before its own row comes.
    search.count("SELECT COUNT(*), MIN(c.id) FROM heed_change c WHERE c.how <> ? AND " + nowhere,
                 "heed_change names a record of " + object, to_text(How::history), object);
    search.count("SELECT COUNT(*), MIN(c.id) FROM heed_link c WHERE " + nowhere,
                 "heed_link names a record of " + object, object);
    const auto shape = read_shape(*database_, object);
    for (const auto& field : shape->fields) {
      if (!field.tracked || field.type != FieldType::id) continue;
      search.count(without_link(table, "o." + store::quote(field.name)), lost_link(object, field),
                   field.name);
    }
  }
  return std::move(search.found);
}

}  // namespace heed::mirror
