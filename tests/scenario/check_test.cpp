#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/contents.hpp"
#include "support/premises.hpp"
#include "support/tls_server.hpp"

using heed::support::Premises;
using heed::support::TlsServer;

TEST_CASE("check has a line for each way in, and sync goes by each", "[scenario][session]") {
  Premises premises;
  heed::support::written(premises.file("key.pem"), heed::support::rsa_key());
  const std::vector<std::pair<std::string, std::string>> rows{
      {"[crm.jwt]\nclient_id = \"heed-app\"\nuser = \"heed@example.org\"\nkey = \"file:key.pem\"",
       "OAuth JWT bearer\n"},
      {"[crm.client_credentials]\nclient_id = \"heed-app\"\nsecret = \"plain:" + Premises::secret +
           "\"",
       "OAuth client credentials\n"},
      {"[crm.refresh_token]\nclient_id = \"heed-app\"\ntoken = \"plain:" + Premises::refresh_token +
           "\"",
       "OAuth refresh token\n"},
      {"access_token = \"plain:" + Premises::token + "\"\ninstance = \"https://127.0.0.1\"",
       "a given access token\n"},
      {"user = \"heed@example.org\"\npassword = \"plain:correct-horse\"",
       "Summer '27 and is gone from API 65.0 on: move to [crm.jwt]"}};
  for (const auto& [way, says] : rows) {
    CAPTURE(way);
    premises.come_in_by(way);
    premises.run({"check", "--trace", premises.file("trace")}, false);
    CHECK_THAT(premises.out(), Catch::Contains("  way in  ") && Catch::Contains(says));
    CHECK_THAT(premises.out(), Catch::Contains("ok    login") && !Catch::Contains("FAIL"));
    CHECK(premises.run({"sync"}, false) == 0);
    const std::string trace = heed::support::contents(premises.file("trace"));
    CHECK_THAT(trace, Catch::Contains("getUserInfoResponse") || Catch::Contains("loginResponse"));
  }
}

TEST_CASE("check warns of an API version that the CRM's maker takes away", "[scenario]") {
  Premises premises;
  premises.run({"check"}, false);
  CHECK_THAT(premises.out(),
             Catch::Contains("ok    api version") && Catch::Contains("58.0 is served\n"));
  std::filesystem::create_directory(premises.file("own"));
  std::ofstream(premises.file("own/crm.toml"))
      << "[[retiring]]\nup_to = 60\nrelease = \"Winter '33\"\nsource = \"a dream\"\n";
  premises.mirror_has("schedules = \"own\"");
  premises.run({"check"}, false);
  CHECK_THAT(premises.out(), Catch::Contains("note  api version") && Catch::Contains("Winter '33"));
}

TEST_CASE("the environment's proxy is used where the configuration has none", "[scenario]") {
  Premises premises;
  premises.environment = {{"https_proxy", "http://u:canary@proxy.example:3128"},
                          {"no_proxy", "inner.example"}};
  premises.run({"check"}, false);
  CHECK(premises.line.proxy.empty());  // the configuration says "none"
  premises.proxy = "";
  premises.come_in_by("user = \"u\"\npassword = \"plain:canary-p\"");
  premises.run({"check"}, false);
  CHECK(premises.line.proxy == "http://u:canary@proxy.example:3128");
  CHECK(premises.line.no_proxy == "inner.example");
  CHECK_THAT(premises.out(), Catch::Contains("proxy.example of the environment's https_proxy"));
  premises.proxy =
      "proxy = \"http://other.example:8080\"\nproxy_user = \"u\"\n"
      "proxy_password = \"plain:canary\"";
  premises.come_in_by("user = \"u\"\npassword = \"plain:canary-p\"");
  premises.run({"check"}, false);
  CHECK(premises.line.proxy == "http://other.example:8080");
  CHECK(premises.line.proxy_password == "canary");
  CHECK(premises.line.no_proxy.empty());
}

