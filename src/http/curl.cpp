#include <curl/curl.h>

#include <mutex>

#include "heed/error.hpp"
#include "heed/http.hpp"

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

/// What libcurl's callbacks write to while one request is under way.
struct Exchange {
  Response response;
  const Options& options;
  const std::stop_token& stop;
  Steady::time_point began = Steady::now();
  bool stopped = false;
  bool no_first_byte = false;
  bool too_large = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  auto& body = exchange.response.body;
  if (static_cast<std::int64_t>(body.size() + size) > exchange.options.largest_body) {
    exchange.too_large = true;
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

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& headers = static_cast<Exchange*>(user)->response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) headers.clear();  // a further answer: after 100 or a proxy's
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return size;
}

int on_progress(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.stop.stop_requested()) {
    exchange.stopped = true;
    return 1;
  }
  const bool silent = received == 0 && exchange.response.headers.empty();
  if (silent &&
      Steady::now() - exchange.began > exchange.options.connect + exchange.options.first_byte) {
    exchange.no_first_byte = true;
    return 1;
  }
  return 0;
}

/// The cause and the mend of what libcurl reports, for a person.
std::string cause_of(CURLcode code, const char* detail) {
  const std::string said = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "its name is not known to DNS; check the spelling and this machine's resolver";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "the proxy's name is not known to DNS; check [http] proxy and https_proxy";
    case CURLE_COULDNT_CONNECT:
      return "no connection (" + said + "); check the address, the port and the firewall";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "its certificate is not trusted (" + said +
             "); for a private authority name its file as [http] ca_file";
    case CURLE_SSL_CACERT_BADFILE:
      return "the file named as [http] ca_file cannot be read as PEM certificates";
    case CURLE_SSL_CONNECT_ERROR:
      return "no TLS connection (" + said + "); the server must speak TLS 1.2 or newer";
    case CURLE_OPERATION_TIMEDOUT:
      return "too slow (" + said + "); it may be overloaded, or a firewall swallows the connection";
    case CURLE_GOT_NOTHING:
      return "it closed the connection without an answer";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return "the answer broke off (" + said + ")";
    default:
      return said;
  }
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
};

void Curl::Handle::prepare_limits() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.total.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  const auto stalled = std::max(options.stalled, options.first_byte);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(stalled.count() / 1000 + 1));
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.proxy.empty()) set(CURLOPT_PROXY, options.proxy.c_str());
}

void Curl::Handle::prepare(const Request& request, const HeaderList& headers, Exchange& exchange) {
  curl_easy_reset(curl);  // keeps the connections
  prepare_limits();
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTPHEADER, headers.get());
  if (request.method == "POST") {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  } else {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(&exchange));
}

Curl::Curl(Options options, std::stop_token stop)
    : handle_(std::make_unique<Handle>(std::move(options), std::move(stop))) {}
Curl::~Curl() = default;

Response Curl::send(const Request& request) {
  const std::string host = host_of(request.url);
  if (!safe(request.url)) {
    throw Error(Kind::configuration, "the address '" + request.url +
                                         "' is not https; heed sends no secret over a plain line");
  }
  HeaderList headers(curl_slist_append(nullptr, "Expect:"));  // no waiting for 100 Continue
  for (const auto& [name, value] : request.headers) {
    headers.reset(curl_slist_append(headers.release(), (name + ": " + value).c_str()));
  }
  Exchange exchange{{}, handle_->options, handle_->stop};
  handle_->prepare(request, headers, exchange);
  char detail[CURL_ERROR_SIZE] = "";
  handle_->set(CURLOPT_ERRORBUFFER, &detail[0]);
  const CURLcode code = curl_easy_perform(handle_->curl);
  handle_->set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (exchange.stopped) throw Error(Kind::interrupted, "stopped while waiting for " + host);
  if (exchange.too_large) {
    throw Error(Kind::answer, host + " sent more than " +
                                  std::to_string(handle_->options.largest_body >> 20) +
                                  " MiB in one answer; raise [http] largest_body if that is right");
  }
  if (exchange.no_first_byte) throw Error(Kind::unreachable, host + ": no answer in time");
  if (code != CURLE_OK) throw Error(Kind::unreachable, host + ": " + cause_of(code, detail));
  long status = 0;
  curl_easy_getinfo(handle_->curl, CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace heed::http
