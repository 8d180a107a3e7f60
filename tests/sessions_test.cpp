#include <algorithm>
#include <catch2/catch.hpp>

#include "simulator/assertion.hpp"
#include "support/machine.hpp"
#include "support/pki.hpp"
#include "support/program.hpp"

namespace {

using heed::Kind;
using heed::support::fault;
using heed::support::user_told;
using heed::vault::Secret;

const std::string instance = "https://acme.example.my.salesforce.com";

Secret secret(const std::string& text) {
  return Secret::parse("plain:canary-" + text);
}

std::string granted(const std::string& token, const std::string& more = "",
                    const std::string& where = instance) {
  return R"({"access_token":"canary-)" + token + R"(","instance_url":")" + where +
         R"(","token_type":"Bearer")" + more + "}";
}

std::string oauth_error(const std::string& code, const std::string& description = "") {
  return R"({"error":")" + code + R"(","error_description":")" + description + "\"}";
}

/// A machine that reaches the org's own address.
struct Machine : heed::support::Machine {
  Machine() {
    options.url = "https://acme.my.salesforce.com";
    options.retries = 0;
  }

  heed::Error refused(const heed::crm::Credentials& credentials) {
    return error_of([&] { start(credentials).user(); });
  }

  bool in_script(const std::string& text) const {
    return std::any_of(script.requests.begin(), script.requests.end(),
                       [&](const auto& each) { return each.body.find(text) != std::string::npos; });
  }
};

heed::crm::JwtBearer jwt(const Machine& machine) {
  return {"3MVG9.app", "heed@acme.example",
          Secret::parse("file:" + heed::support::written(machine.folder.file("key"),
                                                         heed::support::rsa_key())),
          ""};
}

heed::crm::RefreshToken refresh(const std::string& token) {
  return {"3MVG9.app", std::nullopt, secret(token)};
}

std::string field(const std::string& form, const std::string& name) {
  const auto from = ("&" + form).find("&" + name + "=");
  if (from == std::string::npos) return {};
  const auto begin = from + name.size() + 1;
  return form.substr(begin, form.find('&', begin) - begin);
}

}  // namespace

