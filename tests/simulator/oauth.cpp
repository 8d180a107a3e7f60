#include "simulator/oauth.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "simulator/assertion.hpp"
#include "simulator/simulator.hpp"

namespace heed::simulated {

namespace {

using Ordered = nlohmann::ordered_json;

constexpr std::string_view path = "/services/oauth2/token";

http::Response json(int status, const Ordered& body) {
  return {status, {{"Content-Type", "application/json;charset=UTF-8"}}, body.dump()};
}

http::Response refusal(const char* code, const char* description) {
  return json(400, {{"error", code}, {"error_description", description}});
}

/// A name or value of a form, as it was before it was escaped.
std::string unescaped(std::string_view escaped) {
  std::string text;
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    unsigned code = 0;
    if (escaped[at] == '%' && at + 2 < escaped.size()) {
      std::from_chars(escaped.data() + at + 1, escaped.data() + at + 3, code, 16);
      text += static_cast<char>(code);
      at += 2;
    } else {
      text += escaped[at] == '+' ? ' ' : escaped[at];
    }
  }
  return text;
}

std::map<std::string, std::string> form_in(std::string_view body) {
  std::map<std::string, std::string> form;
  while (!body.empty()) {
    const auto field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
    const auto sign = std::min(field.find('='), field.size());
    form[unescaped(field.substr(0, sign))] =
        unescaped(field.substr(std::min(field.size(), sign + 1)));
  }
  return form;
}

}  // namespace

OAuth::OAuth(const Org& org, Sessions& sessions)
    : org_(org), sessions_(sessions), refresh_token_(org.options().app.refresh_token) {}

bool OAuth::is_endpoint(std::string_view url) {
  return url.ends_with(path);
}

http::Response OAuth::answer(const http::Request& request, Call& call) {
  call.operation = "token";
  if (request.method != "POST") return {405, {{"Allow", "POST"}}, ""};
  const auto form = form_in(request.body);
  const auto value = [&](const char* name) {
    const auto at = form.find(name);
    return at == form.end() ? std::string() : at->second;
  };
  const std::string host = request.url.substr(0, request.url.size() - path.size());
  call.detail = value("grant_type");
  if (call.detail == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    return by_assertion(form, host);
  }
  if (call.detail != "client_credentials" && call.detail != "refresh_token") {
    return refusal("unsupported_grant_type", "grant type not supported");
  }
  if (value("client_id") != org_.options().app.client_id) {
    return refusal("invalid_client_id", "client identifier invalid");
  }
  return call.detail == "refresh_token" ? by_refresh_token(form, host) : by_credentials(form, host);
}

http::Response OAuth::by_assertion(const Form& form, const std::string& host) {
  const auto& app = org_.options().app;
  const auto given = form.find("assertion");
  // When it expires is not judged: stories move the org's clock, and not the client's.
  const auto claims =
      verified(given == form.end() ? std::string_view() : given->second, app.public_key);
  if (!claims) return refusal("invalid_grant", "invalid assertion");
  if (claims->issuer != app.client_id) {
    return refusal("invalid_client_id", "client identifier invalid");
  }
  if (claims->audience != host && claims->audience != "https://login.salesforce.com" &&
      claims->audience != "https://test.salesforce.com") {
    return refusal("invalid_grant", "audience is invalid");
  }
  if (claims->subject != org_.options().user) {
    return refusal("invalid_grant", "user hasn't approved this consumer");
  }
  return granted(host);
}

http::Response OAuth::by_credentials(const Form& form, const std::string& host) {
  const auto& secret = org_.options().app.client_secret;
  const auto given = form.find("client_secret");
  if (secret.empty() || given == form.end() || given->second != secret) {
    return refusal("invalid_client", "invalid client credentials");
  }
  return granted(host);
}

http::Response OAuth::by_refresh_token(const Form& form, const std::string& host) {
  const auto given = form.find("refresh_token");
  if (refresh_token_.empty() || given == form.end() || given->second != refresh_token_) {
    // A spent one that comes again has been stolen, by one of the two who know it.
    refresh_token_.clear();
    return refusal("invalid_grant", "expired access/refresh token");
  }
  if (!org_.options().app.rotates) return granted(host);
  refresh_token_ = org_.options().app.refresh_token + "." + std::to_string(++rotations_);
  return granted(host, refresh_token_);
}

http::Response OAuth::granted(const std::string& host, const std::string& next_refresh_token) {
  Ordered body{{"access_token", sessions_.grant()}};
  if (!next_refresh_token.empty()) body["refresh_token"] = next_refresh_token;
  body["scope"] = "api refresh_token";
  body["instance_url"] = host;
  body["id"] = host + "/id/" + std::string(org_.organization().text()) + "/" +
               std::string(org_.user().text());
  body["token_type"] = "Bearer";
  return json(200, body);
}

}  // namespace heed::simulated
