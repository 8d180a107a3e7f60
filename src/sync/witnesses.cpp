#include "sync/witnesses.hpp"

#include <set>

namespace heed::sync {

namespace {

constexpr std::size_t most_witnesses = 100;
constexpr std::int64_t rows_looked_at = 500;

/// Adds live records from `after` on, but for `missing`. The CRM knows no pseudonyms.
void add_live(const Task& task, std::optional<Id> after, const std::set<Id>& missing,
              std::set<Id>& live) {
  while (live.size() < most_witnesses) {
    const auto rows = task.mirror.ids(task.object(), after, rows_looked_at);
    if (rows.empty()) return;
    after = rows.back().id;
    for (const auto& row : rows) {
      if (live.size() == most_witnesses) return;
      if (row.standing != Standing::live || missing.contains(row.id)) continue;
      if (!task.mirror.is_pseudonym(row.id)) live.insert(row.id);
    }
  }
}

}  // namespace

Ended ask_witnesses(const Task& task, const std::vector<Id>& missing, Witnesses& witnesses) {
  const std::set<Id> without(missing.begin(), missing.end());
  std::set<Id> live;
  add_live(task, missing.front(), without, live);
  add_live(task, std::nullopt, without, live);
  const std::vector<Id> ids(live.begin(), live.end());
  witnesses.asked = static_cast<std::int64_t>(ids.size());
  return read_by_id(task, narrow(*task.shape), ids, [&](const Page& page) {
    witnesses.came += static_cast<std::int64_t>(page.size());
  });
}

Finding not_purged(const std::string& object, std::int64_t missing, const Witnesses& witnesses) {
  const std::string records =
      missing == 1 ? "1 deleted record" : std::to_string(missing) + " deleted records";
  if (witnesses.asked == 0) {
    return {object, "",
            object + ": the CRM returns " + records +
                " no more, and the mirror has no live record of it that would show whether this "
                "user still sees any, so none counts as purged; see that it has Read and View All "
                "on " +
                object + ", then run heed sync --reconcile --accept-vanished"};
  }
  return {object, "",
          object + ": the CRM returns " + records + " no more, and neither " +
              std::to_string(witnesses.asked - witnesses.came) + " of " +
              std::to_string(witnesses.asked) +
              " that are not deleted: this user has probably lost a permission, so none counts as "
              "purged; give it Read and View All on " +
              object + ", or run heed sync --reconcile to see what has vanished"};
}

}  // namespace heed::sync
