#include <algorithm>
#include <set>
#include <tuple>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/mirror/persons.hpp"
#include "heed/store.hpp"
#include "history.hpp"

namespace heed::mirror {

namespace {

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

const std::string_view change_columns =
    "c.number, c.object, c.id, c.field, c.old_value, c.new_value, c.after, c.until, c.how, "
    "c.first_seen, c.supersedes, c.made_by";

std::string changes_query() {
  return "SELECT " + std::string(change_columns) + " FROM heed_change c ";
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
  if (!how) throw foreign(database, "a change");
  change.how = *how;
  change.first_seen = row.moment(9);
  change.supersedes = row.optional_integer(10);
  if (!row.is_null(11)) change.by = read_id(database, row.text(11));
  return change;
}

std::vector<Change> Mirror::changes(std::span<const Id> ids) const {
  std::vector<Change> all;
  static const std::string of_record = changes_query() + "WHERE id = ?";
  auto row = database_->query(of_record);
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
  Persons persons(*database_);
  if (!known_at) return persons.find(object, id).group;
  const auto neighbours = [&](Id each) { return neighbours_as_known(*database_, each, *known_at); };
  auto group = persons.reach(object, id, neighbours);
  std::erase_if(group.members,
                [&](const Ref& each) { return !row_as_known(each.object, each.id, *known_at); });
  return group;
}

}  // namespace heed::mirror
