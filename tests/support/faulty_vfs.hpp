#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace heed::support {

/// A file layer for SQLite that works until it is told not to: it counts what would reach the disk
/// (writes, syncs, truncations, deletions) and breaks at a chosen one. Databases that were opened
/// through it must be closed first.
class FaultyVfs {
 public:
  enum class Fault {
    kill,       ///< that write is torn in half, and nothing reaches the disk afterwards
    disk_full,  ///< that write alone fails, for want of space
    io_error,   ///< that write alone fails
    read_only   ///< from then on nothing may be written
  };

  FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs();

  /// The name for store::Options::vfs.
  const std::string& name() const;

  /// From now on it serves whoever names no layer, too.
  void everywhere();

  /// Breaks at the `count`-th operation from now, from 1.
  void fail_at(std::int64_t count, Fault fault);

  /// Works again, and counts from 0.
  void heal();

  /// Operations since the last fail_at or heal.
  std::int64_t operations() const;

  /// Whether the chosen operation has been reached.
  bool broke() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed::support
