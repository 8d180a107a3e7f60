#include <catch2/catch.hpp>

#include <array>
#include <set>

#include "heed/mirror.hpp"
#include "support/dump.hpp"
#include "support/mirrored.hpp"

using heed::Change;
using heed::How;
using heed::support::at;
using heed::support::first_load;
using heed::support::later;
using heed::support::make_id;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

/// One row of IndividualHistory, about HasOptedOutSolicit of the first Individual.
struct Told {
  int number = 1;
  std::string_view when = "09:30:00";
  std::string_view old_value = "false";
  std::string_view new_value = "true";
};

heed::Shape history_shape() {
  using heed::FieldType;
  return {"IndividualHistory",
          {{"CreatedDate", FieldType::moment},
           {"IndividualId", FieldType::id},
           {"Field", FieldType::text},
           {"OldValue", FieldType::text},
           {"NewValue", FieldType::text},
           {"CreatedById", FieldType::id}},
          "CreatedDate"};
}

const heed::Id clerk = make_id("005", 7);

void tell(Mirrored& m, const std::vector<Told>& rows) {
  const auto shape = std::make_shared<const heed::Shape>(history_shape());
  m.mirror.adopt(*shape, at("07:00:00"));
  heed::Page page(shape);
  for (const auto& row : rows) {
    const auto keep = [&page](std::string_view text) { return heed::Value(page.keep(text)); };
    page.add(make_id("017", row.number), at(row.when), heed::Standing::live,
             std::array{heed::Value(at(row.when)), keep(Person{}.id().text()),
                        keep("HasOptedOutSolicit"), keep(row.old_value), keep(row.new_value),
                        keep(clerk.text())});
  }
  heed::mirror::Cursor cursor;
  cursor.object = shape->object;
  m.mirror.record(page, cursor, later());
}

std::int64_t take(Mirrored& m) {
  std::int64_t changes = 0;
  for (;;) {
    const auto tally = m.mirror.take_history("Individual", 10, at("12:00:00"));
    if (tally.seen == 0) return changes;
    changes += tally.changes;
  }
}

std::vector<Change> changes_of(const Mirrored& m) {
  return m.mirror.changes(std::array{Person{}.id()});
}

/// Individual 1, seen without a wish at 09:00 and with one, stamped 10:00, later.
void observe(Mirrored& m) {
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  m.record({Person{.stamp = "10:00:00", .solicit = true}}, later());
}

}  // namespace

TEST_CASE("a history row that explains an observed change supersedes the estimate and keeps it",
          "[mirror][history]") {
  Mirrored m;
  observe(m);
  tell(m, {{.when = "09:30:00"}});
  CHECK(take(m) == 1);
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].how == How::observed);
  CHECK(changes[1].how == How::history);
  CHECK(changes[1].after == at("09:30:00"));
  CHECK(changes[1].until == at("09:30:00"));
  CHECK(changes[1].supersedes == changes[0].number);
  CHECK(changes[1].by == clerk);
  CHECK(changes[1].old_value == "false");
  CHECK(changes[1].new_value == "true");
}

TEST_CASE("a history row that was told before the record showed it is the change",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  tell(m, {{.when = "09:30:00"}});
  take(m);
  m.mirror.assessed(m.mirror.to_assess(10));
  m.record({Person{.stamp = "10:00:00", .solicit = true}}, later());
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].how == How::history);
  CHECK(m.mirror.list_size() == 1);
}

TEST_CASE("what history told of and no row has shown was changed back where the row has it not",
          "[mirror][history]") {
  const bool set = GENERATE(true, false);
  const std::string_view was = set ? "false" : "true";
  const std::string_view told = set ? "true" : "false";
  Mirrored m;
  m.record({Person{.stamp = "08:30:00", .solicit = !set}}, first_load());
  tell(m, {{.when = "09:30:00", .old_value = was, .new_value = told}});
  take(m);
  const auto before = changes_of(m).size();
  m.mirror.assessed(m.mirror.to_assess(10));
  m.record({Person{.stamp = "10:00:00", .solicit = !set}}, later());
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == before + 1);
  CHECK(changes.back().how == How::observed);
  CHECK(changes.back().old_value == told);
  CHECK(changes.back().new_value == was);
  CHECK(changes.back().after >= at("09:30:00"));
  CHECK(changes.back().until == at("10:00:00"));
  CHECK(m.mirror.list_size() == 1);
  // Read again it is no news; and a row of history that comes after all explains it.
  m.record({Person{.stamp = "10:00:00", .solicit = !set}}, later());
  CHECK(changes_of(m).size() == before + 1);
  tell(m, {{.number = 2, .when = "09:50:00", .old_value = told, .new_value = was}});
  take(m);
  CHECK(changes_of(m).back().supersedes == changes.back().number);
  CHECK(changes_of(m).size() == before + 2);
}

