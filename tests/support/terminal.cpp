#include "support/terminal.hpp"

#include "heed/cli.hpp"
#include "heed/config.hpp"
#include "heed/vault.hpp"
#include "support/canary.hpp"
#include "support/passing.hpp"
#include "support/program.hpp"

namespace heed::support {

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

Terminal::Terminal(simulated::Simulator& crm) : crm_(crm), clock_(crm.org().now()) {
  const auto& options = crm.org().options();
  auto text = config::starter("https://login.example.test", options.user);
  text = replaced(text, "env:HEED_PASSWORD", "file:password");
  text = replaced(text, "api_version = \"62.0\"", "api_version = \"58.0\"");
  written(file("password"), options.password + "\n");
  vault::write_whole(config(), text);
}

int Terminal::run(std::vector<std::string> words) {
  clock_.advance(crm_.org().now() - behind - clock_.now());
  out_.str("");
  err_.str("");
  cli::World world{
      out_,
      err_,
      clock_,
      [this](const http::Options&, std::stop_token) -> std::unique_ptr<http::Transport> {
        return std::make_unique<Passing>(crm_);
      },
      [](const std::string&) { return std::optional<std::string>(); },
      std::string(HEED_SOURCE_DIR) + "/schedules",
      "ann",
      false,
      {}};
  words.insert(words.begin() + 1, {"--config", config()});
  const int code = cli::run(words, world);
  expect_discreet(out_.str() + err_.str(), "heed " + words.front());
  return code;
}

}  // namespace heed::support
