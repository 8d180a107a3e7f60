#pragma once

#include <cstdint>
#include <string>
#include <thread>

namespace heed::support {

/// A server on the loopback address that answers its one request with the bytes it was given, true
/// HTTP or not, and then does something to the connection.
class OneAnswer {
 public:
  enum class Then { close, reset, silence };

  OneAnswer(std::string bytes, Then then);
  ~OneAnswer();
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  /// "http://127.0.0.1:PORT"
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// What it was sent; known once the request has ended.
  const std::string& request();

 private:
  void serve();

  std::string bytes_;
  Then then_;
  std::string request_;
  int listening_ = -1;
  int stop_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace heed::support