TEST_CASE("what history told of before a record came was changed back where the record has it not",
          "[mirror][history]") {
  const bool shows = GENERATE(true, false);
  Mirrored m;
  m.record({Person{.number = 2, .stamp = "08:30:00"}}, first_load());
  tell(m, {{.when = "09:30:00", .old_value = "false", .new_value = "true"}});
  take(m);
  const auto before = changes_of(m).size();
  m.record({Person{.stamp = "10:00:00", .solicit = shows}}, later());
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == before + (shows ? 0 : 1));
  CHECK(changes.back().new_value == (shows ? "true" : "false"));
  CHECK(changes.back().how == (shows ? How::history : How::observed));
  if (shows) return;
  CHECK(changes.back().old_value == "true");
  CHECK(changes.back().after == at("09:30:00"));
  CHECK(changes.back().until == at("10:00:00"));
}

TEST_CASE("a change that came and went between two polls is there, and nothing else",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  m.record({Person{.stamp = "10:00:00"}}, later());
  tell(m, {{.number = 1, .when = "09:30:00"},
           {.number = 2, .when = "09:45:00", .old_value = "true", .new_value = "false"}});
  CHECK(take(m) == 2);
  const auto changes = changes_of(m);
  CHECK(changes[0].new_value == "true");
  CHECK(changes[1].new_value == "false");
  CHECK_FALSE(changes[0].supersedes);
}

TEST_CASE("of several rows the last one before the record was seen explains what was seen",
          "[mirror][history]") {
  Mirrored m;
  observe(m);
  tell(m, {{.number = 1, .when = "09:20:00"},
           {.number = 2, .when = "09:30:00", .old_value = "true", .new_value = "false"},
           {.number = 3, .when = "09:40:00"}});
  CHECK(take(m) == 3);
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 4);
  CHECK_FALSE(changes[1].supersedes);
  CHECK(changes[3].supersedes == changes[0].number);
  CHECK(changes[3].until == at("09:40:00"));
}

TEST_CASE("rows of one second are put in the order in which they follow from each other",
          "[mirror][history]") {
  Mirrored m;
  observe(m);
  tell(m, {{.number = 1, .old_value = "true", .new_value = "false"}, {.number = 2}, {.number = 3}});
  take(m);
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 4);
  CHECK(changes[1].new_value == "true");
  CHECK(changes[2].new_value == "false");
  CHECK(changes[3].new_value == "true");
}

TEST_CASE("rows of one second go on from those of it that were taken before", "[mirror][history]") {
  const auto [first, then] = GENERATE(table<int, int>(
      {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {2, 1}, {2, 2}, {2, 3}, {3, 1}, {3, 2}, {3, 3}}));
  CAPTURE(first, then);
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  int flips = 0;
  for (const int more : {first, then}) {
    std::vector<Told> rows;
    for (int i = 0; i < more; ++i) {
      const bool on = ++flips % 2 == 1;
      rows.push_back({flips, "10:00:00", on ? "false" : "true", on ? "true" : "false"});
    }
    m.record({Person{.stamp = "10:00:00", .solicit = flips % 2 == 1}}, later());
    tell(m, rows);
    take(m);
  }
  std::set<std::int64_t> superseded;
  for (const auto& change : changes_of(m)) superseded.insert(change.supersedes.value_or(0));
  std::string story;
  for (const auto& change : changes_of(m)) {
    if (!superseded.contains(change.number)) story += *change.new_value == "true" ? '1' : '0';
  }
  CHECK(story == std::string("101010").substr(0, static_cast<std::size_t>(flips)));
}

TEST_CASE("history that is read again, or comes in pieces, changes nothing twice",
          "[mirror][history]") {
  const std::vector<Told> rows{
      {.number = 1, .when = "09:20:00"},
      {.number = 2, .when = "09:30:00", .old_value = "true", .new_value = "false"},
      {.number = 3, .when = "09:40:00"}};
  Mirrored m;
  observe(m);
  tell(m, rows);
  take(m);
  const auto once = heed::support::dump(m.database);
  tell(m, rows);
  CHECK(take(m) == 0);
  CHECK(heed::support::dump(m.database) == once);
  Mirrored pieces;
  observe(pieces);
  for (const auto& row : {rows[2], rows[0], rows[1]}) tell(pieces, {row});
  take(pieces);
  CHECK(heed::support::dump(pieces.database) == once);
}

TEST_CASE("a value that history found there, and nothing tells of, came since the last one known",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.stamp = "09:50:00", .created = "09:10:00"}}, later());
  tell(m, {{.when = "09:30:00", .old_value = "true", .new_value = "false"}});
  CHECK(take(m) == 2);
  const auto changes = changes_of(m);
  CHECK_FALSE(changes[0].old_value);
  CHECK(changes[0].new_value == "true");
  CHECK(changes[0].after == at("09:10:00"));
  CHECK(changes[0].until == at("09:30:00"));
  CHECK_FALSE(changes[0].by);
  CHECK(changes[1].new_value == "false");
}

