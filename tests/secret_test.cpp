#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "support/pki.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace {

using heed::vault::Secret;

std::string failure(const std::string& spec) {
  try {
    Secret::parse(spec).reveal();
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  FAIL("it was revealed");
  return {};
}

}  // namespace

TEST_CASE("a secret comes from a file of its owner, the environment, a command or systemd",
          "[vault]") {
  const heed::support::TempDir folder;
  const auto file = heed::support::written(folder.file("secret"), "from a file\r\nmore\n");
  ::setenv("HEED_TEST_SECRET", "from the environment", 1);
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  CHECK(Secret::parse("file:" + file).reveal() == "from a file");
  CHECK(Secret::parse("file:" + file).reveal_whole() == "from a file\r\nmore\n");
  CHECK(Secret::parse("env:HEED_TEST_SECRET").reveal() == "from the environment");
  CHECK(Secret::parse("command:printf 'from a command\\n'").reveal() == "from a command");
  CHECK(Secret::parse("credential:secret").reveal() == "from a file");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  ::unsetenv("HEED_TEST_SECRET");
}

TEST_CASE("a secret that cannot be had, or that others can read, names its place and the mend",
          "[vault]") {
  const heed::support::TempDir folder;
  const auto open = heed::support::written(folder.file("open"), "canary\n");
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    ::chmod(open.c_str(), mode);
    CHECK_THAT(failure("file:" + open),
               Catch::Contains("chmod 600 " + open) && !Catch::Contains("canary"));
  }
  const auto empty = heed::support::written(folder.file("empty"), "\n");
  CHECK_THAT(failure("file:" + empty), Catch::Contains("is empty"));
  CHECK_THAT(failure("file:" + folder.file("none")), Catch::Contains("no such file"));
  CHECK_THAT(failure("env:HEED_NO_SUCH_SECRET"), Catch::Contains("is not set"));
  CHECK_THAT(failure("command:echo canary; exit 3"),
             Catch::Contains("ended with 3") && !Catch::Contains("canary"));
  CHECK_THAT(failure("credential:none"),
             Catch::Contains("LoadCredential=none") && Catch::Contains("systemd-run"));
}

TEST_CASE("a secret that is there and cannot be read is not said to be absent", "[vault]") {
  const heed::support::TempDir folder;
  std::filesystem::create_symlink("loop", folder.file("loop"));
  std::filesystem::create_directory(folder.file("folder"));
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  for (const auto& spec : {"file:" + folder.file("loop"), std::string("credential:loop")}) {
    CAPTURE(spec);
    CHECK_THAT(failure(spec), Catch::Contains("Too many levels of symbolic links") &&
                                  !Catch::Contains("LoadCredential") &&
                                  !Catch::Contains("no such file"));
  }
  for (const auto& spec : {"file:" + folder.file("folder"), std::string("credential:folder")}) {
    CAPTURE(spec);
    CHECK_THAT(failure(spec), Catch::Contains("is a folder") && !Catch::Contains("is empty"));
  }
  CHECK_THAT(failure("credential:none"),
             Catch::Contains("is not there; add LoadCredential=none to the unit"));
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("what is no source is refused without being repeated", "[vault]") {
  for (const auto* spec : {"canary", "file:", "fil:canary", "", ":canary"}) {
    CHECK_THROWS_WITH(Secret::parse(spec),
                      Catch::Contains("file:PATH") && !Catch::Contains("canary"));
  }
}

TEST_CASE("a key that cannot sign is named as such", "[vault]") {
  const std::string elliptic = heed::support::Authority().issue("an elliptic one").key;
  const std::string cut = heed::support::rsa_key().substr(0, 500);
  const auto key = GENERATE_COPY(as<std::string>{}, "", "canary", elliptic, cut);
  CHECK_THROWS_WITH(heed::vault::signature(key, "text"),
                    Catch::Contains("RSA key in PEM") && !Catch::Contains("canary"));
}

TEST_CASE("a state is its owner's alone, and a damaged one is not taken for an empty one",
          "[vault]") {
  const heed::support::TempDir folder;
  heed::vault::State(folder.file("state")).set("refresh_token", "canary-next");
  struct stat status {};
  REQUIRE(::stat(folder.file("state").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  heed::support::written(folder.file("state"), "{\"refresh_token\": \"canary");
  try {
    const heed::vault::State damaged(folder.file("state"));
    FAIL("it was read");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::storage);
    CHECK_THAT(error.what(), Catch::Contains("damaged") && !Catch::Contains("canary"));
  }
}
