#include <catch2/catch.hpp>

#include "heed/erasure.hpp"
#include "support/custom.hpp"

// Objects of the configuration, when it asks for less; and their records, when the person is gone.

using Catch::Contains;
using heed::support::Custom;

namespace {

using namespace std::chrono_literals;

void run(Custom& office, int code = 0) {
  office.org.advance(1h);
  const int ended = office.terminal.run({"sync"});
  INFO(office.terminal.out());
  CHECK(ended == code);
}

std::string contact(const Custom& office, std::uint32_t number) {
  return std::string(office.org.nth("Contact", number).text());
}

/// How many records would be forgotten with somebody.
std::string scope(Custom& office, const std::string& id) {
  office.terminal.run({"forget", id, "--dry-run"});
  const auto out = office.terminal.out();
  const auto end = out.find(" records of one person");
  return end == std::string::npos ? out : out.substr(out.rfind('\n', end) + 1, end);
}

}  // namespace

TEST_CASE("an object that the configuration names no more leaves the mirror, and nothing waits",
          "[scenario][cli]") {
  Custom office;
  office.request(2);
  run(office);
  REQUIRE(office.says("ida@example.org"));
  office.org.hide_field("Privacy_Request__c", "Status__c");
  office.org.advance(24h);
  run(office, 8);
  office.configure(Custom::requests(), "");
  run(office);
  CHECK_THAT(office.terminal.out(),
             Contains("NOTE: Privacy_Request__c: the configuration asks for it no more"));
  CHECK_FALSE(office.says("ida@example.org"));
  for (const auto* command : {"due", "status", "verify"}) {
    CAPTURE(command);
    CHECK(office.terminal.run({command}) == 0);
    CHECK_THAT(office.terminal.out(), !Contains("Privacy_Request__c"));
  }
  CHECK(office.one("SELECT COUNT(*) FROM people WHERE object = 'Privacy_Request__c'") == "0");
  office.configure("[controller]", Custom::requests() + "[controller]");
  office.org.hide_field("Privacy_Request__c", "Status__c", false);
  run(office);
  CHECK(office.says("ida@example.org"));
}

TEST_CASE("a lookup that made one person of several can be taken back", "[scenario][cli]") {
  const std::string wrong =
      "[[object]]\nname = \"Privacy_Request__c\"\nperson = [\"Contact__c\", \"OwnerId\"]\n";
  Custom office(wrong);
  for (const auto number : {2U, 3U, 4U}) office.request(number);
  run(office);
  const auto together = scope(office, contact(office, 2));
  const auto less =
      GENERATE(as<std::string>{}, "",
               "[[object]]\nname = \"Privacy_Request__c\"\nperson = [\"Contact__c\"]\n",
               "[[object]]\nname = \"Privacy_Request__c\"\nperson = [\"Contact__c\"]\n"
               "fields = [\"OwnerId\"]\n");
  CAPTURE(less);
  office.configure(wrong, less);
  run(office);
  const auto apart = scope(office, contact(office, 2));
  CHECK(apart != together);
  CHECK_THAT(apart, Contains(less.empty() ? "2" : "3"));
  run(office);
  CHECK(scope(office, contact(office, 2)) == apart);
  CHECK(office.terminal.run({"verify"}) == 0);
}

TEST_CASE("a field that the configuration asks for no more is not missed", "[scenario][cli]") {
  Custom office(Custom::requests() + "[fields]\nContact = [\"Title\", \"FirstName\"]\n");
  office.request(2);
  run(office);
  office.configure(", \"FirstName\"", "");
  office.configure(", \"Email__c\"", "");
  run(office);
  CHECK_FALSE(office.says("ida@example.org"));
  CHECK(office.terminal.run({"status"}) == 0);
  CHECK(office.terminal.run({"verify"}) == 0);
}

TEST_CASE("a record that comes in of somebody who was forgotten is named until it is forgotten",
          "[scenario][forget][cli]") {
  Custom office("");
  const auto who = contact(office, 2);
  const bool before = GENERATE(true, false);
  auto id = before ? office.request(2) : heed::Id();
  office.request(4, "olaf@example.org");
  run(office);
  REQUIRE(office.terminal.run({"forget", who, "--confirm", "2"}) == 0);
  CHECK(office.terminal.run({"show", who}) == 1);
  CHECK_THAT(office.terminal.err(), Catch::Contains("whether it was forgotten"));
  CHECK(office.terminal.run({"forget", who, "--dry-run"}) == 1);
  CHECK_THAT(office.terminal.err(), Catch::Contains("forgotten already"));
  for (const auto& each : {office.org.nth("Contact", 2), office.org.nth("Individual", 2)}) {
    office.org.purge(each);
  }
  office.configure("", Custom::requests());
  if (!before) id = office.request(3);
  if (!before) office.org.update(id, {{"Contact__c", std::string_view(who)}});
  const auto name = "Privacy_Request__c " + std::string(id.text());
  run(office, 8);
  CHECK_THAT(office.terminal.out(), Contains("INCOMPLETE: 1 record") && Contains(name));
  run(office, 8);
  REQUIRE(office.terminal.run({"forget", std::string(id.text()), "--confirm", "1"}) == 0);
  CHECK_FALSE(office.says("ida@example.org"));
  CHECK_FALSE(office.says(std::string(id.text())));
  office.org.purge(id);
  run(office);
}

TEST_CASE("whoever has more records than a person has is not passed over without a word",
          "[scenario][forget][cli]") {
  Custom office(Custom::requests() + "[forget]\nautomatic = true\n");
  for (int number = 0; number < 1100; ++number) office.request(2);
  run(office);
  const auto person = heed::Id::parse(
      std::get<std::string_view>(office.org.value(office.org.nth("Contact", 2), "IndividualId")));
  office.org.update(*person, {{"ShouldForget", true}});
  run(office);
  const auto done = office.terminal.run({"done", "--filter", "preference=forget", "--confirm", "4",
                                         "--by", "Ida", "--evidence", "case 7"});
  INFO(office.terminal.err());
  REQUIRE(done == 0);
  run(office, 8);
  CHECK_THAT(office.terminal.out(),
             Contains("INCOMPLETE: Individual " + std::string(person->text())) &&
                 Contains("more than 1,000 linked records"));
  office.terminal.run({"forget", std::string(person->text()), "--dry-run"});
  CHECK_THAT(office.terminal.out(),
             Contains("nothing may be forgotten until the links are mended"));
}

TEST_CASE("what was not believed stays so, were the object empty when heed first looked",
          "[scenario][cli]") {
  Custom office;
  run(office);
  std::vector<heed::Id> requests;
  for (const auto number : {2U, 3U, 4U, 5U}) requests.push_back(office.request(number));
  run(office);
  for (std::size_t i = 0; i < 3; ++i) office.org.hide_row(requests[i]);
  office.org.advance(1h);
  CHECK(office.terminal.run({"sync", "--reconcile"}) == 8);
  run(office, 8);
  CHECK(office.terminal.run({"sync", "--full"}) == 8);
  run(office, 8);
}
