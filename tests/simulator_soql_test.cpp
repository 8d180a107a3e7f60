#include <catch2/catch.hpp>

#include "simulator/refusal.hpp"
#include "simulator/soql.hpp"

using heed::Id;
using heed::Value;
using heed::simulated::Org;
using heed::simulated::OrgOptions;
using heed::simulated::Refusal;
namespace soql = heed::simulated::soql;

namespace {

std::string_view view(const char* text) {
  return text;
}

/// Three Contacts in an org without anybody else.
struct Small {
  Org org;
  Id ann, zoe, nik;

  Small()
      : org([] {
          OrgOptions options;
          options.individuals = 0;
          return options;
        }()),
        ann(org.create("Contact", {{"LastName", view("Ångström")},
                                   {"FirstName", view("Ann")},
                                   {"Email", view("ann@example.org")},
                                   {"DoNotCall", true},
                                   {"Birthdate", heed::make_day(1980, 2, 29)}})),
        zoe(org.create("Contact", {{"LastName", view("O'Brien")}, {"FirstName", view("Zoë")}})),
        nik(org.create("Contact",
                       {{"LastName", view("Σοφός 50%")}, {"Email", view("NIK@x_y.org")}})) {}

  std::string first_names(const std::string& rest, bool with_deleted = false) {
    const auto plan = soql::bind(soql::parse("SELECT Id FROM Contact " + rest), org);
    std::string names;
    for (const auto row : soql::run(plan, org, with_deleted)) {
      names += row == 0 ? "a" : row == 1 ? "z" : "n";
    }
    return names;
  }

  Refusal refused(const std::string& text) {
    try {
      soql::bind(soql::parse(text), org);
    } catch (const Refusal& refusal) {
      return refusal;
    }
    FAIL("accepted: " << text);
    return {"", "", ""};
  }
};

}  // namespace

TEST_CASE("SOQL compares texts without letter case, in any alphabet", "[simulator][soql]") {
  Small crm;
  CHECK(crm.first_names("WHERE LastName = 'ÅNGSTRÖM'") == "a");
  CHECK(crm.first_names("WHERE LastName = 'σΟΦΌΣ 50%'") == "n");
  CHECK(crm.first_names("WHERE LastName = 'o\\'brien'") == "z");
  CHECK(crm.first_names("WHERE Email LIKE 'nik@%'") == "n");
  CHECK(crm.first_names("WHERE FirstName IN ('ANN', 'zoë')") == "az");
  CHECK(crm.first_names("WHERE FirstName NOT IN ('ANN')") == "zn");
}

TEST_CASE("LIKE knows its wildcards and their escapes", "[simulator][soql]") {
  Small crm;
  CHECK(crm.first_names("WHERE LastName LIKE '%50\\%'") == "n");
  CHECK(crm.first_names("WHERE FirstName LIKE 'zo_'") == "z");
  CHECK(crm.first_names("WHERE Email LIKE '%x\\_y%'") == "n");
  CHECK(crm.first_names("WHERE Email LIKE '%a\\_n%'").empty());
  CHECK(crm.first_names("WHERE LastName LIKE '%'") == "azn");
}

TEST_CASE("SOQL knows null, flags, dates and moments", "[simulator][soql]") {
  Small crm;
  CHECK(crm.first_names("WHERE Email = null") == "z");
  CHECK(crm.first_names("WHERE Email != null") == "an");
  CHECK(crm.first_names("WHERE Email != 'ann@example.org'") == "zn");
  CHECK(crm.first_names("WHERE DoNotCall = TRUE") == "a");
  CHECK(crm.first_names("WHERE Birthdate = 1980-02-29") == "a");
  CHECK(crm.first_names("WHERE Birthdate < 2000-01-01") == "a");
  CHECK(crm.first_names("WHERE SystemModstamp = 2026-03-02T10:00:00+01:00") == "azn");
  CHECK(crm.first_names("WHERE SystemModstamp > 2026-03-02T09:00:00.000Z").empty());
}

