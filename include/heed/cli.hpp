#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "heed/http.hpp"
#include "heed/time.hpp"

/// The command line: the only part that knows all others, and the only one that sees the
/// environment, the terminal and the machine's clock.
namespace heed::cli {

/// Everything outside the program that a command touches.
struct World {
  std::ostream& out;  ///< its buffer leaves in errno why it cannot be flushed
  std::ostream& err;
  Clock& clock;
  std::function<std::unique_ptr<http::Transport>(const http::Options&, std::stop_token)> connect;
  std::function<std::optional<std::string>(const std::string&)> environment;
  std::filesystem::path shipped;  ///< the schedules that came with heed
  std::string user;               ///< of the system: the author where --by is not given
  bool terminal = false;          ///< err is one: progress may be drawn
  std::stop_token stop;
};

/// Runs one command line, the program's name left out; returns the exit code. Never throws: errors
/// are one line on `err`. What `out` does not take whole is one, too, but for a closed pipe.
int run(const std::vector<std::string>& arguments, World& world);

}  // namespace heed::cli
