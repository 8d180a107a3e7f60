#include <catch2/catch.hpp>

#include <array>

#include "heed/mirror.hpp"
#include "support/dump.hpp"
#include "support/mirrored.hpp"

using heed::How;
using heed::Standing;
using heed::support::at;
using heed::support::Card;
using heed::support::first_load;
using heed::support::later;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

std::vector<heed::Change> changes_of(const Mirrored& m, heed::Id id) {
  return m.mirror.changes(std::array{id});
}

/// The change that there must be one of.
heed::Change only_change(const Mirrored& m, heed::Id id) {
  const auto changes = changes_of(m, id);
  REQUIRE(changes.size() == 1);
  return changes.front();
}

}  // namespace

TEST_CASE("a value found set by the first load is initial, since some time after creation",
          "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = true}}, first_load());
  const auto change = only_change(m, Person{}.id());
  CHECK(change.object == "Individual");
  CHECK(change.field == "HasOptedOutSolicit");
  CHECK_FALSE(change.old_value);
  CHECK(change.new_value == "true");
  CHECK(change.how == How::initial);
  CHECK(change.after == at("08:00:00"));
  CHECK(change.until == at("10:00:00"));
  CHECK(change.first_seen == first_load().seen);
}

TEST_CASE("a record never modified since it was created has its values since then exactly",
          "[mirror]") {
  Mirrored m;
  m.record({Person{.stamp = "08:00:00", .solicit = true}}, first_load());
  const auto change = only_change(m, Person{}.id());
  CHECK(change.after == change.until);
}

TEST_CASE("without a creation date an initial value may be as old as time", "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = true, .created = std::nullopt}}, first_load());
  CHECK(only_change(m, Person{}.id()).after == heed::Moment{});
}

TEST_CASE("false and null say nothing about a new record", "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = false, .forget = heed::Null{}}}, first_load());
  m.record({Person{.number = 2, .solicit = heed::NotShown{}}}, later());
  CHECK(changes_of(m, Person{}.id()).empty());
  CHECK(changes_of(m, Person{.number = 2}.id()).empty());
}

TEST_CASE("a record that is new after the first load was set after its creation", "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = true}}, later("09:00:00"));
  auto change = only_change(m, Person{}.id());
  CHECK(change.how == How::observed);
  CHECK_FALSE(change.old_value);
  CHECK(change.after == at("08:00:00"));
  m.record({Person{.number = 2, .solicit = true, .created = std::nullopt}}, later("09:00:00"));
  CHECK(only_change(m, Person{.number = 2}.id()).after == at("09:00:00"));
}

TEST_CASE("an observed change lies after the latest evidence of the old value", "[mirror]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  m.record({Person{.stamp = "10:30:00", .solicit = true}}, later("10:00:00"));
  auto change = only_change(m, Person{}.id());
  CHECK(change.old_value == "false");
  CHECK(change.new_value == "true");
  CHECK(change.how == How::observed);
  CHECK(change.after == at("10:00:00"));
  CHECK(change.until == at("10:30:00"));
}

TEST_CASE("a watermark later than the stamp is no evidence: the row was committed late",
          "[mirror]") {
  Mirrored m;
  m.record({Person{.stamp = "08:30:00"}}, first_load());
  m.record({Person{.stamp = "09:30:00", .solicit = true}}, later("10:00:00"));
  const auto change = only_change(m, Person{}.id());
  CHECK(change.after == at("08:30:00"));
  CHECK(change.until == at("09:30:00"));
}

TEST_CASE("a change is kept once, however often its page is recorded", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  for (int i = 0; i < 3; ++i) m.record({Person{.stamp = "11:00:00", .solicit = true}}, later());
  CHECK(changes_of(m, Person{}.id()).size() == 1);
}

TEST_CASE("changes of fields that are not tracked are not kept", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  CHECK(m.record({Person{.stamp = "11:00:00", .name = "Bea"}}, later()).updated == 1);
  CHECK(changes_of(m, Person{}.id()).empty());
}

TEST_CASE("going back to false is a change like any other", "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = true}}, first_load());
  m.record({Person{.stamp = "11:00:00", .solicit = false}}, later());
  const auto changes = changes_of(m, Person{}.id());
  REQUIRE(changes.size() == 2);
  CHECK(changes[1].old_value == "true");
  CHECK(changes[1].new_value == "false");
  CHECK(changes[0].number < changes[1].number);
}