TEST_CASE("conditions join with AND, OR, NOT and parentheses", "[simulator][soql]") {
  Small crm;
  CHECK(crm.first_names("WHERE DoNotCall = true OR Email = null") == "az");
  CHECK(crm.first_names("WHERE NOT (DoNotCall = true OR Email = null)") == "n");
  CHECK(crm.first_names("WHERE (Email = null AND DoNotCall = false) OR FirstName = null") == "zn");
  CHECK(crm.refused("SELECT Id FROM Contact WHERE Email = null AND Title = null OR Fax = null")
            .code == "MALFORMED_QUERY");
}

TEST_CASE("rows come in the order asked for, nulls first, up to the limit", "[simulator][soql]") {
  Small crm;
  CHECK(crm.first_names("ORDER BY FirstName") == "naz");
  CHECK(crm.first_names("ORDER BY FirstName DESC NULLS LAST") == "zan");
  CHECK(crm.first_names("ORDER BY DoNotCall, Id DESC") == "nza");
  CHECK(crm.first_names("ORDER BY SystemModstamp, Id LIMIT 2") == "az");
  const std::string ann(crm.ann.text());
  CHECK(crm.first_names("WHERE Id > '" + ann + "' ORDER BY Id LIMIT 1") == "z");
  CHECK(crm.first_names("WHERE Id = '" + ann.substr(0, 15) + "'") == "a");
}

TEST_CASE("deleted rows are for queryAll, purged ones for nobody", "[simulator][soql]") {
  Small crm;
  crm.org.remove(crm.ann);
  crm.org.purge(crm.zoe);
  CHECK(crm.first_names("") == "n");
  CHECK(crm.first_names("", true) == "an");
  CHECK(crm.first_names("WHERE IsDeleted = true", true) == "a");
}

TEST_CASE("what does not fit the org is refused with its place", "[simulator][soql]") {
  Small crm;
  const auto field = crm.refused("SELECT Id,\n Nonsense FROM Contact");
  CHECK(field.fault == "InvalidFieldFault");
  CHECK(field.code == "INVALID_FIELD");
  CHECK(field.row == 2);
  CHECK(field.column == 2);
  CHECK(crm.refused("SELECT Id FROM Person").code == "INVALID_TYPE");
  CHECK(crm.refused("SELECT Boss.Name FROM Contact").code == "INVALID_FIELD");
  CHECK(crm.refused("SELECT Id, id FROM Contact").code == "INVALID_FIELD");
  CHECK(crm.refused("SELECT Id FROM Contact WHERE DoNotCall = 'true'").code == "INVALID_FIELD");
  CHECK(crm.refused("SELECT Id FROM Contact WHERE Birthdate = 2026-01-01T00:00:00Z").code ==
        "INVALID_FIELD");
  CHECK(crm.refused("SELECT Id FROM Contact WHERE Id = 'nobody'").code ==
        "INVALID_QUERY_FILTER_OPERATOR");
  CHECK(crm.refused("SELECT Id FROM Lead ORDER BY DoNotCall").code == "INVALID_FIELD");
  CHECK(crm.refused("SELECT Id FROM IndividualHistory WHERE NewValue = 'x'").code ==
        "INVALID_FIELD");
}

TEST_CASE("a malformed query is refused, and an unplayed one says so", "[simulator][soql]") {
  Small crm;
  for (const auto* text :
       {"", "SELECT", "SELECT Id", "SELECT Id FORM Contact", "SELECT Id FROM Contact WHERE",
        "SELECT Id FROM Contact WHERE Email = 'x", "SELECT Id FROM Contact LIMIT x",
        "SELECT Id FROM Contact WHERE Email = \"x\"",
        "SELECT Id FROM Contact WHERE (Email = null"}) {
    CHECK(crm.refused(text).code == "MALFORMED_QUERY");
  }
  for (const auto* text :
       {"SELECT Id FROM Contact WHERE CreatedDate = TODAY", "SELECT COUNT(Id) FROM Contact",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account", "SELECT Id FROM Contact OFFSET 5"}) {
    CHECK(std::string(crm.refused(text).what()).starts_with("heed-simulator does not implement"));
  }
}
