#include "crm/session.hpp"

#include <algorithm>
#include <array>

#include "crm/refresh.hpp"
#include "heed/error.hpp"
#include "heed/http.hpp"

namespace heed::crm {

namespace {

/// Refusals of the secret itself: sent again they lock the account.
bool is_for_good(const Fault& fault) {
  static constexpr std::array passing{"LOGIN_DURING_RESTRICTED_TIME",
                                      "LOGIN_DURING_RESTRICTED_DOMAIN"};
  if (std::find(passing.begin(), passing.end(), fault.code) != passing.end()) return false;
  return fault.code.find("LOGIN") != std::string::npos ||
         fault.code.find("PASSWORD") != std::string::npos;
}

/// Whether the fault is about who wants in, and by what. Anything else says nothing of the secret:
/// it passes, or another setting mends it, and the same secret is then the right one. What no table
/// knows may be about the secret.
bool is_about_credentials(const Fault& fault) {
  switch (remedy_of(fault)) {
    case Remedy::refused:
    case Remedy::forbidden:
    case Remedy::renew:
    case Remedy::stop:
      return true;
    default:
      return false;
  }
}

bool is_wrong_instance(const Fault& fault) {
  return fault.text.find("Destination URL not reset") != std::string::npos ||
         fault.code == "ORG_NOT_OWNED_BY_INSTANCE";
}

/// `url` at the port that `configured` names, where it names none itself: the CRM tells its usual
/// address also to who must come by another port, as with client certificates (8443).
std::string with_port_of(const std::string& configured, const std::string& url) {
  const auto end_of_host = [](const std::string& of) {
    const auto from = of.find("://") + 3;
    return std::min(of.find('/', from), of.size());
  };
  const auto port = configured.rfind(':', end_of_host(configured));
  const auto end = end_of_host(url);
  const bool named =
      port > configured.find("://") && configured.find(']', port) == std::string::npos;
  const bool has_own = url.rfind(':', end) > url.find("://") && url[end - 1] != ']';
  if (!named || has_own) return url;
  return url.substr(0, end) + configured.substr(port, end_of_host(configured) - port) +
         url.substr(end);
}

}  // namespace

/// A fault that says nothing of the user.
void Session::pass_on(const Fault& fault) {
  const Remedy remedy = remedy_of(fault);
  const std::string said = fault.own_words ? fault.text : fault.code;
  if (remedy == Remedy::back_off) {
    asked_ = fault.retry_after;
    throw Error(Kind::unreachable, "the CRM's login answers with " + said +
                                       "; is [crm] url the address of its login?");
  }
  if (fault.own_words) {
    throw Error::lasting(Kind::unreachable,
                         "the CRM's login answers " + fault.code + " with " + said +
                             "; is [crm] url the address of its login, and does it want a client "
                             "certificate ([http] certificate)?");
  }
  if (remedy == Remedy::quota) {
    throw Error::lasting(Kind::unreachable, "the CRM takes no more logins for now (" + fault.code +
                                                "); wait an hour, and look who logs in so often");
  }
}

Session::Session(http::Transport& transport, Wire& wire, const Clock& clock, const Options& options,
                 Credentials credentials, vault::State* state)
    : transport_(transport),
      wire_(wire),
      clock_(clock),
      options_(options),
      credentials_(std::move(credentials)),
      state_(state),
      attempts_(state, clock, options) {}

void Session::open() {
  asked_.reset();
  if (open_) return;
  try {
    if (granted_) {
      begin(*granted_);
    } else {
      std::visit([this](const auto& way) { sign_in(way); }, credentials_);
    }
  } catch (const Error& error) {
    const bool waits = error.kind() == Kind::unreachable;
    if (waits && !granted_) attempts_.unanswered();
    if (!waits) granted_.reset();
    throw;
  }
  granted_.reset();
  attempts_.succeeded();
  open_ = true;
}

Error Session::refusal(const Fault& fault) const {
  std::string mend(mend_of(fault.code, fault.text));
  if (remedy_of(fault) == Remedy::forbidden) {
    mend = "give the integration user the permissions API Enabled and Use Any API Auth";
  }
  if (is_wrong_instance(fault)) {
    mend = "the org answers at another address than " + user_host() +
           ": it was moved, or [crm] is for another org; set the address of its My Domain";
  } else if (remedy_of(fault) == Remedy::renew && jwt_) {
    mend =
        "the app gives access tokens of the JWT format, which SOAP does not take; turn off "
        "'Issue JSON Web Token (JWT)-based access tokens' in its settings";
  } else if (remedy_of(fault) == Remedy::renew &&
             std::holds_alternative<AccessToken>(credentials_)) {
    mend = "the access token has ended, or is for another org; put a fresh one in " +
           std::get<AccessToken>(credentials_).token.where() + ", or use [crm.jwt]";
  } else if (remedy_of(fault) == Remedy::renew) {
    mend = "a session just given is not taken at " + user_host() +
           ": the org was moved, or its session settings bind sessions to an address or a domain";
  }
  return Error::lasting(Kind::login, "the CRM refuses the login with " + fault.code + "; " +
                                         (mend.empty() ? "ask its administrator" : mend));
}

void Session::refuse(const Fault& fault, const std::string& mark) {
  // Where a token was given, "unauthorized" is said of the token, in whatever words.
  const bool of_token =
      remedy_of(fault) == Remedy::renew && !std::holds_alternative<Password>(credentials_);
  if (!of_token) pass_on(fault);
  // That a session has ended is no answer to a password.
  const bool odd =
      remedy_of(fault) == Remedy::renew && std::holds_alternative<Password>(credentials_);
  if (!odd && is_about_credentials(fault)) attempts_.refused(mark, is_for_good(fault));
  throw refusal(fault);
}

void Session::sign_in(const Password& way) {
  std::string password = way.password.reveal();
  if (way.token) password += way.token->reveal();
  const std::string mark = attempts_.mark(way.user + "\n" + password);
  attempts_.begin(mark, user_.has_value());
  const std::string login_url = options_.url + "/services/Soap/u/" + options_.version;
  auto reply = wire_.login(login_url, way.user, password);
  if (const auto* fault = std::get_if<Fault>(&reply)) refuse(*fault, mark);
  auto& in = std::get<LoggedIn>(reply);
  if (in.password_expired) refuse({"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", {}, {}}, mark);
  must_be_same_site(in.url);
  user_ = in.user;
  user_->instance = http::host_of(in.url);
  wire_.use(with_port_of(options_.url, in.url), in.session);
}

void Session::sign_in(const AccessToken& way) {
  const std::string token = way.token.reveal();
  jwt_ = is_jwt(token);
  const std::string mark = attempts_.mark(token);
  if (user_ && given_ == mark) {  // a given token cannot renew
    attempts_.refused(mark, false);
    throw refusal({"INVALID_SESSION_ID", {}, {}});
  }
  attempts_.begin(mark, user_.has_value());
  given_ = mark;
  begin({way.instance, token, mark});
}

void Session::sign_in(const JwtBearer& way) {
  const auto audience = way.audience.empty() ? audience_of(options_.url) : way.audience;
  const std::string mark =
      attempts_.mark("jwt\n" + way.client_id + "\n" + way.user + "\n" + way.key.reveal_whole());
  attempts_.begin(mark, user_.has_value());
  take(ask_for_token(transport_, options_.url, clock_.now(),
                     bearer_form(way, audience, clock_.now())),
       mark);
}

void Session::sign_in(const ClientCredentials& way) {
  const std::string secret = way.secret.reveal();
  const std::string mark = attempts_.mark("client\n" + way.client_id + "\n" + secret);
  attempts_.begin(mark, user_.has_value());
  take(ask_for_token(transport_, options_.url, clock_.now(),
                     {{"grant_type", "client_credentials"},
                      {"client_id", way.client_id},
                      {"client_secret", secret}}),
       mark);
}

void Session::sign_in(const RefreshToken& way) {
  if (state_ == nullptr) {
    throw Error(Kind::configuration, "a refresh token needs a state file to keep the next one in");
  }
  const std::string configured = way.token.reveal();
  const std::string mark = attempts_.mark("refresh\n" + way.client_id + "\n" + configured);
  attempts_.begin(mark, user_.has_value());
  take(refreshed(way, configured), mark);
}

std::variant<Granted, Denied> Session::refreshed(const RefreshToken& way,
                                                 const std::string& configured) {
  const vault::State::Hold hold(*state_);
  RefreshTokens tokens(*state_, configured);
  const bool may_rotate = tokens.may_rotate();
  // What the line has against heed should show before the token is under way.
  if (may_rotate) transport_.send({options_.url + "/services/oauth2/token", "HEAD", {}, {}});
  std::vector<std::pair<std::string, std::string>> form{{"grant_type", "refresh_token"},
                                                        {"client_id", way.client_id}};
  if (way.secret) form.emplace_back("client_secret", way.secret->reveal());
  form.emplace_back("refresh_token", tokens.take());
  std::optional<std::variant<Granted, Denied>> answer;
  try {
    answer = ask_for_token(transport_, options_.url, clock_.now(), form);
  } catch (const Error& error) {
    if (!may_rotate) tokens.give_back();
    if (may_rotate && error.kind() == Kind::unreachable) throw token_in_doubt();
    throw;
  }
  if (const auto* granted = std::get_if<Granted>(&*answer)) {
    tokens.answered(granted->refresh_token);
    return *granted;
  }
  const auto& denied = std::get<Denied>(*answer);
  const bool spent = may_rotate && denied.handled && denied.error.kind() == Kind::unreachable;
  if (spent) throw token_in_doubt();
  tokens.give_back();
  return denied;
}

void Session::take(const std::variant<Granted, Denied>& answer, const std::string& mark) {
  if (const auto* denied = std::get_if<Denied>(&answer)) {
    asked_ = denied->retry_after;
    if (denied->error.kind() == Kind::login) attempts_.refused(mark, false);
    throw Error(denied->error);
  }
  const auto& granted = std::get<Granted>(answer);
  must_be_same_site(granted.instance);
  jwt_ = is_jwt(granted.token);
  granted_ = Begun{granted.instance, granted.token, mark};
  begin(*granted_);
}

void Session::begin(const Begun& session) {
  wire_.use(with_port_of(options_.url, session.instance) + "/services/Soap/u/" + options_.version,
            session.token);
  auto reply = wire_.user_info();
  if (const auto* fault = std::get_if<Fault>(&reply)) refuse(*fault, session.mark);
  user_ = std::get<User>(reply);
  user_->instance = http::host_of(session.instance);
}

void Session::must_be_same_site(const std::string& url) const {
  const std::string host = http::host_of(url);
  if (http::safe(url) && http::same_site(host, http::host_of(options_.url))) return;
  throw Error(Kind::answer, "the login names another site for the session, '" + host +
                                "'; heed does not follow; check [crm] url");
}

std::string Session::user_host() const {
  return user_ ? user_->instance : http::host_of(options_.url);
}

std::string_view name_of(const Credentials& credentials) {
  static constexpr std::array<std::string_view, 5> names{
      "user and password (SOAP login)", "a given access token", "OAuth JWT bearer",
      "OAuth client credentials", "OAuth refresh token"};
  return names.at(credentials.index());
}

std::string audience_of(std::string_view url) {
  const std::string host = http::host_of(url);
  if (host != "salesforce.com" && !host.ends_with(".salesforce.com")) return std::string(url);
  const bool sandbox =
      host == "test.salesforce.com" || host.ends_with(".sandbox.my.salesforce.com");
  return sandbox ? "https://test.salesforce.com" : "https://login.salesforce.com";
}

}  // namespace heed::crm
