#include "duties.hpp"
#include "work.hpp"

namespace heed::ledger {

namespace {

void count_owed(store::Database& database, Counts& counts) {
  auto row = database.query(
      "SELECT COUNT(*), SUM(CASE WHEN state = 'withdrawn-to-confirm' THEN 1 ELSE 0 END), "
      "SUM(place_unknown), SUM(calendar_incomplete), SUM(long_past), SUM(hold) FROM heed_duty "
      "WHERE shelf = 1");
  row.step();
  counts.owed = row.integer(0);
  counts.withdrawn_to_confirm = row.integer(1);
  counts.place_unknown = row.integer(2);
  counts.calendar_incomplete = row.integer(3);
  counts.long_past = row.integer(4);
  counts.hold = row.integer(5);
}

/// People with something owed; an erased record is a person of its own.
std::int64_t count_people(store::Database& database) {
  auto row = database.query(
      "SELECT COUNT(DISTINCT COALESCE(s.person_id, d.subject)) FROM heed_duty d "
      "LEFT JOIN heed_subject s ON s.handle = d.subject WHERE d.shelf = 1");
  row.step();
  return row.integer(0);
}

std::vector<std::string> zones_of_owed(store::Database& database) {
  std::vector<std::string> zones;
  auto row = database.query("SELECT DISTINCT zone FROM heed_duty WHERE shelf = 1 ORDER BY zone");
  while (row.step()) zones.emplace_back(row.text(0));
  return zones;
}

std::int64_t count_overdue(store::Database& database, Moment as_of) {
  std::int64_t overdue = 0;
  for (const auto& zone : zones_of_owed(database)) {
    auto row = database
                   .query(
                       "SELECT COUNT(*) FROM heed_duty WHERE shelf = 1 AND zone = ? AND "
                       "(due IS NULL OR (CASE WHEN immediate = 1 AND target IS NOT NULL "
                       "THEN target ELSE due END) < ?)")
                   .bind(zone, Zone::named(zone).day_of(as_of));
    row.step();
    overdue += row.integer(0);
  }
  return overdue;
}

}  // namespace

Counts Ledger::counts(const mirror::Mirror& mirror, Moment as_of) const {
  Counts counts;
  count_owed(work_->database, counts);
  counts.people = count_people(work_->database);
  counts.overdue = count_overdue(work_->database, as_of);
  counts.standing_by = standing({});
  for (const auto& each : counts.standing_by) counts.standing += each.duties;
  counts.not_assessed = mirror.list_size();
  return counts;
}

}  // namespace heed::ledger
