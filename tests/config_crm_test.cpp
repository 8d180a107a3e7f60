#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>

#include "heed/config.hpp"
#include "heed/error.hpp"

namespace {

heed::config::Config parsed(const std::string& crm, const std::string& http = "") {
  return heed::config::parse(
      "[crm]\n" + crm + "\n[http]\n" + http + "\n[mirror]\nfile = \"heed.db\"\n",
      "/etc/heed/heed.toml");
}

}  // namespace

TEST_CASE("each way in has its own section", "[config]") {
  namespace crm = heed::crm;
  const auto jwt = parsed(R"(
    [crm.jwt]
    client_id = "3MVG9"
    user = "u"
    key = "file:key.pem")");
  CHECK(std::get<crm::JwtBearer>(*jwt.credentials).client_id == "3MVG9");
  const auto client = parsed(R"(
    url = "https://acme.my.salesforce.com"
    [crm.client_credentials]
    client_id = "3MVG9"
    secret = "env:S")");
  CHECK(std::get<crm::ClientCredentials>(*client.credentials).client_id == "3MVG9");
  const auto refresh = parsed(R"(
    [crm.refresh_token]
    client_id = "3MVG9"
    token = "file:t")");
  CHECK_FALSE(std::get<crm::RefreshToken>(*refresh.credentials).secret);
  const auto token = parsed(R"(
    access_token = "env:T"
    instance = "https://acme.my.salesforce.com")");
  CHECK(std::get<crm::AccessToken>(*token.credentials).instance ==
        "https://acme.my.salesforce.com");
  const auto password = parsed("user = \"u\"\npassword = \"env:P\"");
  CHECK(std::get<crm::Password>(*password.credentials).user == "u");
}

TEST_CASE("what cannot work is refused before the first call, with its line and the mend",
          "[config]") {
  const auto [crm, http, says] = GENERATE(table<std::string, std::string, std::string>({
      {"user = \"u\"\npassword = \"env:P\"\napi_version = \"65.0\"", "",
       "heed.toml:4: api_version is '65.0'"},
      {"user = \"u\"\npassword = \"plain:canary\"", "", "plain_secrets = true"},
      {"user = \"u\"\npassword = \"env:P\"\n[crm.jwt]\nclient_id = \"x\"\nuser = \"u\"\n"
       "key = \"env:K\"",
       "", "expected one of"},
      {"[crm.jwt]\nuser = \"u\"\nkey = \"env:K\"", "", "client_id"},
      {"[crm.jwt]\nclient_id = \"x\"\nuser = \"u\"\nkey = \"canary\"", "", "file:PATH"},
      {"[crm.client_credentials]\nclient_id = \"x\"\nsecret = \"env:S\"", "",
       "https://NAME.my.salesforce.com"},
      {"url = \"https://acme.lightning.force.com\"", "", "the lightning address"},
      {"access_token = \"env:T\"\ninstance = \"https://acme.lightning.force.com\"", "",
       "the lightning address"},
      {"url = \"http://acme.my.salesforce.com\"", "", "expected https://HOST"},
      {"url = \"https://acme.my.salesforce.com/services/Soap/u/62.0\"", "", "no path"},
      {"url = \"https://u:canary@acme.my.salesforce.com\"", "", "no user before the host"},
      {"", "proxy = \"http://u:canary@proxy:3128\"", "proxy_user"},
      {"", "proxy = \"proxy:3128\"", "http://HOST:PORT"},
      {"", "proxy_user = \"u\"", "expected both or neither"},
      {"", "proxy_password = \"env:P\"", "expected both or neither"},
      {"", "key = \"k.pem\"", "belong to a certificate"},
      {"", "verify = false", "verify"},
      {"", "insecure = true", "insecure"},
  }));
  CAPTURE(crm, http);
  try {
    parsed(crm, http);
    FAIL("it was taken");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    CHECK_THAT(error.what(), Catch::StartsWith("/etc/heed/heed.toml:") && Catch::Contains(says));
    if (http.find("canary") != std::string::npos || crm.find("plain:") != std::string::npos) {
      CHECK_THAT(error.what(), !Catch::Contains("canary"));
    }
  }
}

TEST_CASE("a plain secret is taken where the file says so", "[config]") {
  const auto config = parsed("plain_secrets = true\nuser = \"u\"\npassword = \"plain:canary\"");
  CHECK(std::get<heed::crm::Password>(*config.credentials).password.reveal() == "canary");
}

TEST_CASE("certificates lie beside the configuration, and hosts can pass the proxy by",
          "[config]") {
  const auto config = parsed("", R"(
    ca_file = "ca.pem"
    certificate = "own.pem"
    key = "/keys/own.pem"
    proxy = "http://proxy.example:3128"
    no_proxy = ["a.example", "b.example"])");
  CHECK(config.http.ca_file == "/etc/heed/ca.pem");
  CHECK(config.http.certificate == "/etc/heed/own.pem");
  CHECK(config.http.key == "/keys/own.pem");
  CHECK(config.http.no_proxy == "a.example,b.example");
}

TEST_CASE("a secret's file is looked for beside the configuration, as every path", "[config]") {
  const auto where = [](const std::string& file) {
    const auto config = parsed("user = \"u\"\npassword = \"file:" + file + "\"");
    return std::get<heed::crm::Password>(*config.credentials).password.where();
  };
  CHECK_THAT(where("password"), Catch::Contains("/etc/heed/password"));
  CHECK_THAT(where("/run/password"), !Catch::Contains("/etc/heed"));
}

