#include <catch2/catch.hpp>
#include <functional>

#include "heed/error.hpp"
#include "support/ledgered.hpp"

using heed::make_day;
using heed::parse_moment;
using heed::store::Database;
using heed::store::Transaction;
using heed::support::Ledgered;
using heed::support::ref;

namespace {

/// Two people, four duties, and most that can be done about them.
struct Lived : Ledgered {
  Lived() {
    for (int number = 1; number <= 2; ++number) {
      load({.object = "Individual", .number = number});
      load({.object = "Contact",
            .number = number,
            .values = {{"IndividualId", std::string(ref("Individual", number).id.text())},
                       {"MailingCountry", "Deutschland"}}});
      see({.object = "Individual",
           .number = number,
           .values = {{"ShouldForget", "true"}, {"HasOptedOutTracking", "true"}}});
    }
    assess();
    const heed::ledger::Author ann{"ann", parse_moment("2026-11-27T12:00:00Z").value()};
    ledger.received(mirror, grounds(), 2, make_day(2026, 11, 20), ann, "a letter");
    ledger.extend(mirror, grounds(), 2, {}, ann, "much to read");
    ledger.done(1, make_day(2026, 11, 27), ann, "list 3");
    ledger.refuse(4, make_day(2026, 11, 27), ann, "Article 17(3)(b)");
    ledger.note(4, ann, "told the person");
    head = ledger.head_text();
  }
  std::string head;
};

/// What verify() says when `sql` was run; the database is afterwards as it was. Nothing when the
/// database itself refuses.
std::optional<heed::ledger::Verdict> after(Lived& org, const std::string& sql) {
  const Transaction undone(org.database);
  try {
    org.database.execute(sql);
  } catch (const heed::Error&) {
    return std::nullopt;
  }
  return org.ledger.verify(org.head);
}

struct Row {
  std::string where;
  std::int64_t number = 0;  ///< of the event or duty; else 0
};

std::vector<Row> rows_of(Database& database, const std::string& table, const std::string& key,
                         bool numbered) {
  std::vector<Row> rows;
  auto row = database.query("SELECT " + key + ", quote(" + key + ") FROM " + table + " ORDER BY 1");
  while (row.step()) {
    rows.push_back(
        {" WHERE " + key + " = " + std::string(row.text(1)), numbered ? row.integer(0) : 0});
  }
  return rows;
}

/// Every value of every row, made another one.
template <class Check>
void edit_all(Lived& org, const std::string& table, const std::string& key, bool numbered,
              Check check) {
  for (const auto& row : rows_of(org.database, table, key, numbered)) {
    for (const auto& column : heed::store::columns(org.database, table)) {
      const auto other = " = CASE typeof(" + column + ") WHEN 'integer' THEN " + column +
                         " + 1 WHEN 'null' THEN '1' WHEN 'blob' THEN CAST(" + column +
                         " || '0' AS BLOB) ELSE " + column + " || '0' END";
      auto empty =
          org.database.query("SELECT 1 FROM " + table + row.where + " AND " + column + " IS NULL");
      const std::string less = empty.step() ? " = x'31'" : " = NULL";
      int edits = 0;
      for (const auto& value : {other, less}) {
        auto verdict = after(org, "UPDATE " + table + " SET " + column + value + row.where);
        if (!verdict) continue;
        ++edits;
        INFO(table << "." << column << value << row.where << ": " << verdict->problem);
        check(*verdict, column, row.number);
      }
      // A number that the next row has is refused; nothing else is.
      REQUIRE((edits > 0 || column == "number"));
    }
  }
}

}  // namespace

TEST_CASE("a ledger that was lived in is sound", "[ledger][tampering]") {
  Lived org;
  CHECK(org.ledger.verify(org.head).problem.empty());
}

TEST_CASE("whatever of an event is edited, that event is named", "[ledger][tampering]") {
  Lived org;
  edit_all(org, "heed_event", "number", true,
           [](const auto& verdict, const std::string& column, std::int64_t number) {
             REQUIRE_FALSE(verdict.sound());
             REQUIRE(verdict.first_broken == number);
             (void)column;
           });
}

TEST_CASE("whatever of a duty is edited is found", "[ledger][tampering]") {
  Lived org;
  edit_all(org, "heed_duty", "number", true,
           [](const auto& verdict, const std::string&, std::int64_t) {
             REQUIRE_FALSE(verdict.sound());
           });
}

TEST_CASE("whatever of subjects, rules, receipts and texts is edited is found",
          "[ledger][tampering]") {
  Lived org;
  const auto check = [](const auto& verdict, const std::string&, std::int64_t) {
    REQUIRE_FALSE(verdict.sound());
  };
  edit_all(org, "heed_subject", "handle", false, check);
  edit_all(org, "heed_rule", "number", true, check);
  edit_all(org, "heed_receipt", "field", false, check);
  edit_all(org, "heed_text", "hash", false, check);
}

TEST_CASE("a text that is filed under another event, or under none, is found",
          "[ledger][tampering]") {
  Lived org;
  const auto own = after(org, "UPDATE heed_text SET event = NULL WHERE text = 'told the person'");
  REQUIRE(own);
  CHECK(own->problem.find("filed under another event") != std::string::npos);
  CHECK_FALSE(after(org, "UPDATE heed_text SET event = 1 WHERE text = 'told the person'")->sound());
  // A text that others share must not go with the one person who is forgotten.
  CHECK_FALSE(after(org, "UPDATE heed_text SET event = 1 WHERE text = 'ann'")->sound());
}