TEST_CASE("a signed assertion gets a token, and SOAP goes to the instance that comes with it",
          "[session]") {
  Machine machine;
  machine.script.then(200, granted("00Dtoken"), "application/json").then(200, user_told());
  const auto& user = machine.start(jwt(machine)).user();
  CHECK(user.instance == "acme.example.my.salesforce.com");
  CHECK(user.org == "00D000000000001EAA");
  REQUIRE(machine.script.requests.size() == 2);
  const auto& asked = machine.script.requests[0];
  CHECK(asked.url == "https://acme.my.salesforce.com/services/oauth2/token");
  CHECK(machine.script.requests[1].url == instance + "/services/Soap/u/62.0");
  CHECK_THAT(machine.script.requests[1].body, Catch::Contains("canary-00Dtoken"));

  CHECK(field(asked.body, "grant_type") == "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
  const auto assertion = field(asked.body, "assertion");
  const auto claims =
      heed::simulated::verified(assertion, heed::support::public_key_of(heed::support::rsa_key()));
  REQUIRE(claims);
  CHECK(claims->issuer == "3MVG9.app");
  CHECK(claims->subject == "heed@acme.example");
  CHECK(claims->audience == "https://login.salesforce.com");
  CHECK(claims->expires == machine.clock.now().time_since_epoch().count() + 180);
}

TEST_CASE("an assertion is addressed to the CRM's login, or to a sandbox's", "[session]") {
  using heed::crm::audience_of;
  CHECK(audience_of("https://acme--uat.sandbox.my.salesforce.com") ==
        "https://test.salesforce.com");
  CHECK(audience_of("https://test.salesforce.com") == "https://test.salesforce.com");
  CHECK(audience_of("https://login.salesforce.com") == "https://login.salesforce.com");
  CHECK(audience_of("https://crm.acme.example") == "https://crm.acme.example");
}

TEST_CASE("an app's own id and secret get a token", "[session]") {
  Machine machine;
  machine.script.then(200, granted("00Dtoken"), "application/json").then(200, user_told());
  machine.start(heed::crm::ClientCredentials{"app", secret("s3cr=t&")}).user();
  const auto& form = machine.script.requests[0].body;
  CHECK(field(form, "grant_type") == "client_credentials");
  CHECK(field(form, "client_id") == "app");
  CHECK(field(form, "client_secret") == "canary-s3cr%3Dt%26");
}

TEST_CASE("each OAuth refusal is told with its mend, and is no loop", "[session]") {
  const auto [status, body, kind, says] = GENERATE(table<int, std::string, Kind, std::string>({
      {400, oauth_error("invalid_grant", "inactive user"), Kind::login, "activate it"},
      {400, oauth_error("invalid_grant", "user hasn't approved this consumer"), Kind::login,
       "pre-authorized"},
      {400, oauth_error("invalid_grant", "audience is invalid"), Kind::login, "audience"},
      {400, oauth_error("invalid_grant", "invalid assertion"), Kind::login, "clock"},
      {400, oauth_error("invalid_grant", "ip restricted or invalid login hours"), Kind::login,
       "IP ranges"},
      {400, oauth_error("invalid_grant", "INACTIVE USER"), Kind::login, "activate it"},
      {400, oauth_error("invalid_grant", "inactive organization"), Kind::login, "locked or closed"},
      {400, oauth_error("invalid_grant", "user is not admin approved to access this app"),
       Kind::login, "may not use the app"},
      {400, oauth_error("invalid_grant", "login hours"), Kind::login,
       "login hours do not allow it now; change them"},
      {400, oauth_error("invalid_grant", "expired access/refresh token"), Kind::login,
       "has ended or was taken back"},
      {400, oauth_error("invalid_grant", "token validity expired"), Kind::login,
       "not good any more"},
      {400, oauth_error("invalid_grant", "user is locked out"), Kind::login, "unlock"},
      {400, oauth_error("invalid_grant", "no client credentials user enabled"), Kind::login,
       "run as"},
      {400, oauth_error("invalid_grant", "request not supported on this domain"), Kind::login,
       "my.salesforce.com"},
      {400, oauth_error("invalid_grant", "something of tomorrow"), Kind::login,
       "the user or the key is not accepted"},
      {400, oauth_error("invalid_client_id", "client identifier invalid"), Kind::login,
       "does not know this client_id"},
      {401, oauth_error("invalid_client", "invalid client credentials"), Kind::login, "secret"},
      {400, oauth_error("invalid_app_access", "user is not admin approved"), Kind::login,
       "permission set"},
      {400, oauth_error("unauthorized_client"), Kind::login, "enable it"},
      {400, oauth_error("unsupported_grant_type", "grant type not supported"), Kind::login,
       "[crm] url"},
      {400, oauth_error("invalid_scope"), Kind::login, "give the app the scopes"},
      {400, oauth_error("inactive_user"), Kind::login, "activate it"},
      {400, oauth_error("inactive_org"), Kind::login, "locked or closed"},
      {400, oauth_error("invalid_request"), Kind::login, "finds the request wrong"},
      {400, oauth_error("a_code_of_tomorrow"), Kind::login, "a_code_of_tomorrow"},
      {400, oauth_error("<b>secret</b>"), Kind::login, "OAuth does not have"},
      {500, oauth_error("server_error"), Kind::unreachable, "cannot answer now"},
      {400, oauth_error("rate_limit_exceeded", "login rate exceeded"), Kind::unreachable,
       "cannot answer now"},
      {503, oauth_error("temporarily_unavailable"), Kind::unreachable, "cannot answer now"},
      {400, oauth_error("unknown_error", "retry your request"), Kind::unreachable,
       "cannot answer now"},
      {400, oauth_error("slow_down"), Kind::unreachable, "cannot answer now"},
      {200, R"(["a list"])", Kind::unreachable, "not OAuth"},
      {503, "<html>Down for maintenance</html>", Kind::unreachable, "maintenance"},
      {200, "<html>Sign in to the guest network</html>", Kind::unreachable, "not OAuth"},
      {200, "", Kind::unreachable, "not OAuth"},
      {200, R"({"access_token":"x"})", Kind::unreachable, "not OAuth"},
      {404, "<html>Not found</html>", Kind::unreachable, "[crm] url"},
  }));
  CAPTURE(body);
  Machine machine;
  machine.script.then(status, body, "application/json");
  const auto error = machine.refused(jwt(machine));
  CHECK(error.kind() == kind);
  CHECK_THAT(error.what(), Catch::Contains(says));
  CHECK(machine.script.requests.size() == 1);
  if (kind != Kind::login) return;
  // The next run within the hour does not even ask; a later one does.
  machine.refused(jwt(machine));
  CHECK(machine.script.requests.size() == 1);
  machine.clock.advance(std::chrono::hours(1));
  machine.script.then(200, granted("t"), "application/json").then(200, user_told());
  CHECK_NOTHROW(machine.start(jwt(machine)).user());
}

TEST_CASE("an instance that ends in a slash is the same instance", "[session]") {
  Machine machine;
  machine.script.then(200, granted("t", "", instance + "//"), "application/json")
      .then(200, user_told());
  machine.start(jwt(machine)).user();
  CHECK_THAT(machine.script.requests.back().url, Catch::StartsWith(instance + "/services/Soap/u/"));
}

TEST_CASE("a port that is configured holds for the instance: 8443 is for client certificates",
          "[session]") {
  Machine machine;
  machine.options.url = "https://acme.my.salesforce.com:8443";
  machine.script.then(200, granted("t"), "application/json").then(200, user_told());
  machine.start(jwt(machine)).user();
  CHECK(machine.script.requests[1].url == instance + ":8443/services/Soap/u/62.0");
}

TEST_CASE("a session that ends between two pages is renewed, and the same page asked for",
          "[session]") {
  Machine machine;
  auto shape = std::make_shared<heed::Shape>();
  shape->object = "Contact";
  shape->stamp = "SystemModstamp";
  shape->fields.emplace_back();
  shape->fields[0].name = "SystemModstamp";
  shape->fields[0].type = heed::FieldType::moment;
  heed::crm::Selection selection;
  selection.shape = shape;
  const std::string page = heed::support::answered("", 0, "", "queryMore");
  machine.script.then(200, granted("first"), "application/json")
      .then(200, user_told())
      .then(500, fault("INVALID_SESSION_ID"))
      .then(200, granted("second"), "application/json")
      .then(200, user_told())
      .then(200, page);
  const auto answer = machine.start(jwt(machine)).more(selection, "01gLOCATOR-2000");
  CHECK(std::holds_alternative<heed::Page>(answer));
  const auto& last = machine.script.requests.back();
  CHECK_THAT(last.body, Catch::Contains("01gLOCATOR-2000") && Catch::Contains("canary-second"));
  CHECK_FALSE(machine.in_script("logout"));
  CHECK(heed::crm::login_record(*machine.state, machine.clock.now()).renewals == 1);
}

TEST_CASE("a token for another site is not used", "[session]") {
  const auto elsewhere = GENERATE("https://evil.example.org", "http://acme.my.salesforce.com",
                                  "https://acme.my.salesforce.com.evil.example",
                                  "https://evil.my.site.com", "nonsense");
  Machine machine;
  machine.script.then(200, granted("t", "", elsewhere), "application/json");
  CHECK(machine.refused(jwt(machine)).kind() == Kind::answer);
  CHECK(machine.script.requests.size() == 1);
}

TEST_CASE("an access token of the JWT format is named with the setting, without a loop",
          "[session]") {
  Machine machine;
  machine.script
      .then(200, R"({"access_token":"eyJraWQ.eyJzdWI.c2ln","instance_url":")" + instance + "\"}",
            "application/json")
      .then(500, fault("INVALID_SESSION_ID"));
  const auto error = machine.refused(jwt(machine));
  CHECK(error.kind() == Kind::login);
  CHECK_THAT(error.what(), Catch::Contains("Issue JSON Web Token (JWT)-based access tokens"));
  CHECK(machine.script.requests.size() == 2);
}

