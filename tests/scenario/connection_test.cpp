#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/cli.hpp"
#include "heed/store.hpp"
#include "simulator/simulator.hpp"
#include "support/canary.hpp"
#include "support/clock.hpp"
#include "support/contents.hpp"
#include "support/dump.hpp"
#include "support/passing.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_server.hpp"

namespace {

using heed::support::Authority;
using heed::support::free_port;
using heed::support::Identity;
using heed::support::TempDir;
using heed::support::TlsServer;

const std::string token = heed::support::canary("access-token");
const std::string secret = heed::support::canary("client-secret");
const std::string refresh_token = heed::support::canary("refresh-token");

heed::simulated::OrgOptions org() {
  heed::simulated::OrgOptions options{.individuals = 20, .oauth_token = token};
  options.app = {.client_secret = secret,
                 .refresh_token = refresh_token,
                 .public_key = heed::support::public_key_of(heed::support::rsa_key())};
  return options;
}

/// heed on the command line, with a mirror of the simulated CRM; later the network is the real one.
class Desk {
 public:
  Desk() : crm_(org()), time_(crm_.org().now()) {
    come_in_by("user = \"" + crm_.org().options().user +
               "\"\npassword = \"plain:" + crm_.org().options().password + "\"");
    heed::support::written(folder_.file("ca.pem"), authority.certificate());
  }

  /// Writes the configuration anew, with another way in.
  void come_in_by(const std::string& way) const {
    std::ofstream(config()) << "[crm]\nurl = \"https://127.0.0.1:" << port
                            << "\"\napi_version = \"58.0\"\nretries = 0\n"
                               "plain_secrets = true\n"
                            << way << "\n[http]\n"
                            << proxy
                            << "\nca_file = \"ca.pem\"\n"
                               "[mirror]\nfile = \"heed.db\"\n"
                            << more_of_mirror_
                            << "\n"
                               "[controller]\nestablishments = [\"DE\"]\n"
                               "zone = \"Europe/Berlin\"\ncalendar = \"DE\"\n"
                               "[packs]\nenabled = [\"eu-gdpr\"]\n";
  }

  /// A further line of [mirror].
  void mirror_has(const std::string& text) {
    more_of_mirror_ = text;
    come_in_by("user = \"heed@example.org\"\npassword = \"plain:correct-horse\"");
  }

  int run(std::vector<std::string> words, bool for_real) {
    out_.str("");
    err_.str("");
    const auto connect = [this, for_real](
                             const heed::http::Options& options,
                             std::stop_token stop) -> std::unique_ptr<heed::http::Transport> {
      line = options;
      if (for_real) return std::make_unique<heed::http::Curl>(options, std::move(stop));
      return std::make_unique<heed::support::Passing>(crm_);
    };
    heed::cli::World world{out_,
                           err_,
                           time_,
                           connect,
                           [this](const std::string& name) {
                             const auto at = environment.find(name);
                             return at == environment.end() ? std::nullopt
                                                            : std::optional(at->second);
                           },
                           std::filesystem::path(HEED_SOURCE_DIR) / "schedules",
                           "ann",
                           false,
                           {}};
    words.insert(words.begin() + 1, {"--config", config()});
    const int code = heed::cli::run(words, world);
    heed::support::expect_discreet(out_.str() + err_.str(), "heed " + words.front());
    return code;
  }

  /// What the mirror's tables hold.
  std::string mirror() const {
    auto database = heed::store::Database::open(folder_.file("heed.db"), heed::store::Mode::read);
    return heed::support::dump(database);
  }

  std::string config() const { return folder_.file("heed.toml"); }
  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  const std::uint16_t port = free_port();
  const Authority authority;
  std::map<std::string, std::string> environment;
  std::string proxy = "proxy = \"none\"";  ///< of [http]
  heed::http::Options line;                ///< as the last command asked for it

 private:
  TempDir folder_;
  heed::simulated::Simulator crm_;
  heed::support::ManualClock time_;
  std::ostringstream out_, err_;
  std::string more_of_mirror_;
};

}  // namespace

