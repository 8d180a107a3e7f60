#include <algorithm>
#include <cctype>

#include "heed/http.hpp"

namespace heed::http {

namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (same_name(each, name)) return value;
  }
  return std::nullopt;
}

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  if (url.starts_with('[')) {
    url = url.substr(1, url.find(']') - 1);
  } else {
    url = url.substr(0, url.find(':'));
  }
  std::string host(url);
  std::transform(host.begin(), host.end(), host.begin(), lower);
  return host;
}

bool safe(std::string_view url) {
  const std::string host = host_of(url);
  if (host.empty()) return false;
  if (url.starts_with("https://")) return true;
  return url.starts_with("http://") &&
         (host == "127.0.0.1" || host == "::1" || host == "localhost");
}

}  // namespace heed::http
