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
  if (id_.empty() || !valid(used_, epoch_)) {
    id_ = new_id();
    epoch_ = org_.session_epoch();
  }
  used_ = org_.now();
  return id_;
}

std::string Sessions::grant() {
  const auto id = new_id();
  granted_[id] = {org_.session_epoch(), org_.now()};
  return id;
}

std::string Sessions::new_id() {
  Dice dice(org_.options().seed + 1000 * ++logins_);
  return std::string(org_.organization().text().substr(0, 15)) + "!AQEAQ" +
         std::to_string(dice.next()) + "." + std::to_string(dice.next());
}

bool Sessions::valid(Moment used, std::uint64_t epoch) const {
  return epoch == org_.session_epoch() && org_.now() <= used + std::chrono::seconds{seconds_valid};
}

void Sessions::check(const Endpoint& to, const std::string* session) {
  check_version(to);
  const auto& token = org_.options().oauth_token;
  const bool by_token = session != nullptr && !token.empty() && *session == token;
  const auto granted = session != nullptr ? granted_.find(*session) : granted_.end();
  const bool by_oauth = granted != granted_.end();
  const bool good = by_token || (by_oauth && valid(granted->second.used, granted->second.epoch)) ||
                    (session != nullptr && !id_.empty() && *session == id_ && valid(used_, epoch_));
  if (to.organization.empty() && !by_token && !by_oauth) {
    throw unexpected("UNKNOWN_EXCEPTION",
                     "Destination URL not reset. The URL returned from login must be set in the "
                     "SforceService");
  }
  if (!good) {
    throw unexpected("INVALID_SESSION_ID",
                     "Invalid Session ID found in SessionHeader: Illegal Session. Session not "
                     "found, missing session hash: 0000000000000000");
  }
  (by_oauth ? granted->second.used : used_) = org_.now();
}

}  // namespace heed::simulated