TEST_CASE("check is JSON as well, and status tells of the logins", "[scenario][session]") {
  Premises premises;
  premises.come_in_by("user = \"heed@example.org\"\npassword = \"plain:canary-wrong\"");
  CHECK(premises.run({"check", "--format", "json"}, false) == 1);
  const auto checked = nlohmann::json::parse(premises.out());
  CHECK(checked["passed"] == false);
  const auto& steps = checked["steps"];
  const auto login = std::find_if(steps.begin(), steps.end(),
                                  [](const auto& each) { return each["step"] == "login"; });
  REQUIRE(login != steps.end());
  CHECK((*login)["result"] == "failed");
  CHECK_THAT((*login)["text"].get<std::string>(), Catch::Contains("INVALID_LOGIN"));

  CHECK(premises.run({"sync"}, false) == 5);
  CHECK_THAT(premises.err(), Catch::Contains("--login-again"));
  premises.run({"status", "--format", "json"}, false);
  const auto logins = nlohmann::json::parse(premises.out())["logins"];
  CHECK(logins["last_hour"] == 1);
  CHECK(logins["stopped"] == true);
}

TEST_CASE("every variable that names a proxy is heard, the common one first", "[scenario]") {
  Premises premises;
  premises.proxy = "";
  premises.come_in_by_password();
  const std::vector<std::string> names{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    CAPTURE(names[i]);
    premises.environment.clear();
    for (auto other = i; other < names.size(); ++other) {
      premises.environment[names[other]] = "http://" + std::to_string(other) + ".example:3128";
    }
    premises.environment["NO_PROXY"] = "inner.example";
    premises.run({"check"}, false);
    CHECK(premises.line.proxy == "http://" + std::to_string(i) + ".example:3128");
    CHECK(premises.line.no_proxy == "inner.example");
  }
  premises.proxy =
      "proxy = \"http://own.example:8080\"\nproxy_user = \"heed\"\n"
      "proxy_password = \"plain:canary\"\ncertificate = \"ca.pem\"\n"
      "key_password = \"plain:canary-k\"";
  std::filesystem::permissions(premises.file("ca.pem"), std::filesystem::perms(0600));
  premises.come_in_by_password();
  premises.run({"check"}, false);
  CHECK(premises.line.proxy_user == "heed");
  CHECK(premises.line.key_password == "canary-k");
}

TEST_CASE("a client certificate's key that others can read is not used", "[scenario][tls]") {
  Premises premises;
  const auto apart = GENERATE(true, false);  // a key of its own, or in one file with the other
  const auto own = premises.authority.issue("heed");
  heed::support::written(premises.file("own.pem"), own.certificate + own.key);
  heed::support::written(premises.file("key.pem"), own.key);
  premises.proxy += "\ncertificate = \"own.pem\"";
  if (apart) premises.proxy += "\nkey = \"key.pem\"";
  premises.come_in_by_password();
  const auto key = premises.file(apart ? "key.pem" : "own.pem");
  using std::filesystem::perms;
  std::filesystem::permissions(premises.file("own.pem"), perms(0644));
  for (const auto mode : {0640U, 0604U, 0620U}) {
    std::filesystem::permissions(key, perms(mode));
    CHECK(premises.run({"sync"}, false) == 3);
    CHECK_THAT(premises.err(), Catch::Contains("chmod 600 " + key));
  }
  std::filesystem::permissions(key, perms(0600));
  CHECK(premises.run({"sync"}, false) == 0);
  std::filesystem::remove(key);
  CHECK(premises.run({"sync"}, false) == 3);
  CHECK_THAT(premises.err(), Catch::Contains(key) && Catch::Contains("no such file"));
}

TEST_CASE("check tells how the line stands, and until when its certificate is good",
          "[scenario][tls]") {
  Premises premises;
  const auto [days, mark] =
      GENERATE(table<int, std::string>({{30, "ok    certificate"}, {10, "note  certificate"}}));
  // The machine's clock is the real one's here: a certificate's days are.
  premises.time.advance(heed::SystemClock().now() - premises.time.now());
  const TlsServer server(premises.authority.issue("127.0.0.1", days), {}, premises.port);
  premises.run_on_a_real_line({"check"});
  CHECK_THAT(premises.out(), Catch::Contains("ok    connection") &&
                                 Catch::Contains(" over TLSv1.") && Catch::Contains("(name ") &&
                                 Catch::Contains(" ms, connected ") &&
                                 Catch::Contains(" ms, secured ") && Catch::Contains("good until"));
  CHECK_THAT(premises.out(), Catch::Contains(mark) && Catch::Contains("ok    login"));
  CHECK_THAT(premises.out(), Catch::Matches(R"([\s\S]*ok    connection +\d+\.\d\d s  [\s\S]*)"));
  if (days < 14) CHECK_THAT(premises.out(), Catch::Contains("its owner must renew it"));

  premises.run_on_a_real_line({"check", "--format", "json"});
  double seconds = 0;
  const auto json = nlohmann::json::parse(premises.out());
  for (const auto& step : json["steps"]) {
    REQUIRE(step["seconds"].is_number());
    if (step["step"] == "connection") seconds = step["seconds"];
  }
  CHECK(seconds >= 0.03);
}

