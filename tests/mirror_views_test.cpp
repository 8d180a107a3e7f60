#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/mirrored.hpp"
#include "support/office.hpp"

using heed::support::at;
using heed::support::Card;
using heed::support::first_load;
using heed::support::later;
using heed::support::make_id;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

const std::vector<heed::mirror::Published> published{
    {"Individual", "HasOptedOutSolicit", "solicit", {"true"}},
    {"Contact", "HasOptedOutOfEmail", "email", {"true"}},
    {"Lead", "DoNotCall", "phone", {"true"}}};

std::string asked(Mirrored& m, const std::string& sql) {
  auto row = m.database.query(sql);
  std::string text;
  while (row.step()) text += std::string(row.text(0)) + ";";
  return text;
}

}  // namespace

TEST_CASE("the views say who belongs together, who wishes what, and since when",
          "[mirror][views]") {
  Mirrored m;
  m.record({Person{}, Person{.number = 2}}, first_load());
  m.record({Card{.person = 1}}, first_load());
  m.record({Person{.stamp = "10:30:00", .solicit = true}}, later());
  m.mirror.publish(published);
  const std::string contact(Card{}.id().text());
  CHECK(asked(m, "SELECT person FROM people ORDER BY object, id") ==
        contact + ";" + contact + ";" + std::string(make_id("0PK", 2).text()) + ";");
  CHECK(asked(m, "SELECT id FROM preferences WHERE restrictive = 1") ==
        std::string(Person{}.id().text()) + ";");
  CHECK(asked(m, "SELECT until FROM preferences WHERE restrictive = 1") == "2026-11-25T10:30:00Z;");
  CHECK(asked(m, "SELECT field FROM changes WHERE new_value = 'true' AND superseded_by IS NULL") ==
        "HasOptedOutSolicit;");
  CHECK(asked(m, "SELECT number FROM runs").empty());
}

TEST_CASE("the view of people names a person by the record that reports do", "[mirror][views]") {
  heed::support::Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto person = org.create("Individual", {{"LastName", std::string_view("Neu")}});
  org.create("Lead", {{"LastName", std::string_view("Neu")},
                      {"Company", std::string_view("Acme")},
                      {"IndividualId", person.text()}});
  office.sync();
  auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
  heed::mirror::Mirror mirror(database);
  mirror.publish(published);
  bool by_another = false;
  auto row = database.query("SELECT object, id, person FROM people");
  while (row.step()) {
    const auto id = heed::Id::parse(row.text(1)).value();
    const auto first = mirror.person(row.text(0), id).members.front();
    CHECK(row.text(2) == first.id.text());
    by_another = by_another || (row.text(0) == "Lead" && first.object == "Individual");
  }
  CHECK(by_another);
}

TEST_CASE("what restricts only after a change restricts in no view before one", "[mirror][views]") {
  Mirrored m;
  m.record({Person{.solicit = true}, Person{.number = 2}}, first_load());
  m.record({Person{.stamp = "10:30:00"}, Person{.number = 3}}, later());
  auto fields = published;
  fields[0] = {"Individual", "HasOptedOutSolicit", "store-elsewhere", {"false"}};
  fields[0].only_on_change = true;
  m.mirror.publish(fields);
  CHECK(asked(m, "SELECT id FROM preferences WHERE preference = 'store-elsewhere'") ==
        std::string(make_id("0PK", 1).text()) + ";" + std::string(make_id("0PK", 2).text()) + ";" +
            std::string(make_id("0PK", 3).text()) + ";");
  CHECK(asked(m, "SELECT id FROM preferences WHERE restrictive = 1") ==
        std::string(make_id("0PK", 1).text()) + ";");
}

TEST_CASE("what restricts after a change goes on to while it says so in other words",
          "[mirror][views]") {
  Mirrored m;
  m.record({Person{.name = "none"}, Person{.number = 2, .name = "none"},
            Person{.number = 3, .name = "none"}, Person{.number = 4, .name = "none"}},
           first_load());
  auto fields = published;
  fields[0] = {"Individual", "Name", "store-elsewhere", {"none", "little"}};
  fields[0].only_on_change = true;
  m.mirror.publish(fields);
  std::int64_t number = 100;
  m.mirror.note_loaded("Individual", at("09:30:00"));
  const auto change = [&](int person, const char* from, const char* to, const char* how,
                          const char* when, std::optional<std::int64_t> supersedes = {}) {
    m.database
        .query(
            "INSERT INTO heed_change (number, object, id, field, old_value, new_value, how, "
            "after, until, first_seen, supersedes) VALUES (?, 'Individual', ?, 'Name', ?, ?, "
            "?, ?, ?, '', ?)")
        .bind(++number, make_id("0PK", person).text(), std::string_view(from), std::string_view(to),
              std::string_view(how), at(when), at(when), supersedes)
        .run();
    return number;
  };
  const auto explained = [&](int person, const char* how, const char* when) {
    change(person, "all", "none", "history", when, change(person, "all", "none", how, "10:00:00"));
  };
  change(1, "all", "little", "observed", "10:00:00");
  change(1, "little", "none", "observed", "11:00:00");
  explained(2, "initial", "09:00:00");
  explained(3, "observed", "09:59:00");
  explained(4, "initial", "09:59:00");  // the first load found it set, and was under way then
  std::string restrict;
  for (const int person : {1, 3, 4}) {
    restrict += std::string(make_id("0PK", person).text()) + ";";
  }
  CHECK(asked(m, "SELECT id FROM preferences WHERE restrictive = 1") == restrict);
}

TEST_CASE("views are made anew only where they differ", "[mirror][views]") {
  Mirrored m;
  m.mirror.publish(published);
  const auto before = m.database.total_changes();
  m.mirror.publish(published);
  CHECK(m.database.total_changes() == before);
  auto more = published;
  more.push_back({"Individual", "ShouldForget", "forget", {"true"}});
  m.record({Person{.forget = true}}, first_load());
  m.mirror.publish(more);
  CHECK(asked(m, "SELECT preference FROM preferences WHERE restrictive = 1") == "forget;");
}

TEST_CASE("a row as it was known has the values of then, late news left out", "[mirror][known]") {
  Mirrored m;
  m.record({Person{.created = "08:00:00"}}, {at("09:00:00"), true, std::nullopt, at("09:00:00")});
  m.record({Person{.stamp = "10:00:00", .solicit = true}}, {at("11:00:00"), false, at("09:00:00")});
  const auto id = Person{}.id();
  // Made at 10:00, and seen at 11:00.
  CHECK(m.mirror.row_as_known("Individual", id, at("10:30:00"))->value("HasOptedOutSolicit") !=
        "true");
  CHECK(m.mirror.row_as_known("Individual", id, at("11:00:00"))->value("HasOptedOutSolicit") ==
        "true");
}

TEST_CASE("a record is known since heed saw it, and linked since heed saw that",
          "[mirror][known]") {
  Mirrored m;
  m.record({Person{}}, {at("09:00:00"), true, std::nullopt, at("09:00:00")});
  m.record({Card{.stamp = "10:00:00", .no_email = true}}, {at("11:00:00"), false, at("09:00:00")});
  m.record({Card{.stamp = "12:00:00", .no_email = true, .person = 1}},
           {at("13:00:00"), false, at("11:00:00")});
  CHECK_FALSE(m.mirror.row_as_known("Contact", Card{}.id(), at("10:30:00")));
  CHECK(m.mirror.person("Contact", Card{}.id(), at("12:30:00")).members.size() == 1);
  CHECK(m.mirror.person("Contact", Card{}.id(), at("13:00:00")).members.size() == 2);
}
