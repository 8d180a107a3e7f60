#include "upkeep.hpp"

#include <algorithm>
#include <utility>

#include "history.hpp"

namespace heed::mirror {

namespace {

void compared_and_described(store::Database& database) {
  using store::ColumnType;
  const auto moment = [](std::string name) {
    return store::Column{std::move(name), ColumnType::text, false};
  };
  const auto text = [](std::string name) {
    return store::Column{std::move(name), ColumnType::text, true};
  };
  store::create(database,
                {"heed_upkeep",
                 {text("object"), moment("deletions_until"), moment("bin_checked"),
                  moment("reconciled"), moment("resynced"), moment("calculated"), text("wanted")},
                 {"object"},
                 {}});
  store::create(database,
                {"heed_bin", {text("object"), text("id"), text("deleted")}, {"object", "id"}, {}});
}

/// How far a comparison has come that was cut off, and what it has found.
void with_comparing(store::Database& database) {
  using store::ColumnType;
  store::add_column(database, "heed_upkeep", {"comparing_since", ColumnType::text, false});
  store::add_column(database, "heed_upkeep", {"compared_to", ColumnType::text, false});
  store::create(database, {"heed_compared",
                           {{"object", ColumnType::text, true},
                            {"id", ColumnType::text, true},
                            {"found", ColumnType::text, true}},
                           {"object", "id"},
                           {}});
}

/// Records that were out of sight.
void with_unseen(store::Database& database) {
  using store::ColumnType;
  store::create(database, {"heed_unseen",
                           {{"object", ColumnType::text, true}, {"id", ColumnType::text, true}},
                           {"object", "id"},
                           {}});
}

/// Records that were read as deleted and that no log named: older heeds had none of them in the
/// bin.
void with_every_deleted(store::Database& database) {
  std::vector<std::pair<std::string, std::string>> objects;
  {
    auto row = database.query("SELECT object, stamp FROM heed_object");
    while (row.step()) objects.emplace_back(row.text(0), row.text(1));
  }
  for (const auto& [object, stamp] : objects) {
    database
        .query("INSERT INTO heed_bin (object, id, deleted) SELECT ?, \"Id\", " +
               store::quote(stamp) + " FROM " + store::quote(object) +
               " WHERE heed_standing = ? AND \"Id\" NOT IN (SELECT id FROM heed_bin)")
        .bind(object, to_text(Standing::deleted))
        .run();
  }
}

void strike_compared(store::Database& database, std::string_view object) {
  database.query("DELETE FROM heed_compared WHERE object = ?").bind(object).run();
}

std::string_view word_for(Compared::As as) {
  switch (as) {
    case Compared::As::again:
      return "again";
    case Compared::As::missing:
      return "missing";
    case Compared::As::shown:
      return "shown";
    case Compared::As::settled:
      break;
  }
  return {};
}

}  // namespace

store::Component upkeep_component() {
  return {"upkeep", {compared_and_described, with_comparing, with_unseen, with_every_deleted}};
}

void write_upkeep(store::Database& database, const Upkeep& upkeep) {
  database
      .query(
          "INSERT INTO heed_upkeep (object, deletions_until, bin_checked, reconciled, resynced, "
          "calculated, wanted, comparing_since, compared_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (object) DO UPDATE SET deletions_until = excluded.deletions_until, "
          "bin_checked = excluded.bin_checked, reconciled = excluded.reconciled, "
          "resynced = excluded.resynced, calculated = excluded.calculated, "
          "wanted = excluded.wanted, comparing_since = excluded.comparing_since, "
          "compared_to = excluded.compared_to")
      .bind(upkeep.object, upkeep.deletions_until, upkeep.bin_checked, upkeep.reconciled,
            upkeep.resynced, upkeep.calculated, upkeep.wanted, upkeep.comparing_since,
            text_of(upkeep.compared_to))
      .run();
  if (!upkeep.comparing_since) strike_compared(database, upkeep.object);
}

void enter_bin(store::Database& database, std::string_view object, const Deletion& deletion) {
  database
      .query(
          "INSERT INTO heed_bin (object, id, deleted) VALUES (?, ?, ?) "
          "ON CONFLICT (object, id) DO NOTHING")
      .bind(object, deletion.id.text(), deletion.at)
      .run();
}

void leave_bin(store::Database& database, std::string_view object, Id id) {
  database.query("DELETE FROM heed_bin WHERE object = ? AND id = ?").bind(object, id.text()).run();
}

Upkeep Mirror::upkeep(std::string_view object) const {
  Upkeep upkeep;
  upkeep.object = object;
  auto row = database_
                 ->query(
                     "SELECT deletions_until, bin_checked, reconciled, resynced, calculated, "
                     "wanted, comparing_since, compared_to FROM heed_upkeep WHERE object = ?")
                 .bind(object);
  if (!row.step()) return upkeep;
  upkeep.deletions_until = row.optional_moment(0);
  upkeep.bin_checked = row.optional_moment(1);
  upkeep.reconciled = row.optional_moment(2);
  upkeep.resynced = row.optional_moment(3);
  upkeep.calculated = row.optional_moment(4);
  upkeep.wanted = row.text(5);
  upkeep.comparing_since = row.optional_moment(6);
  if (!row.is_null(7)) upkeep.compared_to = Id::parse(row.text(7));
  return upkeep;
}

void Mirror::save(const Upkeep& upkeep) {
  store::Transaction transaction(*database_);
  write_upkeep(*database_, upkeep);
  transaction.commit();
}

void Mirror::begin_comparing(const Upkeep& upkeep) {
  store::Transaction transaction(*database_);
  strike_compared(*database_, upkeep.object);
  write_upkeep(*database_, upkeep);
  transaction.commit();
}

void Mirror::note_compared(std::string_view object, std::optional<Id> to,
                           std::span<const Compared> found) {
  store::Transaction transaction(*database_);
  auto add = database_->query(
      "INSERT INTO heed_compared (object, id, found) VALUES (?, ?, ?) "
      "ON CONFLICT (object, id) DO UPDATE SET found = excluded.found");
  auto strike = database_->query("DELETE FROM heed_compared WHERE object = ? AND id = ?");
  for (const auto& each : found) {
    if (each.as == Compared::As::settled) {
      strike.bind(object, each.id.text());
      strike.run();
    } else {
      add.bind(object, each.id.text(), word_for(each.as));
      add.run();
    }
  }
  database_->query("UPDATE heed_upkeep SET compared_to = ? WHERE object = ?")
      .bind(text_of(to), object)
      .run();
  transaction.commit();
}

std::vector<Id> Mirror::compared(std::string_view object, Compared::As as, std::optional<Id> after,
                                 std::int64_t limit) const {
  std::vector<Id> ids;
  auto row = database_
                 ->query(
                     "SELECT id FROM heed_compared WHERE object = ? AND found = ? AND id > ? "
                     "ORDER BY id LIMIT ?")
                 .bind(object, word_for(as), text_of(after).value_or(""), limit);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(0))) ids.push_back(*id);
  }
  return ids;
}

