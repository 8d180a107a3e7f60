#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "simulator/simulator.hpp"
#include "support/canary.hpp"
#include "support/machine.hpp"
#include "support/pki.hpp"
#include "support/program.hpp"
#include "support/soap_caller.hpp"

namespace {

using heed::simulated::Simulator;
using heed::support::canary;
using heed::support::SoapCaller;
using Form = std::vector<std::pair<std::string, std::string>>;

heed::simulated::OrgOptions org(bool rotates = true) {
  heed::simulated::OrgOptions options{.individuals = 3};
  options.app = {.client_secret = canary("client-secret"),
                 .refresh_token = canary("refresh-token"),
                 .rotates = rotates,
                 .public_key = heed::support::public_key_of(heed::support::rsa_key())};
  return options;
}

const std::string host = "https://instance.example.test";

nlohmann::json asked(Simulator& crm, const Form& form) {
  const auto answer =
      crm.send({host + "/services/oauth2/token", "POST", {}, heed::http::form_of(form)});
  auto json = nlohmann::json::parse(answer.body);
  CHECK(answer.status == (json.contains("access_token") ? 200 : 400));
  return json;
}

Form refreshing(const std::string& token) {
  return {{"grant_type", "refresh_token"}, {"client_id", "heed-app"}, {"refresh_token", token}};
}

/// The status of a call with this access token, at the instance that came with it.
int status_with(Simulator& crm, const nlohmann::json& granted) {
  SoapCaller caller(crm, granted["instance_url"].get<std::string>() + "/services/Soap/u/58.0");
  caller.set_session(granted["access_token"]);
  return caller.call("getUserInfo", "").status;
}

}  // namespace

TEST_CASE("the simulator's OAuth gives a session until sessions expire", "[simulator]") {
  Simulator crm(org());
  const auto granted = asked(crm, {{"grant_type", "client_credentials"},
                                   {"client_id", "heed-app"},
                                   {"client_secret", canary("client-secret")}});
  CHECK(granted["instance_url"] == host);
  CHECK(granted["token_type"] == "Bearer");
  CHECK_FALSE(granted.contains("refresh_token"));
  CHECK(status_with(crm, granted) == 200);
  crm.org().expire_sessions();
  CHECK(status_with(crm, granted) == 500);
}

TEST_CASE("the simulator spends a refresh token at each use, and revokes all when one comes again",
          "[simulator]") {
  Simulator crm(org());
  const auto first = asked(crm, refreshing(canary("refresh-token")));
  const auto second = asked(crm, refreshing(first["refresh_token"]));
  CHECK(second["refresh_token"] != first["refresh_token"]);
  CHECK(asked(crm, refreshing(first["refresh_token"]))["error"] == "invalid_grant");
  CHECK(asked(crm, refreshing(second["refresh_token"]))["error"] == "invalid_grant");
  Simulator lasting(org(false));
  for (int use = 0; use < 2; ++use) {
    CHECK_FALSE(asked(lasting, refreshing(canary("refresh-token"))).contains("refresh_token"));
  }
}

TEST_CASE("the simulator's OAuth refuses in the CRM's words", "[simulator]") {
  const auto [form, code] = GENERATE(table<Form, std::string>({
      {Form{}, "unsupported_grant_type"},
      {{{"grant_type", "password"}}, "unsupported_grant_type"},
      {{{"grant_type", "client_credentials"}, {"client_id", "another"}}, "invalid_client_id"},
      {{{"grant_type", "client_credentials"}, {"client_id", "heed-app"}}, "invalid_client"},
      {{{"grant_type", "client_credentials"}, {"client_id", "heed-app"}, {"client_secret", "x"}},
       "invalid_client"},
      {refreshing("another"), "invalid_grant"},
      {{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}}, "invalid_grant"},
      {{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", "a.b.c"}},
       "invalid_grant"},
  }));
  Simulator crm(org());
  CHECK(asked(crm, form)["error"] == code);
}

TEST_CASE("the simulator's OAuth takes an assertion of the user, for its login, signed by the app",
          "[simulator]") {
  const auto [app, user, audience, says] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"heed-app", "heed@example.org", "", ""},
          {"heed-app", "heed@example.org", "https://test.salesforce.com", ""},
          {"another", "heed@example.org", "", "client_id"},
          {"heed-app", "other@example.org", "", "pre-authorized"},
          {"heed-app", "heed@example.org", "https://other.example.test", "audience"},
      }));
  CAPTURE(app, user, audience);
  Simulator crm(org());
  heed::support::Machine machine;
  machine.options.url = host;
  const auto key = heed::support::written(machine.folder.file("key"), heed::support::rsa_key());
  heed::crm::Client client(
      crm, machine.clock, machine.options,
      heed::crm::JwtBearer{app, user, heed::vault::Secret::parse("file:" + key), audience});
  if (says.empty()) {
    CHECK(client.user().name == "heed@example.org");
  } else {
    CHECK_THAT(machine.error_of([&] { client.user(); }).what(), Catch::Contains(says));
  }
}

TEST_CASE("the simulator's OAuth takes no assertion that another key has signed", "[simulator]") {
  auto options = org();
  options.app.public_key.clear();
  Simulator crm(options);
  heed::support::Machine machine;
  machine.options.url = host;
  const auto key = heed::support::written(machine.folder.file("key"), heed::support::rsa_key());
  heed::crm::Client client(crm, machine.clock, machine.options,
                           heed::crm::JwtBearer{"heed-app", "heed@example.org",
                                                heed::vault::Secret::parse("file:" + key), ""});
  CHECK_THAT(machine.error_of([&] { client.user(); }).what(),
             Catch::Contains("the assertion does not hold"));
}
