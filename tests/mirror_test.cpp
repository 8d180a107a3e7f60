#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/dump.hpp"
#include "support/mirrored.hpp"

using heed::Standing;
using heed::mirror::Ref;
using heed::support::at;
using heed::support::Card;
using heed::support::first_load;
using heed::support::later;
using heed::support::Mirrored;
using heed::support::Person;

TEST_CASE("a mirror belongs to the org it was bound to, and refuses any other", "[mirror]") {
  Mirrored m;
  CHECK_FALSE(m.mirror.org());
  m.mirror.bind({"00D000000000001AAA", "na1.example.org"});
  m.mirror.bind({"00D000000000001AAA", "na2.example.org"});
  CHECK(m.mirror.org()->instance == "na2.example.org");
  try {
    m.mirror.bind({"00D000000000002AAA", "na2.example.org"});
    FAIL("another org was let in");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    CHECK_THAT(error.what(),
               Catch::Contains("00D000000000001AAA") && Catch::Contains("00D000000000002AAA"));
  }
  CHECK(m.mirror.org()->id == "00D000000000001AAA");
}

TEST_CASE("tables and columns bear the CRM's names", "[mirror]") {
  Mirrored m;
  CHECK(m.mirror.objects() == std::vector<std::string>{"Contact", "Individual"});
  CHECK(heed::store::columns(m.database, "Contact") ==
        std::vector<std::string>{"Id", "LastName", "CreatedDate", "HasOptedOutOfEmail",
                                 "IndividualId", "MasterRecordId", "Score", "SystemModstamp",
                                 "heed_standing", "heed_seen"});
  CHECK(m.mirror.shape("Contact") == heed::support::contact_shape());
  CHECK_FALSE(m.mirror.shape("Lead"));
}

TEST_CASE("a shape adopted again at the same moment writes nothing, later only when", "[mirror]") {
  Mirrored m;
  m.mirror.adopt(heed::support::contact_shape(), at("12:00:00"));
  CHECK(m.mirror.described("Contact") == at("12:00:00"));
  const auto before = m.database.total_changes();
  m.mirror.adopt(heed::support::contact_shape(), at("12:00:00"));
  CHECK(m.database.total_changes() == before);
  m.mirror.adopt(heed::support::contact_shape(), at("13:00:00"));
  CHECK(m.database.total_changes() == before + 1);
  CHECK(m.mirror.described("Contact") == at("13:00:00"));
}

TEST_CASE("ids that differ by the case of a letter are two records", "[mirror]") {
  Mirrored m;
  const auto lower = *heed::Id::parse("003000000000GNy");
  const auto upper = *heed::Id::parse("003000000000GNY");
  const auto digits = *heed::Id::parse("003e10000000001");  // no number, whatever it looks like
  m.record({Card{.score = 1.0, .other_id = lower}, Card{.score = 2.0, .other_id = upper},
            Card{.score = 3.0, .other_id = digits}},
           first_load());
  CHECK(m.mirror.count("Contact") == 3);
  CHECK(m.mirror.row("Contact", lower)->value("Score") == "1");
  CHECK(m.mirror.row("Contact", upper)->value("Score") == "2");
  auto row = m.database.query("SELECT typeof(Id) FROM Contact WHERE Id = '003e10000000001AAA'");
  REQUIRE(row.step());
  CHECK(row.text(0) == "text");
}

TEST_CASE("a new field gets a column, and a gone one keeps its own", "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = true}}, first_load());
  auto shape = heed::support::individual_shape();
  shape.fields.erase(shape.fields.begin() + 3);
  shape.fields.push_back({.name = "SendIndividualData", .type = heed::FieldType::flag});
  m.mirror.adopt(shape, at("12:00:00"));
  const auto row = m.mirror.row("Individual", Person{}.id());
  CHECK(row->value("HasOptedOutSolicit") == "true");
  CHECK_FALSE(row->value("SendIndividualData"));
  CHECK(m.mirror.shape("Individual")->fields.size() == 7);
}

TEST_CASE("a field whose type its column cannot hold gets a new one, as often as it changes",
          "[mirror]") {
  Mirrored m;
  auto shape = heed::support::contact_shape();
  for (const auto type : {heed::FieldType::text, heed::FieldType::integer, heed::FieldType::text}) {
    shape.fields[5].type = type;
    m.mirror.adopt(shape, at("12:00:00"));
    CHECK(m.mirror.shape("Contact")->fields[5].type == type);
  }
  const auto columns = heed::store::columns(m.database, "Contact");
  for (const auto* name : {"Score", "heed_was_Score", "heed_was_Score_2", "heed_was_Score_3"}) {
    CHECK(std::count(columns.begin(), columns.end(), name) == 1);
  }
}

TEST_CASE("a name that could be heed's own, or no name at all, is refused", "[mirror]") {
  Mirrored m;
  const auto name = GENERATE("heed_change", "", "a b", "x\"; DROP TABLE y", "sqlite_schema");
  CHECK_THROWS_AS(m.mirror.adopt({name, {{.name = "Name"}}, "SystemModstamp"}, at("12:00:00")),
                  heed::Error);
}

