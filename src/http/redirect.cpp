#include "heed/error.hpp"
#include "heed/http.hpp"

namespace heed::http {

namespace {

constexpr int most_redirects = 5;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

/// The address that `location` means when `url` answers with it.
std::string resolved(std::string_view url, std::string_view location) {
  if (location.find("://") != std::string_view::npos) return std::string(location);
  const auto scheme = url.find("://");
  if (location.starts_with("//")) {
    return std::string(url.substr(0, scheme + 1)) + std::string(location);
  }
  const auto path = url.find('/', scheme + 3);
  const std::string site(url.substr(0, path));
  if (location.starts_with('/')) return site + std::string(location);
  if (path == std::string_view::npos) return site + "/" + std::string(location);
  return std::string(url.substr(0, url.rfind('/') + 1)) + std::string(location);
}

[[noreturn]] void refuse(const std::string& from, const std::string& text) {
  throw Error::lasting(Kind::unreachable, from + " " + text);
}

}  // namespace

Response Following::send(const Request& request) {
  const std::string first = host_of(request.url);
  Request next = request;
  for (int followed = 0;; ++followed) {
    Response response = inner_.send(next);
    if (!is_redirect(response.status)) return response;
    const auto location = response.header("Location");
    if (!location || location->empty()) return response;
    const std::string to = resolved(next.url, *location);
    const std::string host = host_of(to);
    if (followed == most_redirects) {
      refuse(first, "redirects again and again; check [crm] url");
    }
    if (host != first && !same_site(first, host)) {
      refuse(first, "redirects to another site, '" + host +
                        "'; heed takes nothing there: check [crm] url, or set it to that site if "
                        "the org has moved");
    }
    if (!safe(to) || (next.url.starts_with("https://") && !to.starts_with("https://"))) {
      refuse(first, "redirects to an address that is not https; heed does not follow it");
    }
    next.url = to;
  }
}

}  // namespace heed::http
