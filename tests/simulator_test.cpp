#include <catch2/catch.hpp>

#include "simulator/simulator.hpp"
#include "support/soap_caller.hpp"

using heed::simulated::Call;
using heed::simulated::Fault;
using heed::simulated::OrgOptions;
using heed::simulated::Simulator;
using heed::support::count_of;
using heed::support::SoapCaller;
using std::chrono::hours;

TEST_CASE("a login answers with the instance to go on with", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm);
  const auto answer = caller.login("heed@example.org", "correct-horse");
  CHECK(answer.status == 200);
  CHECK(caller.url() == "https://login.example.test/services/Soap/u/58.0/" +
                            std::string(crm.org().organization().text().substr(0, 15)));
  CHECK(count_of(answer.body, "<LimitInfoHeader>") == 0);
  CHECK(caller.call("getServerTimestamp", "")
            .body.find("<timestamp>2026-03-02T09:00:00Z</timestamp>") != std::string::npos);
}

TEST_CASE("a wrong password is a LoginFault with status 500", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm);
  const auto answer = caller.login("heed@example.org", "guess");
  CHECK(answer.status == 500);
  CHECK(count_of(answer.body, "<faultcode>sf:INVALID_LOGIN</faultcode>") == 1);
  CHECK(count_of(answer.body, "<sf:LoginFault xsi:type=\"sf:LoginFault\">") == 1);
}

TEST_CASE("login is refused from API version 65 on", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm, Simulator::login_url("65.0"));
  const auto answer = caller.login("heed@example.org", "correct-horse");
  CHECK(count_of(answer.body, "sf:UNSUPPORTED_API_VERSION") == 1);
}

TEST_CASE("a data call to the login host is told to use the other address", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  caller.set_url(Simulator::login_url());
  CHECK(count_of(caller.call("getUserInfo", "").body, "Destination URL not reset") == 2);
}

TEST_CASE("an OAuth token is a session at the instance", "[simulator]") {
  Simulator crm({.oauth_token = "00Dxx!token"});
  SoapCaller caller(crm, Simulator::instance_url());
  caller.set_session("00Dxx!token");
  CHECK(caller.call("getUserInfo", "").status == 200);
  caller.set_session("eyJhbGciOi.J9.x");
  CHECK(caller.call("getUserInfo", "").status == 500);
}

TEST_CASE("a query is paged by locators until done", "[simulator]") {
  Simulator crm({.individuals = 450});
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  const std::string soql = "SELECT Id, Name, HasOptedOutSolicit FROM Individual";
  auto answer = caller.query(soql, 200);
  CHECK(count_of(answer.body, "<done>false</done>") == 1);
  CHECK(count_of(answer.body, "<size>450</size>") == 1);
  int records = 0, pages = 1;
  for (;; ++pages) {
    records += count_of(answer.body, "<records xsi:type=\"sf:sObject\"><sf:type>Individual");
    const auto locator = caller.locator(answer);
    if (locator.empty()) break;
    CHECK(locator.starts_with("01g"));
    answer = caller.call("queryMore", "<queryLocator>" + locator + "</queryLocator>");
  }
  CHECK(pages == 2);  // queryMore had no batch size, so 2000
  CHECK(records == 450);
  CHECK(count_of(answer.body, "<queryLocator xsi:nil=\"true\"") == 1);
}

TEST_CASE("the Id comes twice when selected, and once as null when not", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  const auto with = caller.query("SELECT Name, Id FROM Individual LIMIT 1").body;
  CHECK(count_of(with, "<sf:Id>0PK") == 2);
  const auto without = caller.query("SELECT Individual.Name FROM Contact LIMIT 1").body;
  CHECK(count_of(without, "<sf:Id xsi:nil=\"true\"") == 2);
  CHECK(count_of(without, "<sf:Individual xsi:type=\"sf:sObject\"><sf:type>Individual") == 1);
}

TEST_CASE("an unknown field is shown under a caret", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  const auto answer = caller.query("SELECT adfId, Name FROM Contact");
  CHECK(answer.status == 500);
  CHECK(count_of(answer.body,
                 "\n       ^\nERROR at Row:1:Column:8\nNo such column &apos;adfId"
                 "&apos; on entity &apos;Contact&apos;") == 2);
  CHECK(count_of(answer.body, "<sf:row>1</sf:row><sf:column>8</sf:column>") == 1);
}

TEST_CASE("a hidden field is neither described nor known to queries", "[simulator]") {
  Simulator crm;
  crm.org().hide_field("Contact", "DoNotCall");
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  const auto described = caller.call("describeSObject", "<sObjectType>contact</sObjectType>").body;
  CHECK(count_of(described, "<name>HasOptedOutOfEmail</name>") == 1);
  CHECK(count_of(described, "<name>DoNotCall</name>") == 0);
  CHECK(count_of(caller.query("SELECT DoNotCall FROM Contact").body, "sf:INVALID_FIELD") == 1);
}

TEST_CASE("without its setting an org knows no Individual", "[simulator]") {
  Simulator crm({.with_individual = false});
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  CHECK(count_of(caller.query("SELECT Id FROM Individual").body, "sf:INVALID_TYPE") == 1);
  CHECK(count_of(caller.query("SELECT IndividualId FROM Lead").body, "sf:INVALID_FIELD") == 1);
  CHECK(count_of(caller.call("describeGlobal", "").body, "<name>Individual") == 0);
}

TEST_CASE("a change moves the stamp and leaves history", "[simulator]") {
  Simulator crm;
  const auto id = crm.org().nth("Individual", 1);
  crm.org().update(id, {{"HasOptedOutGeoTracking", false}});
  crm.org().advance(hours{1});
  crm.org().update(id, {{"HasOptedOutGeoTracking", true}});
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  const auto changed =
      caller.query("SELECT Id FROM Individual WHERE SystemModstamp >= 2026-03-02T10:00:00Z").body;
  CHECK(count_of(changed, "<size>1</size>") == 1);
  const auto history = caller
                           .query(
                               "SELECT Field, NewValue FROM IndividualHistory WHERE "
                               "CreatedDate = 2026-03-02T10:00:00.000Z")
                           .body;
  CHECK(count_of(history, "<sf:NewValue xsi:type=\"xsd:boolean\">true</sf:NewValue>") == 1);
}

TEST_CASE("ordered faults meet the request with their number", "[simulator]") {
  Simulator crm;
  SoapCaller caller(crm);
  caller.login("heed@example.org", "correct-horse");
  crm.fail(2, Fault::http(503));
  crm.fail(3, Fault::soap_fault("SERVER_UNAVAILABLE"));
  crm.fail(4, {.kind = Fault::Kind::session_expired});
  crm.fail(5, {.kind = Fault::Kind::reset});
  CHECK(caller.call("getUserInfo", "").status == 503);
  CHECK(count_of(caller.call("getUserInfo", "").body, "sf:SERVER_UNAVAILABLE") == 1);
  CHECK(count_of(caller.call("getUserInfo", "").body, "sf:INVALID_SESSION_ID") == 1);
  CHECK_THROWS(caller.call("getUserInfo", ""));
  CHECK(crm.requests() == 5);
  CHECK(crm.calls().at(4).operation == "getUserInfo");
}
