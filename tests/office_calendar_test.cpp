#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "heed/config.hpp"
#include "heed/error.hpp"
#include "support/desk.hpp"
#include "support/schedules.hpp"
#include "support/temp_dir.hpp"

using Catch::Contains;
using heed::Preference;
using heed::config::Folders;
using heed::support::duty_of;
using heed::support::person_with;
using heed::support::wish_at;

namespace {

const Folders shipped_folders{{}, std::filesystem::path(HEED_SOURCE_DIR) / "schedules"};

heed::config::Config config_with(const std::string& packs,
                                 const std::string& establishments = "['GB']") {
  return heed::config::parse(
      "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\n"
      "[controller]\nestablishments = " +
          establishments + "\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n[packs]\n" + packs,
      "/etc/heed/heed.toml");
}

heed::policy::Rulebook rulebook_with(const std::string& packs) {
  return heed::config::load_rulebook(config_with(packs), shipped_folders);
}

std::string refused(const std::string& packs) {
  try {
    rulebook_with(packs);
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("an office in Scotland counts by Scotland's holidays", "[config]") {
  const auto person = person_with(wish_at(Preference::forget, "2026-05-15T11:00:00Z"), "GB");
  const auto due = [&](const std::string& packs) {
    return heed::to_text(
        duty_of(rulebook_with(packs).assess(person), "uk-gdpr", "request.respond").due.value());
  };
  CHECK(due("enabled = ['uk-gdpr']") == "2026-06-15");
  CHECK(due("enabled = ['uk-gdpr']\ncalendars = { uk-gdpr = 'GB-SCT' }") == "2026-06-16");
  CHECK(due("enabled = ['uk-gdpr']\ncalendars = { uk-gdpr = 'controller' }") == "2026-06-15");
}

TEST_CASE("a reading that has a calendar of its own keeps it", "[config]") {
  const auto rulebook =
      rulebook_with("enabled = ['us-ca-ccpa']\ncalendars = { us-ca-ccpa = 'US-FED-PUBLIC' }");
  const auto* rule = rulebook.packs().front().rule("sharing.stop", heed::make_day(2026, 11, 1));
  REQUIRE(rule != nullptr);
  CHECK(rule->usual.calendar == "US-FED-PUBLIC");
  CHECK(rule->strict.value().calendar == "US-CA-GOV6700");
}

TEST_CASE("an office in Perth counts from its own day", "[config]") {
  // 23:30 on Sunday in Perth, when it is Monday in Sydney.
  const auto person = person_with(wish_at(Preference::email, "2026-08-02T15:30:00Z"), "AU");
  const auto start = [&](const std::string& packs) {
    return heed::to_text(
        duty_of(rulebook_with(packs).assess(person), "au-spam", "message.stop").start);
  };
  CHECK(start("enabled = ['au-spam']") == "2026-08-03");
  CHECK(start("enabled = ['au-spam']\nzones = { au-spam = 'Australia/Perth' }") == "2026-08-02");
  CHECK(start("enabled = ['au-spam']\nzones = { au-spam = 'controller' }") == "2026-08-02");
}

TEST_CASE("another calendar or zone is another ground to judge on", "[config]") {
  const auto digest = [](const std::string& packs) {
    return heed::config::judging_digest(config_with(packs), shipped_folders);
  };
  CHECK(digest("") != digest("calendars = { uk-gdpr = 'GB-SCT' }"));
  CHECK(digest("calendars = { uk-gdpr = 'controller' }") !=
        digest("zones = { uk-gdpr = 'controller' }"));
}

TEST_CASE("a pack, calendar or zone that is not there is named, with the nearest", "[config]") {
  CHECK(refused("calendars = { uk-gpdr = 'GB-SCT' }") ==
        "/etc/heed/heed.toml: [packs] calendars names 'uk-gpdr', and there is no "
        "packs/uk-gpdr.toml; did you mean 'uk-gdpr'?");
  CHECK(refused("calendars = { uk-gdpr = 'GB-SCO' }") ==
        "/etc/heed/heed.toml: [packs] calendars names 'GB-SCO', and there is no "
        "calendars/GB-SCO.toml; did you mean 'GB-SCT'?");
  CHECK(refused("zones = { au-spm = 'Australia/Perth' }") ==
        "/etc/heed/heed.toml: [packs] zones names 'au-spm', and there is no packs/au-spm.toml; did "
        "you mean 'au-spam'?");
  CHECK_THAT(refused("zones = { au-spam = 'Perth' }"),
             Contains("/etc/heed/heed.toml:10: ") && Contains("Perth"));
  CHECK_THAT(refused("calendars = 'GB-SCT'"), Contains("expected a table"));
}

TEST_CASE("check says by which calendar and in which zone each pack counts", "[check]") {
  heed::support::Desk desk;
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\n[controller]\n"
             "establishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n[packs]\n"
             "enabled = ['eu-gdpr', 'uk-gdpr']\ncalendars = { uk-gdpr = 'GB-NIR' }\n");
  desk.run({"check"});
  CHECK_THAT(desk.out(), Contains("; counts by DE in Europe/Berlin\n"));
  CHECK_THAT(desk.out(), Contains("; counts by GB-NIR in Europe/London, as [packs] says\n"));
  CHECK_THAT(desk.out(), Contains("ok    calendar GB-NIR"));
}

TEST_CASE("a calendar's id is the name of its file", "[config]") {
  const heed::support::TempDir own;
  std::filesystem::create_directory(own.file("calendars"));
  auto text = heed::support::shipped("schedules/calendars/DE.toml");
  const std::string id = "\"DE\"";
  text.replace(text.find(id), id.size(), "\"DE-own\"");
  std::ofstream(own.file("calendars/DE.toml")) << text;
  auto folders = shipped_folders;
  folders.own = own.path();
  CHECK_THROWS_WITH(heed::config::load_calendars(folders),
                    Contains("DE.toml:1: the id is 'DE-own'") && Contains("expected id = \"DE\""));
}

namespace {

/// An office whose own schedules and configuration are there to be wrong.
class WrongOffice {
 public:
  WrongOffice() { std::filesystem::create_directory(own_.file("packs")); }

  /// A shipped pack with one text in the place of another.
  void pack(const std::string& id, const std::string& from, const std::string& to) const {
    auto text = heed::support::shipped("schedules/packs/" + id + ".toml");
    text.replace(text.find(from), from.size(), to);
    std::ofstream(own_.file("packs/" + id + ".toml")) << text;
  }

  /// What is wrong with the schedules under these lines of the configuration.
  std::string complaint(const std::string& lines) const {
    const auto file = own_.file("heed.toml");
    std::ofstream(file) << "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\n"
                        << lines;
    auto folders = shipped_folders;
    folders.own = own_.path();
    try {
      heed::config::load_rulebook(heed::config::load(file), folders);
    } catch (const heed::Error& error) {
      const std::string text = error.what();
      const std::string folder = std::filesystem::path(file).parent_path().string() + "/";
      return text.rfind(folder, 0) == 0 ? text.substr(folder.size()) : text;
    }
    return "nothing was thrown";
  }

 private:
  heed::support::TempDir own_;
};

const std::string in_berlin = "[controller]\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n";

}  // namespace

TEST_CASE("what a pack names and is not there is told by file and line", "[config]") {
  const WrongOffice office;
  const std::string eu = in_berlin + "[packs]\nenabled = ['eu-gdpr']\n";
  const std::string ccpa = in_berlin + "[packs]\nenabled = ['us-ca-ccpa']\n";
  office.pack("eu-gdpr", "\"AT\"", "\"XX\"");
  CHECK(
      office.complaint(eu) ==
      "packs/eu-gdpr.toml:22: pack eu-gdpr: 'XX' is no country of places.toml; expected a code as "
      "DE");
  office.pack("eu-gdpr", "establishments = [\n  \"AT\"", "establishments = [\n  \"XX\"");
  CHECK_THAT(office.complaint(eu), Contains("packs/eu-gdpr.toml:27: pack eu-gdpr: 'XX' is no c"));
  office.pack("us-ca-ccpa", "\"US-CA\"", "\"US-XX\"");
  CHECK(office.complaint(ccpa) ==
        "packs/us-ca-ccpa.toml:17: pack us-ca-ccpa: 'US-XX' is no state of places.toml; expected a "
        "code as US-CA");
  office.pack("us-ca-ccpa", "calendar = \"US-FED\"", "calendar = \"XX\"");
  CHECK_THAT(office.complaint(ccpa),
             Contains("packs/us-ca-ccpa.toml:13: pack us-ca-ccpa: duty ") &&
                 Contains("counts by calendar 'XX', which is not there; add calendars/XX.toml"));
  office.pack("us-ca-ccpa", "US-CA-GOV6700", "XX");
  CHECK_THAT(office.complaint(ccpa), Contains("packs/us-ca-ccpa.toml:34: pack us-ca-ccpa: duty "));
  office.pack("eu-gdpr", "\"AT\"", "\"AT\"");
  CHECK_THAT(office.complaint("[packs]\nenabled = ['eu-gdpr']\n"),
             Contains("packs/eu-gdpr.toml:15: pack eu-gdpr: it counts in the controller's time"));
  CHECK_THAT(office.complaint("[controller]\nzone = 'Europe/Berlin'\n"
                              "[packs]\nenabled = ['eu-gdpr']\n"),
             Contains("packs/eu-gdpr.toml:16: pack eu-gdpr: it counts by the controller's cal"));
}

TEST_CASE("what the configuration names and is not there is told by file and line", "[config]") {
  const WrongOffice office;
  CHECK(office.complaint("[controller]\nzone = 'Europe/Berlin'\ncalendar = 'GB'\n") ==
        "heed.toml:7: [controller] calendar names 'GB', and there is no calendars/GB.toml");
  CHECK(office.complaint("[controller]\ncalendar = 'controller'\n")
            .rfind("heed.toml:6: [controller] calendar names 'controller', and there is no ", 0) ==
        0);
  const std::string packs = in_berlin + "[packs]\n";
  CHECK(
      office.complaint(packs + "\nenabled = ['eu-gdpr', 'uk-gpdr']\n") ==
      "heed.toml:10: [packs] enabled names 'uk-gpdr', and there is no packs/uk-gpdr.toml; did you "
      "mean 'uk-gdpr'?");
  CHECK_THAT(office.complaint(packs + "calendars = { uk-gpdr = 'GB-SCT' }\n"),
             Contains("heed.toml:9: [packs] calendars names 'uk-gpdr'"));
  CHECK_THAT(office.complaint(packs + "[packs.calendars]\nuk-gdpr = 'GB-SCO'\n"),
             Contains("heed.toml:10: [packs] calendars names 'GB-SCO'"));
  CHECK_THAT(office.complaint(packs + "zones = { au-spm = 'Australia/Perth' }\n"),
             Contains("heed.toml:9: [packs] zones names 'au-spm'"));
  CHECK_THAT(office.complaint("[controller]\ncalendar = 'DE'\n[packs]\nenabled = ['au-spam']\n"
                              "zones = { au-spam = 'controller' }\n"),
             Contains("heed.toml:9: pack au-spam: it counts in the controller's time zone"));
}

TEST_CASE("where an organization is established is said by codes that packs know", "[config]") {
  const auto told = [](const std::string& establishments, const std::string& packs) {
    try {
      heed::config::load_rulebook(config_with(packs, establishments), shipped_folders);
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::configuration);
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string packs = "enabled = ['eu-gdpr', 'us-canspam']";
  CHECK(told("['DE', 'US']", packs).empty());
  for (const auto* text : {"Germany", "de", "Deutschland", "DE-BY", "D"}) {
    CAPTURE(text);
    CHECK_THAT(told("['DE', '" + std::string(text) + "']", packs),
               Contains("/etc/heed/heed.toml:6") && Contains("'" + std::string(text) + "'") &&
                   Contains("expected"));
  }
  CHECK_THAT(told("['UK']", packs),
             Contains("/etc/heed/heed.toml") && Contains("'UK'") && Contains("expected GB"));
  CHECK_THAT(told("['XX']", packs), Contains("'XX'") && Contains("expected a code, as DE"));
  CHECK_THAT(told("[]", packs), Contains("establishments names no country") && Contains("eu-gdpr"));
  CHECK(told("[]", "enabled = ['us-ca-ccpa']").empty());
}