TEST_CASE("null, empty and not shown are three things", "[mirror]") {
  Mirrored m;
  heed::Page page(std::make_shared<const heed::Shape>(
      heed::Shape{"Lead", {{.name = "A"}, {.name = "B"}, {.name = "C"}}, "SystemModstamp"}));
  m.mirror.adopt(page.shape(), at("07:00:00"));
  const auto id = heed::support::make_id("00Q", 1);
  const std::array<heed::Value, 3> first{"x", "x", "x"};
  const std::array<heed::Value, 3> second{heed::Null{}, heed::Empty{}, heed::NotShown{}};
  page.add(id, at("10:00:00"), Standing::live, first);
  page.add(id, at("10:00:01"), Standing::live, second);
  m.mirror.record(page, m.mirror.cursor("Lead"), later());
  const auto row = m.mirror.row("Lead", id);
  CHECK_FALSE(row->value("A"));
  CHECK(row->value("B") == "");
  CHECK(row->value("C") == "x");
  CHECK(row->stamp == at("10:00:01"));
}

TEST_CASE("every type of value is read back as changes write it", "[mirror]") {
  Mirrored m;
  using heed::FieldType;
  heed::Page page(std::make_shared<const heed::Shape>(
      heed::Shape{"Lead",
                  {{.name = "Flag", .type = FieldType::flag},
                   {.name = "Whole", .type = FieldType::integer},
                   {.name = "Number", .type = FieldType::number},
                   {.name = "Count", .type = FieldType::number},
                   {.name = "Day", .type = FieldType::date},
                   {.name = "Moment", .type = FieldType::moment}},
                  "SystemModstamp"}));
  m.mirror.adopt(page.shape(), at("07:00:00"));
  const auto id = heed::support::make_id("00Q", 1);
  const std::array<heed::Value, 6> values{
      true, std::int64_t{-7}, 0.1, std::int64_t{3}, heed::make_day(2026, 2, 28), at("11:12:13")};
  page.add(id, at("10:00:00"), Standing::live, values);
  m.mirror.record(page, m.mirror.cursor("Lead"), later());
  CHECK(m.mirror.record(page, m.mirror.cursor("Lead"), later()).updated == 0);
  const auto row = m.mirror.row("Lead", id);
  CHECK(row->value("Flag") == "true");
  CHECK(row->value("Whole") == "-7");
  CHECK(row->value("Number") == "0.1");
  CHECK(row->value("Count") == "3");
  CHECK(row->value("Day") == "2026-02-28");
  CHECK(row->value("Moment") == "2026-11-25T11:12:13Z");
}

TEST_CASE("an equal row is not written", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, later());
  const auto before = m.database.total_changes();
  const auto tally = m.record({Person{}}, later());
  CHECK(tally.seen == 1);
  CHECK(tally.updated + tally.created + tally.changes == 0);
  CHECK(m.database.total_changes() == before + 1);  // the cursor
}

TEST_CASE("an older version of a row is left out", "[mirror]") {
  Mirrored m;
  m.record({Person{.stamp = "10:00:05", .solicit = true}}, later());
  const auto before = heed::support::dump(m.database);
  CHECK(m.record({Person{.stamp = "10:00:04"}}, later()).updated == 0);
  CHECK(heed::support::dump(m.database) == before);
}

TEST_CASE("two versions of one record in a page are both seen", "[mirror]") {
  Mirrored m;
  const auto tally = m.record({Person{}, Person{.stamp = "10:00:01", .solicit = true}}, later());
  CHECK(tally.created == 1);
  CHECK(tally.updated == 1);
  CHECK(tally.changes == 1);
}

TEST_CASE("rows, and the cursor that covers them, are stored together", "[mirror]") {
  Mirrored m;
  const heed::mirror::Cursor after{.object = "Individual",
                                   .watermark = at("09:00:00"),
                                   .load_began = at("08:00:00"),
                                   .load_after = Person{.number = 7}.id(),
                                   .window_from = at("09:00:00"),
                                   .window_to = at("10:00:00"),
                                   .last_stamp = at("09:59:59"),
                                   .last_id = Person{}.id()};
  m.mirror.record(heed::support::page_of(std::vector<Person>{{}}), after, later());
  CHECK(m.mirror.cursor("Individual") == after);
  CHECK(m.mirror.cursor("Contact") == heed::mirror::Cursor{.object = "Contact"});
}

TEST_CASE("a row stamped before the stored watermark is counted as late", "[mirror]") {
  Mirrored m;
  m.mirror.save(heed::mirror::Cursor{.object = "Individual", .watermark = at("10:00:00")});
  const auto tally =
      m.record({Person{}, Person{.number = 2, .stamp = "10:00:01"}, Person{}}, later());
  CHECK(tally.created == 2);
  CHECK(tally.late == 1);
}

TEST_CASE("a first load lists only records that hold a preference", "[mirror]") {
  Mirrored m;
  m.record(
      {Person{.number = 1}, Person{.number = 2, .solicit = true}, Person{.number = 3, .master = 1}},
      first_load());
  m.record({Card{.number = 1, .person = 2}}, first_load());
  CHECK(m.mirror.list_size() == 1);
  CHECK(m.mirror.to_assess(10) == std::vector<Ref>{{"Individual", Person{.number = 2}.id()}});
}

