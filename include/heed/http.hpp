#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heed::http {

/// One request. Header names are sent as they stand.
struct Request {
  std::string url;
  std::string method = "POST";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// One answer, whatever its status; the body is already decompressed.
struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// A header's value, its name in any case; nullopt when it is absent. The first of several.
  std::optional<std::string_view> header(std::string_view name) const;
};

/// The network: the second of heed's two seams to the outside. A request goes in, an answer comes
/// out. Throws Error(unreachable) where there is no whole answer, with the cause in words; an HTTP
/// status is never an error here.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Response send(const Request& request) = 0;
};

/// Whether `url` may carry a secret: https, or http to this very machine (127.0.0.1, ::1,
/// localhost).
bool safe(std::string_view url);

/// The host of `url` in lower case, without port and user; empty when it has none.
std::string host_of(std::string_view url);

/// How the network is used. Times are in milliseconds.
struct Options {
  std::chrono::milliseconds connect{30'000};      ///< until the connection stands, TLS included
  std::chrono::milliseconds first_byte{150'000};  ///< from the request to the answer's first byte
  std::chrono::milliseconds stalled{60'000};  ///< a body slower than 1 byte a second for so long
  std::chrono::milliseconds total{600'000};   ///< one request and its answer, whole
  std::int64_t largest_body = 256LL * 1024 * 1024;  ///< bytes after decompression
  std::string ca_file;  ///< more trusted authorities, PEM; empty: the system's alone
  std::string proxy;    ///< empty: what the environment says
  std::string user_agent = "heed";
};

/// libcurl. TLS is verified, always; connections are kept and reused; answers may be compressed;
/// redirects are handed to the caller, not followed. A url that is not safe() is refused with
/// Error(configuration). One thread at a time. A request ends within a second once `stop` is
/// requested, with Error(interrupted).
class Curl final : public Transport {
 public:
  explicit Curl(Options options, std::stop_token stop = {});
  ~Curl() override;
  Response send(const Request& request) override;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace heed::http
