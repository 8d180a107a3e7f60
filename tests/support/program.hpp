#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace heed::support {

/// A port of the loopback address that nobody listened on a moment ago.
std::uint16_t free_port();

/// A server program that a test needs: it runs for as long as this object lives. One that is not
/// installed, or does not come up, fails the test: what it would have shown is not known.
class Program {
 public:
  /// Starts `words` (a program of the PATH or by its path, and its arguments), its output going to
  /// the file `log`, and waits until `port` of the loopback address takes connections.
  Program(const std::vector<std::string>& words, std::uint16_t port, const std::string& log);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

 private:
  pid_t pid_ = -1;
};

/// Writes `text` to `file` with mode 0600, and returns the file.
std::string written(const std::string& file, const std::string& text);

}  // namespace heed::support
