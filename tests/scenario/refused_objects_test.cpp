#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/office.hpp"
#include "support/premises.hpp"
#include "support/terminal.hpp"

// What the CRM refuses of one object is a finding about it, and costs the others nothing.

using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

/// A mirror, and an edit of each object since.
struct Edited {
  explicit Edited(std::chrono::seconds since = 2h) : office({.individuals = 30}) {
    office.config.crm.retries = 0;
    office.sync();
    auto& org = office.crm.org();
    org.advance(since);
    org.update(org.nth("Individual", 2), {{"HasOptedOutSolicit", true}});
    org.update(org.nth("Contact", 2), {{"DoNotCall", true}});
    org.update(org.nth("Lead", 2), {{"DoNotCall", true}});
    org.advance(1h);
  }

  std::string value(const char* object, const char* field) const {
    auto database = office.open();
    const auto id = office.crm.org().nth(object, 2);
    return std::string(heed::mirror::Mirror(database).row(object, id)->value(field).value());
  }

  heed::Kind breaks_with() {
    try {
      office.sync();
    } catch (const heed::Error& error) {
      return error.kind();
    }
    FAIL("nothing broke");
    return {};
  }

  Office office;
};

}  // namespace

TEST_CASE("an object that the CRM refuses is a finding, and the others are read and assessed",
          "[scenario]") {
  const auto* const code = GENERATE("INSUFFICIENT_ACCESS", "ENTITY_NOT_QUERYABLE", "SOME_NEW_CODE");
  CAPTURE(code);
  Edited one;
  auto& org = one.office.crm.org();
  org.refuse("queryAll", "FROM Contact ", code);
  const auto report = one.office.sync();
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].object == "Contact");
  CHECK_THAT(report.findings[0].text,
             Catch::StartsWith("Contact: ") && Catch::Contains("the CRM refuses"));
  CHECK(report.run.exit_code == 8);
  CHECK(one.value("Lead", "DoNotCall") == "true");
  CHECK_THAT(one.office.state(),
             Catch::Contains("Individual " + std::string(org.nth("Individual", 2).text()) +
                             " HasOptedOutSolicit "));
  org.refuse("queryAll", "FROM Contact ", "");
  CHECK(one.office.sync().findings.empty());
  CHECK(one.value("Contact", "DoNotCall") == "true");
}

TEST_CASE("who may not read an object is told so, and no login is called refused", "[scenario]") {
  const auto* const operation = GENERATE("queryAll", "describeSObject", "getDeleted");
  CAPTURE(operation);
  Edited one(25h);  // it is described anew by then
  auto& org = one.office.crm.org();
  const std::string part = operation == std::string("queryAll")     ? "FROM Contact "
                           : operation == std::string("getDeleted") ? "Contact "
                                                                    : "Contact";
  org.refuse(operation, part, "INSUFFICIENT_ACCESS");
  const auto report = one.office.sync();
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].object == "Contact");
  CHECK_THAT(report.findings[0].text,
             Catch::Contains("INSUFFICIENT_ACCESS") && Catch::Contains("Read and View All on"));
  CHECK(one.value("Lead", "DoNotCall") == "true");
}

TEST_CASE("who may not ask up to when records are whole reads them all the same", "[scenario]") {
  Edited one;
  one.office.crm.org().refuse("getUpdated", "Individual", "INSUFFICIENT_ACCESS");
  CHECK(one.office.sync().findings.empty());
  CHECK(one.value("Individual", "HasOptedOutSolicit") == "true");
}

TEST_CASE("a history that the CRM refuses is a finding, and the others are read", "[scenario]") {
  Edited one;
  auto& org = one.office.crm.org();
  org.refuse("queryAll", "FROM IndividualHistory ", "INSUFFICIENT_ACCESS");
  const auto report = one.office.sync();
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].object == "IndividualHistory");
  CHECK(report.objects.at("ContactHistory").seen > 0);
  org.refuse("queryAll", "FROM IndividualHistory ", "");
  const auto after = one.office.sync();
  CHECK(after.findings.empty());
  CHECK(after.objects.at("IndividualHistory").seen > 0);
}

TEST_CASE("what is refused whatever is asked for ends the run", "[scenario]") {
  const auto [code, kind] = GENERATE(table<const char*, heed::Kind>(
      {{"ORG_LOCKED", heed::Kind::answer},
       {"API_DISABLED_FOR_ORG", heed::Kind::answer},
       {"SOME_NEW_CODE", heed::Kind::answer},  // of every object: the org may be told by that alone
       {"TXN_SECURITY_NO_ACCESS", heed::Kind::login},
       {"REQUEST_LIMIT_EXCEEDED", heed::Kind::unreachable},
       {"SERVER_UNAVAILABLE", heed::Kind::unreachable}}));
  CAPTURE(code);
  Edited one;
  one.office.crm.org().refuse("queryAll", "", code);
  CHECK(one.breaks_with() == kind);
}

