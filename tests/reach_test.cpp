#include <algorithm>
#include <catch2/catch.hpp>

#include "heed/report.hpp"
#include "heed/schedule.hpp"
#include "support/schedules.hpp"

using heed::Moment;
using heed::report::Reach;

namespace {

constexpr std::chrono::seconds overlap{600};
constexpr int days = 60;

const Moment now = heed::parse_moment("2026-11-25T12:00:00Z").value();

std::string job(const std::string& command, const std::string& when) {
  return "[[job]]\nname = '" + command + "'\ncommand = '" + command + "'\n" + when + "\n";
}

const std::string often = "every = '15m'";
const std::string mornings = "at = '30 6 * * mon-fri'\nzone = 'Europe/Berlin'";

/// What a job that mirrors and one that reports reach, where the report asks for this.
std::vector<Reach> reaches(const std::string& sync, const std::string& due,
                           const heed::report::DueOptions& asked = {}) {
  const auto jobs = heed::schedule::Jobs::parse(sync + due, "jobs.toml", {"sync", "due"}, "");
  const heed::report::Relay relay{{&jobs.all()[0]}, {{&jobs.all()[1], asked}}};
  return heed::report::reaches(relay, heed::policy::Rulebook(heed::support::shipped_parts()),
                               overlap, now, days);
}

Reach find(const std::vector<Reach>& all, const std::string& pack, const std::string& rule) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const Reach& one) {
    return one.pack == pack && one.rule == rule;
  });
  REQUIRE(at != all.end());
  return *at;
}

bool all_enough(const std::vector<Reach>& all) {
  return !all.empty() &&
         std::all_of(all.begin(), all.end(), [](const Reach& one) { return one.enough(); });
}

}  // namespace

TEST_CASE("a sync every quarter of an hour and a report each working morning meet the deadlines",
          "[reach]") {
  const auto all = reaches(job("sync", often), job("due", mornings));
  CHECK(all_enough(all));
  const auto stop = find(all, "eu-gdpr", "marketing.stop");
  CHECK(stop.immediate);
  CHECK(stop.working_days >= 0);
  // It just missed a report, so it waits for the next.
  CHECK(stop.shown - stop.wished >= std::chrono::hours(24));
}

TEST_CASE("a weekly report is too late for what the law wants at once", "[reach]") {
  const auto all =
      reaches(job("sync", often), job("due", "at = '0 9 * * mon'\nzone = 'Europe/Berlin'"));
  const auto stop = find(all, "eu-gdpr", "marketing.stop");
  CHECK_FALSE(stop.enough());
  CHECK(stop.working_days == -1);
  CHECK(find(all, "eu-gdpr", "request.respond").enough());
  const auto better = heed::report::better_schedule(
      "Europe/Berlin", heed::policy::Rulebook(heed::support::shipped_parts()), overlap, now, days);
  CHECK(better.find("30 6 * * mon-fri") != std::string::npos);
}

TEST_CASE("a monthly sync leaves fewer working days than a third of the limit", "[reach]") {
  const auto all = reaches(job("sync", "at = '0 3 1 * *'\nzone = 'UTC'"), job("due", mornings));
  const auto answer = find(all, "eu-gdpr", "request.respond");
  CHECK(answer.wanted == 10);
  CHECK(answer.working_days < 10);
  CHECK_FALSE(answer.enough());
}

TEST_CASE("a report of the coming days alone shows a wish only when it is nearly due", "[reach]") {
  heed::report::DueOptions asked;
  asked.within = 3;
  const auto all = reaches(job("sync", often), job("due", mornings), asked);
  const auto answer = find(all, "eu-gdpr", "request.respond");
  CHECK(answer.working_days <= 3);
  CHECK_FALSE(answer.enough());
}

TEST_CASE("a report of one pack shows nothing of the others", "[reach]") {
  heed::report::DueOptions asked;
  asked.pack = "ca-casl";
  const auto all = reaches(job("sync", often), job("due", mornings), asked);
  CHECK_FALSE(find(all, "eu-gdpr", "request.respond").enough());
  for (const auto& one : all) {
    if (one.pack == "ca-casl") CHECK(one.enough());
  }
}

TEST_CASE("a report of one preference shows nothing of the others", "[reach]") {
  heed::report::DueOptions asked;
  asked.preference = heed::Preference::forget;
  const auto all = reaches(job("sync", often), job("due", mornings), asked);
  CHECK_FALSE(find(all, "eu-gdpr", "marketing.stop").enough());
}

TEST_CASE("a job that never runs in the days looked at meets no deadline", "[reach]") {
  const std::string leap = "at = '30 6 29 2 *'\nzone = 'Europe/Berlin'";
  const auto [sync, due] =
      GENERATE_COPY(table<std::string, std::string>({{often, leap},
                                                     {leap, mornings},
                                                     {leap, leap},
                                                     {"every = '3650d'", mornings},
                                                     {often, "every = '3650d'"}}));
  CAPTURE(sync, due);
  const auto all = reaches(job("sync", sync), job("due", due));
  for (const auto* rule : {"marketing.stop", "request.respond"}) {
    const auto one = find(all, "eu-gdpr", rule);
    CHECK(one.working_days == -1);
    CHECK_FALSE(one.enough());
  }
}

TEST_CASE("without a sync or a report nothing runs by itself", "[reach]") {
  const auto jobs = heed::schedule::Jobs::parse(job("sync", often), "jobs.toml", {"sync"}, "");
  const heed::report::Relay relay{{&jobs.all()[0]}, {}};
  CHECK_FALSE(relay.complete());
  CHECK(heed::report::reaches(relay, heed::policy::Rulebook(heed::support::shipped_parts()),
                              overlap, now, days)
            .empty());
}
