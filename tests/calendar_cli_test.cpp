#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/calendar.hpp"
#include "heed/cli.hpp"
#include "heed/config.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"
#include "support/temp_dir.hpp"

namespace {

/// A folder with a configuration that has schedules of its own.
class Desk {
 public:
  explicit Desk(std::string_view now = "2026-11-25T08:00:00Z", const std::string& packs = "")
      : time_(*heed::parse_moment(now)) {
    std::filesystem::create_directory(file("own"));
    std::ofstream(file("heed.toml"))
        << "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n"
           "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
        << packs;
  }

  int run(std::vector<std::string> words) {
    out_.str("");
    err_.str("");
    heed::cli::World world{out_,
                           err_,
                           time_,
                           [](const heed::http::Options&, std::stop_token) {
                             return std::make_unique<heed::support::Scripted>();
                           },
                           [](const std::string&) { return std::optional<std::string>(); },
                           std::filesystem::path(HEED_SOURCE_DIR) / "schedules",
                           "ann",
                           false,
                           {}};
    words.insert(words.begin() + 1, {"--config", file("heed.toml")});
    return heed::cli::run(words, world);
  }

  /// A feed of `days` holidays in each of these years.
  std::string feed(const std::map<int, int>& days) const {
    const std::string name = file("XY.ics");
    std::ofstream out(name);
    out << "BEGIN:VCALENDAR\r\n";
    for (const auto& [year, number] : days) {
      for (int i = 0; i < number; ++i) {
        out << "BEGIN:VEVENT\r\nUID:" << year << i
            << "\r\nSUMMARY:Feast\r\nDTSTART;VALUE=DATE:" << year * 10000 + 501 + i
            << "\r\nEND:VEVENT\r\n";
      }
    }
    out << "END:VCALENDAR\r\n";
    return name;
  }

  /// A feed of two holidays a year.
  std::string feed(int first, int last) const {
    const std::string name = file("XY.ics");
    std::ofstream out(name);
    out << "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Feasts of X\r\n";
    for (const auto* month : {"01", "05"}) {
      out << "BEGIN:VEVENT\r\nUID:" << month << "\r\nSUMMARY:Feast " << month
          << "\r\nDTSTART;VALUE=DATE:" << first << month << "01\r\nRRULE:FREQ=YEARLY;UNTIL=" << last
          << "1231\r\nEND:VEVENT\r\n";
    }
    out << "END:VCALENDAR\r\n";
    return name;
  }

  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

 private:
  heed::support::TempDir folder_;
  heed::support::ManualClock time_;
  std::ostringstream out_, err_;
};

heed::calendar::Calendar read(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return heed::calendar::Calendar::parse(text.str(), file);
}

}  // namespace

TEST_CASE("a feed becomes a calendar in the office's own schedules, ready for use", "[cli]") {
  Desk desk;
  std::filesystem::remove(desk.file("own"));  // the import makes it
  REQUIRE(desk.run({"calendar", "import", desk.feed(2025, 2027), "--source", "gazette"}) == 0);
  const auto file = desk.file("own/calendars/XY.toml");
  CHECK(desk.out() ==
        "Wrote " + file + ": calendar XY, 6 holidays of 2025 to 2027, official from the feed\n");
  const auto made = read(file);
  CHECK(made.title() == "Feasts of X");
  CHECK(made.source() == "gazette");
  CHECK(made.holiday(heed::make_day(2026, 5, 1)) == "Feast 05");
  CHECK(desk.run({"calendar", "show", "XY", "--year", "2026"}) == 0);
  CHECK_THAT(desk.out(), Catch::Contains("2026-05-01  Friday    Feast 05"));
  CHECK_THAT(desk.out(), !Catch::Contains("2027-05-01"));
  CHECK(desk.run({"calendar", "show", "XY", "--year", "2029"}) == 8);
}

TEST_CASE("a year with fewer days off than is usual is left out of an import, unless it is named",
          "[cli]") {
  Desk desk;
  const auto file = desk.file("own/calendars/XY.toml");
  const auto feed = desk.feed({{2025, 11}, {2026, 11}, {2027, 9}});
  REQUIRE(desk.run({"calendar", "import", feed}) == 0);
  CHECK(desk.out() ==
        "Wrote " + file +
            ": calendar XY, 22 holidays of 2025 and 2026, official from the feed\n"
            "Left out 2027: 9 days off, where a whole year of the feed seems to have 11\n"
            "Where the feed has it whole after all, name the years: --years "
            "2025-2027\n");
  CHECK(read(file).coverage().size() == 2);
  REQUIRE(desk.run({"calendar", "import", feed, "--years", "2025-2027", "--replace"}) == 0);
  CHECK(desk.out() ==
        "Wrote " + file + ": calendar XY, 31 holidays of 2025 to 2027, official from the feed\n");
  const auto gap = desk.feed({{2023, 11}, {2024, 8}, {2025, 11}, {2026, 12}, {2027, 11}});
  REQUIRE(desk.run({"calendar", "import", gap, "--replace", "--fresh"}) == 0);
  CHECK(desk.out() ==
        "Wrote " + file +
            ": calendar XY, 34 holidays of 2025 to 2027, official from the feed\n"
            "Changed 2026: it had 11 days off before, and has 12 now\n"
            "Changed 2027: it had 9 days off before, and has 11 now\n"
            "Left out 2023: 11 days off, but a year between it and those taken is left out\n"
            "Left out 2024: 8 days off, where a whole year of the feed seems to have 11\n"
            "Where the feed has them whole after all, name the years: --years "
            "2023-2027\n");
}

