#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/desk.hpp"
#include "support/reported.hpp"
#include "support/schedules.hpp"

using Catch::Contains;
using heed::support::Desk;
using heed::support::moment;

namespace {

void configure(const Desk& desk, const std::string& jobs) {
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['eu-gdpr', 'ca-casl']\n");
  std::filesystem::create_directory(desk.file("own"));
  if (!jobs.empty()) desk.write("own/jobs.toml", jobs);
}

/// Complete runs, `apart` from each other, from the one moment to the other.
void mirror_between(const Desk& desk, heed::Moment from, heed::Moment to,
                    std::chrono::seconds apart) {
  auto database = heed::store::Database::open(desk.file("heed.db"), heed::store::Mode::write);
  heed::mirror::Mirror mirror(database);
  for (auto at = from; at <= to; at += apart) {
    mirror.finish_run({.command = "sync", .began = at, .ended = at, .exit_code = 0});
  }
}

/// What heed check says of jobs: its lines, with those that go on with them.
std::string said_by(Desk& desk) {
  desk.run({"check"});
  std::istringstream lines(desk.out());
  std::string said;
  bool ours = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    ")) ours = line.substr(0, 12).find("jobs") != std::string::npos;
    if (ours) said += line + "\n";
  }
  return said;
}

/// The same, where the jobs are these, only two packs count, and heed ran each day.
std::string said_of(const std::string& jobs, std::string_view now = "2026-11-25T08:00:00Z") {
  Desk desk(now);
  configure(desk, jobs);
  mirror_between(desk, moment("2026-11-01T09:30:00Z"), moment("2026-11-25T07:50:00Z"),
                 std::chrono::hours(6));
  return said_by(desk);
}

std::string without_years_after(std::string calendar, int last) {
  std::istringstream lines(calendar);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool late = line.size() > 10 && line[4] == '-' && std::stoi(line.substr(0, 4)) > last;
    if (!late) text += line + "\n";
  }
  return text;
}

std::string job(const std::string& name, const std::string& command, const std::string& when) {
  return "[[job]]\nname = '" + name + "'\ncommand = '" + command + "'\n" + when + "\n";
}

const std::string mirror_often = job("mirror", "sync", "every = '15m'");

}  // namespace

TEST_CASE("check says that the shipped schedule shows every wish in time, and which is the closest",
          "[check]") {
  const auto said = said_of("");
  CHECK_THAT(said, Contains("ok    jobs") && Contains("every wish shows in time; the closest: "));
  CHECK_THAT(said, Contains("in the closest cases a wish waits up to 3 days and "));
  CHECK_THAT(said, !Contains("FAIL"));
}

TEST_CASE("check refuses a schedule that shows a wish too late, and says which would do",
          "[check]") {
  const auto said =
      said_of(mirror_often + job("weekly", "due", "at = '0 9 * * mon'\nzone = 'Europe/Berlin'"));
  CHECK_THAT(said, Contains("FAIL  jobs") && Contains(" shows in the report of "));
  CHECK_THAT(said, Contains("the office's own target for what the law wants at once"));
  CHECK_THAT(said, Contains("note  jobs") && !Contains("too long for"));  // no gap is to blame
  CHECK_THAT(said, Contains("what would do: sync every 15 minutes and due at \"30 6 * * mon-fri\" "
                            "(Europe/Berlin)"));
}

TEST_CASE("check refuses a schedule of which a job does not run for more than a year", "[check]") {
  const std::string leap = "at = '30 6 29 2 *'\nzone = 'Europe/Berlin'";
  const auto report = said_of(mirror_often + job("report", "due", leap));
  CHECK_THAT(report, Contains("FAIL  jobs") && !Contains("ok    jobs"));
  CHECK_THAT(report, Contains("the job 'report' does not run within 400 days; next on 2028-02-29"));
  CHECK_THAT(report, Contains("what would do: sync every 15 minutes and due at"));
  const auto mirror = said_of(job("mirror", "sync", leap) + job("report", "due", "every = '1h'"));
  CHECK_THAT(mirror, Contains("FAIL  jobs") && !Contains("ok    jobs"));
  CHECK_THAT(mirror, Contains("the job 'mirror' does not run within 400 days; next on 2028-02-29"));
  // Beside one that does run it is no fault.
  CHECK_THAT(said_of(mirror_often + job("report", "due", "every = '1h'") +
                     job("leap report", "due", leap)),
             Contains("ok    jobs") && !Contains("FAIL"));
}

