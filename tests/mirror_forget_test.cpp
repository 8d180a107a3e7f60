#include <catch2/catch.hpp>

#include <array>

#include "heed/mirror.hpp"
#include "support/dump.hpp"
#include "support/mirrored.hpp"

using Catch::Contains;
using heed::support::at;
using heed::support::Card;
using heed::support::first_load;
using heed::support::later;
using heed::support::make_id;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

const std::string key(64, 'k');

heed::Id pseudonym(heed::Id id) {
  return heed::mirror::pseudonym_of(key, id);
}

/// Ann, who is Individual 1 and Contact 1, with a wish each; and Bob, Individual 2, to whom the
/// Contact once belonged.
void two_people(Mirrored& m) {
  m.mirror.guard({key, {}});
  m.record(
      {Person{.solicit = true, .name = "Ann Personal"}, Person{.number = 2, .name = "Bob Other"}},
      first_load());
  m.record({Card{.no_email = true, .person = 2}}, first_load());
  m.record({Card{.stamp = "11:00:00", .no_email = true, .person = 1}}, later());
}

void forget_ann(Mirrored& m) {
  const auto group = m.mirror.person("Individual", Person{}.id());
  REQUIRE(group.members.size() == 2);
  m.mirror.forget(group.members, at("12:00:00"));
}

}  // namespace

TEST_CASE("a pseudonym is an id of the same object that another key makes otherwise",
          "[mirror][forget]") {
  const auto id = Person{}.id();
  const auto one = pseudonym(id);
  CHECK(one == pseudonym(id));
  CHECK(one != id);
  CHECK(one.prefix() == id.prefix());
  CHECK(heed::Id::parse(one.text()) == one);
  CHECK(one != heed::mirror::pseudonym_of("another", id));
  CHECK(one != pseudonym(make_id("0PK", 2)));
}

TEST_CASE("a forgotten person goes on under pseudonyms with flags, and nothing else",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  CHECK_FALSE(m.mirror.row("Individual", Person{}.id()));
  const auto row = m.mirror.row("Individual", pseudonym(Person{}.id()));
  REQUIRE(row);
  CHECK(row->value("HasOptedOutSolicit") == "true");
  CHECK_FALSE(row->value("Name"));
  const auto contact = m.mirror.row("Contact", pseudonym(Card{}.id()));
  REQUIRE(contact);
  CHECK(contact->value("IndividualId") == pseudonym(Person{}.id()).text());
  CHECK_FALSE(contact->value("LastName"));
  const auto all = heed::support::dump(m.database) + heed::support::dump_progress(m.database);
  CHECK_THAT(all, !Contains("Ann") && !Contains("Smith"));
  CHECK_THAT(all, !Contains(std::string(Person{}.id().text())));
  CHECK_THAT(all, !Contains(std::string(Card{}.id().text())));
  CHECK(m.mirror.row("Individual", make_id("0PK", 2))->value("Name") == "Bob Other");
}

TEST_CASE("the changes of a forgotten person stay, without those they were linked to",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  const auto before = m.mirror.changes(std::array{Card{}.id()}).size();
  forget_ann(m);
  const auto changes = m.mirror.changes(std::array{pseudonym(Card{}.id())});
  CHECK(changes.size() == before);
  for (const auto& change : changes) {
    CHECK(change.old_value != std::string(make_id("0PK", 2).text()));
    CHECK(change.new_value != std::string(make_id("0PK", 2).text()));
  }
  CHECK(m.mirror.links_of(make_id("0PK", 2)).empty());
  CHECK(m.mirror.person("Contact", pseudonym(Card{}.id())).members.size() == 2);
}

TEST_CASE("a forgotten record that comes in again is known by its pseudonym, and counted",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  CHECK(m.mirror.returned() == 0);
  m.record({Person{.stamp = "13:00:00", .solicit = true, .forget = true, .name = "Ann Personal"}},
           later("12:30:00"));
  CHECK(m.mirror.count("Individual") == 2);
  const auto row = m.mirror.row("Individual", pseudonym(Person{}.id()));
  REQUIRE(row);
  CHECK(row->value("ShouldForget") == "true");
  CHECK_FALSE(row->value("Name"));
  CHECK(m.mirror.returned() == 1);
  CHECK_THAT(heed::support::dump(m.database), !Contains("Ann"));
  m.record({Person{.stamp = "14:00:00", .standing = heed::Standing::deleted}}, later("13:30:00"));
  CHECK(m.mirror.returned() == 0);
}

TEST_CASE("a new record of a forgotten person is linked to the pseudonym", "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  m.record({Card{.number = 9, .stamp = "13:00:00", .person = 1}}, later("12:30:00"));
  const auto group = m.mirror.person("Contact", make_id("003", 9));
  CHECK(group.members.size() == 3);
  CHECK_THAT(heed::support::dump(m.database), !Contains(std::string(Person{}.id().text())));
}

TEST_CASE("a standing that the CRM tells of by the old id is the pseudonym's", "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  CHECK(m.mirror.mark("Individual", Person{}.id(), heed::Standing::purged, at("15:00:00"),
                      later("14:00:00")));
  CHECK(m.mirror.row("Individual", pseudonym(Person{}.id()))->standing == heed::Standing::purged);
}

TEST_CASE("a reading that stood at a forgotten record goes on a little earlier",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  heed::mirror::Cursor cursor{.object = "Individual",
                              .watermark = at("09:00:00"),
                              .window_from = at("09:00:00"),
                              .window_to = at("12:00:00"),
                              .last_stamp = at("10:00:00"),
                              .last_id = Person{}.id()};
  m.mirror.save(cursor);
  forget_ann(m);
  const auto after = m.mirror.cursor("Individual");
  CHECK_FALSE(after.last_id);
  CHECK_FALSE(after.last_stamp);
  CHECK(after.window_from == at("09:00:00"));
}

TEST_CASE("forgetting is found again in an older copy", "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  const auto erasures = m.mirror.erasures();
  REQUIRE(erasures.size() == 2);
  CHECK(erasures[0].digest.size() == 64);
  Mirrored older;
  two_people(older);
  const auto found = older.mirror.find_unforgotten(erasures);
  CHECK(found.size() == 2);
  older.mirror.forget(found, at("12:00:00"));
  CHECK(heed::support::dump(older.database) == heed::support::dump(m.database));
}
