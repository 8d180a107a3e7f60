#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/desk.hpp"

using heed::support::Desk;

TEST_CASE("the shipped schedule is told in words, with the next runs in order", "[cli][schedule]") {
  Desk desk;
  REQUIRE(desk.run({"schedule", "--next", "3"}) == 0);
  CHECK(desk.out().find("every 15 minutes") != std::string::npos);
  CHECK(desk.out().find("at 06:30 on Monday to Friday") != std::string::npos);
  REQUIRE(desk.run({"schedule", "--next", "100", "--format", "json"}) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  REQUIRE(json["next"].size() == 100);
  std::string last = "2026-11-25T08:00:00Z";
  for (const auto& one : json["next"]) {
    CHECK(one["at"].get<std::string>() >= last);
    last = one["at"];
  }
  CHECK(desk.run({"schedule", "--next", "-1"}) == 2);
}

TEST_CASE("the schedule lists the runs after a moment that is chosen", "[cli][schedule]") {
  Desk desk;
  REQUIRE(desk.run({"schedule", "--after", "2028-02-28T12:00:00Z", "--next", "400", "--format",
                    "json"}) == 0);
  std::vector<std::string> reports;
  const auto json = nlohmann::json::parse(desk.out());
  for (const auto& one : json["next"]) {
    if (one["job"] == "morning report") reports.push_back(one["at"]);
  }
  REQUIRE(reports.size() > 2);
  CHECK(reports[0] == "2028-02-29T05:30:00Z");
  CHECK(reports[1] == "2028-03-01T05:30:00Z");
  REQUIRE(desk.run({"schedule", "--after", "2028-02-28", "--next", "1"}) == 0);
  CHECK(desk.out().find("intervals counted from 2028-02-28T00:00:00Z") != std::string::npos);
  CHECK(desk.out().find("2028-02-28T00:15:00Z") != std::string::npos);
  CHECK(desk.run({"schedule", "--after", "tomorrow"}) == 2);
}

TEST_CASE("the schedule marks a job whose command line would be refused", "[cli][schedule]") {
  Desk desk;
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['eu-gdpr']\n");
  const auto* command = GENERATE("due --chek", "due --pack nosuch", "status --colour", "sync now");
  CAPTURE(command);
  desk.write("own/jobs.toml",
             "[[job]]\nname = 'good'\ncommand = 'due --check'\nevery = '1h'\n"
             "[[job]]\nname = 'wrong'\ncommand = '" +
                 std::string(command) + "'\nevery = '2h'\n");
  CHECK(desk.run({"schedule", "--next", "4"}) == 3);
  CHECK_THAT(desk.out(), Catch::Contains("heed due --check  ") &&
                             Catch::Contains("heed " + std::string(command) + " (refused)  "));
  CHECK_THAT(desk.out(), Catch::Contains("NEXT RUNS"));
  CHECK_THAT(desk.err(), Catch::Contains("the job 'wrong' would be refused each time: ") &&
                             Catch::Contains("mend it in jobs.toml"));
  CHECK_THAT(desk.err(), !Catch::Contains("good"));
  CHECK(desk.run({"schedule", "--format", "json"}) == 3);
  const auto json = nlohmann::json::parse(desk.out());
  CHECK(json["jobs"][0]["refused"].is_null());
  CHECK_THAT(json["jobs"][1]["refused"].get<std::string>(),
             Catch::Contains("would be refused each time: "));
}