TEST_CASE("check calls no schedule good where no deadline can be computed", "[check]") {
  Desk desk("2060-11-25T08:00:00Z");
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['ca-casl']\n");
  CHECK(desk.run({"check"}) != 0);
  CHECK_THAT(desk.out(), Contains("the calendars do not reach far enough to compute one deadline"));
  CHECK_THAT(desk.out(), !Contains("no pack has a deadline that a schedule could miss"));
}

TEST_CASE("check refuses jobs of which none reports what every pack asks", "[check]") {
  const auto said = said_of(mirror_often + job("some", "due --pack ca-casl", "every = '1h'"));
  CHECK_THAT(
      said, Contains("FAIL  jobs") && Contains("eu-gdpr") && Contains(": no report ever shows it"));
}

TEST_CASE("check refuses jobs of which none runs sync, or none due, and says which would do",
          "[check]") {
  const std::string sync =
      "    [[job]]\n    name = \"mirror\"\n    command = \"sync\"\n    every = \"15m\"\n";
  const std::string due =
      "    [[job]]\n    name = \"report\"\n    command = \"due --check\"\n"
      "    at = \"30 6 * * mon-fri\"\n    zone = \"Europe/Berlin\"\n";
  const auto no_due = said_of(mirror_often);
  CHECK_THAT(no_due, Contains("FAIL  jobs") && Contains("no job runs due, so nobody sees what is "
                                                        "owed; what would do, in jobs.toml:\n"));
  CHECK_THAT(no_due, Contains(due) && !Contains(sync));
  const auto no_sync = said_of(job("report", "due", "every = '1h'"));
  CHECK_THAT(no_sync, Contains("FAIL  jobs") && Contains("no job runs sync, so "));
  CHECK_THAT(no_sync, Contains(sync) && !Contains("due --check"));
  // A name that is taken would be refused.
  const auto neither = said_of(job("mirror", "status", "every = '1h'"));
  CHECK_THAT(neither, Contains("no job runs sync, and none due, so "));
  CHECK_THAT(neither, Contains("name = \"mirror 2\"") && Contains(due));
}

TEST_CASE("the lines that check says would do are lines that do", "[check]") {
  const std::string own = job("mirror", "status", "every = '1h'");
  const auto said = said_of(own);
  const auto at = said.find("    [[job]]");
  REQUIRE(at != std::string::npos);
  std::istringstream lines(said.substr(at));
  std::string added;
  for (std::string line; std::getline(lines, line) && line.starts_with("    ");) {
    added += line.substr(4) + "\n";
  }
  CHECK_THAT(said_of(own + added), Contains("ok    jobs") && !Contains("FAIL"));
}

TEST_CASE("check counts no job as a report that shows only some of what is owed", "[check]") {
  const auto* command = GENERATE("due --long-past", "due --long", "due --as-of 2026-01-01",
                                 "due --as-of=2026-01-01", "due --limit 1", "due --lim=49",
                                 "due --person 003000000000004AAA", "due --pers 003000000000004AAA",
                                 "due --help", "due -h", "due --config another.toml");
  CAPTURE(command);
  const auto said = said_of(mirror_often + job("report", command, "every = '1h'"));
  CHECK_THAT(said, Contains("FAIL  jobs") && !Contains("ok    jobs"));
}

TEST_CASE("check reads a job's filters as the command itself would", "[check]") {
  const auto* command = GENERATE("due --pa ca-casl", "due --prefer=email", "due --prefer forget");
  CAPTURE(command);
  const auto said = said_of(mirror_often + job("some", command, "every = '1h'"));
  CHECK_THAT(said, Contains("FAIL  jobs") && Contains(": no report ever shows it"));
}

TEST_CASE("check counts a report however it is written", "[check]") {
  const auto* command =
      GENERATE("due --check", "due --limit 0", "due --lim 200", "due --format csv --limit 1",
               "due --format=json --out due.json", "due --within 400d", "due --all-duties");
  CAPTURE(command);
  const auto said = said_of(mirror_often + job("report", command, "every = '1h'"));
  CHECK_THAT(said, Contains("ok    jobs") && Contains("every wish shows in time"));
}

TEST_CASE("check refuses a job whose command line the command would refuse", "[check]") {
  const auto* command = GENERATE("due --within soon", "due --pack eu", "due --preference mail",
                                 "due --limit -1", "due --limit many", "due --format xml",
                                 "due --colour", "due now", "due --pre", "sync --quick");
  CAPTURE(command);
  const auto said = said_of(mirror_often + job("morning", "due", "every = '1h'") +
                            job("wrong", command, "every = '1h'"));
  CHECK_THAT(said, Contains("FAIL  jobs") && Contains("the job 'wrong'"));
}

