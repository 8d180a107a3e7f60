#include <libpsl.h>

#include <algorithm>
#include <array>
#include <string>

#include "heed/http.hpp"

namespace heed::http {

namespace {

/// Where the CRM's maker itself answers the API, so that a login at one may name another: login and
/// test, the instances (na1-api, eu5, cs10), every org's own name (NAME.my.salesforce.com,
/// sandboxes as NAME--COPY.sandbox.my.salesforce.com), the government's, the older own names, and
/// China's.
constexpr std::array own_domains{"salesforce.com", "cloudforce.com", "database.com",
                                 "salesforce.mil", "sfcrmproducts.cn"};

/// Where the maker's customers run pages, and code of their own behind them: each name there is
/// another owner's, and no login outside names one. Nor is a lightning address (NAME.lightning.
/// force.com) ever one of the API.
constexpr std::array lent_domains{
    "force.com",       "site.com",          "salesforce-sites.com",
    "visualforce.com", "documentforce.com", "salesforce-experience.com"};

bool is_under(std::string_view host, std::string_view domain) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

template <class Domains>
bool is_under_any(const Domains& domains, std::string_view host) {
  return std::any_of(domains.begin(), domains.end(),
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
  if (is_under_any(own_domains, host) && is_under_any(own_domains, other)) return true;
  if (is_under_any(lent_domains, host)) return false;
  const auto domain = registered(host);
  return !domain.empty() && domain == registered(other);
}

}  // namespace heed::http
