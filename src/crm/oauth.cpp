#include "crm/oauth.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "crm/fault_in.hpp"
#include "heed/error.hpp"
#include "heed/http.hpp"

namespace heed::crm {

namespace {

using Json = nlohmann::json;

/// One way to be refused: the code, a part of its description (empty: any), and the mend.
struct Refusal {
  std::string_view code;
  std::string_view part;
  std::string_view mend;
};

constexpr std::array refusals{
    Refusal{"invalid_grant", "inactive user", "the user is inactive; activate it in Setup"},
    Refusal{"invalid_grant", "inactive org", "the org is locked or closed; ask its administrator"},
    Refusal{"invalid_grant", "hasn't approved",
            "the user has not been let into the app; set its policy to 'Admin approved users are "
            "pre-authorized' and give the user its permission set"},
    Refusal{"invalid_grant", "not admin approved",
            "the user may not use the app; give it the app's permission set"},
    Refusal{"invalid_grant", "audience",
            "the assertion is addressed to the wrong login; set [crm.jwt] audience to "
            "https://login.salesforce.com, or https://test.salesforce.com for a sandbox"},
    Refusal{"invalid_grant", "assertion",
            "the assertion does not hold: the key is not the one whose certificate the app has, or "
            "this machine's clock is more than three minutes off"},
    Refusal{"invalid_grant", "ip restricted",
            "the user's login hours or IP ranges do not allow it now; change them for this user"},
    Refusal{"invalid_grant", "login hours",
            "the user's login hours do not allow it now; change them for this user"},
    Refusal{"invalid_grant", "locked", "the user is locked out; unlock it in Setup"},
    Refusal{
        "invalid_grant", "expired access/refresh token",
        "the refresh token has ended or was taken back; authorise heed anew and store the new one"},
    Refusal{"invalid_grant", "token",
            "the refresh token is not good any more; authorise heed anew and store the new one"},
    Refusal{"invalid_grant", "no client credentials user",
            "the app names no user to run as; set one under its Client Credentials Flow"},
    Refusal{"invalid_grant", "not supported on this domain",
            "this grant works at the org's own address alone; set [crm] url to "
            "https://NAME.my.salesforce.com"},
    Refusal{"invalid_grant", "",
            "the user or the key is not accepted; see the user's login history"},
    Refusal{"invalid_app_access", "",
            "the user may not use the app; give it the app's permission set"},
    Refusal{
        "invalid_client_id", "",
        "the CRM does not know this client_id; is it whole, and the app active for some minutes?"},
    Refusal{
        "invalid_client", "",
        "the app's id or secret is wrong, or it does not allow this grant; see the app's settings"},
    Refusal{"unauthorized_client", "",
            "the app does not allow this grant; enable it in its settings"},
    Refusal{"unsupported_grant_type", "",
            "the CRM does not offer this grant; is [crm] url the org's login?"},
    Refusal{"invalid_scope", "", "give the app the scopes api and refresh_token"},
    Refusal{"inactive_user", "", "the user is inactive; activate it in Setup"},
    Refusal{"inactive_org", "", "the org is locked or closed; ask its administrator"},
    Refusal{"invalid_request", "",
            "the CRM finds the request wrong; is [crm] url the org's login?"},
};

constexpr std::array passing{"server_error", "temporarily_unavailable", "unknown_error",
                             "rate_limit_exceeded", "slow_down"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// A code is shown; whatever is not like one could be anything.
std::string shown(const std::string& code) {
  const bool good =
      !code.empty() && code.size() <= 40 &&
      code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string::npos;
  return good ? code : "a code that OAuth does not have";
}

std::string text_of(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : "";
}

Denied denied(const std::string& code, const std::string& description) {
  if (std::find(passing.begin(), passing.end(), code) != passing.end()) {
    return {Error(Kind::unreachable, "the CRM's login cannot answer now (" + shown(code) + ")"),
            true};
  }
  const std::string words = lower(description);
  std::string_view mend = "see the user's login history in Setup";
  for (const auto& row : refusals) {
    if (row.code != code || words.find(row.part) == std::string::npos) continue;
    mend = row.mend;
    break;
  }
  return {Error::lasting(Kind::login, "the CRM refuses the login with " + shown(code) + "; " +
                                          std::string(mend)),
          true};
}

/// An answer that is not OAuth's: a proxy's page, a maintenance page, an empty one.
Denied not_oauth(int status) {
  const std::string line =
      "the CRM's login answers " + std::to_string(status) + " with something that is not OAuth";
  // What is turned away at the door has not been looked at.
  const bool turned_away = status == 429 || status == 503;
  if (status >= 500 || turned_away || status == 200) {
    return {Error(Kind::unreachable, line + "; it may be under maintenance"), !turned_away};
  }
  return {Error::lasting(Kind::unreachable, line + "; is [crm] url the address of its login?"),
          false};
}

std::variant<Granted, Denied> read(const http::Response& response) {
  const auto json = Json::parse(response.body, nullptr, false);
  if (!json.is_object()) return not_oauth(response.status);
  if (const auto code = text_of(json, "error"); !code.empty()) {
    return denied(code, text_of(json, "error_description"));
  }
  Granted granted{text_of(json, "access_token"), text_of(json, "instance_url"), std::nullopt};
  if (granted.token.empty() || granted.instance.empty()) return not_oauth(response.status);
  while (granted.instance.ends_with('/')) granted.instance.pop_back();
  if (auto next = text_of(json, "refresh_token"); !next.empty()) {
    granted.refresh_token = std::move(next);
  }
  return granted;
}

}  // namespace

std::variant<Granted, Denied> ask_for_token(
    http::Transport& transport, const std::string& url, Moment now,
    const std::vector<std::pair<std::string, std::string>>& form) {
  http::Request request;
  request.url = url + "/services/oauth2/token";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = http::form_of(form);
  const auto response = transport.send(request);
  auto answer = read(response);
  if (auto* denied = std::get_if<Denied>(&answer)) denied->retry_after = retry_after(response, now);
  return answer;
}

std::vector<std::pair<std::string, std::string>> bearer_form(const JwtBearer& way,
                                                             const std::string& audience,
                                                             Moment now) {
  const Json header{{"alg", "RS256"}};
  const Json claims{{"iss", way.client_id},
                    {"sub", way.user},
                    {"aud", audience},
                    {"exp", (now + std::chrono::minutes(3)).time_since_epoch().count()}};
  const std::string text = vault::base64url(header.dump()) + "." + vault::base64url(claims.dump());
  const auto signature = vault::signature(way.key.reveal_whole(), text);
  return {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
          {"assertion", text + "." + vault::base64url(signature)}};
}

bool is_jwt(const std::string& token) {
  // "eyJ" is how {" begins in base64.
  return token.starts_with("eyJ") && std::count(token.begin(), token.end(), '.') == 2;
}

}  // namespace heed::crm
