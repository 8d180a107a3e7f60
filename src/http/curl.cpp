#include <curl/curl.h>
#include <openssl/ssl.h>

#include <mutex>

#include "heed/error.hpp"
#include "heed/http.hpp"
#include "heed/http/too_large.hpp"
#include "http/failure.hpp"

namespace heed::http {

namespace {

using Steady = std::chrono::steady_clock;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

void start_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// Why a request was ended from this side.
enum class Ended { no, stopped, silent, stalled, too_large };

/// What libcurl's callbacks write to while one request is under way.
struct Exchange {
  Response response;
  const Options& options;
  const std::stop_token& stop;
  CURL* curl;
  Steady::time_point began = Steady::now();
  Steady::time_point mark = began;  ///< the pace is measured from here
  curl_off_t at_mark = 0;           ///< bytes of body received until then
  Ended ended = Ended::no;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  auto& body = exchange.response.body;
  if (static_cast<std::int64_t>(body.size() + size) > exchange.options.largest_body) {
    exchange.ended = Ended::too_large;
    return 0;
  }
  body.append(data, size);
  return size;
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

/// Only while the connection is in use can it be asked.
std::string tls_of(CURL* curl) {
  curl_tlssessioninfo* session = nullptr;
  const auto got = curl_easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &session);
  if (got != CURLE_OK || session == nullptr || session->internals == nullptr ||
      session->backend != CURLSSLBACKEND_OPENSSL) {
    return {};
  }
  return SSL_get_version(static_cast<const SSL*>(session->internals));
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  auto& headers = exchange.response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    headers.clear();  // a further answer: after 100 or a proxy's
    exchange.response.line.tls = tls_of(exchange.curl);
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return size;
}

/// Fewer bytes of body than one a second, for as long as the options say.
bool is_stalled(Exchange& exchange, curl_off_t received) {
  const auto now = Steady::now();
  if (now - exchange.mark < exchange.options.stalled) return false;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - exchange.mark);
  const bool slow = received - exchange.at_mark < std::max<curl_off_t>(seconds.count(), 1);
  exchange.mark = now;
  exchange.at_mark = received;
  return slow;
}

int on_progress(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  const auto& options = exchange.options;
  if (exchange.stop.stop_requested()) {
    exchange.ended = Ended::stopped;
  } else if (received == 0 && exchange.response.headers.empty()) {
    exchange.mark = Steady::now();
    if (exchange.mark - exchange.began > options.connect + options.first_byte) {
      exchange.ended = Ended::silent;
    }
  } else if (is_stalled(exchange, received)) {
    exchange.ended = Ended::stalled;
  }
  return exchange.ended == Ended::no ? 0 : 1;
}

long asked(CURL* curl, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(curl, what, &value);
  return value;
}

std::chrono::microseconds exact_span(CURL* curl, CURLINFO what) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(curl, what, &microseconds);
  return std::chrono::microseconds(microseconds);
}

std::chrono::milliseconds span(CURL* curl, CURLINFO what) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(exact_span(curl, what));
}

/// The end of the peer's own certificate, the first that it sent.
std::optional<Moment> certificate_end(CURL* curl) {
  curl_certinfo* certificates = nullptr;
  if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &certificates) != CURLE_OK ||
      certificates == nullptr || certificates->num_of_certs < 1) {
    return std::nullopt;
  }
  static constexpr std::string_view name = "Expire date:";
  for (const auto* each = certificates->certinfo[0]; each != nullptr; each = each->next) {
    const std::string_view text(each->data);
    if (!text.starts_with(name)) continue;
    const time_t end = curl_getdate(std::string(text.substr(name.size())).c_str(), nullptr);
    if (end >= 0) return Moment(std::chrono::seconds(end));
  }
  return std::nullopt;
}

void describe_line(CURL* curl, Line& line) {
  char* address = nullptr;
  curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &address);
  line.address = address != nullptr ? address : "";
  line.protocol =
      asked(curl, CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0 ? "HTTP/2" : "HTTP/1.1";
  line.certificate_until = certificate_end(curl);
  line.resolved = span(curl, CURLINFO_NAMELOOKUP_TIME_T);
  line.connected = span(curl, CURLINFO_CONNECT_TIME_T);
  line.secured = span(curl, CURLINFO_APPCONNECT_TIME_T);
}

}  // namespace

struct Curl::Handle {
  Options options;
  std::stop_token stop;
  CURL* curl = nullptr;

  Handle(Options given, std::stop_token token) : options(std::move(given)), stop(std::move(token)) {
    start_curl_once();
    curl = curl_easy_init();
    if (curl == nullptr) throw Error(Kind::unreachable, "libcurl cannot start: out of memory");
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  template <class V>
  void set(CURLoption option, V value) {
    curl_easy_setopt(curl, option, value);
  }

  void prepare(const Request& request, const HeaderList& headers, Exchange& exchange);
  void prepare_limits();
  void prepare_trust();
  void prepare_proxy(const std::string& url);
  Failure failure(CURLcode code, const char* said, const Response& response) const;
  bool by_proxy = false;
  std::size_t expected = 0;  ///< bytes of body: pages of one size follow each other
};

void Curl::Handle::prepare_limits() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_CERTINFO, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.total.count()));
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
}

