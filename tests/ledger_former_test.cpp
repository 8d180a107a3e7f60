#include <catch2/catch.hpp>

#include "support/former.hpp"
#include "support/ledgered.hpp"
#include "support/schedules.hpp"
#include "support/temp_dir.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::store::Database;
using heed::store::Mode;
using heed::support::Ledgered;
using heed::support::ref;
using heed::support::TempDir;

namespace {

heed::ledger::Author ann() {
  return {"ann", parse_moment("2026-11-28T12:00:00Z").value()};
}

/// Five people, most of what can be done about duties, a correction, and both kinds of erasure.
void live(Ledgered& org) {
  for (int number = 1; number <= 5; ++number) {
    org.load({.object = "Individual", .number = number});
    org.load({.object = "Contact",
              .number = number,
              .values = {{"IndividualId", std::string(ref("Individual", number).id.text())},
                         {"MailingCountry", number == 3 ? "United States" : "Deutschland"}}});
    org.see({.object = "Individual",
             .number = number,
             .values = {{"ShouldForget", "true"}, {"HasOptedOutTracking", "true"}}});
  }
  org.assess();
  org.ledger.received(org.mirror, org.grounds(), 2, make_day(2026, 11, 20), ann(), "a letter");
  org.ledger.extend(org.mirror, org.grounds(), 2, {}, ann(), "much to read");
  org.ledger.done(1, make_day(2026, 11, 27), ann(), "list 3");
  org.ledger.note(8, ann(), "told the person");
  auto parts = heed::support::shipped_parts();
  for (auto& pack : parts.packs) {
    pack.version = "2026.12";
    for (auto& rule : pack.rules) {
      if (rule.id != "request.respond") continue;
      rule.usual.limit = {14, heed::policy::Unit::calendar_day};
      rule.extension->limit.unit = rule.usual.limit.unit;
    }
  }
  org.rulebook = heed::policy::Rulebook(std::move(parts));
  org.options.digest = "corrected";
  org.assess("2026-11-28T12:00:00Z");
  org.ledger.erase(ref("Individual", 4), ann());
  const std::vector<heed::ledger::Renamed> renamed{{ref("Individual", 5), ref("Individual", 77)}};
  org.ledger.erase(renamed, ann(), "asked for it");
}

/// All that the ledger tells.
struct Told {
  explicit Told(const Ledgered& org) : duties(org.duties()), head(org.ledger.head()) {
    org.ledger.for_each_event(1, [this](const auto& event) {
      events.push_back({event.number, event.subject, event.pack, event.pack_version, event.rule,
                        event.author.value_or("-"), event.reason.value_or("-"), event.hash});
    });
  }
  using Line = std::tuple<std::int64_t, std::string, std::string, std::string, std::string,
                          std::string, std::string, std::string>;
  std::vector<heed::ledger::Duty> duties;
  std::vector<Line> events;
  heed::ledger::Head head;
  bool operator==(const Told&) const = default;
};

std::string value(Database& database, const std::string& sql) {
  auto row = database.query(sql);
  row.step();
  return std::string(row.text(0));
}

}  // namespace

TEST_CASE("a ledger that the heed before wrote tells the same and is sound, under a new key too",
          "[ledger][former]") {
  const TempDir folder;
  const auto file = folder.file("heed.db");
  std::optional<Told> before;
  std::string head;
  {
    Ledgered org(Database::open(file, Mode::write), "the former key");
    live(org);
    before.emplace(org);
    head = org.ledger.head_text();
    REQUIRE(org.ledger.verify(head).problem.empty());
    heed::support::write_former_ledger(org.database);
    REQUIRE(value(org.database, "SELECT length(previous) FROM heed_event WHERE number = 2") ==
            "64");
  }
  Ledgered org(Database::open(file, Mode::write));
  CHECK(Told(org) == *before);
  const std::vector<std::string> former{"the former key"};
  const auto verdict = org.ledger.verify(head, former);
  CHECK(verdict.problem.empty());
  CHECK(verdict.erased_texts == 1);
  CHECK(org.database.check_integrity().empty());
  org.ledger.note(3, ann(), "goes on");
  CHECK(org.ledger.verify(head, former).problem.empty());
  CHECK(org.ledger.events(3).back().reason == "goes on");
}

TEST_CASE("what was edited in a ledger before it was lifted is found afterwards",
          "[ledger][former]") {
  const std::vector<std::string> edits{
      "UPDATE heed_event SET due = '2031-01-01' WHERE number = 2",
      "UPDATE heed_event SET pack = 'us-can-spam' WHERE number = 2",
      "UPDATE heed_event SET change = change + 1 WHERE number = 2",
      "UPDATE heed_event SET subject = 'nobody' WHERE number = 2",
      "UPDATE heed_event SET author = 'ann' WHERE number = 2",
      "UPDATE heed_event SET key = 'mine' WHERE number = 2",
      "UPDATE heed_event SET seal = hash WHERE number = 2",
      "UPDATE heed_event SET hash = 'none' WHERE number = 2",
      "DELETE FROM heed_event WHERE number = 2",
      "UPDATE heed_duty SET title = 'nothing to do' WHERE number = 2",
      "UPDATE heed_duty SET seal = '' WHERE number = 2",
      "UPDATE heed_duty SET subject = 'nobody' WHERE number = 2",
      "DELETE FROM heed_duty WHERE number = 2",
      "UPDATE heed_subject SET id = person_id || 'x'",
      "UPDATE heed_text SET text = 'bob' WHERE text = 'much to read'",
      "DELETE FROM heed_receipt"};
  for (const auto& edit : edits) {
    const TempDir folder;
    const auto file = folder.file("heed.db");
    {
      Ledgered org(Database::open(file, Mode::write));
      live(org);
      heed::support::write_former_ledger(org.database);
      org.database.execute(edit);
    }
    INFO(edit);
    const Ledgered org(Database::open(file, Mode::write));
    CHECK_FALSE(org.ledger.verify().sound());
  }
}

TEST_CASE("the file itself takes no duty twice", "[ledger]") {
  Ledgered org;
  org.load({.object = "Individual", .number = 1});
  org.see({.object = "Individual", .number = 1, .values = {{"ShouldForget", "true"}}});
  org.assess();
  const auto before = org.duties().size();
  REQUIRE(before > 0);
  CHECK_THROWS_WITH(
      org.database.execute(
          "CREATE TEMP TABLE again AS SELECT * FROM heed_duty; "
          "UPDATE again SET number = number + 1000; INSERT INTO heed_duty SELECT * FROM again"),
      Catch::Contains("UNIQUE"));
  CHECK(org.duties().size() == before);
}
