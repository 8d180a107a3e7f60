#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/vault.hpp"
#include "support/contents.hpp"
#include "support/schedules.hpp"
#include "support/terminal.hpp"

// Objects that a file of the office names, and that heed does not mirror.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::support::contents;
using heed::support::Terminal;

namespace {

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// An office with consents and a preferences.toml of its own.
struct Naming {
  Naming() {
    configure("# schedules = \"schedules\"", "schedules = \"own\"");
    std::filesystem::create_directory(terminal.file("own"));
    mean(shipped);
  }

  void configure(const std::string& from, const std::string& to) const {
    heed::vault::write_whole(terminal.config(), with(contents(terminal.config()), from, to));
  }

  void mean(const std::string& text) const { heed::vault::write_whole(preferences(), text); }
  std::string preferences() const { return terminal.file("own/preferences.toml"); }

  const std::string shipped = heed::support::consents_mapped();
  Simulator crm{{.individuals = 10, .with_consents = true}};
  Terminal terminal{crm};
};

/// "FILE:LINE: " of the line in which `what` begins.
std::string place(const std::string& file, const std::string& text, const std::string& what) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  const auto before = text.begin() + static_cast<std::ptrdiff_t>(at);
  return file + ":" + std::to_string(1 + std::count(text.begin(), before, '\n')) + ": ";
}

}  // namespace

TEST_CASE("a preference of an object that is not mirrored is refused by file, line and name",
          "[scenario][cli][config]") {
  Naming office;
  const auto [name, mend] = GENERATE(table<std::string, std::string>(
      {{"Contcat", "did you mean 'Contact'?"},
       {"contact", "did you mean 'Contact'?"},
       {"Widget__c", "expected one of Individual, Contact, Lead, Account, User"},
       {"DataUsePurpose", "expected one of Individual, Contact, Lead, Account, User"},
       {"PartyConsent", "[[consent]]"}}));
  const std::string added = "field = \"HasOptedOutOfEmail\"\n";
  const std::string object = "object = \"" + name + "\"\n";
  const std::string email = "object = \"Contact\"\n" + added;
  const bool misspelt = GENERATE(true, false);
  office.mean(misspelt ? with(office.shipped, email, object + added)
                       : with(office.shipped, "[[preference]]\n" + email,
                              "[[preference]]\n" + object + added +
                                  "restrictive = true\npreference = \"email\"\n" +
                                  "[[preference]]\n" + email));
  const auto at = place(office.preferences(), contents(office.preferences()), object + added);
  for (const auto* command : {"sync", "due"}) {
    CAPTURE(name, misspelt, command);
    CHECK(office.terminal.run({command}) == 3);
    CHECK_THAT(office.terminal.err(), Contains(at + "object is '" + name + "'") && Contains(mend));
  }
  CHECK(office.terminal.run({"check"}) == 1);
  CHECK_THAT(office.terminal.out(), Contains("'" + name + "'"));
}

TEST_CASE("a field that is said to be there, or to be missing, is one that heed asks for",
          "[scenario][cli][config]") {
  Naming office;
  const auto [object, field, mend] = GENERATE(table<std::string, std::string, std::string>(
      {{"Contcat", "IndividualId", "object is 'Contcat'"},
       {"Widget__c", "Name", "object is 'Widget__c'"},
       {"PartyConsent", "PartyId", "object is 'PartyConsent', whose fields a [[consent]] names"},
       {"DataUsePurpose", "Name", "object is 'DataUsePurpose', whose fields a [[consent]] names"},
       {"Contact", "IndividualID", "did you mean 'IndividualId'?"},
       {"Contact", "Loyalty__c",
        "expected one of IndividualId, MasterRecordId, MailingCountryCode"},
       {"Individual", "Name", "expected one of MasterRecordId"},
       {"User", "Name", "expected one of IndividualId"}}));
  const std::string optional = GENERATE("", "optional = true\n");
  const std::string named = "object = \"" + object + "\"\nfield = \"" + field + "\"\n" + optional;
  office.mean(office.shipped + "[[field]]\n" + named);
  CAPTURE(named);
  CHECK(office.terminal.run({"sync"}) == 3);
  const bool of_object = mend.starts_with("object");
  const auto at = place(office.preferences(), contents(office.preferences()),
                        of_object ? named : named.substr(named.find("field")));
  CHECK_THAT(office.terminal.err(),
             Contains(at + (of_object ? mend : "field is '" + field + "'")) && Contains(mend));
}

