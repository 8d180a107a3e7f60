#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sync/asking.hpp"

namespace heed::sync {

/// Learns which records of one object are gone that no query would tell of: getDeleted names them,
/// and what it named and is returned no more is purged, if this user still sees others. To be asked
/// when the object has been read up to the run's moment.
class Deletions {
 public:
  enum class Log {
    whole,   ///< every deletion since the last time is known
    gap,     ///< too long ago: some may have been missed
    lost,    ///< the CRM says that it has lost them: everything is to be read again
    refused  ///< the CRM does not tell of this object's deletions, or not this user
  };

  /// The CRM wants more than a minute between the ends, which it cuts to the minute.
  static constexpr std::chrono::minutes least_span{5};

  Deletions(const Task& task, mirror::Upkeep& upkeep) : task_(task), upkeep_(upkeep) {}

  /// Asks for what was deleted since the last time.
  Ended read();

  /// Once a day: which of the records in the bin are purged by now?
  Ended check_bin();

  Log log() const { return log_; }
  /// The CRM's code, where the log is refused.
  const std::string& code() const { return code_; }
  /// That deleted records are returned no more, and that nobody knows whether they are purged.
  const std::optional<Finding>& doubt() const { return doubt_; }
  const mirror::Tally& tally() const { return tally_; }

 private:
  std::optional<crm::Window> window();
  bool ask(const crm::Window& window);
  bool began_within_minute(const crm::Refusal& refusal, Moment& from, const crm::Window& window);
  void refused(const crm::Refusal& refusal, std::chrono::seconds& span);
  Ended take();
  Ended look_at(const std::vector<mirror::Deletion>& asked);
  Ended doubt_if_unseen(const std::vector<mirror::Deletion>& missing);
  void ask_bin_again();
  void mark_missing(const std::vector<mirror::Deletion>& missing);

  const Task& task_;
  mirror::Upkeep& upkeep_;
  Log log_ = Log::whole;
  std::string code_;
  std::vector<mirror::Deletion> named_;
  Moment since_{};  ///< what was deleted before is known already
  Moment covered_{};
  std::optional<Finding> doubt_;
  mirror::Tally tally_;
};

}  // namespace heed::sync
