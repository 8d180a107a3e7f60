#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/office.hpp"

using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

/// A mirror that missed a text opt-out on purpose while it changed; the field is visible again.
void until_it_is_back(Office& office) {
  auto& org = office.crm.org();
  for (std::uint32_t i = 1; i <= 20; ++i) {
    org.update(org.nth("Contact", i), {{"Text_Opt_Out__c", false}});
  }
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c");
  office.config.absent = {"Contact.Text_Opt_Out__c"};
  org.advance(1h);
  org.update(org.nth("Contact", 3), {{"Text_Opt_Out__c", true}});
  org.update(org.nth("Contact", 17), {{"Text_Opt_Out__c", true}});
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c", false);
  office.config.absent = {};
  org.advance(1h);
}

}  // namespace

TEST_CASE("reading a field again that is back, cut at any request, ends the same", "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 8;
  Office undisturbed(options);
  undisturbed.config.crm.retries = 0;
  until_it_is_back(undisturbed);
  const std::size_t before = undisturbed.crm.requests();
  undisturbed.sync();
  const std::size_t all = undisturbed.crm.requests();
  const std::string expected = undisturbed.state();
  REQUIRE_THAT(expected, Catch::Contains("Text_Opt_Out__c"));
  REQUIRE(all > before + 5);
  for (std::size_t k = before + 1; k <= all; ++k) {
    Office office(options);
    office.config.crm.retries = 0;
    until_it_is_back(office);
    Fault lost;
    lost.kind = Fault::Kind::reset;
    office.crm.fail(k, lost);
    office.breaks();  // or asks for less, and goes on
    office.sync();
    CAPTURE(k);
    REQUIRE(office.state() == expected);
    auto database = office.open();
    CHECK(heed::mirror::Mirror(database).hidden().empty());
  }
}

TEST_CASE("a field that the configuration adds is described at once, and read of every record",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  org.advance(1h);
  office.config.more_fields["Contact"] = {"Title"};
  org.update(org.nth("Contact", 2), {{"Title", std::string_view("Dr.")}});
  org.advance(1h);
  office.sync();
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  CHECK(mirror.row("Contact", org.nth("Contact", 2))->value("Title") == "Dr.");
  CHECK(mirror.shape("Contact")->find("Title"));
}

TEST_CASE("an optional field that goes is left out and said, and keeps its values", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.update(who, {{"MailingCountry", std::string_view("France")}});
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "MailingCountry");
  org.update(who, {{"DoNotCall", true}});
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 0);
  REQUIRE(report.notes.size() == 1);
  CHECK_THAT(report.notes[0], Catch::Contains("Contact.MailingCountry"));
  auto database = office.open();
  const auto row = heed::mirror::Mirror(database).row("Contact", who);
  CHECK(row->value("MailingCountry") == "France");
  CHECK(row->value("DoNotCall") == "true");
}

TEST_CASE("a link that is hidden is a finding until it is given up by name", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  org.hide_field("Contact", "IndividualId");
  org.update(org.nth("Contact", 2), {{"DoNotCall", true}});
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].text, Catch::Contains("Contact.IndividualId"));
  CHECK(report.objects.at("Contact").updated >= 1);
  office.config.absent = {"Contact.IndividualId"};
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
}

TEST_CASE("an object whose stamps cannot be asked for is read whole in each run", "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  for (const auto* stamp : {"SystemModstamp", "LastModifiedDate", "CreatedDate"}) {
    org.forbid_filter("Lead", stamp);
  }
  office.sync();
  const auto who = org.nth("Lead", 2);
  org.advance(1h);
  org.update(who, {{"DoNotCall", true}});
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.objects.at("Lead").seen == org.table("Lead").size());
  CHECK(report.objects.at("Contact").seen < org.table("Contact").size());
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).row("Lead", who)->value("DoNotCall") == "true");
}

TEST_CASE("where SystemModstamp cannot be asked for, the next best stamp orders the changes",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  org.forbid_filter("Lead", "SystemModstamp");
  office.sync();
  org.advance(1h);
  org.update(org.nth("Lead", 2), {{"DoNotCall", true}});
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.objects.at("Lead").updated == 1);
  CHECK(report.objects.at("Lead").seen < org.table("Lead").size());
}
