#pragma once

#include <map>
#include <string>
#include <string_view>

#include "heed/http.hpp"
#include "simulator/org.hpp"
#include "simulator/sessions.hpp"

namespace heed::simulated {

struct Call;

/// The org's OAuth token endpoint: it gives sessions to the org's App, by signed assertions, client
/// credentials and refresh tokens, and refuses in the CRM's words.
class OAuth {
 public:
  OAuth(const Org& org, Sessions& sessions);

  /// Whether `url` is the token endpoint's.
  static bool is_endpoint(std::string_view url);

  /// Fills in the call's operation and detail (the grant).
  http::Response answer(const http::Request& request, Call& call);

 private:
  using Form = std::map<std::string, std::string>;
  http::Response by_assertion(const Form& form, const std::string& host);
  http::Response by_credentials(const Form& form, const std::string& host);
  http::Response by_refresh_token(const Form& form, const std::string& host);
  http::Response granted(const std::string& host, const std::string& next_refresh_token = {});

  const Org& org_;
  Sessions& sessions_;
  std::string refresh_token_;  ///< the one that is good; empty once all are revoked
  int rotations_ = 0;
};

}  // namespace heed::simulated
