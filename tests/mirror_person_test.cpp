#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "support/mirrored.hpp"

using heed::mirror::Ref;
using heed::support::at;
using heed::support::Card;
using heed::support::first_load;
using heed::support::later;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

Ref person(int number) {
  return {"Individual", Person{.number = number}.id()};
}
Ref card(int number) {
  return {"Contact", Card{.number = number}.id()};
}

std::vector<Ref> group_of(const Mirrored& m, const Ref& record) {
  return m.mirror.person(record.object, record.id).members;
}

}  // namespace

TEST_CASE("a link begins with the stamp that shows it, and ends when another takes its place",
          "[mirror]") {
  Mirrored m;
  m.record({Card{.person = 1}}, first_load());
  CHECK(m.record({Card{.stamp = "11:00:00", .person = 2}}, later()).links == 2);
  const auto links = m.mirror.links_of(Card{}.id());
  REQUIRE(links.size() == 2);
  CHECK(links[0] == heed::Link{"Contact", Card{}.id(), "IndividualId", person(1).id, at("10:00:00"),
                               at("11:00:00")});
  CHECK(links[1] == heed::Link{"Contact", Card{}.id(), "IndividualId", person(2).id, at("11:00:00"),
                               std::nullopt});
  CHECK(m.mirror.links_of(person(2).id).size() == 1);
}

TEST_CASE("a link that is taken away ends, and one that comes back is begun anew", "[mirror]") {
  Mirrored m;
  m.record({Card{.person = 1}}, first_load());
  m.record({Card{.stamp = "11:00:00"}}, later());
  CHECK(m.mirror.links_of(Card{}.id())[0].ended == at("11:00:00"));
  m.record({Card{.stamp = "12:00:00", .person = 1}}, later());
  const auto links = m.mirror.links_of(Card{}.id());
  REQUIRE(links.size() == 2);
  CHECK_FALSE(links[1].ended);
}

TEST_CASE("who a record pointed to before is assessed again as well", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1}, Person{.number = 2}}, first_load());
  m.record({Card{.person = 1}}, first_load());
  m.record({Card{.stamp = "11:00:00", .person = 2}}, later());
  CHECK(m.mirror.to_assess(10) == std::vector<Ref>{card(1), person(1)});
}

TEST_CASE("records that point to one Individual are one person, whoever is asked about",
          "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1}, Person{.number = 2}}, first_load());
  m.record({Card{.number = 1, .person = 1}, Card{.number = 2, .person = 1},
            Card{.number = 3, .person = 2}},
           first_load());
  const std::vector<Ref> expected{card(1), card(2), person(1)};
  for (const auto& each : expected) CHECK(group_of(m, each) == expected);
  CHECK(group_of(m, card(3)) == std::vector<Ref>{card(3), person(2)});
}

TEST_CASE("an Individual that the mirror has no row of still joins its records", "[mirror]") {
  Mirrored m;
  m.record({Card{.number = 1, .person = 1}, Card{.number = 2, .person = 1}}, first_load());
  CHECK(group_of(m, card(1)) == std::vector<Ref>{card(1), card(2)});
}

TEST_CASE("a record that points elsewhere now has left its person", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1}, Person{.number = 2}}, first_load());
  m.record({Card{.person = 1}}, first_load());
  m.record({Card{.stamp = "11:00:00", .person = 2}}, later());
  CHECK(group_of(m, card(1)) == std::vector<Ref>{card(1), person(2)});
  CHECK(group_of(m, person(1)) == std::vector<Ref>{person(1)});
}

TEST_CASE("a merge binds for ever", "[mirror]") {
  Mirrored m;
  m.record({Card{.number = 1}, Card{.number = 2, .master = 1}}, first_load());
  m.record({Card{.number = 2, .stamp = "11:00:00"}}, later());
  CHECK(group_of(m, card(1)) == std::vector<Ref>{card(1), card(2)});
}

TEST_CASE("a chain of merges is one person, a ring as well", "[mirror]") {
  Mirrored m;
  m.record({Person{.number = 1, .master = 3}, Person{.number = 2, .master = 1},
            Person{.number = 3, .master = 2}},
           first_load());
  CHECK(group_of(m, person(2)) == std::vector<Ref>{person(1), person(2), person(3)});
}

TEST_CASE("a group without end is cut, and says so", "[mirror]") {
  Mirrored m;
  std::vector<Card> cards;
  for (int i = 1; i <= 1100; ++i) cards.push_back({.number = i, .person = 1});
  m.record({Person{}}, first_load());
  m.record(cards, first_load());
  const auto group = m.mirror.person("Individual", Person{}.id());
  CHECK_FALSE(group.whole);
  CHECK(group.members.size() == heed::mirror::Group::largest);
  CHECK(m.mirror.person("Individual", person(2).id).members.empty());
}

TEST_CASE("an id's object is known once a row of it has been seen", "[mirror]") {
  Mirrored m;
  CHECK_FALSE(m.mirror.object_of(Person{}.id()));
  m.record({Person{}}, first_load());
  CHECK(m.mirror.object_of(person(7).id) == "Individual");
}
