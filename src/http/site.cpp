#include <libpsl.h>

#include <algorithm>
#include <array>
#include <string>

#include "heed/http.hpp"

namespace heed::http {

namespace {

/// Where the CRM's maker runs APIs. Not force.com or site.com: there customers run pages, and code
/// of their own behind them.
constexpr std::array own_domains{"salesforce.com", "cloudforce.com", "database.com",
                                 "salesforce.mil", "sfcrmproducts.cn"};

bool is_under(std::string_view host, std::string_view domain) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

bool is_own(std::string_view host) {
  return std::any_of(own_domains.begin(), own_domains.end(),
                     [host](std::string_view domain) { return is_under(host, domain); });
}

/// The domain that one owner has, with the names in it; empty for an address or a public suffix.
std::string_view registered(std::string_view host) {
  const psl_ctx_t* list = psl_builtin();
  const bool address = host.find(':') != std::string_view::npos ||
                       host.find_first_not_of("0123456789.") == std::string_view::npos;
  if (address) return {};
  std::string_view best;
  for (std::string_view rest = host; !rest.empty();) {
    if (psl_is_public_suffix(list, std::string(rest).c_str()) == 1) return best;
    best = rest;
    const auto dot = rest.find('.');
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  return {};
}

}  // namespace

bool same_site(std::string_view host, std::string_view other) {
  if (host.empty() || other.empty()) return false;
  if (host == other) return true;
  if (is_own(host) && is_own(other)) return true;
  const auto domain = registered(host);
  return !domain.empty() && domain == registered(other);
}

}  // namespace heed::http
