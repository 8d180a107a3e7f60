#pragma once

#include <map>
#include <vector>

#include "sync/sweep.hpp"

namespace heed::sync {

/// Compares the ids and stamps of a whole object with the CRM's and mends what differs: records are
/// read again, and those that the CRM returns no more are marked, purged where it had told of their
/// deletion and vanished where it had not. Where more than 1% of an object have vanished within
/// some days, the user has probably lost a permission: nothing is marked, but for a single record.
/// Where no other record comes at all, nothing is taken for purged either. What is compared is
/// taken down page by page, so that one that was cut off goes on from there.
class Reconcile {
 public:
  /// `to` is how far the comparison under way has come.
  Reconcile(const Task& task, std::optional<Id> to) : task_(task), to_(to) {}

  Ended run();

  const Comparison& result() const { return result_; }
  const mirror::Tally& tally() const { return tally_; }

  /// False where too many have vanished, and none is marked.
  bool believed() const { return believed_; }
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  using As = mirror::Compared::As;

  Ended sweep();
  void note(Id id, As as);
  void store();
  std::vector<Id> all(As as) const;
  Ended reread_some(std::size_t least);
  Ended reread_forgotten();
  Ended look_for_missing();
  std::vector<Id> some_missing(std::optional<Id>& after) const;
  void count_rows();
  void count(Id id);
  bool too_many() const;
  void disbelieve();
  void say_vanished();
  bool believes_purges();
  void judge(Id id, bool purges);
  void mark_gone(bool purges);

  const Task& task_;
  std::optional<Id> to_;
  std::optional<Moment> last_;             ///< when the comparison before began
  std::vector<mirror::Compared> fresh_;    ///< what is not taken down
  std::vector<Id> again_;                  ///< to be read again
  std::map<Id, Moment> bin_;               ///< what the CRM has told of as deleted
  std::vector<mirror::Marking> markings_;  ///< that are not made
  Comparison gone_;                        ///< what the missing ones would be
  std::int64_t lost_ = 0;                  ///< of them, live ones
  std::int64_t live_ = 0;                  ///< rows, with those
  std::int64_t rows_ = 0;                  ///< that were there when the earlier ones were
  std::int64_t earlier_ = 0;               ///< vanished in the last days
  std::vector<Id> forgotten_;              ///< to be read again before the page is taken down
  Comparison result_;
  mirror::Tally tally_;
  bool believed_ = true;
  std::vector<Finding> findings_;
};

}  // namespace heed::sync
