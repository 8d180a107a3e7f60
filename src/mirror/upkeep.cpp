#include "upkeep.hpp"

#include <algorithm>
#include <utility>

namespace heed::mirror {

namespace {

void first_version(store::Database& database) {
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

}  // namespace

store::Component upkeep_component() {
  return {"upkeep", {first_version}};
}

void write_upkeep(store::Database& database, const Upkeep& upkeep) {
  database
      .query(
          "INSERT INTO heed_upkeep (object, deletions_until, bin_checked, reconciled, resynced, "
          "calculated, wanted) VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (object) DO UPDATE SET deletions_until = excluded.deletions_until, "
          "bin_checked = excluded.bin_checked, reconciled = excluded.reconciled, "
          "resynced = excluded.resynced, calculated = excluded.calculated, "
          "wanted = excluded.wanted")
      .bind(upkeep.object, upkeep.deletions_until, upkeep.bin_checked, upkeep.reconciled,
            upkeep.resynced, upkeep.calculated, upkeep.wanted)
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
                     "wanted FROM heed_upkeep WHERE object = ?")
                 .bind(object);
  if (!row.step()) return upkeep;
  upkeep.deletions_until = row.optional_moment(0);
  upkeep.bin_checked = row.optional_moment(1);
  upkeep.reconciled = row.optional_moment(2);
  upkeep.resynced = row.optional_moment(3);
  upkeep.calculated = row.optional_moment(4);
  upkeep.wanted = row.text(5);
  return upkeep;
}

void Mirror::save(const Upkeep& upkeep) {
  store::Transaction transaction(*database_);
  write_upkeep(*database_, upkeep);
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
  auto add = database_->query(
      "INSERT INTO heed_bin (object, id, deleted) VALUES (?, ?, ?) "
      "ON CONFLICT (object, id) DO NOTHING");
  for (const auto& each : fresh) {
    add.bind(object, each.id.text(), each.at);
    add.run();
  }
  transaction.commit();
}

}  // namespace heed::mirror
