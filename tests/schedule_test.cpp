#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/schedule.hpp"

using heed::make_day;
using heed::Moment;
using heed::Zone;
using heed::schedule::Cron;
using heed::schedule::Job;
using heed::schedule::Jobs;
using heed::schedule::Missed;
using heed::schedule::next_run;
using heed::schedule::planned_run;

namespace {

Moment moment(const char* text) {
  return heed::parse_moment(text).value();
}

Job at(const char* cron, const char* zone) {
  Job job;
  job.at = Cron::parse(cron);
  job.zone = Zone::named(zone);
  return job;
}

std::string next(const Job& job, const char* after) {
  return heed::to_text(next_run(job, moment(after)));
}

std::string why_not(const char* cron) {
  try {
    Cron::parse(cron);
  } catch (const heed::Error& error) {
    return error.what();
  }
  return "";
}

Jobs jobs(const std::string& text) {
  return Jobs::parse(text, "jobs.toml", {"sync", "due", "check"}, "Europe/Berlin");
}

std::string why_no_jobs(const std::string& text) {
  try {
    jobs(text);
  } catch (const heed::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a job runs at the next time that its fields fit", "[schedule]") {
  const auto morning = at("30 6 * * mon-fri", "Europe/Berlin");
  CHECK(next(morning, "2026-11-25T05:29:59Z") == "2026-11-25T05:30:00Z");
  CHECK(next(morning, "2026-11-25T05:30:00Z") == "2026-11-26T05:30:00Z");
  CHECK(next(morning, "2026-11-27T05:30:00Z") == "2026-11-30T05:30:00Z");
  CHECK(next(at("0 0 29 2 *", "UTC"), "2026-01-01T00:00:00Z") == "2028-02-29T00:00:00Z");
  CHECK(next(at("*/20 8-9 * * *", "UTC"), "2026-01-01T09:40:00Z") == "2026-01-02T08:00:00Z");
  CHECK(next(at("59 23 31 DEC *", "UTC"), "2026-12-31T23:59:00Z") == "2027-12-31T23:59:00Z");
}

TEST_CASE("a day of the month or a day of the week is enough where both are given", "[schedule]") {
  const auto either = at("0 0 13 * fri", "UTC");
  CHECK(next(either, "2026-11-07T00:00:00Z") == "2026-11-13T00:00:00Z");
  CHECK(next(either, "2026-11-13T00:00:00Z") == "2026-11-20T00:00:00Z");
  CHECK(next(either, "2026-12-11T00:00:00Z") == "2026-12-13T00:00:00Z");
  // A field that begins with "*" restricts nothing by itself: both must fit.
  const auto both = at("0 0 */2 * sun", "UTC");
  CHECK(next(both, "2026-11-01T00:00:00Z") == "2026-11-15T00:00:00Z");
}

TEST_CASE("Sunday is 0 and 7, and may end a range", "[schedule]") {
  for (const auto* weekend : {"6,0", "6-7", "sat-sun", "sat,sun"}) {
    const auto job = at((std::string("0 0 * * ") + weekend).c_str(), "UTC");
    CHECK(next(job, "2026-11-25T00:00:00Z") == "2026-11-28T00:00:00Z");
    CHECK(next(job, "2026-11-28T00:00:00Z") == "2026-11-29T00:00:00Z");
    CHECK(next(job, "2026-11-29T00:00:00Z") == "2026-12-05T00:00:00Z");
  }
}

TEST_CASE("in a spring gap a fixed time comes at the first moment after it", "[schedule]") {
  const auto job = at("30 2 * * *", "Europe/Berlin");
  CHECK(next(job, "2026-03-28T01:30:00Z") == "2026-03-29T01:00:00Z");
  CHECK(next(job, "2026-03-29T01:00:00Z") == "2026-03-30T00:30:00Z");
  const auto both = at("30 2,3 * * *", "Europe/Berlin");
  CHECK(next(both, "2026-03-29T01:00:00Z") == "2026-03-29T01:30:00Z");
}

TEST_CASE("in an autumn repeat a fixed time comes on the first pass only", "[schedule]") {
  const auto job = at("30 2 * * *", "Europe/Berlin");
  CHECK(next(job, "2026-10-24T23:00:00Z") == "2026-10-25T00:30:00Z");
  CHECK(next(job, "2026-10-25T00:30:00Z") == "2026-10-26T01:30:00Z");
}

TEST_CASE("where the hour is left open it goes with the clock", "[schedule]") {
  const auto job = at("30 * * * *", "Europe/Berlin");
  CHECK(next(job, "2026-10-25T00:30:00Z") == "2026-10-25T01:30:00Z");
  CHECK(next(job, "2026-10-25T01:30:00Z") == "2026-10-25T02:30:00Z");
  CHECK(next(job, "2026-03-29T00:30:00Z") == "2026-03-29T01:30:00Z");
}

TEST_CASE("a gap of half an hour, and one at midnight", "[schedule]") {
  const auto lord_howe = at("15 2 * * *", "Australia/Lord_Howe");
  CHECK(next(lord_howe, "2026-10-03T00:00:00Z") == "2026-10-03T15:30:00Z");
  const auto cairo = at("0 0 * * *", "Africa/Cairo");
  CHECK(next(cairo, "2026-04-23T12:00:00Z") == "2026-04-23T22:00:00Z");
}

TEST_CASE("an interval goes by elapsed time", "[schedule]") {
  Job job;
  job.every = std::chrono::minutes(90);
  CHECK(next(job, "2026-03-29T00:30:00Z") == "2026-03-29T02:00:00Z");
}

TEST_CASE("runs that were missed are made up for once, or not", "[schedule]") {
  auto job = at("0 6 * * *", "UTC");
  const auto last = moment("2026-11-20T06:00:00Z");
  const auto now = moment("2026-11-24T07:00:00Z");
  CHECK(planned_run(job, last, now) == now);
  CHECK(planned_run(job, now, now) == moment("2026-11-25T06:00:00Z"));
  job.missed = Missed::skip;
  CHECK(planned_run(job, last, now) == moment("2026-11-25T06:00:00Z"));
  CHECK(planned_run(job, last, last) == moment("2026-11-21T06:00:00Z"));
}

TEST_CASE("an expression that is none, or can never be, is refused with the field", "[schedule]") {
  const std::vector<std::pair<const char*, const char*>> wrong{
      {"* * * *", "4 fields"},
      {"60 * * * *", "minute"},
      {"* 24 * * *", "hour"},
      {"* * 0 * *", "day of the month"},
      {"* * 32 * *", "1 to 31"},
      {"* * * 13 *", "month"},
      {"* * * * 8", "week"},
      {"* * * * monday", "week"},
      {"5/15 * * * *", "before a step"},
      {"*/0 * * * *", "step"},
      {"30-10 * * * *", "goes up"},
      {"1,,2 * * * *", "minute"},
      {"-1 * * * *", "minute"},
      {"0 0 30 2 *", "can never be"},
      {"0 0 31 4,6,9,11 *", "can never be"},
      {"@daily", "1 fields"},
      {"", "0 fields"},
      {"1- * * * *", "minute"}};
  for (const auto& [cron, what] : wrong) {
    INFO(cron << ": " << why_not(cron));
    CHECK(why_not(cron).find(what) != std::string::npos);
  }
  for (const auto* good : {"0 0 29 2 *", "0 0 30 2 mon", "0 0 31 * *", "  0\t0 1 1 *  "}) {
    CHECK(why_not(good).empty());
  }
}

TEST_CASE("times are told in words", "[schedule]") {
  const std::vector<std::pair<const char*, const char*>> words{
      {"30 6 * * mon-fri", "at 06:30 on Monday to Friday"},
      {"0 6,18 * * *", "at 06:00 and 18:00 every day"},
      {"* * * * *", "every minute"},
      {"*/15 * * * *", "every 15 minutes of the hour"},
      {"0 * * * *", "every hour, 0 minutes past"},
      {"5 */6 * * *", "at 00:05, 06:05, 12:05 and 18:05"},
      {"*/15 8-17 * * 1-5", "at minute 0, 15, 30 and 45 of the hours 8 to 17 on Monday to Friday"},
      {"0 0 1,15 * *", "at 00:00 on day 1 and 15 of the month"},
      {"0 0 13 * fri", "at 00:00 on day 13 of the month, and on every Friday"},
      {"0 0 1 1,7 *", "at 00:00 on day 1 of the month in January and July"}};
  for (const auto& [cron, text] : words) CHECK(Cron::parse(cron).words() == text);
}

TEST_CASE("jobs are read from their file", "[schedule]") {
  const auto all = jobs(
                       "[[job]]\nname = 'mirror'\ncommand = 'sync'\nevery = '15m'\n"
                       "[[job]]\nname = 'report'\ncommand = \"due --out '/a b/due.csv'\"\n"
                       "at = '30 6 * * mon-fri'\nzone = 'controller'\nmissed = 'skip'\n")
                       .all();
  REQUIRE(all.size() == 2);
  CHECK(heed::schedule::in_words(all[0]) == "every 15 minutes");
  CHECK(all[0].missed == Missed::once);
  CHECK(all[1].words == std::vector<std::string>{"due", "--out", "/a b/due.csv"});
  CHECK(all[1].missed == Missed::skip);
  CHECK(heed::schedule::in_words(all[1]) == "at 06:30 on Monday to Friday, in Europe/Berlin");
  CHECK(jobs("").all().empty());
}

TEST_CASE("a job that cannot be run is refused with file, line and what was expected",
          "[schedule]") {
  const std::string good = "[[job]]\nname = 'a'\ncommand = 'sync'\n";
  CHECK(why_no_jobs("[[job]]\nname = 'a'\ncommand = 'snyc'\nevery = '15m'\n") ==
        "jobs.toml:3: heed has no command 'snyc'; did you mean 'sync'?");
  CHECK(why_no_jobs(good).find("one of at and every") != std::string::npos);
  CHECK(why_no_jobs(good + "every = '15m'\nat = '0 0 * * *'\n").find("one of") !=
        std::string::npos);
  CHECK(why_no_jobs(good + "every = '15m'\nzone = 'UTC'\n").find("elapsed") != std::string::npos);
  CHECK(why_no_jobs(good + "every = '5s'\n").find("from 1m to 1000000d") != std::string::npos);
  for (const auto* every : {"99999999d", "1000001m", "0m", "-1h", "d"}) {
    CHECK(why_no_jobs(good + "every = '" + every + "'\n").find("from 1m to 1000000d, as") !=
          std::string::npos);
  }
  CHECK(jobs(good + "every = '1000000d'\n").all().size() == 1);
  CHECK(why_no_jobs(good + "at = '0 0 * * *'\nzone = 'Berlin'\n").find("jobs.toml:5") !=
        std::string::npos);
  CHECK(why_no_jobs(good + "at = '0 0 30 2 *'\nzone = 'UTC'\n").find("jobs.toml:4: at: ") !=
        std::string::npos);
  CHECK(why_no_jobs(good + "at = '0 0 * * *'\n").find("zone") != std::string::npos);
  CHECK(why_no_jobs(good + "every = '15m'\nmisses = 'skip'\n").find("missed") != std::string::npos);
  CHECK(why_no_jobs(good + "every = '15m'\n" + good + "every = '15m'\n").find("two jobs") !=
        std::string::npos);
}
