#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/asking.hpp"

namespace heed::sync {

/// Looks after one object once it has been read up to the run's moment: what was deleted, what is
/// purged, and, when it is time or a gap asks for it, whether ids and stamps are the CRM's.
class Care {
 public:
  /// `loaded` says since when this very run, or the one that it goes on from, has read every
  /// record. `reread` reads the records of a whole load that was ordered; it says how that ended.
  Care(const Task& task, std::optional<Moment> loaded, std::function<Ended()> reread)
      : task_(task),
        loaded_(loaded),
        reread_(std::move(reread)),
        before_(task.mirror.upkeep(task.object())),
        upkeep_(before_) {}

  Ended run();

  const mirror::Tally& tally() const { return tally_; }
  const std::optional<Comparison>& compared() const { return compared_; }
  const std::vector<Finding>& findings() const { return findings_; }
  const std::vector<std::string>& notes() const { return notes_; }

  /// What is to be kept of it; nullopt where nothing is new.
  std::optional<mirror::Upkeep> upkeep() const;

 private:
  Ended deletions();
  Ended resync();
  Ended reconcile();
  bool reconcile_due();
  void begin_comparing();
  bool goes_on() const;

  const Task& task_;
  std::optional<Moment> loaded_;
  std::function<Ended()> reread_;
  mirror::Upkeep before_;
  mirror::Upkeep upkeep_;
  bool gap_ = false;
  bool lost_ = false;  ///< the CRM has no log of what was deleted since the last answer
  mirror::Tally tally_;
  std::optional<Comparison> compared_;
  std::vector<Finding> findings_;
  std::vector<std::string> notes_;
};

}  // namespace heed::sync
