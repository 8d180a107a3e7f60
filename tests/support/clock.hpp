#pragma once

#include "heed/time.hpp"

namespace heed::support {

/// A clock that moves only when told, or when somebody sleeps by it.
class ManualClock final : public heed::Clock {
 public:
  explicit ManualClock(heed::Moment start) : now_(start) {}

  heed::Moment now() const override { return now_; }
  bool sleep_until(heed::Moment moment, std::stop_token stop) override {
    if (stop.stop_requested()) return false;
    slept_ += std::max(moment, now_) - now_;
    now_ = std::max(moment, now_);
    return true;
  }

  void advance(std::chrono::seconds by) { now_ += by; }

  /// How long was slept in all.
  std::chrono::seconds slept() const { return slept_; }

 private:
  heed::Moment now_;
  std::chrono::seconds slept_{0};
};

}  // namespace heed::support
