#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/custom.hpp"
#include "support/cut.hpp"

// Objects that the configuration has mirrored beside those that heed knows.

using Catch::Contains;
using heed::Standing;
using heed::support::contents;
using heed::support::Custom;
using heed::support::Office;
using heed::support::standing;

namespace {

using namespace std::chrono_literals;

void wants_requests(Office& office) {
  office.config.more_objects = {
      {"Privacy_Request__c", {"Contact__c", "Lead__c"}, {"Status__c"}, "heed.toml:1"}};
}

}  // namespace

TEST_CASE("an object of the configuration is mirrored, compared and shown with its person",
          "[scenario][cli]") {
  Custom office;
  const auto id = office.request(2);
  const auto other = office.request(3);
  REQUIRE(office.terminal.run({"sync"}) == 0);
  const std::string status =
      "SELECT Status__c FROM Privacy_Request__c WHERE Id = '" + std::string(id.text()) + "'";
  CHECK(office.one(status) == "New");
  office.org.advance(1h);
  office.org.update(id, {{"Status__c", std::string_view("Closed")}});
  office.org.remove(other);
  office.org.advance(1h);
  REQUIRE(office.terminal.run({"sync"}) == 0);
  CHECK(office.one(status) == "Closed");
  CHECK(office.one("SELECT heed_standing FROM Privacy_Request__c WHERE Id = '" +
                   std::string(other.text()) + "'") == "deleted");
  CHECK(office.terminal.run({"verify"}) == 0);
  CHECK_THAT(office.terminal.out(), Contains("Privacy_Request__c"));
  office.terminal.run({"show", std::string(office.org.nth("Contact", 2).text())});
  CHECK_THAT(office.terminal.out(), Contains("Privacy_Request__c " + std::string(id.text())));
}

TEST_CASE("a record of such an object is forgotten with its person", "[scenario][forget][cli]") {
  Custom office;
  const auto id = std::string(office.request(2).text());
  REQUIRE(office.terminal.run({"sync"}) == 0);
  REQUIRE_THAT(contents(office.terminal.file("heed.db")), Contains("ida@example.org"));
  const auto contact = std::string(office.org.nth("Contact", 2).text());
  CHECK(office.terminal.run({"forget", contact, "--dry-run"}) == 0);
  CHECK_THAT(office.terminal.out(), Contains(id));
  REQUIRE(office.terminal.run({"forget", contact, "--confirm", "3"}) == 0);
  CHECK_THAT(contents(office.terminal.file("heed.db")),
             !Contains("ida@example.org") && !Contains(id));
  office.org.advance(1h);
  CHECK(office.terminal.run({"sync", "--full"}) == 8);  // it is in the CRM all the same
  CHECK_THAT(contents(office.terminal.file("heed.db")),
             !Contains("ida@example.org") && !Contains(id));
}

TEST_CASE("an object without a log of deletions loses its records by comparing, and says so",
          "[scenario][cli]") {
  Custom office("[[object]]\nname = \"Request_Note__c\"\nfields = [\"Text__c\"]\n");
  // After the day on which the shipped files were looked at.
  office.org.advance_to(*heed::parse_moment("2026-11-30T09:00:00Z"));
  std::vector<heed::Id> notes;
  for (int i = 0; i < 3; ++i) {
    notes.push_back(
        office.org.create("Request_Note__c", {{"Text__c", std::string_view("rang, no answer")}}));
  }
  CHECK(office.terminal.run({"sync"}) == 0);
  CHECK_THAT(office.terminal.out(), Contains("NOTE: Request_Note__c: the CRM keeps no log of its "
                                             "deletions"));
  office.org.purge(notes[1]);
  office.org.advance(1h);
  office.terminal.run({"sync", "--reconcile"});
  CHECK(office.one("SELECT heed_standing FROM Request_Note__c WHERE Id = '" +
                   std::string(notes[1].text()) + "'") == "vanished");
  CHECK(office.terminal.run({"check"}) == 0);
  CHECK_THAT(office.terminal.out(), Contains("what is gone is found by comparing"));
}

TEST_CASE("an object that cannot be read as the configuration wants it is missed aloud",
          "[scenario][cli]") {
  const auto [more, complaint] = GENERATE(table<std::string, std::string>(
      {{"[[object]]\nname = \"Widget__c\"\nfields = [\"Name\"]\n",
        "Widget__c is not visible to this user"},
       {"[[object]]\nname = \"Privacy_Request__c\"\nfields = [\"Stattus__c\"]\n",
        "Privacy_Request__c.Stattus__c is asked for by name and not visible"},
       {"[[object]]\nname = \"Privacy_Request__c\"\nperson = [\"Email__c\"]\n",
        "Privacy_Request__c.Email__c is to say whose a record is, and is no reference"},
       {"[[object]]\nname = \"Privacy_Request__c\"\nperson = [\"Kontakt__c\"]\n",
        "Privacy_Request__c.Kontakt__c is hidden or gone"},
       {"[[object]]\nname = \"privacy_request__c\"\nfields = [\"Status__c\"]\n",
        "privacy_request__c is spelt 'Privacy_Request__c' in the CRM"}}));
  Custom office(more);
  office.request(2);
  CHECK(office.terminal.run({"sync"}) == 8);
  CHECK_THAT(office.terminal.out(), Contains("INCOMPLETE: " + complaint));
  CHECK(office.terminal.run({"check"}) == 1);
}

