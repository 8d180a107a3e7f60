#include <catch2/catch.hpp>

#include "simulator/simulator.hpp"
#include "simulator/story.hpp"
#include "support/soap_caller.hpp"

using heed::Id;
using heed::Moment;
using heed::to_text;
using heed::Value;
using heed::simulated::Org;
using heed::simulated::OrgOptions;
using heed::simulated::Simulator;
using heed::simulated::tell;
using heed::support::count_of;
using heed::support::SoapCaller;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

std::string text(const Org& org, const Id& id, std::string_view field) {
  return to_text(org.value(id, field)).value_or("null");
}

/// Somebody logged in to an org of some people.
struct Office {
  Simulator crm;
  Org& org;
  SoapCaller caller;

  explicit Office(std::uint32_t individuals = 20)
      : crm([&] {
          OrgOptions options;
          options.individuals = individuals;
          return options;
        }()),
        org(crm.org()),
        caller(crm) {
    caller.login("heed@example.org", "correct-horse");
  }

  std::string ids(std::initializer_list<Id> list) {
    std::string xml;
    for (const Id& id : list) xml += "<ids>" + std::string(id.text()) + "</ids>";
    return xml;
  }

  std::string window(const std::string& operation, Moment from, Moment to,
                     const std::string& object = "Contact") {
    return caller
        .call(operation, "<sObjectType>" + object + "</sObjectType><startDate>" + to_text(from) +
                             "</startDate><endDate>" + to_text(to) + "</endDate>")
        .body;
  }
};

}  // namespace

TEST_CASE("the same seed makes the same people, another makes others", "[simulator]") {
  const auto everybody = [](std::uint64_t seed) {
    OrgOptions options;
    options.seed = seed;
    Simulator crm(options);
    SoapCaller caller(crm);
    caller.login("heed@example.org", "correct-horse");
    return caller.query("SELECT Id, Name, Email, MailingCountry, SystemModstamp FROM Contact").body;
  };
  CHECK(everybody(1) == everybody(1));
  CHECK(everybody(1) != everybody(2));
}

TEST_CASE("a person account is one person in two rows", "[simulator]") {
  Office office;
  const Id account = office.org.nth("Account", 1);
  REQUIRE(text(office.org, account, "IsPersonAccount") == "true");
  const Id contact = *Id::parse(text(office.org, account, "PersonContactId"));
  office.org.advance(hours{1});
  office.org.update(account, {{"PersonHasOptedOutOfEmail", true}});
  CHECK(text(office.org, contact, "HasOptedOutOfEmail") == "true");
  CHECK(text(office.org, contact, "SystemModstamp") == "2026-03-02T10:00:00Z");
  office.org.update(contact, {{"DoNotCall", true}});
  CHECK(text(office.org, account, "PersonDoNotCall") == "true");
  office.org.remove(account);
  CHECK(text(office.org, contact, "IsDeleted") == "true");
  office.org.undelete(contact);
  CHECK(text(office.org, account, "IsDeleted") == "false");
}

TEST_CASE("a merge keeps the master, and the newer Individual wins", "[simulator]") {
  Office office;
  Org& org = office.org;
  const Id master = org.nth("Contact", 1);
  const Id loser = org.nth("Contact", 2);
  const auto newer = text(org, loser, "IndividualId");
  org.advance(hours{1});
  org.update(*Id::parse(newer), {{"HasOptedOutSolicit", true}});
  const auto answer = office.caller.call(
      "merge", "<request><masterRecord><ens:type>Contact</ens:type><ens:Id>" +
                   std::string(master.text()) + "</ens:Id></masterRecord><recordToMergeIds>" +
                   std::string(loser.text()) + "</recordToMergeIds></request>");
  CHECK(count_of(answer.body, "<success>true</success>") == 1);
  CHECK(text(org, loser, "IsDeleted") == "true");
  CHECK(text(org, loser, "MasterRecordId") == master.text());
  CHECK(text(org, master, "IndividualId") == newer);
}

TEST_CASE("merged Individuals leave their Contacts to the master", "[simulator]") {
  Office office;
  const Id contact = office.org.nth("Contact", 2);
  office.org.merge(office.org.nth("Individual", 1), {office.org.nth("Individual", 2)});
  CHECK(text(office.org, contact, "IndividualId") == office.org.nth("Individual", 1).text());
  CHECK(text(office.org, contact, "SystemModstamp") == "2026-03-02T09:00:00Z");
}

TEST_CASE("a converted lead names its Contact", "[simulator]") {
  Office office;
  const Id lead = office.org.nth("Lead", 2);
  REQUIRE(text(office.org, lead, "IsConverted") == "false");
  const Id contact = office.org.convert(lead);
  CHECK(text(office.org, lead, "ConvertedContactId") == contact.text());
  CHECK(text(office.org, contact, "IndividualId") == text(office.org, lead, "IndividualId"));
  CHECK_THROWS_AS(office.org.convert(lead), std::invalid_argument);
}

