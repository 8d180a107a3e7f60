#pragma once

#include <vector>

#include "sync/sweep.hpp"

namespace heed::sync {

/// Compares the ids and stamps of a whole object with the CRM's and mends what differs: records are
/// read again, and those that the CRM returns no more are marked, purged where it had told of their
/// deletion and vanished where it had not. Where more than 1% of an object have vanished, the user
/// has probably lost a permission: nothing is marked.
class Reconcile {
 public:
  explicit Reconcile(const Task& task) : task_(task) {}

  Ended run();

  const Comparison& result() const { return result_; }
  const mirror::Tally& tally() const { return tally_; }

  /// How many would have vanished, where that are too many to be believed; else 0.
  std::int64_t disbelieved() const { return disbelieved_; }

 private:
  Ended reread_some(std::size_t least);
  Ended look_for_missing();
  void mark_missing();

  const Task& task_;
  Comparison result_;
  mirror::Tally tally_;
  std::vector<Id> again_;
  std::vector<mirror::Known> missing_;
  std::int64_t disbelieved_ = 0;
};

}  // namespace heed::sync