TEST_CASE("a wrong certificate is one line and exit code 4, and leaves the mirror as it was",
          "[scenario][tls]") {
  Desk desk;
  const Authority other("Somebody else's authority");
  REQUIRE(desk.run({"sync"}, false) == 0);
  const auto before = desk.mirror();
  const std::vector<std::pair<Identity, std::string>> rows{
      {other.issue("127.0.0.1"), "ca_file"},
      {desk.authority.issue("127.0.0.1", -1), "has expired"},
      {desk.authority.issue("crm.example"), "is for another name"}};
  for (const auto& [identity, says] : rows) {
    CAPTURE(says);
    const TlsServer server(identity, {}, desk.port);
    CHECK(desk.run({"sync"}, true) == 4);
    CHECK_THAT(desk.err(), Catch::StartsWith("heed: ") && Catch::Contains(says));
    const auto err = desk.err();
    CHECK(std::count(err.begin(), err.end(), '\n') == 1);
    CHECK(desk.mirror() == before);
    CHECK(desk.run({"check"}, true) == 1);
    CHECK_THAT(desk.out(), Catch::Contains("FAIL  connection") && Catch::Contains(says));
  }
  CHECK(desk.run({"sync"}, true) == 4);  // nobody listens
  CHECK_THAT(desk.err(), Catch::Contains("refuses connections"));
  CHECK(desk.mirror() == before);
  CHECK(desk.run({"sync"}, false) == 0);
}

TEST_CASE("a trace has the whole exchange, for its owner alone, without the password or session",
          "[scenario][trace]") {
  Desk desk;
  REQUIRE(desk.run({"sync", "--trace", desk.file("trace")}, false) == 0);
  const std::string text = heed::support::contents(desk.file("trace"));
  CHECK_THAT(text, Catch::Contains("queryAllResponse") && Catch::Contains("loginResponse"));
  heed::support::expect_no_secret(text, "the trace");
  CHECK((std::filesystem::status(desk.file("trace")).permissions() & std::filesystem::perms::all) ==
        std::filesystem::perms(0600));
}

TEST_CASE("check has a line for each way in, and sync goes by each", "[scenario][session]") {
  Desk desk;
  heed::support::written(desk.file("key.pem"), heed::support::rsa_key());
  const std::vector<std::pair<std::string, std::string>> rows{
      {"[crm.jwt]\nclient_id = \"heed-app\"\nuser = \"heed@example.org\"\nkey = \"file:key.pem\"",
       "OAuth JWT bearer\n"},
      {"[crm.client_credentials]\nclient_id = \"heed-app\"\nsecret = \"plain:" + secret + "\"",
       "OAuth client credentials\n"},
      {"[crm.refresh_token]\nclient_id = \"heed-app\"\ntoken = \"plain:" + refresh_token + "\"",
       "OAuth refresh token\n"},
      {"access_token = \"plain:" + token + "\"\ninstance = \"https://127.0.0.1\"",
       "a given access token\n"},
      {"user = \"heed@example.org\"\npassword = \"plain:correct-horse\"", "Summer '27"}};
  for (const auto& [way, says] : rows) {
    CAPTURE(way);
    desk.come_in_by(way);
    desk.run({"check", "--trace", desk.file("trace")}, false);
    CHECK_THAT(desk.out(), Catch::Contains("  way in  ") && Catch::Contains(says));
    CHECK_THAT(desk.out(), Catch::Contains("ok    login") && !Catch::Contains("FAIL"));
    CHECK(desk.run({"sync"}, false) == 0);
    const std::string trace = heed::support::contents(desk.file("trace"));
    CHECK_THAT(trace, Catch::Contains("getUserInfoResponse") || Catch::Contains("loginResponse"));
  }
}

TEST_CASE("check warns of an API version that the CRM's maker takes away", "[scenario]") {
  Desk desk;
  desk.run({"check"}, false);
  CHECK_THAT(desk.out(),
             Catch::Contains("ok    api version") && Catch::Contains("58.0 is served\n"));
  std::filesystem::create_directory(desk.file("own"));
  std::ofstream(desk.file("own/crm.toml"))
      << "[[retiring]]\nup_to = 60\nrelease = \"Winter '33\"\nsource = \"a dream\"\n";
  desk.mirror_has("schedules = \"own\"");
  desk.run({"check"}, false);
  CHECK_THAT(desk.out(), Catch::Contains("note  api version") && Catch::Contains("Winter '33"));
}