TEST_CASE("a rotated refresh token is stored before its access token is used", "[session]") {
  Machine machine;
  const auto next = R"(,"refresh_token":"canary-second")";
  machine.script.then(404, "").then(200, granted("t1", next), "application/json").then(503, "");
  machine.refused(refresh("first"));  // the answer to getUserInfo is lost
  REQUIRE(machine.in_script("refresh_token=canary-first"));
  CHECK(machine.state->get("refresh_token") == "canary-second");
  CHECK_FALSE(machine.state->get("refresh_in_flight"));
  machine.script.requests.clear();
  machine.script.then(404, "").then(200, granted("t2"), "application/json").then(200, user_told());
  machine.start(refresh("first")).user();
  CHECK(machine.in_script("refresh_token=canary-second"));
  CHECK_FALSE(machine.in_script("refresh_token=canary-first"));
}

TEST_CASE("a refresh token that was under way when heed ended is never sent again", "[session]") {
  Machine machine;
  machine.script.then(404, "").then(0, "");  // the connection breaks while the token is under way
  CHECK(machine.refused(refresh("first")).kind() == Kind::login);
  CHECK(machine.in_script("refresh_token=canary-first"));
  for (int run = 0; run < 3; ++run) {
    machine.clock.advance(std::chrono::hours(2));
    machine.script.requests.clear();
    machine.script.answers.clear();
    machine.script.then(404, "").then(200, granted("t"), "application/json");
    const auto error = machine.refused(refresh("first"));
    CHECK(error.kind() == Kind::login);
    CHECK_THAT(error.what(), Catch::Contains("authorise heed anew"));
    CHECK_FALSE(machine.in_script("refresh_token"));
  }
  CHECK(heed::crm::login_record(*machine.state, machine.clock.now()).token_in_doubt);
  // A person authorises anew.
  machine.script.answers.clear();
  machine.script.then(404, "").then(200, granted("t"), "application/json").then(200, user_told());
  CHECK_NOTHROW(machine.start(refresh("another")).user());
  CHECK(machine.in_script("refresh_token=canary-another"));
}