TEST_CASE("delete, undelete and the recycle bin answer record by record", "[simulator]") {
  Office office;
  const Id one = office.org.nth("Lead", 1);
  const Id two = office.org.nth("Contact", 9);
  const auto gone = office.caller.call("delete", office.ids({one, two}) + "<ids>nobody</ids>").body;
  CHECK(count_of(gone, "<success>true</success>") == 2);
  CHECK(count_of(gone, "<statusCode>MALFORMED_ID</statusCode>") == 1);
  CHECK(count_of(office.caller.call("delete", office.ids({one})).body, "ENTITY_IS_DELETED") == 1);
  CHECK(count_of(office.caller.call("undelete", office.ids({one})).body, "true") == 1);
  CHECK(count_of(office.caller.call("emptyRecycleBin", office.ids({two})).body, "true") == 1);
  CHECK(count_of(office.caller.call("undelete", office.ids({two})).body, "UNDELETE_FAILED") == 1);
  const auto all = [&] {
    return office.caller.query("SELECT Id FROM Contact WHERE IsDeleted = true", 0, "queryAll").body;
  };
  CHECK(count_of(all(), "<size>1</size>") == 1);
  office.org.advance(hours{1});
  const auto now = office.org.now();
  CHECK(count_of(office.window("getDeleted", now - days{1}, now), "<deletedRecords>") == 1);
  office.org.advance(hours{24});
  office.caller.login("heed@example.org", "correct-horse");
  CHECK(count_of(all(), "<size>0</size>") == 1);
}

TEST_CASE("retrieve keeps the order of the ids, with null for what is not there", "[simulator]") {
  Office office;
  const Id one = office.org.nth("Contact", 1);
  const Id gone = office.org.nth("Contact", 2);
  office.org.remove(gone);
  const auto answer = office.caller
                          .call("retrieve",
                                "<fieldList>Id, Name</fieldList><sObjectType>Contact"
                                "</sObjectType>" +
                                    office.ids({gone, one, gone}))
                          .body;
  CHECK(count_of(answer, "<result xsi:nil=\"true\"") == 2);
  CHECK(count_of(answer, "<result xsi:type=\"sf:sObject\"><sf:type>Contact") == 1);
}

TEST_CASE("update writes fields, and refuses what may not be written", "[simulator]") {
  Office office;
  const Id id = office.org.nth("Contact", 1);
  const auto update = [&](const std::string& fields) {
    return office.caller
        .call("update", "<sObjects><ens:type>Contact</ens:type>" + fields + "</sObjects>")
        .body;
  };
  const std::string which = "<ens:Id>" + std::string(id.text()) + "</ens:Id>";
  CHECK(count_of(update("<ens:fieldsToNull>Email</ens:fieldsToNull>" + which +
                        "<ens:DoNotCall>true</ens:DoNotCall>"),
                 "<success>true") == 1);
  CHECK(text(office.org, id, "DoNotCall") == "true");
  CHECK(text(office.org, id, "Email") == "null");
  CHECK(count_of(update(which + "<ens:SystemModstamp>2026-01-01T00:00:00Z</ens:SystemModstamp>"),
                 "INVALID_FIELD_FOR_INSERT_UPDATE") == 1);
  CHECK(count_of(update(which + "<ens:Nonsense>1</ens:Nonsense>"), "sf:INVALID_FIELD<") == 1);
}

TEST_CASE("getUpdated cuts its window to minutes and says how far it reaches", "[simulator]") {
  Office office;
  Org& org = office.org;
  org.advance(std::chrono::seconds{45});
  org.update(org.nth("Contact", 1), {{"Title", std::string_view("x")}});
  org.advance(std::chrono::seconds{10});
  const auto now = org.now();
  // The end is cut to 09:00:00, before the change.
  CHECK(count_of(office.window("getUpdated", now - hours{1}, now), "<ids>") == 0);
  CHECK(count_of(office.window("getUpdated", now - hours{1}, now + minutes{1}), "<ids>") == 1);
  CHECK(count_of(office.window("getUpdated", now - hours{1}, now + days{1}),
                 "<latestDateCovered>2026-03-02T09:00:00Z") == 1);
  CHECK(count_of(office.window("getUpdated", now, now), "sf:INVALID_REPLICATION_DATE<") == 1);
  CHECK(count_of(office.window("getUpdated", now - days{31}, now), "INVALID_REPLICATION_DATE<") ==
        2);
  CHECK(count_of(office.window("getDeleted", now - days{16}, now), "INVALID_REPLICATION_DATE<") ==
        2);
  CHECK(count_of(office.window("getDeleted", now - minutes{1}, now + minutes{9}, "Organization"),
                 "sf:INVALID_TYPE_FOR_OPERATION<") == 1);
}