TEST_CASE("the environment's proxy is used where the configuration has none", "[scenario]") {
  Desk desk;
  desk.environment = {{"https_proxy", "http://u:canary@proxy.example:3128"},
                      {"no_proxy", "inner.example"}};
  desk.run({"check"}, false);
  CHECK(desk.line.proxy.empty());  // the configuration says "none"
  desk.proxy = "";
  desk.come_in_by("user = \"u\"\npassword = \"plain:canary-p\"");
  desk.run({"check"}, false);
  CHECK(desk.line.proxy == "http://u:canary@proxy.example:3128");
  CHECK(desk.line.no_proxy == "inner.example");
  CHECK_THAT(desk.out(), Catch::Contains("proxy.example of the environment's https_proxy"));
  desk.proxy =
      "proxy = \"http://other.example:8080\"\nproxy_user = \"u\"\n"
      "proxy_password = \"plain:canary\"";
  desk.come_in_by("user = \"u\"\npassword = \"plain:canary-p\"");
  desk.run({"check"}, false);
  CHECK(desk.line.proxy == "http://other.example:8080");
  CHECK(desk.line.proxy_password == "canary");
  CHECK(desk.line.no_proxy.empty());
}

TEST_CASE("check is JSON as well, and status tells of the logins", "[scenario][session]") {
  Desk desk;
  desk.come_in_by("user = \"heed@example.org\"\npassword = \"plain:canary-wrong\"");
  CHECK(desk.run({"check", "--format", "json"}, false) == 1);
  const auto checked = nlohmann::json::parse(desk.out());
  CHECK(checked["passed"] == false);
  const auto& steps = checked["steps"];
  const auto login = std::find_if(steps.begin(), steps.end(),
                                  [](const auto& each) { return each["step"] == "login"; });
  REQUIRE(login != steps.end());
  CHECK((*login)["result"] == "failed");
  CHECK_THAT((*login)["text"].get<std::string>(), Catch::Contains("INVALID_LOGIN"));

  CHECK(desk.run({"sync"}, false) == 5);
  CHECK_THAT(desk.err(), Catch::Contains("--login-again"));
  desk.run({"status", "--format", "json"}, false);
  const auto logins = nlohmann::json::parse(desk.out())["logins"];
  CHECK(logins["last_hour"] == 1);
  CHECK(logins["stopped"] == true);
}

TEST_CASE("sync tells what it did as JSON as well", "[scenario]") {
  Desk desk;
  REQUIRE(desk.run({"sync", "--format", "json"}, false) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  CHECK(json["complete"] == true);
  CHECK(json["unreadable_values"] == 0);
  CHECK(json["findings"].empty());
  CHECK(json["assessed"]["not_assessed"] == 0);
  const auto contact = std::find_if(json["objects"].begin(), json["objects"].end(),
                                    [](const auto& each) { return each["object"] == "Contact"; });
  REQUIRE(contact != json["objects"].end());
  CHECK((*contact)["read"] == 20);
  CHECK(desk.run({"sync", "--format", "xml"}, false) == 2);
}

TEST_CASE("a day's budget that is used up ends sync with 8, and status says so", "[scenario]") {
  Desk desk;
  desk.come_in_by(
      "user = \"heed@example.org\"\npassword = \"plain:correct-horse\"\ncalls_a_day = 6");
  CHECK(desk.run({"sync"}, false) == 8);
  CHECK_THAT(desk.err(), Catch::Contains("calls_a_day"));
  CHECK(desk.run({"status", "--format", "json"}, false) == 8);
  const auto requests = nlohmann::json::parse(desk.out())["requests"];
  CHECK(requests["sent"] == 6);
  CHECK(requests["allowed"] == "none");
  CHECK(desk.run({"sync"}, false) == 8);
  CHECK(desk.run({"status"}, false) == 8);
  CHECK_THAT(desk.out(), Catch::Contains("6 of 6 on") && Catch::Contains("BUDGET: nothing more"));
}