TEST_CASE("an [[object]] that makes no sense is refused by file, line and name",
          "[scenario][cli][config]") {
  const auto [more, complaint] = GENERATE(table<std::string, std::string>(
      {{"name = \"Contact\"\nfields = [\"Title\"]", "its fields go in [fields], as Contact"},
       {"name = \"contact\"\nfields = [\"Title\"]", "its fields go in [fields], as Contact"},
       {"name = \"user\"\nfields = [\"Title\"]", "is spelt 'User'"},
       {"name = \"ContactHistory\"\nfields = [\"Field\"]", "is field history"},
       {"name = \"heed_change\"\nfields = [\"id\"]", "is no name of an object of the CRM"},
       {"name = \"People\"\nfields = [\"id\"]", "is no name of an object of the CRM"},
       {"name = \"Case; DROP\"\nfields = [\"id\"]", "is no name of an object of the CRM"},
       {"name = \"Case\"", "has neither person nor fields"},
       {"name = \"Case\"\nfields = [\"\"]", "fields"},
       {"fields = [\"Subject\"]", "there is no 'name'"},
       {"name = \"Case\"\nfields = [\"Subject\"]\nfield = [\"Status\"]", "did you mean"},
       {"name = \"Case\"\nfields = [\"Subject\"]\n[erased_when_empty]\nCase = [\"Subject\"]",
        "the name of an [[object]] with a person"},
       {"name = \"Case\"\nfields = [\"Subject\"]\n[[object]]\nname = \"CASE\"\nfields = [\"Id\"]",
        "is named twice"}}));
  CAPTURE(more);
  Custom office("[[object]]\n" + more + "\n");
  CHECK(office.terminal.run({"sync"}) == 3);
  CHECK_THAT(office.terminal.err(), Contains("heed.toml:") && Contains(complaint));
}

TEST_CASE("whom a request still names is not forgotten in the CRM, until it is emptied",
          "[scenario][cli]") {
  Custom office(Custom::requests() +
                "[erased_when_empty]\nContact = [\"FirstName\"]\nIndividual = [\"FirstName\"]\n"
                "Privacy_Request__c = [\"Email__c\"]\n");
  const auto id = office.request(2);
  auto& org = office.org;
  const auto contact = org.nth("Contact", 2);
  const auto individual =
      heed::Id::parse(std::get<std::string_view>(org.value(contact, "IndividualId")));
  REQUIRE(individual);
  REQUIRE(office.terminal.run({"sync"}) == 0);
  org.advance(1h);
  org.update(*individual, {{"ShouldForget", true}});
  org.advance(1h);
  REQUIRE(office.terminal.run({"sync"}) == 0);
  const auto owed = [&] {
    office.terminal.run({"show", std::string(individual->text())});
    CHECK_THAT(office.terminal.out(), Contains("answer the request to be forgotten"));
    return office.terminal.out().find("met on") == std::string::npos;
  };
  CHECK(owed());
  org.advance(1h);
  for (const auto& each : {contact, *individual}) org.update(each, {{"FirstName", heed::Null{}}});
  org.advance(1h);
  REQUIRE(office.terminal.run({"sync"}) == 0);
  CHECK(owed());
  org.update(id, {{"Email__c", heed::Null{}}});
  org.advance(1h);
  REQUIRE(office.terminal.run({"sync"}) == 0);
  CHECK_FALSE(owed());
}

TEST_CASE("runs with an object of the configuration, cut or killed anywhere, end the same",
          "[scenario]") {
  heed::support::FaultyVfs disk;
  Office office({.individuals = 6});
  wants_requests(office);
  auto& org = office.crm.org();
  const auto create = [&](std::uint32_t of) {
    return org.create("Privacy_Request__c", {{"Contact__c", org.nth("Contact", of).text()},
                                             {"Status__c", std::string_view("New")}});
  };
  const auto first = create(2);
  office.sync();
  org.advance(1h);
  create(3);
  org.update(first, {{"Status__c", std::string_view("Closed")}});
  org.advance(1h);
  SECTION("cut") {
    heed::support::cut_at_every_request(office);
  }
  SECTION("killed") {
    heed::support::kill_at_every_write(office, disk);
  }
}
