#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

/// A configured folder with the mirror of Reported in it, a terminal that remembers, and a CRM that
/// never answers.
class Desk {
 public:
  explicit Desk(std::string_view now = "2026-11-25T08:00:00Z");

  /// Runs one command line; returns its exit code.
  int run(std::vector<std::string> words);

  std::string config() const { return folder_.file("heed.toml"); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  /// Writes a file of that name, which may have a folder, into the folder; returns its path.
  std::string write(const std::string& name, const std::string& text) const;

  /// Of the last command line.
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

 private:
  TempDir folder_;
  ManualClock time_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace heed::support
