#include "support/premises.hpp"

#include <fstream>

#include "heed/cli.hpp"
#include "heed/store.hpp"
#include "support/canary.hpp"
#include "support/dump.hpp"
#include "support/passing.hpp"

namespace heed::support {

const std::string Premises::token = canary("access-token");
const std::string Premises::secret = canary("client-secret");
const std::string Premises::refresh_token = canary("refresh-token");

namespace {

simulated::OrgOptions org() {
  simulated::OrgOptions options{.individuals = 20, .oauth_token = Premises::token};
  options.now = *parse_moment("2026-11-30T09:00:00Z");  // after the shipped files were looked at
  options.app = {.client_secret = Premises::secret,
                 .refresh_token = Premises::refresh_token,
                 .public_key = public_key_of(rsa_key())};
  return options;
}

/// A line whose far end is somebody else's, and a CRM that is asked beside it.
class RealLine final : public http::Transport {
 public:
  RealLine(const http::Options& options, http::Transport& crm) : real_(options), crm_(crm) {}
  http::Response send(const http::Request& request) override {
    if (request.method != "GET") return crm_.send(request);
    const auto began = std::chrono::steady_clock::now();
    auto answer = real_.send(request);
    while (std::chrono::steady_clock::now() - began < slowness_) {  // a line of some length
    }
    return answer;
  }

 private:
  static constexpr std::chrono::milliseconds slowness_{30};
  http::Curl real_;
  http::Transport& crm_;
};

}  // namespace

Premises::Premises() : crm(org()), time(crm.org().now()) {
  come_in_by_password();
  written(folder_.file("ca.pem"), authority.certificate());
}

void Premises::come_in_by(const std::string& way) const {
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

void Premises::come_in_by_password(const std::string& more) const {
  const auto& options = crm.org().options();
  come_in_by("user = \"" + options.user + "\"\npassword = \"plain:" + options.password + "\"\n" +
             more);
}

void Premises::mirror_has(const std::string& text) {
  more_of_mirror_ = text;
  come_in_by_password();
}

int Premises::run(std::vector<std::string> words, bool for_real) {
  return run(std::move(words),
             [&](const http::Options& options) -> std::unique_ptr<http::Transport> {
               if (for_real) return std::make_unique<http::Curl>(options);
               return std::make_unique<Passing>(crm);
             });
}

int Premises::run_on_a_real_line(std::vector<std::string> words) {
  return run(std::move(words), [&](const http::Options& options) {
    return std::make_unique<RealLine>(options, crm);
  });
}

int Premises::run(std::vector<std::string> words, const Connect& connect) {
  out_.str("");
  err_.str("");
  const auto network = [&](const http::Options& options, const std::stop_token&) {
    line = options;
    return connect(options);
  };
  const auto variable = [this](const std::string& name) {
    const auto at = environment.find(name);
    return at == environment.end() ? std::nullopt : std::optional(at->second);
  };
  cli::World world{out_,    err_,     time,
                   network, variable, std::filesystem::path(HEED_SOURCE_DIR) / "schedules",
                   "ann",   false,    {}};
  words.insert(words.begin() + 1, {"--config", config()});
  const int code = cli::run(words, world);
  expect_discreet(out_.str() + err_.str(), "heed " + words.front());
  return code;
}

std::string Premises::mirror() const {
  auto database = store::Database::open(folder_.file("heed.db"), store::Mode::read);
  return dump(database);
}

}  // namespace heed::support
