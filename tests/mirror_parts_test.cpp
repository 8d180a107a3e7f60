#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "support/mirrored.hpp"

using heed::support::at;
using heed::support::first_load;
using heed::support::later;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

std::string asked(Mirrored& m, const std::string& sql, int column = 0) {
  auto row = m.database.query(sql);
  std::string text;
  while (row.step()) text += (row.is_null(column) ? "-" : std::string(row.text(column))) + ";";
  return text;
}

/// Changes of other people, as many as there were already when the mirror was young.
void add_changes(Mirrored& m, int number) {
  m.database
      .query(
          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
          "INSERT INTO heed_change (object, id, field, new_value, after, until, how, first_seen, "
          "part) SELECT 'Individual', '0PK' || (900000000000000 + i), 'ShouldForget', 'true', "
          "'2026-11-25T08:00:00Z', '2026-11-25T08:00:00Z', 'initial', '2026-11-25T08:00:00Z', "
          "(SELECT MAX(first) FROM heed_part) FROM n")
      .bind(number)
      .run();
}

void end_run(Mirrored& m) {
  m.mirror.finish_run({.command = "sync", .began = at("11:00:00"), .exit_code = 0});
}

std::string parts(Mirrored& m) {
  return asked(m, "SELECT first FROM heed_part ORDER BY first");
}

const std::string searched = "ANY(part) AND id=?";

}  // namespace

TEST_CASE("a part of the changes' index begins when the last holds an eighth of all",
          "[mirror][parts]") {
  Mirrored m;
  add_changes(m, 32767);
  end_run(m);
  CHECK(parts(m).empty());
  m.record({Person{.forget = true}}, first_load());
  end_run(m);
  end_run(m);
  CHECK(parts(m) == "32769;");
  add_changes(m, 32767);
  end_run(m);
  CHECK(parts(m) == "32769;");
  add_changes(m, 1);
  end_run(m);
  CHECK(parts(m) == "32769;65537;");
  add_changes(m, 500000);
  end_run(m);
  add_changes(m, 70000);
  end_run(m);
  CHECK(parts(m) == "32769;65537;565537;");
}

TEST_CASE("a record's changes are found in every part, by heed and by views", "[mirror][parts]") {
  Mirrored m;
  m.record({Person{.forget = true}}, first_load());
  add_changes(m, 40000);
  end_run(m);
  m.record({Person{.stamp = "10:30:00", .forget = false}}, later());
  add_changes(m, 40000);
  end_run(m);
  m.record({Person{.stamp = "10:40:00", .forget = true}}, later());
  CHECK(asked(m, "SELECT DISTINCT part FROM heed_change ORDER BY number") == "-;40002;80003;");
  const std::vector<heed::Id> id{Person{}.id()};
  std::string told;
  for (const auto& change : m.mirror.changes(id)) told += change.new_value.value_or("-") + ";";
  CHECK(told == "true;false;true;");
  m.mirror.publish(
      std::vector<heed::mirror::Published>{{"Individual", "ShouldForget", "forget", {"true"}}});
  const auto where = " WHERE id = '" + std::string(id.front().text()) + "'";
  CHECK(asked(m, "SELECT number FROM changes" + where + " ORDER BY number") == "1;40002;80003;");
  CHECK(asked(m, "SELECT until FROM preferences" + where) == "2026-11-25T10:40:00Z;");
}

TEST_CASE("changes of one record are searched for, never read through", "[mirror][parts]") {
  const std::string select = GENERATE(
      "SELECT c.* FROM heed_change c WHERE id = 'x' ORDER BY number",
      "SELECT new_value FROM heed_change c WHERE id = 'x' AND field = 'y' AND until <= 'z' AND "
      "NOT EXISTS (SELECT 1 FROM heed_change b WHERE b.id = c.id AND b.supersedes = c.number) "
      "ORDER BY until DESC, number DESC LIMIT 1",
      "SELECT c.number FROM heed_assess a JOIN heed_change c ON c.id = a.id WHERE a.object = 'x' "
      "ORDER BY a.object, a.id, c.number",
      "SELECT number FROM changes WHERE id = 'x'", "SELECT until FROM preferences WHERE id = 'x'");
  Mirrored m;
  m.record({Person{}}, first_load());
  m.mirror.publish(
      std::vector<heed::mirror::Published>{{"Individual", "ShouldForget", "forget", {"true"}}});
  const auto plan = asked(m, "EXPLAIN QUERY PLAN " + select, 3);
  CAPTURE(plan);
  CHECK(plan.find(searched) != std::string::npos);
  CHECK(plan.find("SCAN c") == std::string::npos);
  CHECK(plan.find("SCAN b") == std::string::npos);
}

TEST_CASE("changes that an older heed wrote are one part, and found", "[mirror][parts]") {
  Mirrored old;
  old.record({Person{.forget = true}}, first_load());
  old.database.execute(
      "DROP TABLE heed_back; DROP TABLE heed_part; DROP INDEX heed_changes_of_record; DROP TABLE "
      "sqlite_stat1;"
      "ALTER TABLE heed_change DROP COLUMN part; CREATE INDEX heed_change_id ON heed_change (id);"
      "UPDATE heed_schema SET version = 5 WHERE component = 'mirror'");
  Mirrored m(std::move(old.database));
  const std::vector<heed::Id> id{Person{}.id()};
  CHECK(m.mirror.changes(id).size() == 1);
  CHECK(asked(m, "SELECT part FROM heed_change") == "-;");
  CHECK(asked(m, "EXPLAIN QUERY PLAN SELECT 1 FROM heed_change WHERE id = 'x'", 3).find(searched) !=
        std::string::npos);
}
