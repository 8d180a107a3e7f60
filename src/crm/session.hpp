#pragma once

#include <optional>

#include "crm/fault.hpp"
#include "crm/wire.hpp"
#include "heed/crm.hpp"

namespace heed::crm {

/// The way in to the CRM, and the session that it gave. It tells `wire` where to go and as whom;
/// sending and repeating requests is not its business.
class Session {
 public:
  /// `state` remembers refused logins across runs; it may be null.
  Session(Wire& wire, Options options, Credentials credentials, vault::State* state);

  /// Opens a session unless one is open. Throws Error(login) when the user is refused,
  /// Error(unreachable) when the CRM cannot answer now, Error(answer) when it names a place where
  /// heed does not take a session.
  void open();

  /// The CRM says that the session has ended: the next open() asks for another.
  void ended() { open_ = false; }

  /// Who the CRM takes heed for; known once a session was open.
  const std::optional<User>& user() const { return user_; }

 private:
  void sign_in(const Password& way);
  void sign_in(const AccessToken& way);
  void refuse_what_was_refused(const std::string& mark) const;

  Wire& wire_;
  Options options_;
  Credentials credentials_;
  vault::State* state_;
  std::optional<User> user_;
  bool open_ = false;
};

/// A login, or a session, that the CRM refuses: the code and its mend.
Error login_error(const Fault& fault);

}  // namespace heed::crm
