#pragma once

#include <optional>

#include "crm/attempts.hpp"
#include "crm/fault.hpp"
#include "crm/oauth.hpp"
#include "crm/wire.hpp"
#include "heed/crm.hpp"

namespace heed::crm {

/// The way in to the CRM, and the session that it gave. It tells `wire` where to go and as whom;
/// sending and repeating requests is not its business. It never logs out: the CRM gives all
/// programs of one user the same session.
class Session {
 public:
  /// `state` remembers attempts and tokens across runs; it may be null.
  Session(http::Transport& transport, Wire& wire, const Clock& clock, const Options& options,
          Credentials credentials, vault::State* state);

  /// Opens a session unless one is open. Throws Error(login) when the user is refused,
  /// Error(unreachable) when the CRM cannot answer now, Error(answer) when it names a place where
  /// heed does not take a session.
  void open();

  /// The CRM says that the session has ended: the next open() asks for another.
  void ended() { open_ = false; }

  /// How long the CRM wants to be left alone that could not open a session just now.
  std::optional<std::chrono::seconds> asked() const { return asked_; }

  /// Who the CRM takes heed for; known once a session was open.
  const std::optional<User>& user() const { return user_; }

  /// A login, or a session that was just given, that the CRM refuses: the cause and its mend.
  Error refusal(const Fault& fault) const;

 private:
  /// A session that the CRM has given and that nothing was asked with yet.
  struct Begun {
    std::string instance;
    std::string token;
    std::string mark;
  };

  void sign_in(const Password& way);
  void sign_in(const AccessToken& way);
  void sign_in(const JwtBearer& way);
  void sign_in(const ClientCredentials& way);
  void sign_in(const RefreshToken& way);
  std::variant<Granted, Denied> refreshed(const RefreshToken& way, const std::string& configured);
  void take(const std::variant<Granted, Denied>& answer, const std::string& mark);
  void begin(const Begun& session);
  void pass_on(const Fault& fault);
  void must_be_same_site(const std::string& url) const;
  std::string user_host() const;
  [[noreturn]] void refuse(const Fault& fault, const std::string& mark);

  http::Transport& transport_;
  Wire& wire_;
  const Clock& clock_;
  const Options& options_;
  Credentials credentials_;
  vault::State* state_;
  Attempts attempts_;
  std::optional<User> user_;
  std::string given_;             ///< the mark of the access token that was used
  std::optional<Begun> granted_;  ///< kept while the instance that it is for does not answer
  std::optional<std::chrono::seconds> asked_;
  bool open_ = false;
  bool jwt_ = false;  ///< the token in use is of the format that SOAP does not take
};

}  // namespace heed::crm
