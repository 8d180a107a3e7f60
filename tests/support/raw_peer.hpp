#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace heed::support {

/// A server at a loopback port that plays bytes: one entry of the script for each request, whatever
/// the request says. For what goes wrong below HTTP.
class RawPeer {
 public:
  /// What happens after the bytes of one entry.
  enum class Then {
    keep,     ///< the connection stays open for the next request
    close,    ///< it is closed as it should be
    reset,    ///< it is cut
    silence,  ///< nothing more comes; it stays open until the peer ends
    drip      ///< a byte comes now and then, `every` so often, until the peer ends
  };
  struct Entry {
    std::string bytes;
    Then then = Then::keep;
    std::chrono::milliseconds every{0};
  };

  explicit RawPeer(std::vector<Entry> script);
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  ~RawPeer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// How many requests were read, and over how many connections.
  int requests() const { return requests_; }
  int connections() const { return connections_; }

  /// The last request that was read whole.
  std::string last_request() const;

 private:
  void serve();
  void converse(int connection);
  bool next(Entry& entry);

  mutable std::mutex mutex_;
  std::string last_;
  std::vector<Entry> script_;
  std::size_t played_ = 0;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_ = false;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

/// An HTTP answer with its length, as it goes over the line.
std::string http_answer(const std::string& body, const std::string& more_headers = "",
                        int status = 200);

}  // namespace heed::support