TEST_CASE("a link or a place that must be there, or may be missing, is one that heed asks for",
          "[scenario][cli][config]") {
  Naming office;
  const auto [object, field] =
      GENERATE(table<std::string, std::string>({{"Contact", "MasterRecordId"},
                                                {"Contact", "MailingCountry"},
                                                {"Lead", "Country"},
                                                {"Account", "PersonMailingCountry"},
                                                {"User", "IndividualId"}}));
  const std::string optional = GENERATE("", "optional = true\n");
  office.mean(office.shipped + "[[field]]\nobject = \"" + object + "\"\nfield = \"" + field +
              "\"\n" + optional);
  CAPTURE(object, field);
  CHECK(office.terminal.run({"sync"}) == 0);
}

TEST_CASE("a link that must be there is missed aloud though it never was in sight",
          "[scenario][cli]") {
  Naming office;
  office.crm.org().hide_field("Contact", "IndividualId");
  SECTION("as shipped") {
    CHECK(office.terminal.run({"sync"}) == 8);
    CHECK_THAT(office.terminal.out(), Contains("INCOMPLETE: Contact.IndividualId "));
  }
  SECTION("and not where it may be missing") {
    office.mean(with(office.shipped, "object = \"Contact\"\nfield = \"IndividualId\"\n",
                     "object = \"Contact\"\nfield = \"IndividualId\"\noptional = true\n"));
    CHECK(office.terminal.run({"sync"}) == 0);
  }
  SECTION("and not where it is given up") {
    const auto* name = GENERATE("Contact.IndividualId", "Individual");
    office.configure("[sync]", "[absent]\nfields = [\"" + std::string(name) + "\"]\n[sync]");
    CHECK(office.terminal.run({"sync"}) == 0);
  }
}

TEST_CASE("a preference of users is missed aloud where it cannot be read", "[scenario][cli]") {
  Naming office;
  office.mean(office.shipped +
              "[[preference]]\nobject = \"User\"\nfield = \"No_Calls__c\"\nrestrictive = true\n"
              "preference = \"phone\"\n");
  CHECK(office.terminal.run({"sync"}) == 8);
  CHECK_THAT(office.terminal.out(), Contains("INCOMPLETE: User.No_Calls__c is hidden or gone"));
}

TEST_CASE("each table of the configuration that names an object names one that is mirrored",
          "[scenario][cli][config]") {
  Naming office;
  const auto [table, name, mend] =
      GENERATE(Catch::Generators::table<std::string, std::string, std::string>(
          {{"[fields]\nContcat = [\"Title\"]", "Contcat", "did you mean 'Contact'?"},
           {"[fields]\nDataUsePurpose = [\"Name\"]", "DataUsePurpose",
            "expected Individual, Contact, Lead, Account or the name of an [[object]]"},
           {"[erased_when_empty]\nleads = [\"Email\"]", "leads",
            "expected Individual, Contact, Lead, Account or the name of an [[object]]"},
           {"[erased_when_empty]\nUser = [\"Email\"]", "User",
            "expected Individual, Contact, Lead, Account or the name of an [[object]]"},
           {"[absent]\nfields = [\"Contact.DoNotCall\", \"Individaul\"]", "Individaul",
            "did you mean 'Individual'?"},
           {"[absent]\nfields = [\"Contcat.DoNotCall\"]", "Contcat.DoNotCall",
            "did you mean 'Contact'?"},
           {"[absent]\nfields = [\"Foo.Bar\"]", "Foo.Bar", "PartyConsent"},
           {"[[evidence]]\nof = \"Contcat.HasOptedOutOfEmail\"\ndone = \"Done__c\"",
            "Contcat.HasOptedOutOfEmail", "which is no wish"}}));
  office.configure("[sync]", table + "\n[sync]");
  CAPTURE(table);
  CHECK(office.terminal.run({"sync"}) == 3);
  CHECK_THAT(office.terminal.err(), Contains("heed.toml:") && Contains(name) && Contains(mend));
}

TEST_CASE("what is absent on purpose may be any object that is mirrored", "[scenario][cli]") {
  Naming office;
  office.configure("[sync]",
                   "[absent]\nfields = [\"Individual\", \"User\", \"Lead.DoNotCall\", "
                   "\"PartyConsent\", \"ContactPointEmail.ParentId\", \"DataUsePurpose\"]\n[sync]");
  CHECK(office.terminal.run({"sync"}) == 0);
  CHECK(office.terminal.run({"verify"}) == 0);
}
