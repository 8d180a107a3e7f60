#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "support/contents.hpp"
#include "support/desk.hpp"
#include "support/terminal.hpp"

// What a file may be that a user names to be written.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::support::contents;
using heed::support::Desk;
using heed::support::Terminal;

namespace {

namespace fs = std::filesystem;

mode_t mode_of(const std::string& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode;
}

/// A pipe with a name, of which everything is read that was written.
class NamedPipe {
 public:
  explicit NamedPipe(const std::string& name) {
    REQUIRE(::mkfifo(name.c_str(), 0644) == 0);
    reader_ = ::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(reader_ >= 0);
  }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;
  ~NamedPipe() { ::close(reader_); }

  std::string read() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(reader_, buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
  }

 private:
  int reader_ = -1;
};

/// All files beside the configuration, and what is in them.
std::map<std::string, std::string> files_of(const Terminal& terminal) {
  std::map<std::string, std::string> files;
  for (const auto& each : fs::directory_iterator(fs::path(terminal.config()).parent_path())) {
    const auto name = each.path().filename().string();
    if (!name.ends_with("-shm") && !name.ends_with("-wal")) files[name] = contents(each.path());
  }
  return files;
}

}  // namespace

TEST_CASE("nothing is written in the place of a file that heed keeps", "[scenario][cli][targets]") {
  Simulator crm{{.individuals = 20}};
  Terminal terminal{crm};
  REQUIRE(terminal.run({"sync"}) == 0);
  REQUIRE(terminal.run({"note", "D1", "--reason", "called"}) == 0);
  const auto before = files_of(terminal);
  auto names = before;  // the password's among them
  for (const auto* absent : {"heed.db-wal", "heed.db-shm", "heed.db-journal", "heed.db.erasures",
                             "heed.db.state.lock", "heed.db.before-upgrade", "heed.db.head.new"}) {
    names[absent];
  }
  CHECK(names.size() >= 12);
  for (const auto& each : names) {
    const auto& name = each.first;
    CAPTURE(name);
    CHECK(terminal.run({"people", "--format", "csv", "--out", terminal.file(name)}) == 2);
    CHECK_THAT(terminal.err(), Contains("--out") && Contains(name));
    CHECK(terminal.run({"sync", "--trace", terminal.file(name)}) == 2);
    CHECK_THAT(terminal.err(), Contains("--trace") && Contains(name));
    CHECK(terminal.run({"backup", terminal.file(name)}) != 0);
  }
  CHECK(files_of(terminal) == before);
  CHECK(terminal.run({"verify", "--offline"}) == 0);
}

TEST_CASE("a file that heed keeps is known by every name", "[scenario][cli][targets]") {
  Simulator crm{{.individuals = 20}};
  Terminal terminal{crm};
  REQUIRE(terminal.run({"sync"}) == 0);
  const auto key = terminal.file("heed.db.key");
  const auto before = contents(key);
  fs::create_symlink("heed.db.key", terminal.file("link"));
  fs::create_hard_link(key, terminal.file("other-name"));
  fs::create_symlink("heed.db.erasures", terminal.file("link-to-none"));
  fs::create_directory(terminal.file("below"));
  for (const auto* name :
       {"link", "other-name", "link-to-none", "below/../heed.db.key", "./heed.db.erasures"}) {
    CAPTURE(name);
    CHECK(terminal.run({"due", "--out", terminal.file(name)}) == 2);
    CHECK(terminal.run({"sync", "--trace", terminal.file(name)}) == 2);
  }
  CHECK(contents(key) == before);
  CHECK_FALSE(fs::exists(terminal.file("heed.db.erasures")));
}

TEST_CASE("no report is put in the place of a secret or a certificate", "[cli][targets]") {
  Desk desk;
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[crm.jwt]\nclient_id = 'a'\nuser = 'b'\n"
             "key = 'file:app.key'\n[http]\nca_file = 'root.pem'\ncertificate = 'client.pem'\n"
             "key = 'client.key'\nkey_password = 'file:client-password'\nproxy = "
             "'http://proxy.example:3128'\nproxy_user = 'c'\nproxy_password = 'file:proxy'\n"
             "[mirror]\nfile = 'heed.db'\n[controller]\nestablishments = ['DE']\n"
             "zone = 'Europe/Berlin'\ncalendar = 'DE'\n[packs]\nenabled = ['eu-gdpr']\n");
  for (const auto* name :
       {"app.key", "root.pem", "client.pem", "client.key", "client-password", "proxy"}) {
    CAPTURE(name);
    CHECK(desk.run({"due", "--out", desk.file(name)}) == 2);
    CHECK_THAT(desk.err(), Contains("--out") && Contains(name));
    CHECK_FALSE(fs::exists(desk.file(name)));
  }
  CHECK(desk.run({"due", "--out", desk.file("other.key")}) == 0);
}

