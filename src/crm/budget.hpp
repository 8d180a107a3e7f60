#pragma once

#include <optional>

#include "heed/crm.hpp"

namespace heed::crm {

/// The day's requests: counted, kept in the state, and held against what the options allow.
class Budget {
 public:
  /// `state` may be null: then only this run's requests count. Goes on from what it holds.
  Budget(const Clock& clock, const Options& options, vault::State* state);

  /// Writes what is not yet written; a state that cannot be written is not worth a second error.
  ~Budget();
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  Allowance allowance() const;

  /// Throws Error(incomplete) where nothing is left for today; nothing is to be sent then.
  void check() const;

  /// Whether so many requests more may be sent.
  bool allows(int requests) const;

  /// So many requests were sent by this run in all, and the CRM told this usage last.
  void note(std::int64_t calls, const std::optional<Usage>& usage);

 private:
  void write();

  const Clock& clock_;
  const Options& options_;
  vault::State* state_;
  Spending spending_;
  std::int64_t noted_ = 0;  ///< of this run's requests
  std::int64_t unwritten_ = 0;
};

}  // namespace heed::crm
