#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crm/fault.hpp"
#include "heed/crm.hpp"

namespace heed::crm {

/// What the token endpoint gives.
struct Granted {
  std::string token;
  std::string instance;                      ///< scheme and host that the token is good for
  std::optional<std::string> refresh_token;  ///< the next one, where the CRM rotates them
};

/// Why it gives nothing.
struct Denied {
  Error error;   ///< for a person: unreachable where waiting mends it, else login
  bool handled;  ///< the CRM has looked at what was sent: a refresh token may be spent
  std::optional<std::chrono::seconds> retry_after = {};  ///< how long it wants to be left alone
};

/// Asks the token endpoint at `url` (scheme and host). Throws what the transport throws.
std::variant<Granted, Denied> ask_for_token(
    http::Transport& transport, const std::string& url, Moment now,
    const std::vector<std::pair<std::string, std::string>>& form);

/// The form of a grant by assertion: signed, addressed to `audience`, good for three minutes.
std::vector<std::pair<std::string, std::string>> bearer_form(const JwtBearer& way,
                                                             const std::string& audience,
                                                             Moment now);

/// Whether a token is a JWT (three parts, a JSON header), which the CRM's SOAP does not take.
bool is_jwt(const std::string& token);

}  // namespace heed::crm
