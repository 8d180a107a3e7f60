#include <catch2/catch.hpp>

#include "support/desk.hpp"

using Catch::Contains;
using heed::support::Desk;

namespace {

/// What heed check says of jobs, where they are these and only two packs count.
std::string said_of(const std::string& jobs, std::string_view now = "2026-11-25T08:00:00Z") {
  Desk desk(now);
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\nschedules = 'own'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['eu-gdpr', 'ca-casl']\n");
  if (!jobs.empty()) desk.write("own/jobs.toml", jobs);
  desk.run({"check"});
  std::istringstream lines(desk.out());
  std::string said;
  for (std::string line; std::getline(lines, line);) {
    if (line.substr(0, 12).find("jobs") != std::string::npos) said += line + "\n";
  }
  return said;
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

TEST_CASE("check refuses jobs of which none runs sync, or none due", "[check]") {
  const std::string words = "no job runs sync, or none runs due, so nobody sees what is owed";
  CHECK_THAT(said_of(mirror_often), Contains("FAIL  jobs") && Contains(words));
  CHECK_THAT(said_of(job("report", "due", "every = '1h'")),
             Contains("FAIL  jobs") && Contains(words));
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

TEST_CASE("check tells the longest real gap between complete runs, whatever the schedule says",
          "[check]") {
  CHECK_THAT(said_of(""),
             Contains("the longest real gap between complete runs in the last 30 days "
                      "was 23 days and 22 hours, from 2026-11-01T09:00:00Z on; that is "
                      "the schedule that counts"));
  CHECK_THAT(said_of("", "2027-02-01T08:00:00Z"),
             Contains("there was no complete run in the last 30 days; run heed sync"));
}
