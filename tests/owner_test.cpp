#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "support/contents.hpp"
#include "support/temp_dir.hpp"
#include "support/terminal.hpp"

// Whose the files are that are written anew beside a mirror.

using Catch::Contains;
using heed::support::contents;
using heed::support::TempDir;
using heed::support::Terminal;

namespace {

namespace fs = std::filesystem;

constexpr uid_t service = 65534;

/// While it lasts this thread has no rights to others' files, though root runs it.
struct Service {
  Service() { ::setfsuid(service); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() { ::setfsuid(::geteuid()); }
};

bool is_root() {
  if (::geteuid() == 0) return true;
  WARN("only root gives files to others, so that was not tried");
  return false;
}

void give(const fs::path& file, uid_t owner) {
  REQUIRE(::chown(file.c_str(), owner, owner) == 0);
}

struct stat status_of(const fs::path& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status;
}

void belongs_to(const fs::path& file, uid_t owner) {
  CAPTURE(file);
  const auto status = status_of(file);
  CHECK(status.st_uid == owner);
  CHECK(status.st_gid == owner);
  CHECK((status.st_mode & 0777) == 0600);
}

}  // namespace

TEST_CASE("a file that root writes anew stays its owner's", "[vault][owner]") {
  if (!is_root()) return;
  const TempDir folder;
  const auto file = folder.file("heed.db.head");
  heed::vault::write_whole(file, "before\n");
  belongs_to(file, ::geteuid());
  give(file, service);
  heed::vault::write_whole(file, "after\n");
  belongs_to(file, service);
  CHECK(contents(file) == "after\n");
}

TEST_CASE("what root writes first beside a mirror is the mirror's owner's", "[vault][owner]") {
  if (!is_root()) return;
  const TempDir folder;
  heed::vault::write_whole(folder.file("heed.db"), "");
  give(folder.file("heed.db"), service);
  heed::vault::write_whole(folder.file("heed.db.erasures"), "x");
  heed::vault::State(folder.file("heed.db.state")).set("a", "b");
  heed::vault::key_in(folder.file("heed.db.key"));
  for (const auto* name :
       {"heed.db.erasures", "heed.db.state", "heed.db.state.lock", "heed.db.key"}) {
    belongs_to(folder.file(name), service);
  }
}

TEST_CASE("what has another name, or leads elsewhere, is given to nobody", "[vault][owner]") {
  if (!is_root()) return;
  const TempDir folder;
  for (const auto* name : {"heed.db", "fresh", "secret"}) {
    heed::vault::write_whole(folder.file(name), "");
  }
  give(folder.file("heed.db"), service);
  fs::create_hard_link(folder.file("secret"), folder.file("heed.db.lock"));
  fs::create_symlink(folder.file("secret"), folder.file("heed.db.link"));
  for (const auto* name : {"fresh", "heed.db.lock", "heed.db.link"}) {
    heed::vault::give_to_owner_of(folder.file("heed.db"), folder.file(name));
  }
  belongs_to(folder.file("fresh"), service);
  belongs_to(folder.file("secret"), 0);
}

TEST_CASE("what lies where a file is drafted is not written through", "[vault][owner]") {
  const TempDir folder;
  heed::vault::write_whole(folder.file("victim"), "theirs\n");
  fs::create_symlink("victim", folder.file("heed.db.head.new"));
  heed::vault::write_whole(folder.file("heed.db.head"), "head\n");
  CHECK(contents(folder.file("victim")) == "theirs\n");
  CHECK(contents(folder.file("heed.db.head")) == "head\n");
  CHECK_FALSE(fs::is_symlink(folder.file("heed.db.head")));
}

TEST_CASE("whoever cannot leave a file to its owner does not take it", "[vault][owner]") {
  if (!is_root()) return;
  const TempDir folder;
  fs::permissions(folder.path(), fs::perms(0777));
  const auto file = folder.file("heed.db.head");
  heed::vault::write_whole(file, "before\n");
  {
    const Service service_user;
    CHECK_THROWS_WITH(heed::vault::write_whole(file, "after\n"),
                      Contains("heed.db.head: belongs to root") && Contains("as that user"));
  }
  CHECK(contents(file) == "before\n");
  belongs_to(file, ::geteuid());
  CHECK_FALSE(fs::exists(file + ".new"));
}

TEST_CASE("a command that root runs leaves the mirror to the service's user",
          "[scenario][cli][owner]") {
  if (!is_root()) return;
  heed::simulated::Simulator crm{{.individuals = 20}};
  Terminal terminal{crm};
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto beside = [&] {
    std::vector<fs::path> files;
    for (const auto& each : fs::directory_iterator(fs::path(terminal.config()).parent_path())) {
      if (each.path().filename().string().starts_with("heed.db")) files.push_back(each.path());
    }
    return files;
  };
  for (const auto& file : beside()) give(file, service);
  const auto copy = terminal.file("copy.db");
  REQUIRE(terminal.run({"backup", copy}) == 0);
  give(copy, service);
  fs::remove(terminal.file("heed.db.lock"));  // as where a mirror was put back from a backup
  const std::string who(crm.org().nth("Individual", 3).text());
  CHECK(terminal.run({"note", "D1", "--reason", "called"}) == 0);
  terminal.run({"forget", who, "--dry-run"});
  int number = 1;
  while (number < 9 && terminal.run({"forget", who, "--confirm", std::to_string(number)}) != 0) {
    ++number;
  }
  REQUIRE(fs::exists(terminal.file("heed.db.erasures")));
  terminal.run({"sync", "--full"});
  for (const auto& file : beside()) belongs_to(file, service);
  belongs_to(copy, service);
}
