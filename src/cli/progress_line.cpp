#include "cli/progress_line.hpp"

#include <ostream>

namespace heed::cli {

namespace {

constexpr std::string_view cleared = "\r\033[K";

}  // namespace

ProgressLine::~ProgressLine() {
  if (drawn_) err_ << cleared << std::flush;
}

void ProgressLine::draw(std::string_view text) {
  if (!terminal_) return;
  err_ << cleared << text << std::flush;
  drawn_ = true;
}

}  // namespace heed::cli
