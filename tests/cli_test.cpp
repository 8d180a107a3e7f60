#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <sstream>

#include "heed/cli.hpp"
#include "heed/error.hpp"
#include "support/clock.hpp"
#include "support/program.hpp"
#include "support/scripted.hpp"
#include "support/temp_dir.hpp"

namespace {

struct Ran {
  int code = 0;
  std::string out, err;
};

/// Runs one command line in a world without network, environment and terminal.
Ran heed_runs(const std::vector<std::string>& words, std::ostream* elsewhere = nullptr) {
  std::ostringstream out, err;
  heed::support::ManualClock clock(*heed::parse_moment("2026-03-02T00:00:00Z"));
  heed::cli::World world{elsewhere != nullptr ? *elsewhere : out,
                         err,
                         clock,
                         [](const heed::http::Options&, std::stop_token) {
                           return std::make_unique<heed::support::Scripted>();
                         },
                         [](const std::string&) { return std::optional<std::string>(); },
                         std::string(HEED_SOURCE_DIR) + "/schedules",
                         "tester",
                         false,
                         {}};
  const int code = heed::cli::run(words, world);
  return {code, out.str(), err.str()};
}

}  // namespace

TEST_CASE("every command has a help text, and its mistyped options an error with the nearest",
          "[cli]") {
  for (const auto* command : {"init", "check", "sync", "due", "people", "show", "explain",
                              "calendar", "forget", "verify", "status", "backup"}) {
    CAPTURE(command);
    const auto help = heed_runs({"help", command});
    CHECK(help.code == 0);
    CHECK_THAT(help.out, Catch::Contains("Usage: heed " + std::string(command)));
    const auto mistyped = heed_runs({command, "--confg", "x"});
    CHECK(mistyped.code == 2);
    CHECK_THAT(mistyped.err, Catch::Contains("did you mean --config?"));
    CHECK(std::count(mistyped.err.begin(), mistyped.err.end(), '\n') == 1);
  }
}

TEST_CASE("help is the same with a configuration named, wherever it stands", "[cli]") {
  const std::vector<std::vector<std::string>> asked{{"--config", "none.toml", "help", "due"},
                                                    {"help", "--config", "none.toml", "due"},
                                                    {"help", "due", "--config=none.toml"}};
  for (const auto& words : asked) CHECK(heed_runs(words).out == heed_runs({"help", "due"}).out);
  CHECK(heed_runs({"--config", "none.toml", "help"}).out == heed_runs({"help"}).out);
  CHECK(heed_runs({"help", "--config"}).out == heed_runs({"help"}).out);
}

TEST_CASE("a secret that is given on the command line is not taken, and not repeated", "[cli]") {
  const auto option = GENERATE("--password=canary-x", "--token=canary-x", "--secret=canary-x");
  const auto ran = heed_runs({"sync", option});
  CHECK(ran.code == 2);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, !Catch::Contains("canary"));
}

TEST_CASE("an option with an empty value selects nothing, and not all", "[cli]") {
  for (const auto* option : {"--preference", "--pack", "--out", "--as-of", "--within", "--person",
                             "--format", "--config"}) {
    CAPTURE(option);
    const auto ran = heed_runs({"due", option, ""});
    CHECK(ran.code == 2);
    CHECK_THAT(ran.err, Catch::Contains(std::string(option) + " is empty; give it a value"));
  }
}

TEST_CASE("a file that cannot be read has its cause said", "[cli]") {
  const heed::support::TempDir folder;
  std::filesystem::create_symlink("loop", folder.file("loop"));
  const auto said = [](const std::string& file) {
    try {
      return heed::read_whole(file, heed::Kind::configuration);
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::configuration);
      return std::string(error.what());
    }
  };
  CHECK_THAT(said(folder.file("none")),
             Catch::Contains("No such file") && Catch::Contains("is the path right?"));
  CHECK_THAT(said(folder.path()), Catch::Contains("is a folder"));
  CHECK_THAT(said(folder.file("loop")), Catch::Contains("Too many levels of symbolic links") &&
                                            Catch::Contains("let this user read it"));
  CHECK_THAT(said(heed::support::written(folder.file("empty"), "")),
             Catch::Contains("is empty; is it the right file?"));
  CHECK_THAT(said("/proc/self/mem"), Catch::Contains("cannot be read (Input/output error)"));
  CHECK(said(heed::support::written(folder.file("full"), "a\r\nb")) == "a\r\nb");
}

TEST_CASE("a mistyped command is an error with the nearest", "[cli]") {
  const auto ran = heed_runs({"dew"});
  CHECK(ran.code == 2);
  CHECK_THAT(ran.err, Catch::Contains("did you mean 'due'?"));
}

TEST_CASE("init writes a configuration that can be read, and never overwrites one", "[cli]") {
  const heed::support::TempDir folder;
  CHECK(heed_runs({"init", folder.path().string()}).code == 0);
  const auto file = folder.path() / "heed.toml";
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
        std::filesystem::perms(0600));
  const auto again = heed_runs({"init", folder.path().string()});
  CHECK(again.code == 3);
  CHECK_THAT(again.err, Catch::Contains("is there already"));
}

TEST_CASE("a command without a configuration says how to get one", "[cli]") {
  const heed::support::TempDir folder;
  const auto ran = heed_runs({"sync", "--config", folder.file("none.toml")});
  CHECK(ran.code == 3);
  CHECK_THAT(ran.err, Catch::Contains("heed init"));
}

namespace {

/// A standard output that takes nothing, and says why.
class Refusing : public std::streambuf {
 public:
  explicit Refusing(int cause) : cause_(cause) {}

 protected:
  int overflow(int) override { return traits_type::eof(); }
  int sync() override {
    errno = cause_;
    return -1;
  }

 private:
  int cause_;
};

}  // namespace

TEST_CASE("what standard output does not take is an error, unless its reader has closed it",
          "[cli]") {
  const auto run_into = [](int cause, const std::vector<std::string>& words) {
    Refusing full(cause);
    std::ostream out(&full);
    return heed_runs(words, &out);
  };
  const auto full = run_into(ENOSPC, {"help"});
  CHECK(full.code == 7);
  CHECK_THAT(full.err, Catch::StartsWith("heed: standard output cannot be written (No space left"));
  CHECK(run_into(0, {"help"}).code == 7);
  CHECK(run_into(EPIPE, {"help"}).code == 0);
  CHECK(run_into(EPIPE, {"help"}).err.empty());
  // A command that failed by itself says what it has to, and ends as it would have.
  const auto failed = run_into(ENOSPC, {"due", "--confg", "x"});
  CHECK(failed.code == 2);
  CHECK_THAT(failed.err, Catch::Contains("did you mean --config?") &&
                             Catch::Contains("standard output cannot be written"));
}
