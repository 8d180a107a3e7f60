#include "crm/session.hpp"

#include "heed/error.hpp"
#include "heed/http.hpp"

namespace heed::crm {

namespace {

/// Whether a session may go from one host to the other: the same host, or the same two last labels
/// (login.salesforce.com and acme.my.salesforce.com).
bool same_site(const std::string& a, const std::string& b) {
  const auto site = [](const std::string& host) {
    auto dot = host.rfind('.');
    if (dot != std::string::npos && dot > 0) dot = host.rfind('.', dot - 1);
    return dot == std::string::npos ? host : host.substr(dot + 1);
  };
  return a == b ||
         (site(a) == site(b) && site(a).find_first_not_of("0123456789.") != std::string::npos);
}

}  // namespace

Error login_error(const Fault& fault) {
  const auto mend = mend_of(fault.code);
  return {Kind::login, "the CRM refuses the login with " + fault.code + "; " +
                           std::string(mend.empty() ? "ask its administrator" : mend)};
}

Session::Session(Wire& wire, Options options, Credentials credentials, vault::State* state)
    : wire_(wire),
      options_(std::move(options)),
      credentials_(std::move(credentials)),
      state_(state) {}

void Session::open() {
  if (open_) return;
  std::visit([this](const auto& way) { sign_in(way); }, credentials_);
  open_ = true;
}

void Session::refuse_what_was_refused(const std::string& mark) const {
  if (state_ == nullptr || state_->get("refused_login") != mark) return;
  throw Error(Kind::login,
              "the CRM refused this user and password before, and heed does not repeat them: that "
              "locks the account; correct them, or run heed check --login-again");
}

void Session::sign_in(const Password& way) {
  std::string password = way.password.reveal();
  if (way.token) password += way.token->reveal();
  const std::string mark = vault::digest(way.user + "\n" + password);
  refuse_what_was_refused(mark);
  const std::string login_url = options_.url + "/services/Soap/u/" + options_.version;
  auto reply = wire_.login(login_url, way.user, password);
  if (const auto* fault = std::get_if<Fault>(&reply)) {
    const Remedy remedy = remedy_of(*fault);
    if (remedy == Remedy::back_off) {
      const bool own_words = fault->code == "NOT_SOAP" || fault->code.starts_with("HTTP_");
      throw Error(Kind::unreachable, "the CRM's login answers " +
                                         (own_words ? fault->text : fault->code) +
                                         "; is [crm] url the address of its login?");
    }
    if (remedy == Remedy::refused && state_ != nullptr) state_->set("refused_login", mark);
    throw login_error(*fault);
  }
  if (state_ != nullptr) state_->drop("refused_login");
  auto& in = std::get<LoggedIn>(reply);
  if (in.password_expired) {
    throw login_error({"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", {}, {}});
  }
  const std::string host = http::host_of(in.url);
  if (!http::safe(in.url) || !same_site(host, http::host_of(options_.url))) {
    throw Error(Kind::answer, "the login names another site for the session, '" + host +
                                  "'; heed does not follow; check [crm] url");
  }
  user_ = in.user;
  user_->instance = host;
  wire_.use(in.url, in.session);
}

void Session::sign_in(const AccessToken& way) {
  if (user_) throw login_error({"INVALID_SESSION_ID", {}, {}});  // a given token cannot renew
  wire_.use(way.instance + "/services/Soap/u/" + options_.version, way.token.reveal());
  auto reply = wire_.user_info();
  if (const auto* fault = std::get_if<Fault>(&reply)) {
    if (remedy_of(*fault) == Remedy::back_off) {
      throw Error(Kind::unreachable, "the CRM answers " + fault->code);
    }
    throw login_error(*fault);
  }
  user_ = std::get<User>(reply);
  user_->instance = http::host_of(way.instance);
}

}  // namespace heed::crm