TEST_CASE("a row dated a second after its record's stamp explains it all the same",
          "[mirror][history]") {
  Mirrored m;
  observe(m);
  tell(m, {{.when = "10:00:01"}});
  take(m);
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 2);
  CHECK(changes[1].supersedes == changes[0].number);
}

TEST_CASE("what history told of the past is explained by no row that follows within seconds",
          "[mirror][history]") {
  const auto next = GENERATE("10:00:01", "10:00:02");
  Mirrored m;
  m.record({Person{.stamp = "10:00:00"}}, first_load());
  tell(m, {{.when = "10:00:00", .old_value = "true", .new_value = "false"}});
  CHECK(take(m) == 2);
  m.record({Person{.stamp = next, .solicit = true}}, later());
  tell(m, {{.number = 2, .when = next}});
  CHECK(take(m) == 1);
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 4);
  CHECK(changes[2].how == How::observed);
  CHECK(changes[3].supersedes == changes[2].number);
  CHECK(changes[3].after == at(next));
}

TEST_CASE("a value that the record shows after all that history tells was changed without a row",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  m.record({Person{.stamp = "10:00:00"}}, later());
  tell(m, {{.when = "09:30:00"}});
  CHECK(take(m) == 2);
  const auto changes = changes_of(m);
  CHECK(changes[0].new_value == "true");
  CHECK(changes[1].new_value == "false");
  CHECK(changes[1].how == How::observed);
  CHECK(changes[1].after == at("09:30:00"));
  CHECK(changes[1].until == at("10:00:00"));
}

TEST_CASE("a row ahead of the record's own page is believed until that page comes",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  tell(m, {{.when = "09:30:00"}});
  CHECK(take(m) == 1);
}

TEST_CASE("a row of the very second in which the record was read before it is believed",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  m.record({Person{.stamp = "09:30:00"}}, later());
  tell(m, {{.when = "09:30:00"}});
  CHECK(take(m) == 1);
  m.record({Person{.stamp = "09:30:00", .solicit = true}}, later());
  const auto changes = changes_of(m);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].new_value == "true");
  CHECK(changes[0].how == How::history);
}

TEST_CASE("a change that was committed late and is dated before others is told once",
          "[mirror][history]") {
  const bool history_first = GENERATE(true, false);
  Mirrored m;
  m.record({Person{.stamp = "10:00:00"}}, first_load());
  if (history_first) {
    tell(m, {{.when = "09:30:00"}});
    take(m);
  }
  m.record({Person{.stamp = "10:00:00", .solicit = true}}, later());
  if (!history_first) {
    tell(m, {{.when = "09:30:00"}});
    take(m);
  }
  std::int64_t wishes = 0;
  for (const auto& change : changes_of(m)) {
    wishes += change.new_value == "true" && !change.supersedes ? 1 : 0;
  }
  CHECK(wishes >= 1);
  CHECK(changes_of(m).back().new_value == "true");
}

TEST_CASE("history about a field that is not followed is no change", "[mirror][history]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  const auto history = std::make_shared<const heed::Shape>(history_shape());
  m.mirror.adopt(*history, at("07:00:00"));
  heed::Page page(history);
  const auto keep = [&page](std::string_view text) { return heed::Value(page.keep(text)); };
  page.add(make_id("017", 1), at("09:30:00"), heed::Standing::live,
           std::array{heed::Value(at("09:30:00")), keep(Person{}.id().text()), keep("Name"),
                      keep("Ann"), keep("Anna"), heed::Value(heed::Null{})});
  m.mirror.record(page, {.object = "IndividualHistory"}, later());
  CHECK(take(m) == 0);
  CHECK(changes_of(m).empty());
}

TEST_CASE("what history tells of a record that is not there yet points to nothing that is lost",
          "[mirror][history]") {
  Mirrored m;
  m.record({Person{.number = 2}}, first_load());
  tell(m, {{}});
  CHECK(take(m) == 1);
  CHECK(m.mirror.dangling().empty());
}

TEST_CASE("rows of field history are nobody to be assessed", "[mirror][history]") {
  Mirrored m;
  tell(m, {{}});
  CHECK(m.mirror.list_size() == 0);
  CHECK(m.mirror.object_of(make_id("017", 1)) == std::nullopt);
}

TEST_CASE("a field that is followed later has the whole history read again", "[mirror][history]") {
  Mirrored m;
  const std::vector<std::string> one{"HasOptedOutSolicit"};
  const std::vector<std::string> two{"HasOptedOutSolicit", "ShouldForget"};
  m.mirror.follow_history("Individual", one, at("12:00:00"));
  heed::mirror::Cursor cursor{.object = "IndividualHistory", .watermark = at("11:00:00")};
  m.mirror.save(cursor);
  m.mirror.follow_history("Individual", one, at("12:00:00"));
  CHECK_FALSE(m.mirror.cursor("IndividualHistory").load_began);
  m.mirror.follow_history("Individual", two, at("12:00:00"));
  CHECK(m.mirror.cursor("IndividualHistory").load_began == at("12:00:00"));
}
