#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/cut.hpp"

using heed::Standing;
using heed::support::Office;
using heed::support::standing;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

/// The standings a record has had, oldest first.
std::string standings(const Office& office, heed::Id id) {
  auto database = office.open();
  std::string text;
  for (const auto& change : heed::mirror::Mirror(database).changes({&id, 1})) {
    if (change.field != heed::mirror::standing_field) continue;
    text += (text.empty() ? "" : " ") + change.new_value.value_or("?");
  }
  return text;
}

/// A record deleted by each route, between two runs.
void by_every_route(heed::simulated::Org& org) {
  org.advance(2h);
  org.update(org.nth("Individual", 4), {{"ShouldForget", true}});
  org.remove(org.nth("Individual", 1));
  org.purge(org.nth("Individual", 2));
  org.remove(org.nth("Contact", 3));
  org.empty_bin(org.nth("Contact", 3));
  org.merge(org.nth("Contact", 5), {org.nth("Contact", 6)});
  org.merge(org.nth("Contact", 7), {org.nth("Contact", 5)});
  org.convert(org.nth("Lead", 2));
  org.remove(org.nth("Lead", 1));
  org.advance(10min);
  org.undelete(org.nth("Lead", 1));
  org.advance(10min);
  org.remove(org.nth("Lead", 1));
  org.purge(org.nth("Individual", 4));
  org.advance(1h);
}

/// The second Contact, seen, then gone within an hour that the CRM's log has lost.
heed::Id gone_without_a_log(Office& office, bool purged) {
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.advance(1h);
  purged ? org.purge(who) : org.remove(who);
  org.advance(1h);
  org.lose_delete_log_before(org.now() - 10min);
  return who;
}

}  // namespace

TEST_CASE("a record that is purged between two runs was deleted, then purged", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.advance(1h);
  const auto when = org.now();
  org.purge(who);
  org.advance(1h);
  office.sync();
  CHECK(standings(office, who) == "deleted purged");
  auto database = office.open();
  const auto changes = heed::mirror::Mirror(database).changes({&who, 1});
  const auto& deleted = changes[changes.size() - 2];
  CHECK(deleted.after == when);
  CHECK(deleted.until == when);
}

TEST_CASE("records that are purged together bear no witness against each other", "[scenario]") {
  const auto [individuals, purged] =
      GENERATE(table<std::uint32_t, std::uint32_t>({{20, 2}, {20, 19}, {300, 3}, {300, 150}}));
  CAPTURE(individuals, purged);
  Office office({.individuals = individuals});
  auto& org = office.crm.org();
  for (std::uint32_t i = 1; i <= purged; ++i) {
    org.update(org.nth("Individual", i), {{"ShouldForget", true}});
  }
  office.sync();
  org.advance(1h);
  for (std::uint32_t i = 1; i <= purged; ++i) {
    org.purge(org.nth("Individual", i));
    org.purge(org.nth("Contact", i));
  }
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 0);
  CHECK(report.findings.empty());
  for (std::uint32_t i = 1; i <= purged; ++i) {
    REQUIRE(standings(office, org.nth("Individual", i)) == "deleted purged");
    REQUIRE(standings(office, org.nth("Contact", i)) == "deleted purged");
  }
}

TEST_CASE("a record in the recycle bin is deleted until the bin is emptied and it is gone",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.remove(who);
  org.advance(1h);
  office.sync();
  CHECK(standing(office, "Contact", who) == Standing::deleted);
  org.empty_bin(who);
  org.advance(2h);
  office.sync();
  CHECK(standing(office, "Contact", who) == Standing::deleted);  // queryAll still has it
  org.advance(49h);
  office.sync();
  CHECK(standings(office, who) == "deleted purged");
}

TEST_CASE("the recycle bin's own fifteen days end in a purge", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 2);
  org.remove(who);
  for (int day = 1; day <= 17; ++day) {
    org.advance(24h);
    office.sync();
    if (day < 15) CHECK(standing(office, "Individual", who) == Standing::deleted);
  }
  CHECK(standings(office, who) == "deleted purged");
}

TEST_CASE("what lay in the recycle bin when heed first looked is purged when it leaves it",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 2);
  org.advance(1h);
  org.remove(who);
  org.advance(72h);
  office.sync();
  CHECK(standing(office, "Individual", who) == Standing::deleted);
  for (int day = 0; day < 14; ++day) {
    org.advance(24h);
    const auto report = office.sync();
    for (const auto& [object, compared] : report.compared) CHECK(compared.vanished == 0);
  }
  CHECK(standings(office, who) == "deleted purged");
}

TEST_CASE("undeleted and deleted again, each is a change, and the last one counts", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Lead", 1);
  for (int turn = 0; turn < 2; ++turn) {
    org.remove(who);
    org.advance(1h);
    office.sync();
    org.undelete(who);
    org.advance(1h);
    office.sync();
  }
  CHECK(standings(office, who) == "deleted live deleted live");
  org.hide_row(who);
  org.advance(25h);
  office.sync();
  // What was said of its deletions is no evidence any more.
  CHECK(standing(office, "Lead", who) == Standing::live);
}

