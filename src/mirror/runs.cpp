#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "parts.hpp"
#include "upkeep.hpp"

namespace heed::mirror {

namespace {

std::int64_t insert(store::Database& database, const Run& run) {
  const auto& tally = run.tally;
  auto row =
      database
          .query(
              "INSERT INTO heed_run (command, began, ended, exit_code, seen, created, "
              "updated, late, changes, links, detail, replaced) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number")
          .bind(run.command, run.began, run.ended, run.exit_code, tally.seen, tally.created,
                tally.updated, tally.late, tally.changes, tally.links, run.detail, tally.replaced);
  std::int64_t number = 0;
  while (row.step()) number = row.integer(0);
  return number;
}

std::optional<Run> last(store::Database& database, const char* condition,
                        std::optional<Moment> until = {}) {
  auto row = database.query(
      std::string("SELECT number, command, began, ended, exit_code, seen, created, updated, late, "
                  "changes, links, detail, replaced FROM heed_run ") +
      condition + " ORDER BY number DESC LIMIT 1");
  if (until) row.bind(*until);
  if (!row.step()) return std::nullopt;
  Run run;
  run.number = row.integer(0);
  run.command = row.text(1);
  run.began = row.moment(2);
  run.ended = row.optional_moment(3);
  if (const auto code = row.optional_integer(4)) run.exit_code = static_cast<int>(*code);
  run.tally = {row.integer(5),
               row.integer(6),
               row.integer(7),
               row.integer(8),
               row.integer(9),
               row.integer(10),
               row.optional_integer(12).value_or(0)};
  run.detail = row.text(11);
  return run;
}

}  // namespace

Run Mirror::finish_run(Run run, std::span<const Cursor> cursors, std::span<const Upkeep> upkeeps) {
  store::Transaction transaction(*database_);
  for (const auto& cursor : cursors) write_cursor(*database_, cursor);
  for (const auto& upkeep : upkeeps) write_upkeep(*database_, upkeep);
  run.number = insert(*database_, run);
  begin_part_when_due(*database_);
  transaction.commit();
  return run;
}

std::optional<Run> Mirror::last_run() const {
  return last(*database_, "");
}
std::optional<Run> Mirror::last_complete_run() const {
  return last(*database_, "WHERE exit_code = 0");
}
std::optional<Run> Mirror::last_complete_run(Moment until) const {
  return last(*database_, "WHERE exit_code = 0 AND began <= ?", until);
}

}  // namespace heed::mirror