std::vector<Id> Mirror::unseen(std::string_view object, std::int64_t limit) const {
  std::vector<Id> ids;
  auto row = database_->query("SELECT id FROM heed_unseen WHERE object = ? ORDER BY id LIMIT ?")
                 .bind(object, limit);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(0))) ids.push_back(*id);
  }
  return ids;
}

void Mirror::strike_unseen(std::string_view object, std::span<const Id> ids) {
  store::Transaction transaction(*database_);
  auto strike = database_->query("DELETE FROM heed_unseen WHERE object = ? AND id = ?");
  for (const auto& id : ids) {
    strike.bind(object, id.text());
    strike.run();
  }
  transaction.commit();
}

std::vector<Deletion> Mirror::bin(std::string_view object) const {
  std::vector<Deletion> deletions;
  auto row = database_->query("SELECT id, deleted FROM heed_bin WHERE object = ? ORDER BY id")
                 .bind(object);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(0))) deletions.push_back({*id, row.moment(1)});
  }
  return deletions;
}

void Mirror::put_in_bin(std::string_view object, std::span<const Deletion> deletions) {
  const auto there = bin(object);
  std::vector<Deletion> fresh;
  for (auto each : deletions) {
    each.id = known_as(each.id);
    const auto at = std::lower_bound(there.begin(), there.end(), each.id,
                                     [](const Deletion& a, const Id& id) { return a.id < id; });
    if (at == there.end() || at->id != each.id) fresh.push_back(each);
  }
  if (fresh.empty()) return;
  store::Transaction transaction(*database_);
  for (const auto& each : fresh) enter_bin(*database_, object, each);
  transaction.commit();
}

}  // namespace heed::mirror
