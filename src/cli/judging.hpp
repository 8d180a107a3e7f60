#pragma once

#include "cli/setting.hpp"
#include "heed/ledger.hpp"

namespace heed::cli {

/// Everything that judging rests on besides the mirror, loaded as configured.
class Judging {
 public:
  explicit Judging(const Setting& setting);

  const policy::Rulebook& rulebook() const { return rulebook_; }
  const policy::PreferenceMap& preferences() const { return preferences_; }
  ledger::Grounds grounds() const { return {rulebook_, preferences_, options_}; }

 private:
  policy::PreferenceMap preferences_;
  policy::Rulebook rulebook_;
  ledger::Options options_;
};

}  // namespace heed::cli
