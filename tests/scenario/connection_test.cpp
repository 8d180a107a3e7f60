#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "heed/cli.hpp"
#include "heed/store.hpp"
#include "simulator/simulator.hpp"
#include "support/clock.hpp"
#include "support/dump.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_server.hpp"

namespace {

using heed::support::Authority;
using heed::support::free_port;
using heed::support::Identity;
using heed::support::TempDir;
using heed::support::TlsServer;

/// The simulated CRM, whatever the address.
class Through final : public heed::http::Transport {
 public:
  explicit Through(heed::http::Transport& to) : to_(to) {}
  heed::http::Response send(const heed::http::Request& request) override {
    return to_.send(request);
  }

 private:
  heed::http::Transport& to_;
};

/// heed on the command line, with a mirror of the simulated CRM; later the network is the real one.
class Desk {
 public:
  Desk() : crm_(heed::simulated::OrgOptions{.individuals = 20}), time_(crm_.org().now()) {
    std::ofstream(config()) << "[crm]\nurl = \"https://127.0.0.1:" << port
                            << "\"\napi_version = \"58.0\"\nretries = 0\n"
                               "plain_secrets = true\nuser = \""
                            << crm_.org().options().user
                            << "\"\npassword = \"plain:" << crm_.org().options().password
                            << "\"\n[http]\nproxy = \"none\"\nca_file = \"ca.pem\"\n"
                               "[mirror]\nfile = \"heed.db\"\n"
                               "[controller]\nestablishments = [\"DE\"]\n"
                               "zone = \"Europe/Berlin\"\ncalendar = \"DE\"\n";
    heed::support::written(folder_.file("ca.pem"), authority.certificate());
  }

  int run(std::vector<std::string> words, bool for_real) {
    out_.str("");
    err_.str("");
    const auto connect = [this, for_real](
                             const heed::http::Options& options,
                             std::stop_token stop) -> std::unique_ptr<heed::http::Transport> {
      if (for_real) return std::make_unique<heed::http::Curl>(options, std::move(stop));
      return std::make_unique<Through>(crm_);
    };
    heed::cli::World world{out_,
                           err_,
                           time_,
                           connect,
                           [](const std::string&) { return std::optional<std::string>(); },
                           std::filesystem::path(HEED_SOURCE_DIR) / "schedules",
                           "ann",
                           false,
                           {}};
    words.insert(words.begin() + 1, {"--config", config()});
    return heed::cli::run(words, world);
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

 private:
  TempDir folder_;
  heed::simulated::Simulator crm_;
  heed::support::ManualClock time_;
  std::ostringstream out_, err_;
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
  std::ifstream in(desk.file("trace"));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK_THAT(text, Catch::Contains("queryAllResponse") && Catch::Contains("loginResponse"));
  CHECK_THAT(text, !Catch::Contains("correct-horse") && !Catch::Contains("!AQEAQ"));
  CHECK((std::filesystem::status(desk.file("trace")).permissions() & std::filesystem::perms::all) ==
        std::filesystem::perms(0600));
}
