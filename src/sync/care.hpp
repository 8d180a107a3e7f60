#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/asking.hpp"

namespace heed::sync {

/// Whether ids and stamps are to be compared, as far as what is asked for, what is under way and
/// what comes round tell. Pure.
bool comparison_due(const mirror::Upkeep& upkeep, const Options& options, Moment now);

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

  const std::string& object() const { return task_.object(); }
  const mirror::Tally& tally() const { return tally_; }
  const std::optional<Comparison>& compared() const { return compared_; }
  const std::vector<Finding>& findings() const { return findings_; }
  const std::vector<std::string>& notes() const { return notes_; }

  /// What is to be kept of it; nullopt where nothing is new.
  std::optional<mirror::Upkeep> upkeep() const;

 private:
  Ended deletions();
  void note_untold(const std::string& code);
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

/// What is to be saved when the run ends.
struct Unsaved {
  std::map<std::string, mirror::Cursor> cursors;  ///< of objects, by name
  std::vector<mirror::Upkeep> upkeeps;
};

/// Has an object looked after, and adds what comes of it to the report and to what is to be saved.
Ended look_after(Care& care, Report& report, Unsaved& unsaved);

/// Adds findings to a report, each of them once.
void add(Report& report, const std::vector<Finding>& findings);

}  // namespace heed::sync