void Curl::Handle::prepare_trust() {
  // Beside the system's folder of authorities, not in its place.
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (options.certificate.empty()) return;
  set(CURLOPT_SSLCERT, options.certificate.c_str());
  const auto& key = options.key.empty() ? options.certificate : options.key;
  set(CURLOPT_SSLKEY, key.c_str());
  // Without one OpenSSL would ask on the terminal.
  set(CURLOPT_KEYPASSWD, options.key_password.c_str());
}

void Curl::Handle::prepare_proxy(const std::string& url) {
  // Said in any case, or libcurl would look into the environment. A plain address is this very
  // machine, and another machine's proxy would understand it as itself.
  by_proxy = !options.proxy.empty() && url.starts_with("https://");
  set(CURLOPT_PROXY, by_proxy ? options.proxy.c_str() : "");
  set(CURLOPT_NOPROXY, options.no_proxy.c_str());
  if (!by_proxy) return;
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!options.ca_file.empty()) set(CURLOPT_PROXY_CAINFO, options.ca_file.c_str());
  set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST | CURLAUTH_NTLM));
  if (options.proxy_user.empty()) return;  // or the address has them
  set(CURLOPT_PROXYUSERNAME, options.proxy_user.c_str());
  set(CURLOPT_PROXYPASSWORD, options.proxy_password.c_str());
}

void Curl::Handle::prepare(const Request& request, const HeaderList& headers, Exchange& exchange) {
  curl_easy_reset(curl);  // keeps the connections
  prepare_limits();
  prepare_trust();
  prepare_proxy(request.url);
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTPHEADER, headers.get());
  if (request.method == "POST") {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  } else {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);  // or it would wait for a body
  }
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(&exchange));
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  const auto escaped = [](const std::string& text) {
    const std::unique_ptr<char, void (*)(void*)> kept(
        curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), &curl_free);
    return std::string(kept != nullptr ? kept.get() : "");
  };
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + escaped(name) + "=" + escaped(value);
  }
  return body;
}

Curl::Curl(Options options, std::stop_token stop)
    : handle_(std::make_unique<Handle>(std::move(options), std::move(stop))) {}
Curl::~Curl() = default;

Failure Curl::Handle::failure(CURLcode code, const char* said, const Response& response) const {
  Failure failure;
  failure.code = code;
  failure.said = *said != '\0' ? said : curl_easy_strerror(code);
  failure.system = asked(curl, CURLINFO_OS_ERRNO);
  failure.certificate = asked(curl, CURLINFO_SSL_VERIFYRESULT);
  failure.proxy_answer = asked(curl, CURLINFO_HTTP_CONNECTCODE);
  failure.by_proxy = by_proxy;
  // Set when the request is about to be sent, on a kept connection too; never less than 1 then.
  failure.connected = exact_span(curl, CURLINFO_PRETRANSFER_TIME_T).count() > 0;
  failure.began = !response.headers.empty();
  return failure;
}

namespace {

/// What this side ended, in words.
void tell_ended(Exchange& exchange, const std::string& host) {
  switch (exchange.ended) {
    case Ended::no:
      return;
    case Ended::stopped:
      throw Error(Kind::interrupted, "stopped while waiting for " + host);
    case Ended::silent:
      throw Error(Kind::unreachable, host +
                                         ": no answer in time; it may be overloaded, or raise "
                                         "[http] answer_timeout");
    case Ended::stalled:
      throw Error(Kind::unreachable, host + ": the answer stopped coming in the middle");
    case Ended::too_large:
      throw TooLarge(host, exchange.options.largest_body, std::move(exchange.response.body));
  }
}

std::string line_of(const std::pair<std::string, std::string>& header) {
  return header.first + ": " + header.second;
}

HeaderList headers_of(const Request& request) {
  HeaderList headers(curl_slist_append(nullptr, "Expect:"));  // no waiting for 100 Continue
  for (const auto& header : request.headers) {
    headers.reset(curl_slist_append(headers.release(), line_of(header).c_str()));
  }
  return headers;
}

}  // namespace

Response Curl::send(const Request& request) {
  const std::string host = host_of(request.url);
  if (!safe(request.url)) {
    throw Error(Kind::configuration, "the address '" + request.url +
                                         "' is not https; heed sends no secret over a plain line");
  }
  CURL* curl = handle_->curl;
  const HeaderList headers = headers_of(request);
  Exchange exchange{{}, handle_->options, handle_->stop, curl};
  exchange.response.body.reserve(handle_->expected);
  handle_->prepare(request, headers, exchange);
  char said[CURL_ERROR_SIZE] = "";
  handle_->set(CURLOPT_ERRORBUFFER, &said[0]);
  const CURLcode code = curl_easy_perform(curl);
  handle_->set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  tell_ended(exchange, host);
  if (code != CURLE_OK) throw error_of(handle_->failure(code, said, exchange.response), host);
  handle_->expected = exchange.response.body.size();
  exchange.response.status = static_cast<int>(asked(curl, CURLINFO_RESPONSE_CODE));
  describe_line(curl, exchange.response.line);
  return std::move(exchange.response);
}

}  // namespace heed::http