TEST_CASE("an import keeps the years that the feed has not, and overwrites only when told",
          "[cli]") {
  Desk desk;
  REQUIRE(desk.run({"calendar", "import", desk.feed(2025, 2026)}) == 0);
  CHECK(desk.run({"calendar", "import", desk.feed(2027, 2028)}) == 3);
  CHECK_THAT(desk.err(), Catch::Contains("--replace overwrites it"));
  CHECK(desk.run({"calendar", "import", desk.feed(2027, 2028), "--replace"}) == 0);
  CHECK_THAT(desk.out(), Catch::Contains("Kept the other years"));
  CHECK(read(desk.file("own/calendars/XY.toml")).holidays().size() == 8);
  CHECK(desk.run({"calendar", "import", desk.feed(2027, 2028), "--replace", "--fresh"}) == 0);
  CHECK(read(desk.file("own/calendars/XY.toml")).holidays().size() == 4);
}

TEST_CASE("a feed of a few days does not take the place of a fuller year unless that is named",
          "[cli]") {
  Desk desk;
  const auto feed = desk.feed({{2026, 1}});
  for (const auto* fresh : {"--replace", "--fresh"}) {
    CHECK(desk.run({"calendar", "import", feed, "--id", "DE", fresh}) == 3);
    CHECK_THAT(desk.err(),
               Catch::Contains(feed + " would leave 1 day off of the 9 that calendar DE has "
                                      "in 2026; where the feed has the year whole after all, "
                                      "name the years: --years 2026-2026"));
  }
  CHECK_FALSE(std::filesystem::exists(desk.file("own/calendars/DE.toml")));
  REQUIRE(desk.run({"calendar", "import", feed, "--id", "DE", "--years", "2026"}) == 0);
  CHECK_THAT(desk.out(),
             Catch::Contains("Changed 2026: it had 9 days off before, and has 1 now\n"));
}

TEST_CASE("years that a feed only touches are left out, however many they are", "[cli]") {
  Desk desk;
  REQUIRE(desk.run({"calendar", "import", desk.feed({{2026, 2}, {2027, 9}, {2028, 2}})}) == 0);
  CHECK_THAT(desk.out(),
             Catch::Contains("9 holidays of 2027, official") &&
                 Catch::Contains("Left out 2026: 2 days off, where a whole year of the feed seems "
                                 "to have 9\nLeft out 2028: 2 days off"));
}

TEST_CASE("an office in a region counts by the feed of its region and the country's calendar",
          "[cli]") {
  Desk desk;
  const auto file = desk.file("own/calendars/DE-XY.toml");
  REQUIRE(desk.run(
              {"calendar", "import", desk.feed(2026, 2028), "--id", "DE-XY", "--with", "DE"}) == 0);
  CHECK(desk.out().find("Took in the holidays of DE, and covers 2026 to 2028 (2026 official; 2027 "
                        "and 2028 computed) with it") != std::string::npos);
  const auto region = read(file);
  CHECK(region.holiday(heed::make_day(2026, 1, 1)) == "Feast 01");
  CHECK(region.holiday(heed::make_day(2026, 10, 3)) == "Tag der Deutschen Einheit");
  // Without the country's days it would lose most of them.
  CHECK(desk.run({"calendar", "import", desk.feed(2026, 2028), "--id", "DE-XY", "--replace"}) == 3);
  REQUIRE(desk.run({"calendar", "import", desk.feed(2026, 2028), "--id", "DE-XY", "--replace",
                    "--years", "2026-2028"}) == 0);
  CHECK_FALSE(read(file).holiday(heed::make_day(2026, 10, 3)));
  CHECK(desk.run({"calendar", "import", desk.feed(2026, 2028), "--id", "DE-XZ", "--with", "DEE"}) ==
        1);
  CHECK(desk.err().find("did you mean 'DE'?") != std::string::npos);
  CHECK(desk.run({"calendar", "import", desk.feed(2026, 2028), "--id", "DE-XZ", "--with",
                  "DE-XZ"}) == 2);
}