TEST_CASE("check counts no job as a run of sync that does not sync", "[check]") {
  const auto said =
      said_of(job("mirror", "sync --help", "every = '15m'") + job("report", "due", "every = '1h'"));
  CHECK_THAT(said, Contains("FAIL  jobs") && Contains("no job runs sync"));
}

TEST_CASE("check names no wait where a report never shows a wish", "[check]") {
  const auto said = said_of(mirror_often + job("some", "due --preference email", "every = '1h'"));
  CHECK_THAT(said, Contains("FAIL  jobs") && Contains(": no report ever shows it"));
  CHECK_THAT(said, !Contains("a wish waits up to"));
}

TEST_CASE("check names the calendar that ends too soon to judge a schedule by", "[check]") {
  auto text = heed::support::shipped("schedules/calendars/DE.toml");
  const std::string years = "years = [2023, 2024, 2027, 2028]";
  REQUIRE(text.find(years) != std::string::npos);
  text.replace(text.find(years), years.size(), "years = [2023, 2024]");
  const auto said = [&](std::string_view now) {
    Desk desk(now);
    configure(desk, "");
    desk.write("own/calendars/DE.toml", without_years_after(text, 2026));
    return said_by(desk);
  };
  const auto early = said("2026-11-25T08:00:00Z");
  CHECK_THAT(early, !Contains("look at the pack's target"));
  CHECK_THAT(early, Contains("ok    jobs") && Contains("not looked at: DE ends with 2026-12-31") &&
                        Contains("heed calendar import"));
  const auto late = said("2026-12-31T08:00:00Z");
  CHECK_THAT(late, !Contains("look at the pack's target"));
  CHECK_THAT(late, Contains("FAIL  jobs") && Contains("pack eu-gdpr") &&
                       Contains("the calendars do not reach far enough to compute one deadline") &&
                       Contains("DE covers 2023 to 2026") && Contains("heed calendar import"));
}

TEST_CASE("check tells the longest real gap between complete runs, whatever the schedule says",
          "[check]") {
  Desk desk;
  configure(desk, "");
  mirror_between(desk, moment("2026-11-01T09:15:00Z"), moment("2026-11-25T07:45:00Z"),
                 std::chrono::minutes(30));
  CHECK_THAT(said_by(desk),
             Contains("note  jobs") &&
                 Contains("the longest real gap between complete runs in the last 30 days was 30 "
                          "minutes, from 2026-11-01T09:15:00Z to 2026-11-01T09:45:00Z; that is the "
                          "schedule that counts"));
}

TEST_CASE("check finds fault with a real gap that would have shown a wish too late", "[check]") {
  Desk desk;
  configure(desk, "");
  const auto said = said_by(desk);
  CHECK_THAT(said, Contains("ok    jobs") && Contains("every wish shows in time"));
  CHECK_THAT(said, Contains("FAIL  jobs") &&
                       Contains("the longest real gap between complete runs in the last 30 days "
                                "was 23 days and 22 hours, from 2026-11-01T09:00:00Z to "
                                "2026-11-25T07:50:00Z"));
  CHECK_THAT(said, Contains("too long for ca-casl, eu-gdpr: ") &&
                       Contains("a wish of 2026-11-01 10:00:00 +01:00 shows in the report of "));
  CHECK_THAT(said, Contains("run heed sync as jobs.toml says; the gap is told until 2026-12-25"));
}

TEST_CASE("check takes the last complete run before the thirty days as a gap's beginning",
          "[check]") {
  Desk desk("2027-01-10T08:00:00Z");
  configure(desk, "");
  mirror_between(desk, moment("2027-01-04T03:00:00Z"), moment("2027-01-10T07:30:00Z"),
                 std::chrono::minutes(30));
  CHECK_THAT(said_by(desk), Contains("FAIL  jobs") &&
                                Contains("was 39 days and 19 hours, from 2026-11-25T07:50:00Z to "
                                         "2027-01-04T03:00:00Z"));
}

TEST_CASE("check finds fault with a gap that goes on", "[check]") {
  Desk desk("2027-02-01T08:00:00Z");
  configure(desk, "");
  const auto said = said_by(desk);
  CHECK_THAT(said, Contains("FAIL  jobs") && Contains("no run was complete since "
                                                      "2026-11-25T07:50:00Z"));
  CHECK_THAT(said, Contains("run heed sync as jobs.toml says"));
}