TEST_CASE("deleted, seen so, and undeleted within one second, a record lives", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Lead", 1);
  org.advance(1h);
  org.remove(who);
  office.sync();
  REQUIRE(standing(office, "Lead", who) == Standing::deleted);
  org.undelete(who);
  office.sync();
  CHECK(standings(office, who) == "deleted live");
  org.advance(1h);
  office.sync();
  CHECK(standing(office, "Lead", who) == Standing::live);
}

TEST_CASE("a chain of merges is followed from link to link", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  by_every_route(org);
  office.sync();
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  const auto group = mirror.person("Contact", org.nth("Contact", 6));
  const auto has = [&](heed::Id id) {
    return std::find(group.members.begin(), group.members.end(),
                     heed::mirror::Ref{"Contact", id}) != group.members.end();
  };
  CHECK(has(org.nth("Contact", 5)));
  CHECK(has(org.nth("Contact", 7)));
}

TEST_CASE(
    "deletes by every route, run again, cut at any request or killed at any write, end the same",
    "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 8;
  Office office(options);
  office.sync();
  by_every_route(office.crm.org());
  heed::support::break_anywhere(office);
}

TEST_CASE("what was owed to a person who is deleted stays owed, and a purge is evidence",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto deleted = org.nth("Individual", 3);
  const auto purged = org.nth("Individual", 4);
  for (const auto& who : {deleted, purged}) org.update(who, {{"ShouldForget", true}});
  org.advance(1h);
  office.sync();
  org.remove(deleted);
  org.purge(purged);
  org.advance(1h);
  office.sync();
  auto database = office.open();
  const auto duties = heed::support::duties_of(database);
  CHECK_THAT(duties, Catch::Contains(std::string(deleted.text()) + " ShouldForget"));
  CHECK_THAT(duties, Catch::Contains(std::string(purged.text()) + " ShouldForget"));
}

TEST_CASE("too many deletions for one answer are asked for in parts", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.purge(who);
  org.advance(1h);
  office.crm.forget_calls();
  office.crm.fail(office.crm.requests() + 6, Fault::soap_fault("EXCEEDED_ID_LIMIT"));
  office.crm.fail(office.crm.requests() + 7, Fault::soap_fault("EXCEEDED_ID_LIMIT"));
  office.sync();
  std::size_t asked = 0;
  for (const auto& call : office.crm.calls()) {
    if (call.operation == "getDeleted" && call.detail.starts_with("Contact")) ++asked;
  }
  CHECK(asked >= 1);
  CHECK(standing(office, "Contact", who) == Standing::purged);
}

TEST_CASE("a lost log of deletions makes one whole reading and comparison, said aloud",
          "[scenario]") {
  Office office({.individuals = 20});
  const auto who = gone_without_a_log(office, true);
  const auto report = office.sync();
  REQUIRE(!report.notes.empty());
  CHECK_THAT(report.notes[0], Catch::Contains("log of deletions"));
  CHECK(standing(office, "Contact", who) == Standing::vanished);
  office.crm.org().advance(1h);
  CHECK(office.sync().notes.empty());
}

TEST_CASE(
    "what was read as deleted is purged when it leaves the bin, whether a log named it or not",
    "[scenario]") {
  Office office({.individuals = 20});
  const auto who = gone_without_a_log(office, false);
  office.sync();
  CHECK(standing(office, "Contact", who) == Standing::deleted);
  for (int day = 1; day <= 17; ++day) {
    office.crm.org().advance(24h);
    for (const auto& [object, compared] : office.sync().compared) CHECK(compared.vanished == 0);
  }
  CHECK(standings(office, who) == "deleted purged");
}

TEST_CASE("from the day on which its log was lost the CRM's deletions are believed again",
          "[scenario]") {
  const auto kept = GENERATE(0min, 5min, 15min);
  CAPTURE(kept.count());
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  org.advance(1h);
  org.lose_delete_log_before(org.now() - kept);
  CHECK_FALSE(office.sync().notes.empty());
  org.advance(1min);
  CHECK(office.sync().findings.empty());
  for (const auto& [number, after] : {std::pair(1, 2h), std::pair(2, 8h), std::pair(3, 33h)}) {
    const auto who = org.nth("Contact", static_cast<std::uint32_t>(number));
    org.advance(after - 10min);
    org.purge(who);
    org.advance(10min);
    const auto report = office.sync();
    CHECK(report.findings.empty());
    CHECK(standings(office, who) == "deleted purged");
  }
}

TEST_CASE("where the log of deletions is lost again and again, each comparison begins it anew",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  for (int time = 0; time < 2; ++time) {
    org.advance(1h);
    org.lose_delete_log_before(org.now());
    office.sync();
  }
  org.advance(1h);
  CHECK(office.sync().findings.size() > 0);
  office.tune = [](heed::sync::Options& options) { options.reconcile = true; };
  org.advance(1h);
  CHECK(office.sync().findings.size() > 0);
  office.tune = nullptr;
  org.advance(1h);
  CHECK(office.sync().findings.empty());
}
