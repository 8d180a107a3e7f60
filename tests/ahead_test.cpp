#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "support/canary.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

namespace {

using heed::support::answered;

const std::string instance = "https://na1.acme.example/services/Soap/u/62.0/00D000000000001";
const std::string row =
    "<records><sf:type>Contact</sf:type><sf:Id>003000000000001AAA</sf:Id>"
    "<sf:SystemModstamp>2026-03-01T10:00:00.000Z</sf:SystemModstamp></records>";

/// A client that has logged in to a CRM that is a script, and its first page.
struct Reading {
  heed::support::Scripted script;
  heed::support::ManualClock clock{*heed::parse_moment("2026-03-02T00:00:00Z")};
  heed::crm::Options options;
  heed::crm::Selection selection;
  std::optional<heed::crm::Client> client;

  Reading() {
    auto shape = std::make_shared<heed::Shape>();
    shape->object = "Contact";
    shape->stamp = "SystemModstamp";
    heed::Field stamp;
    stamp.name = "SystemModstamp";
    stamp.type = heed::FieldType::moment;
    shape->fields.push_back(stamp);
    selection.shape = shape;
    options.url = "https://login.acme.example";
    script.then(200, heed::support::logged_in(instance));
  }

  heed::crm::Answer<heed::Page> first() {
    client.emplace(script, clock, options,
                   heed::crm::Password{
                       "heed@acme.example",
                       heed::vault::Secret::parse("plain:" + heed::support::canary("password")),
                       {}});
    return client->read(selection);
  }

  heed::crm::Answer<heed::Page> second() { return client->more(selection, "01gLOCATOR-1"); }

  /// How many requests went out, what was sent ahead with them.
  std::size_t requests() {
    client.reset();
    return script.requests.size();
  }
};

}  // namespace

TEST_CASE("the next page is asked for while one is read, and once", "[crm][threads]") {
  Reading reading;
  reading.script.then(200, answered(row, 2, "01gLOCATOR-1"))
      .then(200, answered(row, 2, "", "queryMore"));
  REQUIRE(std::holds_alternative<heed::Page>(reading.first()));
  CHECK(reading.client->calls() == 3);
  const bool taken = GENERATE(true, false);
  if (taken) {
    const auto page = std::get<heed::Page>(reading.second());
    CHECK(page.size() == 1);
    CHECK(reading.client->calls() == 3);
  }
  CHECK(reading.requests() == 3);
}

TEST_CASE(
    "nothing is asked for ahead where an answer does not say whole and plainly how it goes on",
    "[crm][threads]") {
  const std::string page = answered(row, 2, "01gLOCATOR-1");
  const auto answer = GENERATE_COPY(
      answered(row, 1), page.substr(0, page.size() - 1), answered(row, 2, "01g&amp;LOCATOR"),
      answered("<sf:" + std::string(5000, 'x') + "/>", 1),
      heed::support::fault("QUERY_TIMEOUT", "&lt;queryLocator>01g&lt;/queryLocator>"));
  Reading reading;
  reading.options.retries = 0;
  reading.script.then(200, answer);
  try {
    reading.first();
  } catch (const heed::Error&) {  // half an answer is one
  }
  CHECK(reading.requests() == 2);
}

TEST_CASE("nothing is asked for ahead where the day's requests run out", "[crm][threads]") {
  Reading reading;
  reading.options.calls_a_day = GENERATE(1, 2, 100);
  reading.script.then(200, answered(row, 2, "01gLOCATOR-1"));
  const auto wanted = reading.options.calls_a_day == 100 ? 3U : 2U;
  REQUIRE(std::holds_alternative<heed::Page>(reading.first()));
  CHECK(reading.requests() == wanted);
}

TEST_CASE("what failed ahead counts as the attempt in its turn", "[crm][threads]") {
  Reading reading;
  reading.options.retries = GENERATE(0, 1);
  reading.script.then(200, answered(row, 2, "01gLOCATOR-1"))
      .then(0, "")
      .then(200, answered(row, 2, "", "queryMore"));
  REQUIRE(std::holds_alternative<heed::Page>(reading.first()));
  if (reading.options.retries == 0) {
    CHECK_THROWS_AS(reading.second(), heed::Error);
  } else {
    CHECK(std::holds_alternative<heed::Page>(reading.second()));
  }
  CHECK(reading.requests() == 3U + static_cast<std::size_t>(reading.options.retries));
}

TEST_CASE("another question waits for the page that is on its way, and gets its own answer",
          "[crm][threads]") {
  Reading reading;
  reading.script.then(200, answered(row, 2, "01gLOCATOR-1"))
      .then(GENERATE(200, 0), answered(row, 2, "", "queryMore"))
      .then(200, heed::support::time_told())
      .then(200, answered(row, 2, "", "queryMore"));
  REQUIRE(std::holds_alternative<heed::Page>(reading.first()));
  CHECK(heed::to_text(reading.client->now()) == "2026-03-01T12:00:00Z");
  CHECK(std::get<heed::Page>(reading.second()).size() == 1);
  CHECK(reading.client->calls() == 5);
  CHECK(reading.requests() == 5);
}

TEST_CASE("a session that ends ahead is renewed in its turn", "[crm][threads]") {
  Reading reading;
  reading.script.then(200, answered(row, 2, "01gLOCATOR-1"))
      .then(500, heed::support::fault("INVALID_SESSION_ID"))
      .then(200, heed::support::logged_in(instance))
      .then(200, answered(row, 2, "", "queryMore"));
  REQUIRE(std::holds_alternative<heed::Page>(reading.first()));
  CHECK(std::get<heed::Page>(reading.second()).size() == 1);
  CHECK(reading.requests() == 5);
}