TEST_CASE("how much of the CRM heed may use is configured", "[config]") {
  const auto config = parsed("calls_a_day = 500\nleave_share = 0.2\nlargest_page = 16");
  CHECK(config.crm.calls_a_day == 500);
  CHECK(config.crm.leave_share == Approx(0.2));
  CHECK(config.crm.largest_page == 16 << 20);
  CHECK_THROWS_WITH(parsed("calls_a_day = 0"), Catch::Contains("calls_a_day"));
  CHECK_THROWS_WITH(parsed("leave_share = 1.0"), Catch::Contains("leave_share"));
}

TEST_CASE("how often heed asks and logs in, and how long it waits, is configured", "[config]") {
  const auto config = parsed(
      "retries = 0\nlogins_an_hour = 7\nrenewals_an_hour = 3\npage_size = 300\n"
      "plain_secrets = true",
      "connect_timeout = \"7s\"\nanswer_timeout = \"2m\"\nlargest_body = 3\n"
      "certificate = \"own.pem\"\nkey_password = \"plain:canary-k\"\n"
      "proxy = \"http://proxy.example:3128\"\nproxy_user = \"u\"\n"
      "proxy_password = \"plain:canary-x\"");
  CHECK(config.crm.retries == 0);
  CHECK(config.crm.logins_an_hour == 7);
  CHECK(config.crm.renewals_an_hour == 3);
  CHECK(config.crm.page_size == 300);
  CHECK(config.http.connect == std::chrono::seconds(7));
  CHECK(config.http.first_byte == std::chrono::minutes(2));
  CHECK(config.http.largest_body == 3 << 20);
  CHECK(config.http.proxy_user == "u");
  CHECK(config.key_password->reveal() == "canary-k");
  CHECK(config.proxy_password->reveal() == "canary-x");
}

TEST_CASE("which duties a field for evidence is about is said by their kinds", "[config]") {
  const auto evidence = [](const std::string& text) {
    return parsed("access_token = \"env:T\"\ninstance = \"https://acme.my.salesforce.com\"",
                  "[[evidence]]\nof = \"Contact.DoNotCall\"\n" + text);
  };
  using heed::policy::DutyKind;
  CHECK(evidence("done = \"Done__c\"").evidence.front().kinds.empty());
  CHECK(evidence("done = \"Done__c\"\nkinds = [\"effect_by\", \"confirm_by\"]")
            .evidence.front()
            .kinds == std::vector{DutyKind::effect_by, DutyKind::confirm_by});
  CHECK_THROWS_WITH(evidence("done = \"Done__c\"\nkinds = [\"effect\"]"),
                    Catch::Contains("'effect' is no kind of duty"));
  CHECK_THROWS_WITH(evidence("received = \"Came__c\"\nkinds = [\"effect_by\"]"),
                    Catch::Contains("there is no 'done'"));
}

TEST_CASE("every section that heed init shows commented out can be taken as it stands",
          "[config]") {
  const auto [section, taken] = GENERATE(
      table<std::string, std::string>({{"[crm.jwt]", "OAuth JWT bearer"},
                                       {"[crm.client_credentials]", "OAuth client credentials"},
                                       {"[crm.refresh_token]", "OAuth refresh token"},
                                       {"access_token", "a given access token"},
                                       {"[http]", "user and password (SOAP login)"}}));
  CAPTURE(section);
  std::istringstream lines(
      heed::config::starter("https://acme.my.salesforce.com", "heed@acme.example"));
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# " + section)) inside = true;
    if (line.empty()) inside = false;
    const bool password = line.starts_with("user =") || line.starts_with("password =");
    if (password && section != "[http]") continue;
    text += (inside && line.starts_with("# ") ? line.substr(2) : line) + "\n";
  }
  const auto config = heed::config::parse(text, "/etc/heed/heed.toml");
  CHECK(heed::crm::name_of(*config.credentials) == taken);
  if (section == "[http]") CHECK(config.http.certificate == "/etc/heed/client.pem");
}

TEST_CASE("a baseline is about what was wished until now", "[config]") {
  const auto now = heed::parse_moment("2026-11-25T23:30:00Z").value();
  const auto read = [&](const std::string& day, std::optional<heed::Moment> at) {
    return heed::config::parse(
        "[crm]\nurl = \"https://acme.my.salesforce.com\"\n"
        "api_version = \"62.0\"\n[mirror]\nfile = \"heed.db\"\n"
        "[controller]\nzone = \"Europe/Berlin\"\n[baseline]\n"
        "handled_before = " +
            day + "\nby = \"the office\"\nreason = \"dealt with\"\n",
        "heed.toml", at);
  };
  CHECK(read("2026-11-27", now).baseline.handled_before == heed::make_day(2026, 11, 27));
  CHECK_THROWS_WITH(read("2026-11-28", now), Catch::Contains("heed.toml:9") &&
                                                 Catch::Contains("today is 2026-11-26") &&
                                                 Catch::Contains("tomorrow at the latest"));
  CHECK_NOTHROW(read("2036-01-01", std::nullopt));
}

TEST_CASE("a list of packs that names none is not taken for all", "[config]") {
  CHECK_THROWS_WITH(parsed("", "[packs]\nenabled = []"),
                    Catch::Contains("enabled names no pack; name those that apply"));
  CHECK(parsed("", "[packs]\n").packs.empty());
}
