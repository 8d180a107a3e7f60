#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace heed::support {

/// A port of the loopback address that nobody listened on a moment ago.
std::uint16_t free_port();

/// A port of the loopback address that swallows connections: it neither takes nor refuses one.
class FullPort {
 public:
  FullPort();
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;
  ~FullPort();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_ = -1;
  int waiting_ = -1;  ///< the one connection that has room
  std::uint16_t port_ = 0;
};

/// A server program that a test needs: it runs for as long as this object lives. One that is not
/// installed, or does not come up, fails the test: what it would have shown is not known.
class Program {
 public:
  /// Starts `words` (a program of the PATH or by its path, and its arguments; no secret among them,
  /// as everybody can see them), its output going to
  /// the file `log`, and waits until `port` of the loopback address takes connections.
  Program(const std::vector<std::string>& words, std::uint16_t port, const std::string& log);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

 private:
  pid_t pid_ = -1;
};

/// Writes `text` to `file` with mode 0600, and returns the file: it may hold a secret.
std::string written(const std::string& file, const std::string& text);

}  // namespace heed::support
