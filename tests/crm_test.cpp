#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "support/canary.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

namespace {

using heed::support::time_told;

const std::string instance = "https://na1.acme.example/services/Soap/u/62.0/00D000000000001";

/// A client whose CRM is a script that begins with a login.
struct Crm {
  heed::support::Scripted script;
  heed::support::ManualClock clock{*heed::parse_moment("2026-03-02T00:00:00Z")};
  heed::crm::Options options;
  std::string secret = heed::support::canary("password");
  std::optional<heed::crm::Client> client;

  heed::crm::Client& start() {
    options.url = "https://login.acme.example";
    return client.emplace(
        script, clock, options,
        heed::crm::Password{
            "heed@acme.example", heed::vault::Secret::parse("plain:" + secret), {}});
  }
};

heed::crm::Selection contacts() {
  auto shape = std::make_shared<heed::Shape>();
  shape->object = "Contact";
  heed::Field stamp;
  stamp.name = shape->stamp = "SystemModstamp";
  stamp.type = heed::FieldType::moment;
  shape->fields.push_back(stamp);
  heed::crm::Selection selection;
  selection.shape = shape;
  return selection;
}

heed::Kind kind_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const heed::Error& error) {
    return error.kind();
  }
  FAIL("nothing was thrown");
  return heed::Kind::finding;
}

}  // namespace

TEST_CASE("after login every request goes to the instance, with the session", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance, "canary-session-7"))
      .then(200, time_told());
  CHECK(heed::to_text(crm.start().now()) == "2026-03-01T12:00:00Z");
  REQUIRE(crm.script.requests.size() == 2);
  CHECK(crm.script.requests[0].url == "https://login.acme.example/services/Soap/u/62.0");
  CHECK(crm.script.requests[1].url == instance);
  CHECK_THAT(crm.script.requests[1].body, Catch::Contains("canary-session-7"));
  CHECK(crm.client->user().instance == "na1.acme.example");
  CHECK(crm.client->calls() == 2);
}

TEST_CASE("a session that ends is renewed once, and the request sent again", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance, "canary-old"))
      .then(500, heed::support::fault("INVALID_SESSION_ID"))
      .then(200, heed::support::logged_in(instance, "canary-new"))
      .then(200, time_told());
  crm.start().now();
  CHECK_THAT(crm.script.requests.back().body, Catch::Contains("canary-new"));
  CHECK(crm.clock.slept() == std::chrono::seconds(0));
}

TEST_CASE("a session that is refused again is a refused login, not a loop", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance))
      .then(500, heed::support::fault("INVALID_SESSION_ID"))
      .then(200, heed::support::logged_in(instance))
      .then(500, heed::support::fault("INVALID_SESSION_ID"));
  crm.start();
  CHECK(kind_of([&] { crm.client->now(); }) == heed::Kind::login);
  CHECK(crm.script.requests.size() == 4);
}

TEST_CASE("what passes by itself is tried again after a growing pause", "[crm]") {
  const auto [status, body, type] = GENERATE(table<int, std::string, std::string>(
      {{500, heed::support::fault("SERVER_UNAVAILABLE"), "text/xml"},
       {500, heed::support::fault("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
        "text/xml"},
       {500, heed::support::fault("SOME_NEW_TIMEOUT"), "text/xml"},
       {503, "<html><body>We are down for maintenance</body></html>", "text/html"},
       {200, "<html><body>We are down for maintenance</body></html>", "text/html"},
       {200, "", "text/xml"},
       {200, "<?xml version=\"1.0\"?><soapenv:Envelope xmlns:soapenv=\"http", "text/xml"},
       {429, "", "text/plain"},
       {0, "", ""}}));
  CAPTURE(status, body);
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance))
      .then(status, body, type)
      .then(status, body, type)
      .then(200, time_told());
  crm.start().now();
  CHECK(crm.script.answers.empty());
  CHECK(crm.clock.slept() >= std::chrono::seconds(3));
}

TEST_CASE("no retries means one attempt", "[crm]") {
  Crm crm;
  crm.options.retries = 0;
  crm.script.then(200, heed::support::logged_in(instance)).then(503, "", "text/plain");
  crm.start();
  CHECK(kind_of([&] { crm.client->now(); }) == heed::Kind::unreachable);
  CHECK(crm.script.requests.size() == 2);
}