TEST_CASE("afterwards every new or changed row is listed, once", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1}, Person{.number = 2}}, first_load());
  m.record({Person{.number = 1, .stamp = "11:00:00", .name = "Bea"}, Person{.number = 2},
            Person{.number = 3}, Person{.number = 3, .stamp = "10:00:01"}},
           later());
  const std::vector<Ref> expected{{"Individual", Person{.number = 1}.id()},
                                  {"Individual", Person{.number = 3}.id()}};
  CHECK(m.mirror.to_assess(10) == expected);
  CHECK(m.mirror.to_assess(1).size() == 1);
  m.mirror.assessed(m.mirror.to_assess(1));
  CHECK(m.mirror.list_size() == 1);
}

TEST_CASE("records are struck off in the caller's transaction", "[mirror]") {
  Mirrored m;
  m.record({Person{}}, later());
  {
    heed::store::Transaction given_up(m.database);
    m.mirror.assessed(m.mirror.to_assess(1));
    CHECK(m.mirror.list_size() == 0);
  }
  CHECK(m.mirror.list_size() == 1);
}

TEST_CASE("a field that is hidden keeps its values and is named with its rows", "[mirror]") {
  Mirrored m;
  m.record({Person{.solicit = true}}, first_load());
  m.mirror.hide("Individual", "HasOptedOutSolicit", at("12:00:00"));
  m.mirror.hide("Individual", "HasOptedOutSolicit", at("13:00:00"));
  m.record({Person{.stamp = "12:30:00", .solicit = heed::NotShown{}, .name = "Bea"}}, later());
  const auto row = m.mirror.row("Individual", Person{}.id());
  CHECK(row->value("HasOptedOutSolicit") == "true");
  CHECK(row->value("Name") == "Bea");
  CHECK(row->hidden == std::vector<std::string>{"HasOptedOutSolicit"});
  CHECK(m.mirror.hidden() ==
        std::vector<heed::mirror::Hidden>{{"Individual", "HasOptedOutSolicit", at("12:00:00")}});
  m.mirror.shown("Individual", "HasOptedOutSolicit");
  CHECK(m.mirror.hidden().empty());
}

TEST_CASE("rows are visited in the order of ids, with the fields asked for", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 2, .name = "Bea"}, Person{.number = 1}}, first_load());
  std::vector<std::string> names;
  const std::vector<std::string> fields{"Name"};
  m.mirror.for_each_row("Individual", fields, [&](const heed::mirror::Row& row) {
    CHECK(row.values.size() == 1);
    names.emplace_back(row.value("Name").value_or(""));
  });
  CHECK(names == std::vector<std::string>{"Ann", "Bea"});
}

TEST_CASE("ids are read in pieces, with stamps and standings", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1}, Person{.number = 2, .standing = Standing::deleted},
            Person{.number = 3}},
           first_load());
  const auto first = m.mirror.ids("Individual", {}, 2);
  REQUIRE(first.size() == 2);
  CHECK(first[1].id == Person{.number = 2}.id());
  CHECK(first[1].stamp == at("10:00:00"));
  CHECK(first[1].standing == Standing::deleted);
  CHECK(first[1].written == at("09:30:00"));
  CHECK(m.mirror.ids("Individual", first[1].id, 2).size() == 1);
  CHECK(m.mirror.count("Individual") == 3);
  CHECK(m.mirror.count("Individual", Standing::live) == 2);
  CHECK(m.mirror.count("Lead") == 0);
}

TEST_CASE("runs are numbered and found again, complete ones apart", "[mirror]") {
  Mirrored m;
  CHECK_FALSE(m.mirror.last_run());
  heed::mirror::Run first{
      .command = "sync", .began = at("10:00:00"), .ended = at("10:01:00"), .exit_code = 0};
  first.tally.seen = 12;
  first.tally.replaced = 3;
  first.detail = "{}";
  first = m.mirror.finish_run(first);
  CHECK(first.number == 1);
  CHECK(m.mirror.last_run() == first);
  heed::mirror::Run second{
      .command = "sync", .began = at("11:00:00"), .ended = at("11:00:01"), .exit_code = 8};
  CHECK(m.mirror.finish_run(second).number == 2);
  CHECK(m.mirror.last_run()->exit_code == 8);
  CHECK(m.mirror.last_complete_run() == first);
}

TEST_CASE("an idle poll is one transaction of its cursors and its run", "[mirror]") {
  Mirrored m;
  const auto before = m.database.total_changes();
  const std::vector<heed::mirror::Cursor> cursors{
      {.object = "Individual", .watermark = at("11:00:00")},
      {.object = "Contact", .watermark = at("11:00:00")}};
  m.mirror.finish_run(
      {.command = "sync", .began = at("11:00:00"), .ended = at("11:00:01"), .exit_code = 0},
      cursors);
  CHECK(m.database.total_changes() == before + 3);
  CHECK(m.mirror.cursor("Contact") == cursors[1]);
}
