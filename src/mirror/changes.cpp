#include <algorithm>
#include <set>
#include <tuple>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"

namespace heed::mirror {

namespace {

[[noreturn]] void fail_foreign(const store::Database& database, const char* what) {
  throw Error(Kind::storage, database.path() + ": holds " + what +
                                 " that heed cannot have written; put a backup in its place");
}

Id read_id(const store::Database& database, std::string_view text) {
  if (const auto id = Id::parse(text)) return *id;
  fail_foreign(database, "an id");
}

/// Every link is between records of one person; two kinds bind for ever.
bool groups(std::string_view field, bool ended) {
  return !ended || field == "MasterRecordId" || field == "ConvertedContactId";
}

/// The records one link away, in either direction.
std::set<Id> neighbours(store::Database& database, Id id) {
  std::set<Id> found;
  for (const auto* query : {"SELECT target, field, ended FROM heed_link WHERE id = ?",
                            "SELECT id, field, ended FROM heed_link WHERE target = ?"}) {
    auto row = database.query(query).bind(id.text());
    while (row.step()) {
      if (groups(row.text(1), !row.is_null(2))) found.insert(read_id(database, row.text(0)));
    }
  }
  return found;
}

bool was_adopted(store::Database& database, std::string_view object) {
  return database.query("SELECT 1 FROM heed_shape WHERE object = ? LIMIT 1").bind(object).step();
}

/// The records one link away as heed knew it at `known_at`: what the last change of the link that
/// it knew says, or any, for those that bind for ever.
std::set<Id> neighbours_as_known(store::Database& database, Id id, Moment known_at) {
  std::set<Id> found;
  auto row =
      database
          .query(
              "SELECT l.id, l.target FROM heed_link l WHERE (l.id = ? OR l.target = ?) AND "
              "EXISTS (SELECT 1 FROM heed_change c WHERE c.id = l.id AND c.field = l.field AND "
              "c.new_value = l.target AND c.first_seen <= ? AND "
              "(l.field IN ('MasterRecordId', 'ConvertedContactId') OR NOT EXISTS "
              "(SELECT 1 FROM heed_change d WHERE d.id = c.id AND d.field = c.field AND "
              "d.number > c.number AND d.first_seen <= ?)))")
          .bind(id.text(), id.text(), known_at, known_at);
  while (row.step()) {
    found.insert(read_id(database, row.text(0)));
    found.insert(read_id(database, row.text(1)));
  }
  return found;
}

}  // namespace

std::string changes_query() {
  return "SELECT number, object, id, field, old_value, new_value, after, until, how, first_seen, "
         "supersedes, made_by FROM heed_change ";
}

Change read_change(const store::Database& database, const store::Statement& row) {
  Change change;
  change.number = row.integer(0);
  change.object = row.text(1);
  change.id = read_id(database, row.text(2));
  change.field = row.text(3);
  change.old_value = row.optional_text(4);
  change.new_value = row.optional_text(5);
  change.after = row.moment(6);
  change.until = row.moment(7);
  const auto how = parse_how(row.text(8));
  if (!how) fail_foreign(database, "a change");
  change.how = *how;
  change.first_seen = row.moment(9);
  change.supersedes = row.optional_integer(10);
  if (!row.is_null(11)) change.by = read_id(database, row.text(11));
  return change;
}

std::vector<Change> Mirror::changes(std::span<const Id> ids) const {
  std::vector<Change> all;
  auto row = database_->query(changes_query() + "WHERE id = ? ORDER BY number");
  for (const auto& id : std::set<Id>(ids.begin(), ids.end())) {
    row.bind(id.text());
    while (row.step()) all.push_back(read_change(*database_, row));
  }
  std::sort(all.begin(), all.end(),
            [](const Change& a, const Change& b) { return a.number < b.number; });
  return all;
}

void Mirror::for_each_change(Moment from, const std::function<void(const Change&)>& visit) const {
  auto row = database_->query(changes_query() + "WHERE until >= ? ORDER BY number").bind(from);
  while (row.step()) visit(read_change(*database_, row));
}

std::vector<Link> Mirror::links_of(Id id) const {
  static const std::string select =
      "SELECT object, id, field, target, since, ended FROM heed_link WHERE ";
  static const std::string from = select + "id = ?";
  static const std::string to = select + "target = ? AND id <> target";
  std::vector<Link> links;
  for (const auto* query : {&from, &to}) {
    auto row = database_->query(*query).bind(id.text());
    while (row.step()) {
      links.push_back({std::string(row.text(0)), read_id(*database_, row.text(1)),
                       std::string(row.text(2)), read_id(*database_, row.text(3)), row.moment(4),
                       row.optional_moment(5)});
    }
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    return std::tie(a.from, a.field, a.since, a.to) < std::tie(b.from, b.field, b.since, b.to);
  });
  return links;
}

Group Mirror::person(std::string_view object, Id id, std::optional<Moment> known_at) const {
  Group group;
  std::set<Id> reached{id};
  std::vector<Id> edge{id};
  while (!edge.empty() && group.whole) {
    std::set<Id> next;
    for (const auto& each : edge) {
      next.merge(known_at ? neighbours_as_known(*database_, each, *known_at)
                          : neighbours(*database_, each));
    }
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
    const auto of = each == id ? std::string(object) : object_of(each).value_or("");
    if (of.empty() || !was_adopted(*database_, of)) continue;
    auto row = database_->query("SELECT 1 FROM " + store::quote(of) + " WHERE \"Id\" = ?")
                   .bind(each.text());
    if (!row.step()) continue;
    if (!known_at || row_as_known(of, each, *known_at)) group.members.push_back({of, each});
  }
  std::sort(group.members.begin(), group.members.end());
  return group;
}

}  // namespace heed::mirror
