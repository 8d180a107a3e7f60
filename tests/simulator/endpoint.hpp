#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heed::simulated {

/// What a URL of the SOAP API says.
struct Endpoint {
  std::string host;          ///< scheme, host and port: "https://login.example.test"
  std::string version;       ///< "58.0"
  std::string organization;  ///< 15 characters; empty on the login host and for OAuth tokens

  int major() const;
  /// Where data calls go once a login succeeded.
  std::string instance(std::string_view organization_id) const;
};

/// nullopt for a URL that is no SOAP endpoint of the Partner API.
std::optional<Endpoint> parse_endpoint(std::string_view url);

}  // namespace heed::simulated