TEST_CASE("an import says what is wrong with its options", "[cli]") {
  Desk desk;
  const auto feed = desk.feed(2025, 2027);
  CHECK(desk.run({"calendar", "import"}) == 2);
  CHECK(desk.run({"calendar", "export"}) == 2);
  CHECK(desk.run({"calendar", "import", desk.file("none.ics")}) == 2);
  CHECK(desk.run({"calendar", "import", feed, "--id", "a b"}) == 2);
  CHECK(desk.run({"calendar", "import", feed, "--years", "soon"}) == 2);
  CHECK(desk.run({"calendar", "import", feed, "--weekend", "someday"}) == 2);
  CHECK(desk.run({"calendar", "import", feed, "--weekend", "mon,tue,wed,thu,fri,sat,sun"}) == 2);
  CHECK(desk.run({"calendar", "import", feed, "--evidence", "hearsay"}) == 2);
  // A year said to be whole that has no holiday is none.
  CHECK(desk.run({"calendar", "import", feed, "--years", "2026-2028"}) == 3);
  CHECK_THAT(desk.err(), Catch::Contains("the year 2028 is covered and has no holiday"));
}

TEST_CASE("calendars are listed with what they cover, for people and machines", "[cli]") {
  Desk desk;
  CHECK(desk.run({"calendar", "list"}) == 0);
  CHECK_THAT(desk.out(), Catch::Contains("2019 to 2028, official"));
  CHECK_THAT(desk.out(),
             Catch::Contains("2023 to 2028 (2025 and 2026 official; 2023 and 2024, 2027 and 2028 "
                             "computed)"));
  CHECK(desk.run({"calendar", "list", "--format", "json"}) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  CHECK(json["calendars"].size() > 40);
  CHECK(json["calendars"][0]["coverage"][0].contains("evidence"));
  CHECK(desk.run({"calendar", "show", "DE", "--format", "json"}) == 0);
  CHECK(nlohmann::json::parse(desk.out())["holidays"].size() > 50);
  CHECK(desk.run({"calendar", "list", "extra"}) == 2);
  CHECK_THAT(desk.err(), Catch::Contains("'extra'"));
  CHECK(desk.run({"calendar", "show", "GB-EWA"}) == 1);
  CHECK_THAT(desk.err(), Catch::Contains("did you mean 'GB-EAW'?"));
}

TEST_CASE("check lists packs and calendars with evidence, review and coverage", "[cli]") {
  Desk desk;
  desk.run({"check"});
  CHECK_THAT(desk.out(), Catch::Contains("ok    pack uk-gdpr"));
  CHECK_THAT(desk.out(), Catch::Contains("reviewed 2026-11-25 by not reviewed by counsel"));
  CHECK_THAT(desk.out(), Catch::Contains("evidence secondary"));
  CHECK_THAT(desk.out(), Catch::Contains("not loaded because unverified: duty consent.stop"));
  CHECK_THAT(desk.out(), Catch::Contains("ok    calendar GB-EAW"));
  CHECK_THAT(desk.out(), Catch::Contains("2027 and 2028 computed): BG, "));
  CHECK_THAT(desk.out(), !Catch::Contains("unverified figures are allowed"));
  Desk trusting("2026-11-25T08:00:00Z", "[packs]\nallow_unverified = true\n");
  trusting.run({"check"});
  CHECK_THAT(trusting.out(), Catch::Contains("unverified figures are allowed"));
  CHECK_THAT(trusting.out(), !Catch::Contains("not loaded because"));
}

TEST_CASE("check finds a review and a retrieval that are said to be on a day to come", "[cli]") {
  const std::string packs = "[packs]\nenabled = ['uk-gdpr']\n";
  for (const auto* now : {"2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"}) {
    Desk after(now, packs);
    after.run({"check"});
    CHECK_THAT(after.out(), !Catch::Contains("a day to come"));
  }
  Desk before("2026-11-23T08:00:00Z", packs);
  CHECK(before.run({"check"}) == 1);
  const auto shipped = std::string(HEED_SOURCE_DIR) + "/schedules/";
  CHECK_THAT(before.out(),
             Catch::Contains("FAIL  pack uk-gdpr") &&
                 Catch::Contains("reviewed_on is 2026-11-25, a day to come, in " + shipped +
                                 "packs/uk-gdpr.toml; expected the day on which that was done") &&
                 Catch::Contains("retrieved is 2026-11-25, a day to come, in " + shipped +
                                 "calendars/GB-EAW.toml"));
}

TEST_CASE("check warns sixty days before a calendar in use runs out", "[cli]") {
  const std::string packs = "[packs]\nenabled = ['uk-gdpr']\n";
  Desk before("2028-10-31T00:00:00Z", packs);
  before.run({"check"});
  CHECK_THAT(before.out(), Catch::Contains("ok    calendar GB-EAW"));
  Desk near("2028-11-01T00:00:00Z", packs);
  CHECK(near.run({"check"}) == 1);
  CHECK_THAT(near.out(), Catch::Contains("FAIL  calendar GB-EAW"));
  CHECK_THAT(near.out(), Catch::Contains("ends within 60 days"));
  Desk late("2029-01-01T00:00:00Z", packs);
  CHECK(late.run({"check"}) == 1);
  CHECK_THAT(late.out(), Catch::Contains("not this year"));
}