TEST_CASE("a late commit appears behind what was read", "[simulator]") {
  Office office;
  Org& org = office.org;
  const Id id = org.nth("Contact", 1);
  org.late(
      org.now(), org.now() + minutes{10},
      [id](Org& then) {
        then.update(id, {{"DoNotCall", true}});
      },
      true);
  org.advance(minutes{9});
  CHECK(to_text(org.covered(org.now())) == "2026-03-02T09:00:00Z");
  org.advance(minutes{2});
  CHECK(text(org, id, "DoNotCall") == "true");
  CHECK(text(org, id, "SystemModstamp") == "2026-03-02T09:00:00Z");
  CHECK(org.covered(org.now()) == org.now());
}

TEST_CASE("a session ends after two hours of silence", "[simulator]") {
  Office office;
  office.org.advance(minutes{119});
  CHECK(office.caller.call("getUserInfo", "").status == 200);
  office.org.advance(minutes{119});
  CHECK(office.caller.call("getUserInfo", "").status == 200);
  office.org.advance(minutes{121});
  CHECK(count_of(office.caller.call("getUserInfo", "").body, "sf:INVALID_SESSION_ID<") == 1);
}

TEST_CASE("locators end after two days, or when a story says so", "[simulator]") {
  Office office(450);
  const auto locator = SoapCaller::locator(office.caller.query("SELECT Id FROM Contact", 200));
  const auto more = [&] {
    return office.caller.call("queryMore", "<queryLocator>" + locator + "</queryLocator>").body;
  };
  CHECK(count_of(more(), "<done>true</done>") == 1);
  office.org.expire_locators();
  CHECK(count_of(more(), "<sf:InvalidQueryLocatorFault") == 1);
  CHECK(count_of(office.caller.query("SELECT Id FROM Contact", 100).body, "INVALID_BATCH_SIZE<") ==
        2);
}

TEST_CASE("the daily allowance is used up and comes back", "[simulator]") {
  Office office;
  office.org.allow_calls(2);
  CHECK(office.caller.call("getUserInfo", "").status == 200);
  CHECK(count_of(office.caller.call("getUserInfo", "").body, "<current>2</current><limit>2<") == 1);
  CHECK(count_of(office.caller.call("getUserInfo", "").body, "sf:REQUEST_LIMIT_EXCEEDED<") == 1);
  office.org.advance(hours{25});
  office.caller.login("heed@example.org", "correct-horse");
  CHECK(office.caller.call("getUserInfo", "").status == 200);
}

TEST_CASE("a story does what its lines say", "[simulator]") {
  Office office;
  Org& org = office.org;
  const auto said = tell(office.crm,
                         "# a quiet morning\n\n"
                         "advance 2 hours\n"
                         "Individual 1 opts out of profile\n"
                         "Contact #2 opts out of text\n"
                         "at 2026-03-03T09:00:00Z, Individual 3 asks to be forgotten\n"
                         "create Lead LastName=\"van Dam\" Company=X DoNotCall=true\n"
                         "late by 10 minutes: Contact 4 sets Title to \"Dr. h. c.\"\n"
                         "delete Contact 5\n"
                         "fail next with 503\n",
                         "story");
  CHECK(said == "it is 2026-03-02T11:00:00Z\n");
  CHECK(text(org, org.nth("Individual", 1), "HasOptedOutProfiling") == "true");
  CHECK(text(org, org.nth("Contact", 2), "Text_Opt_Out__c") == "true");
  CHECK(text(org, org.nth("Lead", 5), "LastName") == "van Dam");
  CHECK(text(org, org.nth("Contact", 5), "IsDeleted") == "true");
  CHECK(office.caller.call("getUserInfo", "").status == 503);
  tell(office.crm, "at 2026-03-04T00:00:00Z\noffice works 3 days seed 9\n", "story");
  CHECK(text(org, org.nth("Individual", 3), "ShouldForget") == "true");
  CHECK(to_text(org.now()) == "2026-03-07T00:00:00Z");
}

TEST_CASE("a wrong line of a story is named by file and line", "[simulator]") {
  Simulator crm;
  const auto wrong = [&](const std::string& lines) {
    try {
      tell(crm, lines, "day.story");
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(wrong("advance 1 hour\nadvance fast") ==
        "day.story:2: expected a time span such as '3 days', not 'fast'");
  CHECK(wrong("Contact 1 opts out of solicit") ==
        "day.story:1: a record of Contact has no wish 'solicit'");
  CHECK(wrong("Contact 999 opts out of email").starts_with("day.story:1: Contact 999 of 20"));
  CHECK(wrong("expire sessions now") == "day.story:1: expected the end of the line, not 'now'");
  CHECK_FALSE(wrong("fail next with tears").empty());
}
