#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "simulator/simulator.hpp"
#include "support/clock.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

/// A command line in front of a simulated CRM: a configured folder, and a terminal that remembers.
class Terminal {
 public:
  explicit Terminal(simulated::Simulator& crm);

  /// Runs `heed WORDS...` at the CRM's time; returns the exit code. Fails the test where heed shows
  /// a secret or who somebody is.
  int run(std::vector<std::string> words);

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  /// The configuration, to be written anew by a test that wants another one.
  std::string config() const { return folder_.file("heed.toml"); }

  /// How far the machine's clock is behind the CRM's from the next run on.
  std::chrono::seconds behind{0};

 private:
  simulated::Simulator& crm_;
  TempDir folder_;
  ManualClock clock_;
  std::ostringstream out_, err_;
};

}  // namespace heed::support