TEST_CASE("a value of a field adopted later is initial, not observed", "[mirror]") {
  // In the second in which the row was read as well, and where the clock has been set back.
  const std::string adopted = GENERATE("23:30:00", "23:00:00", "21:00:00");
  Mirrored m;
  m.record({Person{}}, later());
  auto shape = heed::support::individual_shape();
  shape.fields.push_back({.name = "Quiet", .type = heed::FieldType::flag, .tracked = true});
  m.mirror.adopt(shape, at(adopted));
  heed::Page page(std::make_shared<const heed::Shape>(
      heed::Shape{"Individual", {shape.fields.back()}, "SystemModstamp"}));
  const std::array<heed::Value, 1> quiet{true};
  page.add(Person{}.id(), at("10:00:00"), Standing::live, quiet);
  const heed::mirror::Reading reading{at(adopted), false, at("20:00:00")};
  m.mirror.record(page, m.mirror.cursor("Individual"), reading);
  m.mirror.record(page, m.mirror.cursor("Individual"), reading);
  const auto change = only_change(m, Person{}.id());
  CHECK(change.how == How::initial);
  CHECK(change.field == "Quiet");
  CHECK(m.mirror.row("Individual", Person{}.id())->value("Name") == "Ann");
}

TEST_CASE("a field tracked from now on has its present values as initial ones", "[mirror]") {
  Mirrored m;
  auto shape = heed::support::individual_shape();
  shape.fields[3].tracked = false;
  heed::store::Database database = heed::store::Database::in_memory();
  heed::mirror::Mirror mirror(database);
  mirror.adopt(shape, at("07:00:00"));
  const auto untracked = [&] {
    heed::Page page(std::make_shared<const heed::Shape>(shape));
    const auto tracked = heed::support::page_of(std::vector<Person>{{.solicit = true}});
    page.add(Person{}.id(), at("10:00:00"), Standing::live, tracked[0].values);
    mirror.record(page, mirror.cursor("Individual"), first_load());
  };
  untracked();
  CHECK(mirror.changes(std::array{Person{}.id()}).empty());
  mirror.adopt(heed::support::individual_shape(), at("22:00:00"));
  mirror.record(heed::support::page_of(std::vector<Person>{{.solicit = true}}),
                mirror.cursor("Individual"), later());
  const auto changes = mirror.changes(std::array{Person{}.id()});
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].how == How::initial);
}

TEST_CASE("what changed while a field was hidden may have changed ever since", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  m.mirror.hide("Individual", "HasOptedOutSolicit", at("12:00:00"));
  m.record({Person{.stamp = "13:00:00", .solicit = heed::NotShown{}}}, later("12:30:00"));
  m.record({Person{.stamp = "14:00:00", .solicit = true}}, later("13:30:00"));
  const auto change = only_change(m, Person{}.id());
  CHECK(change.after == at("12:00:00"));
  CHECK(change.until == at("14:00:00"));
}

TEST_CASE("what a record had that came while a field was hidden, it may have had ever since",
          "[mirror]") {
  Mirrored m;
  m.mirror.hide("Individual", "HasOptedOutSolicit", at("09:00:00"));
  m.record({Person{.solicit = heed::NotShown{}}}, first_load());
  SECTION("shown again, and changed in another way") {}
  SECTION("shown again when every record was read, out of sight then") {
    m.mirror.read_again("Individual", std::array<std::string, 1>{"HasOptedOutSolicit"},
                        at("12:00:00"));
    m.mirror.shown("Individual", "HasOptedOutSolicit");
  }
  m.record({Person{.stamp = "14:00:00", .solicit = true}}, later("13:30:00"));
  const auto change = only_change(m, Person{}.id());
  CHECK(change.after == at("08:00:00"));  // when it was created
  CHECK(change.until == at("14:00:00"));
}

TEST_CASE("a deletion is a change of the record's standing, and lists it", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  m.record({Person{.stamp = "11:00:00", .standing = Standing::deleted}}, first_load());
  const auto change = only_change(m, Person{}.id());
  CHECK(change.field == heed::mirror::standing_field);
  CHECK(change.old_value == "live");
  CHECK(change.new_value == "deleted");
  CHECK(m.mirror.row("Individual", Person{}.id())->standing == Standing::deleted);
  CHECK(m.mirror.list_size() == 1);
}

