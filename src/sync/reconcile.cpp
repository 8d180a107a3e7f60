#include "sync/reconcile.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace heed::sync {

namespace {

constexpr std::size_t reread_at_once = 500;
/// So few may vanish from however small an object.
constexpr std::int64_t always_believed = 5;

bool too_many(std::int64_t vanished, std::int64_t rows) {
  return vanished > always_believed && vanished * 100 > rows;
}

}  // namespace

Ended Reconcile::run() {
  Sweep sweep(task_);
  Ended ended = Ended::whole;
  const Ended swept = sweep.run([&](const Difference& difference) {
    if (difference.kind == Difference::Kind::missing_there) {
      missing_.push_back({difference.id, *difference.here, Standing::live});
    } else if (difference.kind != Difference::Kind::newer_here && ended == Ended::whole) {
      again_.push_back(difference.id);
      ended = reread_some(reread_at_once);
    }
  });
  if (swept != Ended::whole || ended != Ended::whole) return Ended::redescribe;
  result_.compared = sweep.there();
  if (look_for_missing() != Ended::whole || reread_some(1) != Ended::whole) {
    return Ended::redescribe;
  }
  mark_missing();
  return Ended::whole;
}

Ended Reconcile::reread_some(std::size_t least) {
  if (again_.size() < least) return Ended::whole;
  const Ended ended = record_by_id(task_, again_, tally_);
  result_.reread += static_cast<std::int64_t>(again_.size());
  again_.clear();
  return ended;
}

/// Each one that did not come is asked for by its id: an answer in many pages may have passed over
/// a record that moved meanwhile.
Ended Reconcile::look_for_missing() {
  std::vector<Id> ids;
  for (const auto& each : missing_) ids.push_back(each.id);
  std::set<Id> returned;
  const Ended ended = read_by_id(task_, narrow(*task_.shape), ids, [&](const Page& page) {
    for (std::size_t i = 0; i < page.size(); ++i) returned.insert(page[i].id);
  });
  again_.insert(again_.end(), returned.begin(), returned.end());
  std::erase_if(missing_, [&](const mirror::Known& each) { return returned.contains(each.id); });
  return ended;
}

void Reconcile::mark_missing() {
  std::map<Id, Moment> bin;
  for (const auto& each : task_.mirror.bin(task_.object())) bin.emplace(each.id, each.at);
  std::vector<mirror::Marking> markings;
  Comparison found;
  for (const auto& each : missing_) {
    const auto evidence = bin.find(each.id);
    if (evidence != bin.end()) {
      markings.push_back({each.id, Standing::purged, evidence->second, task_.now});
      ++found.purged;
    } else {
      markings.push_back({each.id, Standing::vanished, each.stamp, task_.now});
      ++found.vanished;
    }
  }
  const auto rows = task_.mirror.count(task_.object(), Standing::live) +
                    task_.mirror.count(task_.object(), Standing::deleted);
  if (too_many(found.vanished, rows) && !task_.options.accept_vanished) {
    disbelieved_ = found.vanished;
    return;
  }
  result_.purged = found.purged;
  result_.vanished = found.vanished;
  tally_ += task_.mirror.mark(task_.object(), markings, task_.now);
}

}  // namespace heed::sync
