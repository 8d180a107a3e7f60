#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "heed/http/ahead.hpp"
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

  heed::crm::Client& start() {
    return client.emplace(script, clock, options,
                          heed::crm::Password{"heed@acme.example",
                                              heed::vault::Secret::parse(
                                                  "plain:" + heed::support::canary("password")),
                                              {}});
  }

  heed::crm::Answer<heed::Page> first() { return start().read(selection); }

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
  const auto before_locator = [&page](const std::string& text) {
    auto changed = page;
    return changed.insert(page.find("<queryLocator>"), text);
  };
  const auto [status, answer] = GENERATE_COPY(table<int, std::string>(
      {{200, answered(row, 1)},
       {200, page.substr(0, page.size() - 1)},
       {200, answered(row, 2, "01g&amp;LOCATOR")},
       {200, before_locator("<!--" + std::string(5000, 'x') + "-->")},
       {200, answered("<my_queryLocator>01g</my_queryLocator>", 0)},
       {200, heed::support::fault("QUERY_TIMEOUT", "&lt;queryLocator>01g&lt;/queryLocator>")},
       {500, heed::support::envelope("<queryLocator>01g</queryLocator>")}}));
  Reading reading;
  reading.options.retries = 0;
  reading.script.then(status, answer);
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

TEST_CASE("nothing is asked for ahead where others' share of the day's requests is reached",
          "[crm][threads]") {
  const auto [used, wanted] = GENERATE(table<int, std::size_t>({{7, 4}, {8, 4}, {9, 3}}));
  CAPTURE(used);
  Reading reading;
  reading.options.leave_share = 0.5;
  reading.script
      .then(200, heed::support::time_told(
                     "2026-03-01T12:00:00.000Z",
                     "<LimitInfoHeader><limitInfo><current>" + std::to_string(used) +
                         "</current><limit>20</limit><type>API REQUESTS</type></limitInfo>"
                         "</LimitInfoHeader>"))
      .then(200, answered(row, 2, "01gLOCATOR-1"));
  reading.start().now();
  REQUIRE(std::holds_alternative<heed::Page>(reading.client->read(reading.selection)));
  CHECK(reading.requests() == wanted);
}

TEST_CASE("an answer that was asked for ahead is taken by the same request alone", "[http]") {
  heed::support::Scripted inner;
  inner.then(200, "ahead").then(200, "now");
  const heed::http::Request request{"https://a.example/", "POST", {{"A", "1"}}, "x"};
  auto other = request;
  SECTION("by the same") {}
  SECTION("not by another address") {
    other.url = "https://b.example/";
  }
  SECTION("not by another method") {
    other.method = "HEAD";
  }
  SECTION("not by another header") {
    other.headers = {{"A", "2"}};
  }
  SECTION("not by another body") {
    other.body = "y";
  }
  const bool same = other.url == request.url && other.method == request.method &&
                    other.headers == request.headers && other.body == request.body;
  heed::http::Ahead ahead(inner);
  ahead.begin(request);
  CHECK(ahead.has(other) == same);
  CHECK(ahead.send(other).body == (same ? "ahead" : "now"));
  CHECK_FALSE(ahead.has(request));
}

TEST_CASE("another question waits for the page that is on its way, and gets its own answer",
          "[crm][threads]") {
  Reading reading;
  reading.options.retries = 0;
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