namespace {

/// The power goes while the answer is under way: nothing of heed runs any more.
struct PowerCut {};
class DyingTransport final : public heed::http::Transport {
 public:
  heed::http::Response send(const heed::http::Request& request) override {
    if (request.method == "HEAD") return {404, {}, ""};
    sent = request.body;
    throw PowerCut{};
  }
  std::string sent;
};

}  // namespace

TEST_CASE("that a refresh token is under way is in the file before it is sent", "[session]") {
  Machine machine;
  DyingTransport dying;
  {
    heed::vault::State state(machine.folder.file("state"));
    heed::crm::Client client(dying, machine.clock, machine.options, refresh("first"), &state);
    CHECK_THROWS_AS(client.user(), PowerCut);
  }
  CHECK_THAT(dying.sent, Catch::Contains("refresh_token=canary-first"));
  CHECK(heed::vault::State(machine.folder.file("state")).get("refresh_in_flight"));
  machine.script.then(404, "");
  CHECK(machine.refused(refresh("first")).kind() == Kind::login);
  CHECK_FALSE(machine.in_script("refresh_token"));
}

TEST_CASE("a refresh token that does not rotate survives a broken connection", "[session]") {
  Machine machine;
  machine.script.then(404, "").then(200, granted("t"), "application/json").then(200, user_told());
  machine.start(refresh("first")).user();
  machine.script.then(0, "");
  CHECK(machine.refused(refresh("first")).kind() == Kind::unreachable);
  CHECK_FALSE(heed::vault::State(machine.folder.file("state")).get("refresh_in_flight"));
  machine.script.then(200, granted("t"), "application/json").then(200, user_told());
  CHECK_NOTHROW(machine.start(refresh("first")).user());
}

