#include <algorithm>
#include <map>
#include <set>

#include "heed/error.hpp"
#include "heed/mirror/persons.hpp"
#include "heed/store.hpp"
#include "history.hpp"

namespace heed::mirror {

namespace {

/// Every link is between records of one person; two kinds bind for ever.
bool groups(std::string_view field, bool ended) {
  return !ended || field == "MasterRecordId" || field == "ConvertedContactId";
}

bool was_adopted(store::Database& database, std::string_view object) {
  return database.query("SELECT 1 FROM heed_shape WHERE object = ? LIMIT 1").bind(object).step();
}

bool by_number(const Change& a, const Change& b) {
  return a.number < b.number;
}

}  // namespace

std::vector<Listed> Worklist::front(std::int64_t limit) const {
  std::vector<Listed> records;
  auto row = database_
                 .query(
                     "SELECT a.object, a.id, CASE WHEN "
                     "EXISTS (SELECT 1 FROM heed_link l WHERE l.id = a.id) OR "
                     "EXISTS (SELECT 1 FROM heed_link l WHERE l.target = a.id) THEN 0 ELSE 1 END "
                     "FROM heed_assess a ORDER BY a.object, a.id LIMIT ?")
                 .bind(limit);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(1))) {
      records.push_back({{std::string(row.text(0)), *id}, row.flag(2)});
    }
  }
  return records;
}

std::vector<Change> Worklist::changes(const Ref& first, const Ref& last) const {
  static const std::string query =
      "SELECT " + std::string(change_columns) +
      " FROM heed_assess a JOIN heed_change c ON c.id = a.id WHERE (a.object, a.id) >= (?, ?) AND "
      "(a.object, a.id) <= (?, ?) ORDER BY a.object, a.id";
  std::vector<Change> changes;
  auto row =
      database_.query(query).bind(first.object, first.id.text(), last.object, last.id.text());
  while (row.step()) changes.push_back(read_change(database_, row));
  // Sorted by the engine each would be copied once more, and they mostly come by number.
  for (auto begin = changes.begin(); begin != changes.end();) {
    const auto end = std::find_if(begin, changes.end(),
                                  [&id = begin->id](const Change& one) { return one.id != id; });
    if (!std::is_sorted(begin, end, by_number)) std::sort(begin, end, by_number);
    begin = end;
  }
  return changes;
}

void Worklist::strike_up_to(const Ref& last) {
  store::Transaction transaction(database_);
  database_.query("DELETE FROM heed_assess WHERE (object, id) <= (?, ?)")
      .bind(last.object, last.id.text())
      .run();
  transaction.commit();
}

struct Persons::Work {
  explicit Work(store::Database& tables)
      : database(tables),
        links(database.query("SELECT target, field, ended FROM heed_link WHERE id = ? UNION ALL "
                             "SELECT id, field, ended FROM heed_link WHERE target = ?")) {}

  /// The records one link away, in either direction; `parted` once a link is over.
  std::set<Id> neighbours(Id id, bool& parted) {
    std::set<Id> found;
    links.bind(id.text(), id.text());
    while (links.step()) {
      const bool ended = !links.is_null(2);
      parted = parted || ended;
      if (groups(links.text(1), ended)) found.insert(read_id(database, links.text(0)));
    }
    return found;
  }

  const std::string& object_of(Id id) {
    auto at = objects.find(id.prefix());
    if (at == objects.end()) {
      at = objects.emplace(id.prefix(), object_of_prefix(database, id.prefix()).value_or("")).first;
    }
    return at->second;
  }

  bool has_row(std::string_view object, Id id) {
    auto at = rows.find(object);
    if (at == rows.end()) {
      at = rows.emplace(object, std::nullopt).first;
      if (was_adopted(database, object)) {
        at->second.emplace(
            database.query("SELECT 1 FROM " + store::quote(object) + " WHERE \"Id\" = ?"));
      }
    }
    if (!at->second) return false;
    at->second->bind(id.text());
    const bool found = at->second->step();
    at->second->reset();
    return found;
  }

  store::Database& database;
  store::Statement links;
  std::map<std::string, std::string, std::less<>> objects;  ///< by prefix; empty: not known
  std::map<std::string, std::optional<store::Statement>, std::less<>> rows;  ///< by object
};

Persons::Persons(store::Database& database) : work_(std::make_unique<Work>(database)) {}
Persons::~Persons() = default;

Group Persons::reach(std::string_view object, Id id,
                     const std::function<std::set<Id>(Id)>& neighbours) {
  Group group;
  std::set<Id> reached{id};
  std::vector<Id> edge{id};
  while (!edge.empty() && group.whole) {
    std::set<Id> next;
    for (const auto& each : edge) next.merge(neighbours(each));
    edge.clear();
    for (const auto& each : next) {
      if (reached.contains(each)) continue;
      if (reached.size() == Group::largest) {
        group.whole = false;
        break;
      }
      reached.insert(each);
      edge.push_back(each);
    }
  }
  for (const auto& each : reached) {
    const auto of = each == id ? std::string(object) : work_->object_of(each);
    if (work_->has_row(of, each)) group.members.push_back({of, each});
  }
  std::sort(group.members.begin(), group.members.end());
  return group;
}

Grouped Persons::find(std::string_view object, Id id) {
  Grouped found;
  found.group = reach(object, id, [&](Id each) { return work_->neighbours(each, found.parted); });
  return found;
}

}  // namespace heed::mirror
