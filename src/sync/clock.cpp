#include "sync/clock.hpp"

#include <algorithm>

namespace heed::sync {

namespace {

constexpr std::chrono::seconds servers_differ_by{60};

void not_after(std::optional<Moment>& moment, Moment latest) {
  if (moment) moment = std::min(*moment, latest);
}

void take_back(mirror::Cursor& cursor, const SetBack& back, Moment now) {
  not_after(cursor.watermark, back.right);
  not_after(cursor.known_until, back.right);
  not_after(cursor.load_began, now);
  cursor.window_from = cursor.window_to = cursor.window_mark = cursor.last_stamp = std::nullopt;
  cursor.last_id.reset();
}

void take_back(mirror::Upkeep& upkeep, const SetBack& back, Moment now) {
  not_after(upkeep.deletions_until, back.right);
  not_after(upkeep.bin_checked, back.right);
  not_after(upkeep.calculated, back.right);
  not_after(upkeep.reconciled, now);
  not_after(upkeep.resynced, now);
  upkeep.comparing_since = now;
  upkeep.compared_to.reset();
}

/// What the clock said when a load or a window was begun that is not ended: what it has reached so
/// far counts from there. The overlap covers as little as servers differ from each other by.
std::optional<Moment> last_seen(const mirror::Cursor& cursor, std::chrono::seconds overlap) {
  const auto begun = std::max(cursor.load_began, cursor.window_to);
  if (!begun) return std::nullopt;
  return *begun - std::min(overlap, servers_differ_by);
}

}  // namespace

std::optional<SetBack> set_back(const Task& task) {
  auto cursor = task.mirror.cursor(task.object());
  auto upkeep = task.mirror.upkeep(task.object());
  const auto said =
      std::max({cursor.watermark, upkeep.deletions_until, last_seen(cursor, task.options.overlap)});
  if (!said || *said <= task.now) return std::nullopt;
  const auto run = task.mirror.last_complete_run(task.now);
  const SetBack back{*said, (run ? run->began : task.now) - task.options.overlap};
  // Cut off in between, the next run finds the watermark as it was.
  take_back(upkeep, back, task.now);
  task.mirror.begin_comparing(upkeep);
  take_back(cursor, back, task.now);
  task.mirror.save(cursor);
  return back;
}

}  // namespace heed::sync