TEST_CASE("retries end, and the error says after how many and why", "[crm]") {
  Crm crm;
  crm.options.retries = 2;
  crm.script.then(200, heed::support::logged_in(instance));
  for (int i = 0; i < 9; ++i) crm.script.then(503, "<html>", "text/html");
  crm.start();
  CHECK_THROWS_WITH(crm.client->now(),
                    Catch::Contains("3 attempts") && Catch::Contains("HTTP_503"));
  CHECK(crm.script.requests.size() == 4);
}

TEST_CASE("a server's Retry-After is obeyed where it is longer", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance)).then(503, "", "text/plain");
  crm.script.answers.back().headers.emplace_back("Retry-After", "90");
  crm.script.then(200, time_told());
  crm.start().now();
  CHECK(crm.clock.slept() == std::chrono::seconds(90));
}

TEST_CASE("the daily limit is not waited for", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance))
      .then(500, heed::support::fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
  crm.start();
  CHECK(kind_of([&] { crm.client->now(); }) == heed::Kind::unreachable);
  CHECK(crm.script.requests.size() == 2);
}

TEST_CASE("a refused login is told with its mend and never repeated", "[crm]") {
  const auto code = GENERATE("INVALID_LOGIN", "LOGIN_MUST_USE_SECURITY_TOKEN", "PASSWORD_LOCKOUT",
                             "LOGIN_DURING_RESTRICTED_TIME", "LOGIN_SOMETHING_NEW");
  CAPTURE(code);
  Crm crm;
  crm.script.then(500, heed::support::fault(code, "no", "LoginFault"));
  crm.start();
  CHECK(kind_of([&] { crm.client->now(); }) == heed::Kind::login);
  CHECK(crm.script.requests.size() == 1);
}

TEST_CASE("an expired password is a refused login although the CRM lets it in", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance, "canary-restricted", true));
  crm.start();
  CHECK(kind_of([&] { crm.client->now(); }) == heed::Kind::login);
}

TEST_CASE("a session is never taken to another site", "[crm]") {
  const auto elsewhere = GENERATE("https://evil.example.org/services/Soap/u/62.0",
                                  "http://na1.acme.example/services/Soap/u/62.0", "nonsense");
  Crm crm;
  crm.script.then(200, heed::support::logged_in(elsewhere));
  crm.start();
  CHECK(kind_of([&] { crm.client->now(); }) == heed::Kind::answer);
}

TEST_CASE("a fault that the caller must act on comes back as a verdict", "[crm]") {
  using heed::crm::Verdict;
  const auto [code, verdict] =
      GENERATE(table<std::string, Verdict>({{"QUERY_TIMEOUT", Verdict::smaller},
                                            {"INVALID_QUERY_LOCATOR", Verdict::restart},
                                            {"SOME_NEW_LOCATOR_TROUBLE", Verdict::restart},
                                            {"INVALID_FIELD", Verdict::redescribe},
                                            {"INVALID_TYPE", Verdict::redescribe},
                                            {"INVALID_REPLICATION_DATE", Verdict::resync},
                                            {"BRAND_NEW_CODE", Verdict::stop}}));
  CAPTURE(code);
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance))
      .then(500, heed::support::fault(code, "text &amp; more"));
  const auto answer = crm.start().read(contacts());
  const auto& refusal = std::get<heed::crm::Refusal>(answer);
  CHECK(refusal.code == code);
  CHECK(refusal.text == "text & more");
  CHECK(refusal.verdict == verdict);
}

TEST_CASE("a refusal as an error names what was asked, the code and the mend", "[crm]") {
  const auto [code, mend] = GENERATE(table<std::string, std::string>(
      {{"INVALID_FIELD", "Read on the field"},
       {"INVALID_TYPE", "Data Protection and Privacy"},
       {"OPERATION_TOO_LARGE", "View All"},
       {"QUERY_TOO_COMPLICATED", "fewer calculated fields"},
       {"INVALID_BATCH_SIZE", "page_size"},
       {"UNSUPPORTED_API_VERSION", "api_version"},
       {"BRAND_NEW_CODE", "Contact: the CRM refuses with BRAND_NEW_CODE"}}));
  const heed::crm::Refusal refusal{heed::crm::Verdict::stop, code, "canary"};
  const auto error = refusal.error("Contact");
  CHECK(error.kind() == heed::Kind::answer);
  CHECK_THAT(error.what(), Catch::StartsWith("Contact: ") && Catch::Contains(code) &&
                               Catch::Contains(mend) && !Catch::Contains("canary"));
}

