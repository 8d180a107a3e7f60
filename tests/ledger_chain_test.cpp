#include <catch2/catch.hpp>

#include <utility>

#include "heed/error.hpp"
#include "heed/ledger.hpp"
#include "support/faulty_vfs.hpp"
#include "support/ledgered.hpp"
#include "support/temp_dir.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::store::Database;
using heed::store::Mode;
using heed::support::FaultyVfs;
using heed::support::Ledgered;
using heed::support::Put;
using heed::support::ref;
using heed::support::TempDir;

namespace {

const char* const canary = "Canaria Vogelsang vogelsang@example.test";

/// Three people, two wishes, and something done: five events or more.
void live(Ledgered& org) {
  org.load({.object = "Individual", .values = {{"Name", canary}}});
  org.load({.object = "Contact",
            .values = {{"IndividualId", std::string(ref("Individual", 1).id.text())},
                       {"LastName", canary},
                       {"Email", canary},
                       {"MailingCountry", "Germany"}}});
  org.see({.object = "Individual",
           .values = {{"Name", canary}, {"ShouldForget", "true"}, {"HasOptedOutSolicit", "true"}}});
  org.see({.object = "Individual", .number = 2, .values = {{"ShouldForget", "true"}}});
  org.assess();
}

heed::ledger::Author ann() {
  return {"ann", parse_moment("2026-11-27T12:00:00Z").value()};
}

/// What verify() says after `sql` was run behind the ledger's back.
heed::ledger::Verdict after(const std::string& sql) {
  Ledgered org;
  live(org);
  org.ledger.note(2, ann(), "remark");
  org.database.execute(sql);
  return org.ledger.verify();
}

}  // namespace

TEST_CASE("an untouched ledger is sound", "[ledger]") {
  Ledgered org;
  CHECK(org.ledger.verify().sound());
  live(org);
  org.ledger.note(1, ann(), "remark");
  const auto verdict = org.ledger.verify(org.ledger.head_text());
  CHECK(verdict.problem.empty());
  CHECK(verdict.events == org.ledger.head().count);
  CHECK(verdict.head == org.ledger.head());
}

TEST_CASE("an edited event is found and named", "[ledger]") {
  for (const auto* column :
       {"at = '2020-01-01'", "kind = 'met'", "state = 'met'", "due = '2020-01-01'",
        "start = '2020-01-01'", "rule = NULL", "rule = rule % 2 + 1", "subject = 1", "duty = 1",
        "author = x'00'", "hash = x'00'", "seal = x'00'"}) {
    const auto verdict =
        after("UPDATE heed_event SET " + std::string(column) + " WHERE number = 3");
    INFO(column);
    CHECK(verdict.first_broken == 3);
  }
}

TEST_CASE("a removed event and reordered ones are found", "[ledger]") {
  CHECK(after("DELETE FROM heed_event WHERE number = 2").first_broken == 2);
  CHECK(after("UPDATE heed_event SET number = 99 WHERE number = 2;"
              "UPDATE heed_event SET number = 2 WHERE number = 3;"
              "UPDATE heed_event SET number = 3 WHERE number = 99")
            .first_broken == 2);
}

TEST_CASE("a text that was changed or lost without an erasure is found", "[ledger]") {
  const auto changed = after("UPDATE heed_text SET text = 'other' WHERE text = 'remark'");
  CHECK(changed.first_broken.has_value());
  CHECK(changed.problem.find("another reason") != std::string::npos);
  CHECK_FALSE(after("DELETE FROM heed_text WHERE text = 'remark'").sound());
}

TEST_CASE("a duty that disagrees with its events is found", "[ledger]") {
  CHECK_FALSE(after("UPDATE heed_duty SET due = '2030-01-01' WHERE number = 1").sound());
  CHECK_FALSE(after("UPDATE heed_duty SET state = 'met' WHERE number = 1").sound());
  CHECK_FALSE(after("DELETE FROM heed_duty WHERE number = 1").sound());
}

TEST_CASE("a tail that was cut shows against the recorded head", "[ledger]") {
  Ledgered org;
  live(org);
  org.ledger.note(1, ann(), "remark");
  const auto head = org.ledger.head_text();
  const auto last = org.ledger.head().count;
  org.database.execute("DELETE FROM heed_text WHERE event = " + std::to_string(last) +
                       "; DELETE FROM heed_event WHERE number = " + std::to_string(last));
  CHECK(org.ledger.verify().sound());
  CHECK(org.ledger.verify(head).first_broken == last);
  org.ledger.note(1, ann(), "another remark");
  CHECK(org.ledger.verify(head).first_broken == last);
}

