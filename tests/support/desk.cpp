#include "support/desk.hpp"

#include <filesystem>
#include <fstream>

#include "heed/cli.hpp"
#include "heed/config.hpp"
#include "support/canary.hpp"
#include "support/reported.hpp"
#include "support/scripted.hpp"

namespace heed::support {

Desk::Desk(std::string_view now) : time_(moment(now)) {
  write("heed.toml", config::starter("https://crm.example", "heed@acme.example"));
  const Reported office(store::Database::open(folder_.file("heed.db"), store::Mode::write));
  std::ofstream(folder_.file("heed.db.key")) << Reported::key;
  std::ofstream(folder_.file("heed.db.head")) << office.ledger.head_text() << "\n";
  std::filesystem::permissions(
      folder_.file("heed.db.key"),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

int Desk::run(std::vector<std::string> words) {
  out_.str("");
  err_.str("");
  cli::World world{
      out_,
      err_,
      time_,
      [](const http::Options&, std::stop_token) { return std::make_unique<Scripted>(); },
      [](const std::string&) { return std::optional<std::string>(); },
      std::filesystem::path(HEED_SOURCE_DIR) / "schedules",
      "ann",
      false,
      {}};
  words.insert(words.begin() + 1, {"--config", config()});
  const int code = cli::run(words, world);
  expect_no_secret(out_.str() + err_.str(), "heed " + words.front());
  return code;
}

std::string Desk::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
  std::ofstream(file(name), std::ios::binary) << text;
  return file(name);
}

}  // namespace heed::support