TEST_CASE("a refusal that may pass says that the next run asks again", "[crm]") {
  using heed::crm::Verdict;
  const auto [code, verdict] =
      GENERATE(table<std::string, Verdict>({{"QUERY_TIMEOUT", Verdict::smaller},
                                            {"EXCEEDED_ID_LIMIT", Verdict::smaller},
                                            {"INVALID_REPLICATION_DATE", Verdict::resync},
                                            {"INVALID_QUERY_LOCATOR", Verdict::restart}}));
  const heed::crm::Refusal refusal{verdict, code, {}};
  CHECK_THAT(refusal.error("Lead: query").what(),
             Catch::StartsWith("Lead: query: the CRM refuses with " + code + "; ") &&
                 Catch::Contains("the next run asks again: if it stays, "));
}

TEST_CASE("a deletion with an id that is none is refused with its place", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance))
      .then(200, heed::support::envelope(
                     "<getDeletedResponse><result>"
                     "<deletedRecords><deletedDate>2026-03-01T10:00:00.000Z</deletedDate>"
                     "<id>003000000000001AAA</id></deletedRecords>"
                     "<deletedRecords><deletedDate>2026-03-01T10:00:00.000Z</deletedDate>"
                     "<id>0030000000000011</id></deletedRecords>"
                     "<earliestDateAvailable>2026-02-01T10:00:00.000Z</earliestDateAvailable>"
                     "<latestDateCovered>2026-03-01T10:00:00.000Z</latestDateCovered>"
                     "</result></getDeletedResponse>"));
  crm.start();
  const auto now = crm.clock.now();
  const auto window = heed::crm::Window::for_deleted(now - std::chrono::hours(1), now, now);
  CHECK_THROWS_WITH(crm.client->deleted("Contact", *window),
                    Catch::Contains("Contact: record 2 that getDeleted names"));
}

TEST_CASE("a session that ends on page after page is renewed for each", "[crm]") {
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance));
  for (int page = 0; page < 2; ++page) {
    crm.script.then(500, heed::support::fault("INVALID_SESSION_ID"))
        .then(200, heed::support::logged_in(instance))
        .then(200, heed::support::answered("", 0, "01gLOCATOR-2000", "queryMore"));
  }
  const auto selection = contacts();
  crm.start();
  for (int page = 0; page < 2; ++page) {
    CHECK(std::holds_alternative<heed::Page>(crm.client->more(selection, "01gLOCATOR-2000")));
    CHECK_THAT(crm.script.requests.back().body, Catch::Contains("01gLOCATOR-2000"));
  }
  CHECK(crm.script.answers.empty());
}

TEST_CASE("pages follow one another by their locators, and the usage is read on the way", "[crm]") {
  const std::string row =
      "<records><sf:type>Contact</sf:type><sf:Id>003000000000001AAA</sf:Id>"
      "<sf:SystemModstamp>2026-03-01T10:00:00.000Z</sf:SystemModstamp></records>";
  Crm crm;
  crm.script.then(200, heed::support::logged_in(instance))
      .then(200, heed::support::answered(row, 2, "01gLOCATOR-2000"))
      .then(200,
            heed::support::envelope(
                "<queryMoreResponse><result><done>true</done><queryLocator xsi:nil=\"true\"/>" +
                    row + "<size>2</size><novelty>1</novelty></result></queryMoreResponse>",
                "<LimitInfoHeader><limitInfo><current>12</current><limit>15000</limit>"
                "<type>API REQUESTS</type></limitInfo><limitInfo><current>3</current><limit>5"
                "</limit><type>OF TOMORROW</type></limitInfo></LimitInfoHeader><New>1</New>"));
  crm.options.page_size = 500;
  const auto selection = contacts();
  const auto first = std::get<heed::Page>(crm.start().read(selection));
  CHECK(first.locator == "01gLOCATOR-2000");
  CHECK(first.announced == 2);
  const auto second = std::get<heed::Page>(crm.client->more(selection, first.locator));
  CHECK(second.locator.empty());
  CHECK_THAT(crm.script.requests.back().body,
             Catch::Contains("01gLOCATOR-2000") && Catch::Contains("batchSize>500<"));
  REQUIRE(crm.client->usage());
  CHECK(crm.client->usage()->used == 12);
}