TEST_CASE("a head that somebody else wrote is refused", "[ledger]") {
  Ledgered org;
  live(org);
  auto head = org.ledger.head_text();
  CHECK(org.ledger.verify(head).sound());
  CHECK_FALSE(org.ledger.verify("nonsense").sound());
  head.back() = head.back() == '0' ? '1' : '0';
  CHECK_FALSE(org.ledger.verify(head).sound());
}

TEST_CASE("a chain recomputed without the key is found, one under a former key is accepted",
          "[ledger]") {
  TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    Ledgered org(Database::open(path, Mode::write), "another key");
    live(org);
  }
  Ledgered org(Database::open(path, Mode::write));
  CHECK(org.ledger.verify().first_broken == 1);
  const std::vector<std::string> former{"another key"};
  CHECK(org.ledger.verify({}, former).sound());
  org.ledger.note(1, ann(), "remark");
  CHECK(org.ledger.verify({}, former).sound());
}

TEST_CASE("no event is added without a key, and reading needs none", "[ledger]") {
  TempDir folder;
  const auto path = folder.file("mirror.db");
  {
    Ledgered org(Database::open(path, Mode::write));
    live(org);
  }
  auto database = Database::open(path, Mode::read);
  const heed::ledger::Ledger reader(database, "");
  CHECK(reader.duty(1).has_value());
  Ledgered org(Database::in_memory(), "");
  CHECK_THROWS_AS(org.assess(), heed::Error);
}

TEST_CASE("no chained byte holds a personal value or a record's id", "[ledger]") {
  Ledgered org;
  live(org);
  org.ledger.done(1, make_day(2026, 11, 26), ann(), canary);
  org.ledger.note(2, ann(), canary);
  std::vector<std::string> personal{canary, "ann", "Germany"};
  for (const auto* object : {"Individual", "Contact"}) {
    personal.emplace_back(ref(object, 1).id.text());
  }
  auto row = org.database.query("SELECT * FROM heed_event");
  const int columns = 18;
  int rows = 0;
  for (; row.step(); ++rows) {
    for (int column = 0; column < columns; ++column) {
      for (const auto& value : personal) {
        CHECK(row.text(column).find(value) == std::string_view::npos);
      }
    }
  }
  CHECK(rows > 4);
}

TEST_CASE("erasing takes the texts and the record away, and the chain still holds", "[ledger]") {
  Ledgered org;
  live(org);
  org.ledger.note(2, ann(), canary);
  org.ledger.erase(ref("Individual", 1), ann());
  const auto verdict = org.ledger.verify(org.ledger.head_text());
  CHECK(verdict.problem.empty());
  CHECK(verdict.erased_texts == 1);
  CHECK_FALSE(org.ledger.duty(2)->record.has_value());
  CHECK_FALSE(org.ledger.events(2).back().reason.has_value());
  auto text = org.database.query("SELECT COUNT(*) FROM heed_text WHERE text = ?").bind(canary);
  text.step();
  CHECK(text.integer(0) == 0);
  CHECK_THROWS_AS(org.ledger.erase(ref("Individual", 1), ann()), heed::Error);
}

TEST_CASE("under a pseudonym the ledger stays sound", "[ledger]") {
  Ledgered org;
  live(org);
  const std::vector<heed::ledger::Renamed> renamed{{ref("Individual", 1), ref("Individual", 77)}};
  CHECK(org.ledger.erase(renamed, ann(), "asked for it") == 1);
  CHECK(org.ledger.verify(org.ledger.head_text()).problem.empty());
  CHECK(org.ledger.duty(1)->record == ref("Individual", 77));
}

TEST_CASE("killed at any write, an assessment ends as an undisturbed one", "[ledger]") {
  const auto prepare = [](Ledgered& org) {
    org.options.batch = 1;
    for (int number = 1; number <= 3; ++number) {
      org.load({.object = "Individual", .number = number});
      org.see({.object = "Individual", .number = number, .values = {{"ShouldForget", "true"}}});
    }
  };
  Ledgered undisturbed;
  prepare(undisturbed);
  undisturbed.assess();
  FaultyVfs vfs;
  bool broke = true;
  for (std::int64_t count = 1; broke; ++count) {
    TempDir folder;
    const auto path = folder.file("mirror.db");
    heed::store::Options options;
    options.vfs = vfs.name();
    vfs.heal();
    {
      Ledgered org(Database::open(path, Mode::write, options));
      prepare(org);
      vfs.fail_at(count, FaultyVfs::Fault::kill);
      try {
        org.assess();
      } catch (const heed::Error&) {
      }
      broke = vfs.broke();
    }
    vfs.heal();
    Ledgered again(Database::open(path, Mode::write, options));
    again.options.batch = 1;
    again.assess();
    INFO("write " << count);
    REQUIRE(again.dump() == undisturbed.dump());
    REQUIRE(again.ledger.verify().problem.empty());
  }
}