TEST_CASE("no report is put among the schedules", "[cli][targets]") {
  Desk desk;
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['eu-gdpr']\n");
  fs::create_directories(desk.file("own/packs"));
  for (const auto* name : {"own/places.toml", "own/packs/eu-gdpr.toml", "own/reports.toml"}) {
    CAPTURE(name);
    CHECK(desk.run({"due", "--out", desk.file(name)}) == 2);
    CHECK_THAT(desk.err(), Contains("schedules"));
    CHECK_FALSE(fs::exists(desk.file(name)));
  }
  // What heed does not read there may lie beside them.
  fs::create_directories(desk.file("own/reports"));
  for (const auto* name : {"own/due.csv", "own/reports/due.csv", "own/reports/due.toml"}) {
    CAPTURE(name);
    CHECK(desk.run({"due", "--out", desk.file(name)}) == 0);
    CHECK(fs::exists(desk.file(name)));
    fs::remove(desk.file(name));
  }
}

TEST_CASE("a report goes through a link into the file that it leads to", "[report][cli][targets]") {
  Desk desk;
  const auto target = desk.write("reports/due.csv", "of yesterday");
  const bool there = GENERATE(true, false);
  if (!there) fs::remove(target);
  fs::create_symlink("reports/due.csv", desk.file("second"));
  fs::create_symlink("second", desk.file("first"));
  REQUIRE(desk.run({"due", "--format", "csv", "--out", desk.file("first")}) == 0);
  CHECK(fs::is_symlink(desk.file("first")));
  CHECK(fs::is_symlink(desk.file("second")));
  CHECK(contents(target).starts_with("duty,due,"));
  CHECK((mode_of(target) & 0777) == 0600);
}

TEST_CASE("a report is written into what is no file, and a folder is no place for one",
          "[report][cli][targets]") {
  Desk desk;
  const NamedPipe pipe(desk.file("pipe"));
  CHECK(desk.run({"due", "--format", "csv", "--out", desk.file("pipe")}) == 0);
  CHECK(pipe.read().starts_with("duty,due,"));
  CHECK(S_ISFIFO(mode_of(desk.file("pipe"))));
  CHECK((mode_of(desk.file("pipe")) & 0777) == 0644);
  fs::create_directory(desk.file("folder"));
  CHECK(desk.run({"due", "--out", desk.file("folder")}) == 2);
  CHECK_THAT(desk.err(), Contains("--out") && Contains("is a folder"));
  fs::create_symlink("loop", desk.file("loop"));
  CHECK(desk.run({"due", "--out", desk.file("loop")}) == 7);
  CHECK(fs::is_symlink(desk.file("loop")));
}

TEST_CASE("a trace goes through a link, and leaves a device as it is", "[scenario][cli][targets]") {
  Simulator crm{{.individuals = 20}};
  Terminal terminal{crm};
  fs::create_symlink("trace", terminal.file("link"));
  CHECK(terminal.run({"sync", "--trace", terminal.file("link")}) == 0);
  CHECK_THAT(contents(terminal.file("trace")), Contains("request"));
  CHECK((mode_of(terminal.file("trace")) & 0777) == 0600);
  fs::create_directory(terminal.file("folder"));
  CHECK(terminal.run({"sync", "--trace", terminal.file("folder")}) == 2);
  CHECK_THAT(terminal.err(), Contains("is a folder"));
  const auto device = terminal.file("null");
  if (::mknod(device.c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0 ||
      ::chmod(device.c_str(), 0666) != 0) {
    WARN("only root makes a device, so that was not tried");
    return;
  }
  const int opened = ::open(device.c_str(), O_WRONLY | O_CLOEXEC);
  if (opened < 0) {
    WARN("no device can be used here, so that was not tried");
    return;
  }
  ::close(opened);
  CHECK(terminal.run({"sync", "--trace", device}) == 0);
  CHECK(S_ISCHR(mode_of(device)));
  CHECK((mode_of(device) & 0777) == 0666);
}

TEST_CASE("an imported calendar takes the place of a calendar alone", "[cli][targets]") {
  Desk desk;
  const auto feed =
      desk.write("feed.ics",
                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
                 "UID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260101\r\n"
                 "SUMMARY:New Year\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  const auto import = [&](const std::string& to) {
    return desk.run({"calendar", "import", feed, "--id", "XX", "--years", "2026-2026", "--to",
                     desk.file(to), "--replace"});
  };
  const auto before = contents(desk.config());
  CHECK(import("heed.toml") == 3);
  CHECK_THAT(desk.err(), Contains("heed.toml") && Contains("no calendar"));
  CHECK(contents(desk.config()) == before);
  fs::create_directory(desk.file("real"));
  fs::create_symlink("real/xx.toml", desk.file("xx.toml"));
  for (int again = 0; again < 2; ++again) CHECK(import("xx.toml") == 0);
  CHECK(fs::is_symlink(desk.file("xx.toml")));
  CHECK_THAT(contents(desk.file("real/xx.toml")), Contains("New Year"));
}
