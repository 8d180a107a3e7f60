#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "heed/config.hpp"
#include "heed/error.hpp"
#include "support/contents.hpp"
#include "support/desk.hpp"
#include "support/somebody.hpp"
#include "support/temp_dir.hpp"

// The folder that [mirror] schedules names: what is wrong with it is said, and not passed over.

using Catch::Contains;
using heed::support::Desk;
using heed::support::Somebody;

namespace {

namespace fs = std::filesystem;

/// A desk whose heed.toml names a folder of schedules, which is not there yet.
struct Office : Desk {
  Office() {
    auto text = heed::support::contents(config());
    const std::string shipped = "# schedules = \"schedules\"";
    write("heed.toml", text.replace(text.find(shipped), shipped.size(), "schedules = \"own\""));
  }

  /// What every command says of a folder with this file in it; empty where it takes it.
  std::string told_of(const std::string& name) {
    write("own/" + name, "");
    const int code = run({"due"});
    const auto said = code == 3 ? err() : "";
    if (code != 3) CHECK(err().empty());
    fs::remove_all(file("own"));
    return said;
  }
};

}  // namespace

TEST_CASE("a folder of schedules that is configured and not there is a wrong configuration",
          "[cli][own_schedules]") {
  Office office;
  for (const auto* command : {"due", "status", "sync", "verify"}) {
    CAPTURE(command);
    CHECK(office.run({command}) == 3);
    CHECK_THAT(office.err(), Contains("heed.toml:") && Contains("/own, and that is not there; "
                                                                "make the folder, or leave"));
  }
  CHECK(office.run({"check"}) == 1);
  CHECK_THAT(office.out(), Contains("FAIL  configuration") && Contains("is not there"));
  office.write("own", "");
  CHECK(office.run({"due"}) == 3);
  CHECK_THAT(office.err(), Contains("which is no folder"));
}

TEST_CASE("a schedule by a name that heed does not know is refused with the name that it has",
          "[cli][own_schedules]") {
  Office office;
  CHECK_THAT(office.told_of("preference.toml"),
             Contains("own/preference.toml; expected the name preferences.toml, or move it out"));
  CHECK_THAT(office.told_of("pack/eu-gdpr.toml"), Contains("own/pack; expected the name packs"));
  CHECK_THAT(office.told_of("Calendars/DE.toml"), Contains("expected the name calendars"));
  CHECK_THAT(office.told_of("preferences.toml.txt"), Contains("the name preferences.toml"));
  CHECK_THAT(office.told_of("eu-gdpr.toml"), Contains("expected packs/ID.toml, calendars/ID.toml"));
  CHECK_THAT(office.told_of("laws/eu-gdpr.toml"), Contains("own/laws; expected packs/ID.toml"));
  CHECK_THAT(office.told_of("packs/eu-gdpr.tml"), Contains("expected a file packs/ID.toml"));
  CHECK_THAT(office.told_of("calendars/DE.TOML"), Contains("expected a file calendars/ID.toml"));
  CHECK_THAT(office.told_of("packs/europe/eu-gdpr.toml"), Contains("expected a file packs/ID"));
}

TEST_CASE("what people and editors leave beside schedules is let be", "[cli][own_schedules]") {
  Office office;
  for (const auto* name : {".git/config.toml",
                           "README",
                           "README.toml",
                           "notes.md",
                           "preferences.toml~",
                           "preferences.toml.bak",
                           ".preferences.toml.swp",
                           "#places.toml#",
                           "places.toml.dpkg-old",
                           "key.pem",
                           "letters/answer.odt",
                           "calendars/bayern.ics",
                           "packs/eu-gdpr.toml.orig",
                           "packs/eu-gdpr.html",
                           "docker-compose.yml",
                           "places.txt",
                           "preferences.csv",
                           "crm.toml.ucf-dist",
                           "calendars/DE.toml.pacnew",
                           "crm.toml.asc",
                           "heed.toml.example"}) {
    CAPTURE(name);
    CHECK(office.told_of(name).empty());
  }
}

TEST_CASE("a copy of the shipped schedules is a folder of the office's own",
          "[cli][own_schedules]") {
  Office office;
  fs::copy(std::string(HEED_SOURCE_DIR) + "/schedules", office.file("own"),
           fs::copy_options::recursive);
  CHECK(office.run({"due"}) != 3);
  CHECK(office.err().empty());
}

TEST_CASE("a folder in which heed.toml itself lies is taken", "[cli][own_schedules]") {
  Office office;
  auto text = heed::support::contents(office.config());
  office.write("heed.toml", text.replace(text.find("\"own\""), 5, "\".\""));
  office.write("sandbox.toml", text);  // another org's
  CHECK(office.run({"due"}) != 3);
  office.write("DE.toml", "id = 'DE'\n");
  CHECK(office.run({"due"}) == 3);
}

TEST_CASE("a folder of schedules that this user may not read is named, with the mend",
          "[cli][own_schedules]") {
  const heed::support::TempDir folder;
  fs::permissions(folder.path(), fs::perms::all);
  fs::create_directories(folder.path() / "own/packs");
  std::ofstream(folder.file("own/packs/xx.toml")) << "";
  const auto config = heed::config::parse(
      "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n",
      folder.path() / "heed.toml");
  const heed::config::Folders folders{config.own_schedules, {}};
  const auto refused = [](const auto& asked) -> std::string {
    const Somebody somebody;
    try {
      asked();
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::configuration);
      return error.what();
    }
    return "nothing was thrown";
  };
  const auto want = [&] { heed::config::want_own_schedules(config); };
  fs::create_directories(folder.path() / "own/lost+found");
  fs::permissions(folder.path() / "own/lost+found", fs::perms::owner_all);
  CHECK(refused(want) == "nothing was thrown");  // heed reads nothing there
  fs::permissions(folder.path() / "own/packs", fs::perms::owner_all);
  CHECK_THAT(refused(want), Contains("own/packs cannot be read") && Contains("let this user read"));
  CHECK_THAT(refused([&] { folders.list("packs"); }), Contains("own/packs cannot be read"));
  CHECK_THAT(refused([&] { folders.find("packs/xx.toml"); }),
             Contains("own/packs/xx.toml cannot be looked at") && Contains("let this user read"));
  fs::permissions(folder.path() / "own", fs::perms::owner_all);
  CHECK_THAT(refused(want), Contains("heed.toml:5: the folder ") && Contains("own cannot be read"));
  CHECK_THAT(refused([&] { folders.list("packs"); }), Contains("let this user read its folder"));
  fs::permissions(folder.path(), fs::perms::owner_all);
  CHECK_THAT(refused([&] { heed::config::load(folder.path() / "heed.toml"); }),
             Contains("heed.toml cannot be looked at"));
}