TEST_CASE("a line that is down puts no refresh token in doubt", "[session]") {
  Machine machine;
  machine.script.then(0, "");
  CHECK(machine.refused(refresh("first")).kind() == Kind::unreachable);
  machine.script.then(404, "").then(200, granted("t"), "application/json").then(200, user_told());
  CHECK_NOTHROW(machine.start(refresh("first")).user());
}

TEST_CASE("a refresh token that the CRM took and gave no answer to is in doubt", "[session]") {
  const auto [status, in_doubt] =
      GENERATE(table<int, bool>({{500, true}, {200, true}, {429, false}, {503, false}}));
  CAPTURE(status);
  Machine machine;
  machine.script.then(404, "").then(status, "<html>An error</html>", "text/html");
  const auto error = machine.refused(refresh("first"));
  CHECK(error.kind() == (in_doubt ? Kind::login : Kind::unreachable));
  CHECK(heed::crm::login_record(*machine.state, machine.clock.now()).token_in_doubt == in_doubt);
}

TEST_CASE("the secret of an app that has one goes with its refresh token", "[session]") {
  Machine machine;
  machine.script.then(404, "").then(200, granted("t"), "application/json").then(200, user_told());
  machine.start(heed::crm::RefreshToken{"3MVG9.app", secret("apps"), secret("first")}).user();
  CHECK(machine.in_script("client_secret=canary-apps"));
}

TEST_CASE("a refresh token without a file to keep the next one in is not sent", "[session]") {
  Machine machine;
  heed::crm::Client client(machine.script, machine.clock, machine.options, refresh("first"),
                           nullptr);
  const auto error = machine.error_of([&] { client.user(); });
  CHECK(error.kind() == Kind::configuration);
  CHECK_THAT(error.what(), Catch::Contains("state file"));
  CHECK(machine.script.requests.empty());
}

TEST_CASE("a token endpoint that asks for time is left alone for it", "[session][oauth]") {
  Machine machine;
  machine.options.retries = 1;
  machine.script.then(429, oauth_error("rate_limit_exceeded"), "application/json");
  machine.script.answers.back().headers.emplace_back("Retry-After", "77");
  machine.script.then(200, granted("token"), "application/json").then(200, user_told());
  const auto before = machine.clock.now();
  machine.start(jwt(machine)).user();
  CHECK(machine.clock.now() - before == std::chrono::seconds(77));
}

TEST_CASE("a token that its instance takes for none is refused, counted and not asked for again",
          "[session][oauth]") {
  Machine machine;
  machine.script.then(200, granted("token"), "application/json")
      .then(401, "Unauthorized", "text/plain");
  CHECK(machine.refused(jwt(machine)).kind() == Kind::login);
  CHECK(heed::crm::login_record(*machine.state, machine.clock.now()).logins == 1);
  CHECK(machine.refused(jwt(machine)).kind() == Kind::login);
  CHECK(machine.script.requests.size() == 2);
}

TEST_CASE("an instance that is away is asked again with the token that was given",
          "[session][oauth]") {
  Machine machine;
  machine.options.retries = 1;
  machine.script.then(200, granted("token"), "application/json")
      .then(503, "<html>", "text/html")
      .then(200, user_told());
  machine.start(jwt(machine)).user();
  CHECK(machine.script.requests.size() == 3);
  CHECK(heed::crm::login_record(*machine.state, machine.clock.now()).logins == 1);
}