TEST_CASE("check compares the machine's clock with the CRM's", "[scenario]") {
  Premises premises;
  premises.time.advance(std::chrono::minutes(4));
  CHECK(premises.run({"check"}, false) == 0);
  CHECK_THAT(premises.out(), Catch::Contains("ok    clock"));
  premises.time.advance(std::chrono::minutes(2));
  CHECK(premises.run({"check"}, false) == 1);
  CHECK_THAT(premises.out(),
             Catch::Contains("FAIL  clock") && Catch::Contains("set up time synchronization"));
}

TEST_CASE("check names the fields that the configuration names in vain", "[scenario]") {
  Premises premises;
  premises.crm.org().retype("Contact", "MailingStreet", "address");
  premises.mirror_has("[fields]\nContact = [\"Tittle\", \"MailingStreet\", \"Title\"]");
  CHECK(premises.run({"check"}, false) == 1);
  CHECK_THAT(premises.out(), Catch::Contains("FAIL  Contact") &&
                                 Catch::Contains("Contact.Tittle is asked for by name") &&
                                 Catch::Contains("Contact.MailingStreet is asked for by name") &&
                                 !Catch::Contains("Contact.Title is asked for by name"));
}

TEST_CASE("a field that is to be evidence, and cannot be, is found by check and by every sync",
          "[scenario]") {
  const auto [evidence, fits] = GENERATE(table<std::string, bool>({
      {"received = \"HasOptedOutProfiling\"", false},
      {"received = \"CreatedDate\"", true},
      {"done = \"HasOptedOutProfiling\"", true},
      {"done = \"CreatedDate\"", true},
      {"done = \"ConsumerCreditScore\"", false},
  }));
  CAPTURE(evidence);
  Premises premises;
  premises.mirror_has("[[evidence]]\nof = \"Individual.HasOptedOutSolicit\"\n" + evidence);
  CHECK(premises.run({"check"}, false) == (fits ? 0 : 1));
  const auto told = Catch::Contains("as [[evidence]] names it");
  if (!fits) CHECK_THAT(premises.out(), told && Catch::Contains("name a field that is a date"));
  for (int run = 1; run <= 2; ++run) {
    CAPTURE(run);
    CHECK(premises.run({"sync"}, false) == (fits ? 0 : 8));
    if (!fits) CHECK_THAT(premises.out() + premises.err(), told);
    premises.time.advance(std::chrono::hours(1));
  }
}

TEST_CASE("check misses no field by name that leads to Individual where there is none",
          "[scenario]") {
  Premises premises;
  premises.come_in_by_password();
  premises.crm.org().disable_individual();
  CHECK(premises.run({"check"}, false) == 1);
  CHECK_THAT(premises.out(), Catch::Contains("FAIL  Individual") &&
                                 !Catch::Contains("FAIL  Contact") &&
                                 !Catch::Contains("FAIL  Lead") && !Catch::Contains("FAIL  User") &&
                                 !Catch::Contains("FAIL  Account"));
}

TEST_CASE("check does not call an object invisible that the CRM could not describe just now",
          "[scenario]") {
  Premises premises;
  premises.come_in_by_password();
  premises.crm.org().refuse("describeSObject", "Lead", "OPERATION_TOO_LARGE");
  CHECK(premises.run({"check"}, false) == 1);
  CHECK_THAT(premises.out(),
             Catch::Contains("describeSObject: the CRM refuses with OPERATION_TOO_LARGE") &&
                 !Catch::Contains("not visible to this user; give"));
}