TEST_CASE("a page from before a deletion does not bring the record back; a later stamp does",
          "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  CHECK(m.mirror.mark("Individual", Person{}.id(), Standing::deleted, at("11:00:00"), later()));
  m.record({Person{}}, later());
  CHECK(m.mirror.count("Individual", Standing::deleted) == 1);
  m.record({Person{.stamp = "12:00:00"}}, later());
  CHECK(m.mirror.count("Individual", Standing::live) == 1);
}

TEST_CASE("a vanished record that is returned again is live, whatever its stamp", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  m.mirror.mark("Individual", Person{}.id(), Standing::vanished, at("11:00:00"), later());
  m.record({Person{}}, later());
  CHECK(m.mirror.count("Individual", Standing::live) == 1);
  CHECK(changes_of(m, Person{}.id()).size() == 2);
}

TEST_CASE("a mark is one change and one entry on the list, and nothing the second time",
          "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  const auto reading = later("10:30:00");
  CHECK(m.mirror.mark("Individual", Person{}.id(), Standing::vanished, at("11:00:00"), reading));
  CHECK_FALSE(
      m.mirror.mark("Individual", Person{}.id(), Standing::vanished, at("11:30:00"), reading));
  CHECK_FALSE(m.mirror.mark("Individual", Person{.number = 9}.id(), Standing::deleted,
                            at("11:00:00"), reading));
  CHECK_FALSE(m.mirror.mark("Lead", Person{}.id(), Standing::deleted, at("11:00:00"), reading));
  const auto change = only_change(m, Person{}.id());
  CHECK(change.after == at("10:30:00"));
  CHECK(change.until == at("11:00:00"));
  CHECK(m.mirror.list_size() == 1);
}

TEST_CASE("a mark that finds nothing to do leaves the caller's transaction whole", "[mirror]") {
  Mirrored m;
  heed::store::Transaction outer(m.database);
  m.mirror.mark("Individual", Person{}.id(), Standing::deleted, at("11:00:00"), later());
  CHECK_NOTHROW(outer.commit());
}

TEST_CASE("a change that the CRM's history tells is added as it stands", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, first_load());
  m.record({Person{.stamp = "11:00:00", .solicit = true}}, later());
  auto told = only_change(m, Person{}.id());
  told.supersedes = told.number;
  told.how = How::history;
  told.after = told.until;
  const auto number = m.mirror.add(told);
  const auto changes = changes_of(m, Person{}.id());
  REQUIRE(changes.size() == 2);
  told.number = number;
  CHECK(changes[1] == told);
}

TEST_CASE("changes are visited from a moment on, in the order of their numbers", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1, .solicit = true}}, first_load());
  m.record({Person{.number = 2, .stamp = "12:00:00", .solicit = true}}, later());
  m.record({Person{.number = 3, .stamp = "11:00:00", .solicit = true}}, later());
  std::vector<std::int64_t> numbers;
  m.mirror.for_each_change(at("11:00:00"),
                           [&](const heed::Change& change) { numbers.push_back(change.number); });
  CHECK(numbers == std::vector<std::int64_t>{2, 3});
}

TEST_CASE("a record that is read as deleted is in the bin until it is live again", "[mirror]") {
  const bool first = GENERATE(true, false);
  Mirrored m;
  const Person gone{.stamp = "10:30:00", .standing = Standing::deleted};
  if (!first) m.record({Person{}}, first_load());
  m.record({gone, Person{.number = 2}}, first ? first_load() : later("11:00:00"));
  const std::vector<heed::mirror::Deletion> bin{{gone.id(), at("10:30:00")}};
  CHECK(m.mirror.bin("Individual") == bin);
  SECTION("which getDeleted tells once more") {
    m.mirror.put_in_bin("Individual",
                        std::vector<heed::mirror::Deletion>{{gone.id(), at("10:29:00")}});
    CHECK(m.mirror.bin("Individual") == bin);
  }
  SECTION("in a mirror of an older heed, which trusted getDeleted alone") {
    m.database.execute(
        "DELETE FROM heed_bin; UPDATE heed_schema SET version = 3 WHERE component = 'upkeep'");
    const Mirrored newer(std::move(m.database));
    CHECK(newer.mirror.bin("Individual") == bin);
    return;
  }
  m.record({Person{.stamp = "12:00:00"}}, later("12:10:00"));
  CHECK(m.mirror.bin("Individual").empty());
}
