#pragma once

#include <iosfwd>
#include <string_view>

#include "cli/command.hpp"

namespace heed::cli {

/// One line on the terminal that is drawn over; nothing into a pipe.
class ProgressLine {
 public:
  explicit ProgressLine(const World& world) : err_(world.err), terminal_(world.terminal) {}
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// In the place of what was drawn before.
  void draw(std::string_view text);

 private:
  std::ostream& err_;
  bool terminal_;
  bool drawn_ = false;
};

}  // namespace heed::cli
