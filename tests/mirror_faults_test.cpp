#include <catch2/catch.hpp>

#include <rapidcheck.h>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/dump.hpp"
#include "support/faulty_vfs.hpp"
#include "support/mirrored.hpp"
#include "support/temp_dir.hpp"

using heed::Standing;
using heed::store::Database;
using heed::store::Mode;
using heed::support::at;
using heed::support::FaultyVfs;
using heed::support::first_load;
using heed::support::Mirrored;
using heed::support::Person;
using heed::support::TempDir;

namespace {

std::string clock_text(int second) {
  return heed::to_text(at("10:00:00") + std::chrono::seconds(second)).substr(11, 8);
}

/// Versions of some records as time goes by: no two have the same stamp.
std::vector<Person> random_story() {
  const auto length = *rc::gen::inRange(1, 25);
  std::vector<Person> story;
  for (int i = 0; i < length; ++i) {
    Person person;
    person.number = *rc::gen::inRange(1, 5);
    person.stamp = clock_text(i);
    person.solicit = *rc::gen::arbitrary<bool>();
    person.forget = *rc::gen::element<heed::Value>(heed::Value(true), heed::Value(false),
                                                   heed::Value(heed::Null{}));
    if (*rc::gen::arbitrary<bool>()) person.master = *rc::gen::inRange(1, 5);
    if (*rc::gen::inRange(0, 5) == 0) person.standing = Standing::deleted;
    story.push_back(std::move(person));
  }
  return story;
}

heed::mirror::Reading reading() {
  return {at("23:00:00"), false, at("09:00:00")};
}

std::string dump_all(Mirrored& m) {
  return heed::support::dump(m.database) + heed::support::dump_progress(m.database);
}

/// What a sync would do, from where the cursor is.
void play(Mirrored& m) {
  const std::vector<std::vector<Person>> pages{
      {Person{.number = 1, .solicit = true}, Person{.number = 2}},
      {Person{.number = 3, .master = 1}, Person{.number = 1, .stamp = "10:30:00"}},
      {Person{.number = 2, .stamp = "11:00:00", .standing = Standing::deleted}}};
  const auto done = m.mirror.cursor("Individual").last_stamp;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto mark = at("12:00:00") + std::chrono::seconds(i);
    if (done && mark <= *done) continue;
    const heed::mirror::Cursor after{.object = "Individual", .last_stamp = mark};
    m.mirror.record(heed::support::page_of(pages[i]), after, reading());
  }
}

}  // namespace

TEST_CASE("pages recorded again, in part and at any time, change nothing", "[mirror]") {
  REQUIRE(rc::check([] {
    const auto story = random_story();
    Mirrored once;
    for (const auto& version : story) once.record({version}, reading());
    Mirrored often;
    for (std::size_t i = 0; i < story.size();) {
      // A page that overlaps what was recorded, and goes on from there.
      const auto from = *rc::gen::inRange<std::size_t>(0, i + 1);
      const auto to = *rc::gen::inRange<std::size_t>(i, story.size()) + 1;
      often.record(std::vector<Person>(story.begin() + static_cast<std::ptrdiff_t>(from),
                                       story.begin() + static_cast<std::ptrdiff_t>(to)),
                   reading());
      i = to;
    }
    RC_ASSERT(dump_all(once) == dump_all(often));
  }));
}

TEST_CASE("whatever order versions arrive in, the rows end as the last ones", "[mirror]") {
  REQUIRE(rc::check([] {
    auto story = random_story();
    Mirrored in_order;
    in_order.record(story, reading());
    // Shuffled with a seed of its own: the order must not matter.
    for (std::size_t i = story.size(); i > 1; --i) {
      std::swap(story[i - 1], story[*rc::gen::inRange<std::size_t>(0, i)]);
    }
    Mirrored shuffled;
    shuffled.record(story, reading());
    const auto rows = [](Mirrored& m) {
      const auto text = heed::support::dump(m.database);
      return text.substr(0, text.find("# changes"));
    };
    RC_ASSERT(rows(in_order) == rows(shuffled));
  }));
}

TEST_CASE("every change says what the row says: replayed, changes give the rows", "[mirror]") {
  REQUIRE(rc::check([] {
    const auto story = random_story();
    Mirrored m;
    m.record(story, reading());
    for (int number = 1; number < 5; ++number) {
      const auto id = Person{.number = number}.id();
      const auto row = m.mirror.row("Individual", id);
      if (!row) continue;
      std::optional<std::string> value;
      for (const auto& change : m.mirror.changes(std::array{id})) {
        RC_ASSERT(change.after <= change.until);
        if (change.field == "HasOptedOutSolicit") value = change.new_value;
      }
      RC_ASSERT(value.value_or("false") == row->value("HasOptedOutSolicit"));
    }
  }));
}

TEST_CASE("killed at any write and started again, the mirror ends the same", "[mirror]") {
  Mirrored undisturbed;
  play(undisturbed);
  const auto expected = dump_all(undisturbed);
  FaultyVfs vfs;
  const auto fault =
      GENERATE(FaultyVfs::Fault::kill, FaultyVfs::Fault::disk_full, FaultyVfs::Fault::io_error);
  for (std::int64_t k = 1;; ++k) {
    const TempDir folder;
    const auto path = folder.file("mirror.db");
    vfs.fail_at(k, fault);
    try {
      Mirrored m(Database::open(path, Mode::write, {.vfs = vfs.name()}));
      play(m);
    } catch (const heed::Error& error) {
      CHECK(error.kind() == heed::Kind::storage);
    }
    const bool broke = vfs.broke();
    vfs.heal();
    Mirrored again(Database::open(path, Mode::write, {.vfs = vfs.name()}));
    play(again);
    CAPTURE(k);
    REQUIRE(dump_all(again) == expected);
    CHECK(again.database.check_integrity().empty());
    if (!broke) break;
    REQUIRE(k < 2000);
  }
}

TEST_CASE("one page is wholly in the mirror or not at all", "[mirror]") {
  Mirrored m;
  m.mirror.adopt({"Lead", {{.name = "Age", .type = heed::FieldType::integer}}, "SystemModstamp"},
                 at("07:00:00"));
  heed::Page page(std::make_shared<const heed::Shape>(*m.mirror.shape("Lead")));
  const std::array<heed::Value, 1> good{std::int64_t{7}};
  const std::array<heed::Value, 1> bad{"seven"};
  page.add(heed::support::make_id("00Q", 1), at("10:00:00"), Standing::live, good);
  page.add(heed::support::make_id("00Q", 2), at("10:00:00"), Standing::live, bad);
  const heed::mirror::Cursor after{.object = "Lead", .watermark = at("11:00:00")};
  CHECK_THROWS_AS(m.mirror.record(page, after, reading()), heed::Error);
  CHECK(m.mirror.count("Lead") == 0);
  CHECK_FALSE(m.mirror.cursor("Lead").watermark);
  CHECK(m.mirror.list_size() == 0);
}
