#pragma once

#include <map>
#include <string>

#include "simulator/endpoint.hpp"
#include "simulator/org.hpp"

namespace heed::simulated {

/// Who is logged in. One user, so one session, as the CRM shares it among a user's clients.
class Sessions {
 public:
  explicit Sessions(const Org& org) : org_(org) {}

  /// The session's id. Throws a LoginFault for a wrong user or password, and refuses API versions
  /// that have no login().
  std::string login(const Endpoint& to, const std::string& user, const std::string& password);
  void logout() { id_.clear(); }

  /// A session of its own for a client of OAuth: good at the instance, whose address names no
  /// organization.
  std::string grant();

  /// Throws INVALID_SESSION_ID, or says that the call went to the login host.
  void check(const Endpoint& to, const std::string* session);

  /// Seconds a session lives without a call.
  static constexpr int seconds_valid = 7200;

 private:
  std::string new_id();
  bool valid(Moment used, std::uint64_t epoch) const;

  /// A session of OAuth's.
  struct Granted {
    std::uint64_t epoch;
    Moment used;
  };

  const Org& org_;
  std::map<std::string, Granted> granted_;
  std::string id_;
  std::uint64_t epoch_ = 0;
  std::uint64_t logins_ = 0;
  Moment used_{};
};

}  // namespace heed::simulated