TEST_CASE("an answer's ids and references are not followed", "[crm]") {
  Crm crm;
  auto answer = heed::support::time_told();
  const auto at = answer.find("<timestamp>");
  answer.insert(at, "<New id=\"a\"><x id=\"a\">1</x><x href=\"#b\"/></New>");
  answer.replace(answer.find("<timestamp>"), 11, R"(<timestamp id="a" href="#c">)");
  crm.script.then(200, heed::support::logged_in(instance)).then(200, answer);
  CHECK(heed::to_text(crm.start().now()) == "2026-03-01T12:00:00Z");
}

TEST_CASE("what an answer has beside what is asked for may be nested as deep as it likes",
          "[crm]") {
  Crm crm;
  auto answer = heed::support::time_told();
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "<n>";
  for (int i = 0; i < 5000; ++i) deep += "</n>";
  answer.insert(answer.find("<timestamp>"), deep);
  crm.script.then(200, heed::support::logged_in(instance)).then(200, answer);
  CHECK(heed::to_text(crm.start().now()) == "2026-03-01T12:00:00Z");
}

TEST_CASE("a selection is written in SOQL with its bounds and its order", "[crm]") {
  auto selection = contacts();
  selection.from = heed::parse_moment("2026-03-01T00:00:00Z");
  selection.to = heed::parse_moment("2026-03-02T00:00:00Z");
  CHECK(heed::crm::soql(selection) ==
        "SELECT Id, SystemModstamp FROM Contact WHERE SystemModstamp >= 2026-03-01T00:00:00Z AND "
        "SystemModstamp <= 2026-03-02T00:00:00Z ORDER BY SystemModstamp, Id");
  auto by_id = contacts();
  by_id.by_id = true;
  by_id.limit = 500;
  by_id.only = "IsPersonAccount";
  by_id.after = heed::Id::parse("003000000000001AAA");
  CHECK(heed::crm::soql(by_id) ==
        "SELECT Id, SystemModstamp FROM Contact WHERE IsPersonAccount = true AND Id > "
        "'003000000000001AAA' ORDER BY Id LIMIT 500");
  auto of_them = contacts();
  of_them.one_of = "Field";
  of_them.texts = {"DoNotCall", R"(a'b\c)"};
  of_them.ids = {*heed::Id::parse("003000000000001AAA"), *heed::Id::parse("003000000000002AAA")};
  of_them.ids_of = "ContactId";
  CHECK(heed::crm::soql(of_them) ==
        R"(SELECT Id, SystemModstamp FROM Contact WHERE Field IN ('DoNotCall', 'a\'b\\c') AND )"
        "ContactId IN ('003000000000001AAA', '003000000000002AAA') ORDER BY SystemModstamp, Id");
}

TEST_CASE("a statement longer than the CRM takes is refused with the count of fields", "[crm]") {
  auto shape = std::make_shared<heed::Shape>(*contacts().shape);
  for (int i = 0; i < 2000; ++i) {
    heed::Field field;
    field.name = std::string(55, 'x') + std::to_string(10000 + i);
    shape->fields.push_back(field);
  }
  auto selection = contacts();
  selection.shape = shape;
  CHECK_THROWS_WITH(heed::crm::soql(selection), Catch::Contains("2001 fields"));
  shape->fields.resize(801);
  auto& last = shape->fields.back().name;
  last += std::string(heed::crm::longest_statement - heed::crm::soql(selection).size(), 'x');
  CHECK(heed::crm::soql(selection).size() == heed::crm::longest_statement);
  last += 'x';
  CHECK_THROWS_WITH(heed::crm::soql(selection), Catch::Contains("801 fields"));
}

TEST_CASE("pauses double up to the longest and lose up to half", "[crm]") {
  heed::crm::Options options;
  options.pause = std::chrono::seconds(2);
  options.longest_pause = std::chrono::seconds(60);
  using std::chrono::seconds;
  CHECK(heed::crm::pause_before(options, 1, 0, {}) == seconds(2));
  CHECK(heed::crm::pause_before(options, 4, 0, {}) == seconds(16));
  CHECK(heed::crm::pause_before(options, 50, 0, {}) == seconds(60));
  CHECK(heed::crm::pause_before(options, 50, 30, {}) == seconds(30));
  CHECK(heed::crm::pause_before(options, 1, 0, seconds(300)) == seconds(300));
  CHECK(heed::crm::pause_before(options, 1, 0, seconds(0)) == seconds(2));
}

TEST_CASE("a stop request ends a pause and names no failure of the CRM", "[crm]") {
  std::stop_source stop;
  heed::support::Scripted script;
  heed::support::ManualClock clock(*heed::parse_moment("2026-03-02T00:00:00Z"));
  heed::crm::Options options;
  options.url = "https://login.acme.example";
  heed::crm::Client client(
      script, clock, options,
      heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}}, nullptr,
      stop.get_token());
  stop.request_stop();
  CHECK(kind_of([&] { client.now(); }) == heed::Kind::interrupted);
  CHECK(script.requests.empty());
}
