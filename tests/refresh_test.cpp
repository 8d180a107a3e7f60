#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/machine.hpp"

// What must be on the disk of a rotating refresh token before the next step is taken.

namespace {

using heed::support::Machine;
using heed::support::user_told;

/// The files and folders that have been synced, by their names then.
std::vector<std::string>& synced() {
  static std::vector<std::string> names;
  return names;
}

heed::crm::RefreshToken refresh(const std::string& token) {
  return {"app", std::nullopt, heed::vault::Secret::parse("plain:canary-" + token)};
}

std::string granted(const std::string& more = "") {
  return R"({"access_token":"canary-t","instance_url":"https://acme.my.salesforce.com",)"
         R"("token_type":"Bearer")" +
         more + "}";
}

/// A machine that has used its first token and stored the second, and how that ended.
struct Rotated : Machine {
  explicit Rotated(const std::string& under_way) {
    options.url = "https://acme.my.salesforce.com";
    options.retries = 0;
    state.emplace(folder.file("state"));
    state->set("refresh_source", heed::vault::digest("canary-first"));
    state->set("refresh_token", "canary-second");
    state->set("refresh_in_flight", heed::vault::digest(under_way));
  }
};

/// A line that looks at the state's file whenever something is sent.
class Watching final : public heed::http::Transport {
 public:
  explicit Watching(std::string file) : file_(std::move(file)) {}

  heed::http::Response send(const heed::http::Request& request) override {
    if (request.body.find("refresh_token=") != std::string::npos) look();
    return {404, {{"Content-Type", "text/html"}}, ""};
  }

  bool marked = false, file_synced = false, folder_synced = false;

 private:
  void look() {
    marked = heed::vault::State(file_).get("refresh_in_flight").has_value();
    const auto& names = synced();
    const auto draft = std::find(names.rbegin(), names.rend(), file_ + ".new");
    const auto folder = std::find(names.rbegin(), names.rend(),
                                  std::filesystem::path(file_).parent_path().string());
    file_synced = draft != names.rend();
    folder_synced = folder != names.rend() && folder < draft;  // after the file
  }

  std::string file_;
};

}  // namespace

/// In the place of the C library's, for the whole program: it notes what is synced, and syncs.
extern "C" int fsync(int fd) {
  std::array<char, 4096> name{};
  const auto size =
      ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), name.data(), name.size());
  if (size > 0) synced().emplace_back(name.data(), static_cast<std::size_t>(size));
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

TEST_CASE("that a refresh token is under way is on the disk before it is sent", "[session]") {
  Machine machine;
  heed::vault::State state(machine.folder.file("state"));
  Watching watching(std::filesystem::canonical(machine.folder.path()) / "state");
  machine.options.url = "https://acme.my.salesforce.com";
  machine.options.retries = 0;
  synced().clear();
  heed::crm::Client client(watching, machine.clock, machine.options, refresh("first"), &state);
  CHECK_THROWS_AS(client.user(), heed::Error);
  CHECK(watching.marked);
  CHECK(watching.file_synced);
  CHECK(watching.folder_synced);
}

TEST_CASE("killed between storing the next token and taking the mark away, heed goes on",
          "[session]") {
  Rotated machine("canary-first");
  CHECK_FALSE(heed::crm::login_record(*machine.state, machine.clock.now()).token_in_doubt);
  machine.script.then(404, "").then(200, granted(), "application/json").then(200, user_told());
  machine.start(refresh("first")).user();
  const auto& sent = machine.script.requests[1].body;
  CHECK_THAT(sent, Catch::Contains("refresh_token=canary-second"));
}

TEST_CASE("killed while the next token was under way, heed does not send it again", "[session]") {
  Rotated machine("canary-second");
  CHECK(heed::crm::login_record(*machine.state, machine.clock.now()).token_in_doubt);
  machine.script.then(404, "");
  const auto error = machine.error_of([&] { machine.start(refresh("first")).user(); });
  CHECK(error.kind() == heed::Kind::login);
  for (const auto& request : machine.script.requests) {
    CHECK_THAT(request.body, !Catch::Contains("refresh_token="));
  }
}