TEST_CASE("an org that is closed in the middle of a run ends it at once", "[scenario]") {
  Edited one;
  one.office.crm.org().refuse("queryAll", "FROM Contact ", "ORG_LOCKED");
  CHECK(one.breaks_with() == heed::Kind::answer);
  CHECK(one.value("Lead", "DoNotCall") == "false");
}

TEST_CASE("who may not even ask for the time may not come in", "[scenario]") {
  Edited one;
  one.office.crm.org().refuse("getServerTimestamp", "", "INSUFFICIENT_ACCESS");
  CHECK(one.breaks_with() == heed::Kind::login);
}

TEST_CASE("deletions that the CRM does not tell are a finding, of what can be deleted",
          "[scenario]") {
  const auto* const code =
      GENERATE("INVALID_TYPE_FOR_OPERATION", "INSUFFICIENT_ACCESS", "NEW_CODE");
  CAPTURE(code);
  Edited one;
  auto& org = one.office.crm.org();
  org.refuse("getDeleted", "Contact ", code);
  org.refuse("getDeleted", "User ", code);
  org.purge(org.nth("Contact", 5));
  const auto report = one.office.sync();
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].object == "Contact");
  CHECK_THAT(report.findings[0].text, Catch::Contains("getDeleted") && Catch::Contains(code) &&
                                          Catch::Contains("--reconcile"));
  CHECK(report.run.exit_code == 8);
  CHECK(one.value("Contact", "DoNotCall") == "true");
  org.refuse("getDeleted", "Contact ", "");
  CHECK(one.office.sync().findings.empty());
  CHECK(heed::support::standing(one.office, "Contact", org.nth("Contact", 5)) ==
        heed::Standing::purged);
}

TEST_CASE("one object that cannot be compared leaves the proof of the others", "[scenario][cli]") {
  heed::simulated::Simulator crm({.individuals = 20});
  heed::support::Terminal terminal(crm);
  REQUIRE(terminal.run({"sync"}) == 0);
  crm.org().refuse("queryAll", "FROM Contact ", "INSUFFICIENT_ACCESS");
  CHECK(terminal.run({"verify"}) == 8);
  CHECK_THAT(terminal.out(),
             Catch::Contains("Contact: query: the CRM refuses with INSUFFICIENT_ACCESS") &&
                 Catch::Contains("Lead"));
}

TEST_CASE("check asks each object for its deletions, and names the one that tells none",
          "[scenario]") {
  heed::support::Premises premises;
  premises.come_in_by_password();
  premises.run({"check"}, false);
  CHECK_THAT(premises.out(), Catch::Contains("its deletions are told") && !Catch::Contains("FAIL"));
  premises.crm.org().refuse("getDeleted", "Contact ", "INVALID_TYPE_FOR_OPERATION");
  CHECK(premises.run({"check"}, false) == 1);
  CHECK_THAT(premises.out(),
             Catch::Contains("FAIL  Contact") && Catch::Contains("getDeleted is refused with "
                                                                 "INVALID_TYPE_FOR_OPERATION"));
}

TEST_CASE("a user's link that was seen and is hidden is missed aloud, and read when it is back",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto user = org.nth("User", 1);
  const std::string first(org.nth("Individual", 3).text());
  const std::string second(org.nth("Individual", 4).text());
  org.update(user, {{"IndividualId", std::string_view(first)}});
  office.sync();
  org.advance(25h);
  const bool whole = GENERATE(false, true);
  whole ? org.hide_object("User") : org.hide_field("User", "IndividualId");
  org.update(user, {{"IndividualId", std::string_view(second)}});
  org.advance(1h);
  for (int run = 0; run < 2; ++run) {
    const auto report = office.sync();
    REQUIRE(report.findings.size() == 1);
    CHECK_THAT(report.findings[0].text, Catch::StartsWith(whole ? "User is" : "User.IndividualId"));
    CHECK(report.run.exit_code == 8);
  }
  {
    auto database = office.open();
    const auto hidden = heed::mirror::Mirror(database).hidden();
    CHECK(hidden.size() == (whole ? 0 : 1));
  }
  office.config.absent = {whole ? "User" : "User.IndividualId"};
  CHECK(office.sync().findings.empty());
  office.config.absent = {};
  whole ? org.hide_object("User", false) : org.hide_field("User", "IndividualId", false);
  org.advance(25h);
  CHECK(office.sync().findings.empty());
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).row("User", user)->value("IndividualId") == second);
}

TEST_CASE("users whose link was never seen are missed by nobody", "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  org.hide_field("User", "IndividualId");
  CHECK(office.sync().findings.empty());
  org.advance(25h);
  CHECK(office.sync().findings.empty());
}
