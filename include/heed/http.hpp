#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "heed/time.hpp"

namespace heed::http {

/// One request. Header names are sent as they stand.
struct Request {
  std::string url;
  std::string method = "POST";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// How a request went over the line: what a person who looks for a fault wants to see. Times are
/// from the request's beginning; a kept connection has zeros.
struct Line {
  std::string address;                      ///< the peer's, as "203.0.113.7"; empty when not known
  std::string protocol;                     ///< "HTTP/1.1", "HTTP/2"
  std::string tls;                          ///< "TLSv1.3"; empty without TLS
  std::optional<Moment> certificate_until;  ///< the peer's certificate is good until then
  std::chrono::milliseconds resolved{0};    ///< the name was known
  std::chrono::milliseconds connected{0};   ///< the connection stood
  std::chrono::milliseconds secured{0};     ///< TLS was agreed
};

/// One answer, whatever its status; the body is already decompressed.
struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Line line{};

  /// A header's value, its name in any case; nullopt when it is absent. The first of several.
  std::optional<std::string_view> header(std::string_view name) const;
};

/// The network: the second of heed's two seams to the outside. A request goes in, an answer comes
/// out. Throws Error(unreachable) where there is no whole answer, with the cause in words, lasting
/// where only a person mends it, and TooLarge (http/too_large.hpp); an HTTP status is never an
/// error here.
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

/// `fields` as a form's body (application/x-www-form-urlencoded).
std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields);

/// Whether a secret for one host may be told to the other: the same host, or both under one domain
/// that somebody registered (login.salesforce.com and acme.my.salesforce.com; never two names under
/// a public suffix as co.uk, nor under a domain that the CRM's maker lends to its customers, as
/// my.site.com), or both in the CRM maker's own domains.
bool same_site(std::string_view host, std::string_view other);

/// Follows redirects (301, 302, 307, 308) by sending the same request again, method and body as
/// they are: to the site of the first address, to safe() addresses, at most five times. Any other
/// redirect is a lasting Error(unreachable) that names where it led. Statuses are passed on.
class Following final : public Transport {
 public:
  explicit Following(Transport& inner) : inner_(inner) {}
  Response send(const Request& request) override;

 private:
  Transport& inner_;
};

/// `text` of an exchange (headers, SOAP, JSON, forms, addresses) with every password, session id,
/// token, assertion and client secret replaced by "(removed)". Records stay, persons among them.
std::string without_secrets(std::string_view text);

/// Writes each exchange to `out`, whole, as without_secrets() has it; a secret that was seen in its
/// place once is removed wherever else it stands. What fails is written as well, and thrown on.
class Traced final : public Transport {
 public:
  Traced(Transport& inner, std::ostream& out, const Clock& clock)
      : inner_(inner), out_(out), clock_(clock) {}
  Response send(const Request& request) override;

 private:
  void write(std::string_view title, std::string_view text);

  Transport& inner_;
  std::ostream& out_;
  const Clock& clock_;
  std::vector<std::string> secrets_;
};

/// How the network is used. Times are in milliseconds.
struct Options {
  std::chrono::milliseconds connect{30'000};      ///< until the connection stands, TLS included
  std::chrono::milliseconds first_byte{150'000};  ///< from the request to the answer's first byte
  std::chrono::milliseconds stalled{60'000};  ///< a body slower than 1 byte a second for so long
  std::chrono::milliseconds total{600'000};   ///< one request and its answer, whole
  std::int64_t largest_body = 256LL * 1024 * 1024;  ///< bytes after decompression
  std::string ca_file;      ///< more trusted authorities, PEM; empty: the system's alone
  std::string certificate;  ///< heed's own for the server, PEM; empty: none
  std::string key;          ///< the certificate's private key, PEM; empty: in the same file
  std::string key_password;
  std::string proxy;  ///< "http://HOST:PORT" or "https://HOST:PORT"; empty: none
  std::string proxy_user;
  std::string proxy_password;  ///< given to the proxy by Basic, Digest or NTLM, as it asks
  std::string no_proxy;        ///< hosts and domains, by commas, that are reached without it
  std::string user_agent = "heed";
};

/// libcurl. TLS is 1.2 or newer and verified, always; nothing is read from the environment;
/// connections are kept and reused; answers may be compressed;
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