TEST_CASE("whatever of the numbers of what is owed is edited or taken out is found",
          "[ledger][tampering]") {
  Lived org;
  const auto check = [](const auto& verdict, const std::string&, std::int64_t) {
    REQUIRE_FALSE(verdict.sound());
  };
  for (const auto* table : {"heed_owed_duty", "heed_owed_person"}) {
    const std::string key = table == std::string("heed_owed_duty") ? "sort_on" : "due";
    REQUIRE_FALSE(rows_of(org.database, table, key, false).empty());
    edit_all(org, table, key, false, check);
    CHECK_FALSE(after(org, std::string("DELETE FROM ") + table)->sound());
  }
}

TEST_CASE("whatever row is taken out is missed", "[ledger][tampering]") {
  Lived org;
  const std::vector<std::tuple<std::string, std::string, bool>> tables{
      {"heed_event", "number", true},    {"heed_duty", "number", true},
      {"heed_subject", "handle", false}, {"heed_rule", "number", true},
      {"heed_receipt", "field", false},  {"heed_text", "hash", false}};
  for (const auto& [table, key, numbered] : tables) {
    for (const auto& row : rows_of(org.database, table, key, numbered)) {
      const auto verdict = after(org, "DELETE FROM " + table + row.where);
      REQUIRE(verdict);
      INFO(table << row.where << ": " << verdict->problem);
      REQUIRE_FALSE(verdict->sound());
      if (table == "heed_event") REQUIRE(verdict->first_broken == row.number);
    }
  }
}

TEST_CASE("two events that changed places, and a cut tail of any length, are found",
          "[ledger][tampering]") {
  Lived org;
  const auto count = org.ledger.head().count;
  REQUIRE(count > 8);
  for (std::int64_t a = 1; a < count; ++a) {
    const auto b = std::to_string(a + 1);
    const auto verdict = after(
        org, "UPDATE heed_event SET number = 999 WHERE number = " + std::to_string(a) +
                 "; UPDATE heed_event SET number = " + std::to_string(a) + " WHERE number = " + b +
                 "; UPDATE heed_event SET number = " + b + " WHERE number = 999");
    REQUIRE(verdict);
    REQUIRE(verdict->first_broken == a);
    const auto cut = after(org, "DELETE FROM heed_event WHERE number > " + std::to_string(a));
    REQUIRE(cut);
    REQUIRE(cut->first_broken == a + 1);
  }
}

TEST_CASE("an older state of a duty under its own seal is found", "[ledger][tampering]") {
  using Act = std::function<void(Lived&, const heed::ledger::Author&)>;
  const auto done_on = [](unsigned day) -> Act {
    return [day](Lived& org, const heed::ledger::Author& ann) {
      org.ledger.done(3, make_day(2026, 11, day), ann, "list");
    };
  };
  const auto acknowledge_on = [](unsigned day) -> Act {
    return [day](Lived& org, const heed::ledger::Author& ann) {
      org.ledger.acknowledge(3, make_day(2026, 11, day), ann, "");
    };
  };
  const Act reopen = [](Lived& org, const heed::ledger::Author& ann) {
    org.ledger.reopen(3, ann, "was not done");
  };
  // Which of the acts the row that is put back had seen already.
  const auto acts = GENERATE_COPY(
      std::vector<Act>{done_on(28)}, std::vector<Act>{acknowledge_on(27), acknowledge_on(28)},
      std::vector<Act>{done_on(27), reopen}, std::vector<Act>{done_on(27), reopen, done_on(28)},
      std::vector<Act>{acknowledge_on(28), done_on(28), reopen});
  const auto seen = GENERATE(0U, 1U, 2U);
  if (seen >= acts.size()) return;
  Lived org;
  const heed::ledger::Author ann{"ann", parse_moment("2026-11-28T12:00:00Z").value()};
  for (unsigned i = 0; i < seen; ++i) acts[i](org, ann);
  org.database.execute("CREATE TABLE old AS SELECT * FROM heed_duty WHERE number = 3");
  for (auto i = seen; i < acts.size(); ++i) acts[i](org, ann);
  org.head = org.ledger.head_text();
  REQUIRE(org.ledger.verify(org.head).sound());
  std::string list;
  for (const auto& column : heed::store::columns(org.database, "heed_duty")) {
    list += (list.empty() ? "" : ", ") + column + " = (SELECT " + column + " FROM old)";
  }
  const auto verdict = after(org, "UPDATE heed_duty SET " + list + " WHERE number = 3");
  REQUIRE(verdict);
  CHECK_FALSE(verdict->sound());
}

TEST_CASE("a setting that somebody wrote without the key is none", "[ledger][tampering]") {
  Lived org;
  org.options.digest = "rules of today";
  org.assess("2026-11-28T12:00:00Z");
  CHECK(org.assess("2026-11-28T13:00:00Z").people == 0);
  const std::string forged = GENERATE("rules of today", "", "0123456789abcdef rules of today");
  org.database.query("UPDATE heed_ledger SET value = ? WHERE name = 'digest'").bind(forged).run();
  CHECK(org.assess("2026-11-28T14:00:00Z").people == 2);
  CHECK(org.assess("2026-11-28T15:00:00Z").people == 0);
}
