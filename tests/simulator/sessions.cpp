#include "simulator/sessions.hpp"

#include "simulator/names.hpp"
#include "simulator/refusal.hpp"

namespace heed::simulated {

namespace {

constexpr int first_version = 31;  // older ones are retired
constexpr int first_version_without_login = 65;

void check_version(const Endpoint& to) {
  if (to.major() >= first_version) return;
  throw unexpected("UNSUPPORTED_API_VERSION",
                   "API version " + to.version + " is retired and no longer available");
}

}  // namespace

std::string Sessions::login(const Endpoint& to, const std::string& user,
                            const std::string& password) {
  check_version(to);
  if (to.major() >= first_version_without_login) {
    throw unexpected("UNSUPPORTED_API_VERSION",
                     "SOAP API login() is not available in API version " + to.version);
  }
  if (user != org_.options().user || password != org_.options().password) {
    throw Refusal("LoginFault", "INVALID_LOGIN",
                  "Invalid username, password, security token; or user locked out.");
  }
  const bool valid = !id_.empty() && epoch_ == org_.session_epoch() &&
                     org_.now() <= used_ + std::chrono::seconds{seconds_valid};
  if (!valid) {
    Dice dice(org_.options().seed + 1000 * ++logins_);
    id_ = std::string(org_.organization().text().substr(0, 15)) + "!AQEAQ" +
          std::to_string(dice.next()) + "." + std::to_string(dice.next());
    epoch_ = org_.session_epoch();
  }
  used_ = org_.now();
  return id_;
}

void Sessions::check(const Endpoint& to, const std::string* session) {
  check_version(to);
  const auto& token = org_.options().oauth_token;
  const bool by_token = session != nullptr && !token.empty() && *session == token;
  const bool valid = by_token || (session != nullptr && !id_.empty() && *session == id_ &&
                                  epoch_ == org_.session_epoch() &&
                                  org_.now() <= used_ + std::chrono::seconds{seconds_valid});
  if (to.organization.empty() && !by_token) {
    throw unexpected("UNKNOWN_EXCEPTION",
                     "Destination URL not reset. The URL returned from login must be set in the "
                     "SforceService");
  }
  if (!valid) {
    throw unexpected("INVALID_SESSION_ID",
                     "Invalid Session ID found in SessionHeader: Illegal Session. Session not "
                     "found, missing session hash: 0000000000000000");
  }
  used_ = org_.now();
}

}  // namespace heed::simulated
