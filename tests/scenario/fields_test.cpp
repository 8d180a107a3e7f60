#include <catch2/catch.hpp>

#include <array>

#include "heed/mirror.hpp"
#include "support/cut.hpp"

using heed::support::Office;

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

TEST_CASE(
    "reading a field again that is back, cut at any request or killed at any write, ends the same",
    "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 8;
  Office office(options);
  until_it_is_back(office);
  heed::support::break_anywhere(office);
  CHECK_THAT(office.state(), Catch::Contains("Text_Opt_Out__c"));
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).hidden().empty());
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

TEST_CASE(
    "a field that the configuration left out for a time is read of every record when it is back",
    "[scenario]") {
  const int runs_without = GENERATE(1, 2, 3);
  CAPTURE(runs_without);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto title = [&] {
    auto database = office.open();
    const auto row = heed::mirror::Mirror(database).row("Contact", org.nth("Contact", 2));
    return std::string(row->value("Title").value_or(""));
  };
  org.update(org.nth("Contact", 2), {{"Title", std::string_view("Ms.")}});
  office.config.more_fields["Contact"] = {"Title"};
  office.sync();
  REQUIRE(title() == "Ms.");
  office.config.more_fields.clear();
  org.advance(1h);
  org.update(org.nth("Contact", 2), {{"Title", std::string_view("Dr.")}});
  for (int i = 0; i < runs_without; ++i) {
    org.advance(1h);
    office.sync();
    CHECK(title() == "Ms.");  // what is not asked for is not mirrored
    org.update(org.nth("Contact", 3), {{"Title", std::string_view("Prof.")}});
  }
  office.config.more_fields["Contact"] = {"Title"};
  org.advance(1h);
  office.sync();
  CHECK(title() == "Dr.");
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).hidden().empty());
}

TEST_CASE("a field that is back, and whose reading was cut off, is read to the end by the next run",
          "[scenario]") {
  const std::string name = GENERATE("LastModifiedById", "HasOptedOutTracking");
  CAPTURE(name);
  Office office({.individuals = 20, .largest_page = 5});
  office.tune = [](heed::sync::Options& options) { options.load_range = 5; };
  auto& org = office.crm.org();
  office.sync();
  org.hide_field("Individual", name);
  org.advance(25h);
  office.sync();
  org.hide_field("Individual", name, false);
  org.advance(25h);
  heed::support::break_until(office, [&office] {
    auto database = office.open();
    return heed::mirror::Mirror(database).cursor("Individual").load_after.has_value();
  });
  office.sync();
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).hidden().empty());
}

TEST_CASE("a field that the configuration names and nobody can read is a finding of each run",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  office.config.more_fields["Contact"] = {"Title", "Tittle", "MailingStreet"};
  org.retype("Contact", "MailingStreet", "address");
  for (int run = 0; run < 2; ++run) {
    org.advance(1h);
    org.update(org.nth("Contact", 2), {{"DoNotCall", run == 0}});
    const auto report = office.sync();
    CHECK(report.run.exit_code == 8);
    REQUIRE(report.findings.size() == 2);
    CHECK_THAT(report.findings[0].text,
               Catch::Contains("Contact.Tittle is asked for by name and not visible"));
    CHECK_THAT(report.findings[1].text,
               Catch::Contains("Contact.MailingStreet") && Catch::Contains("made of other fields"));
    CHECK(report.objects.at("Contact").updated >= 1);
  }
  office.config.absent = {"Contact.Tittle", "Contact.MailingStreet"};
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
}

TEST_CASE("a name outside the first plane is mirrored to the byte", "[scenario]") {
  Office office({.individuals = 3});
  auto& org = office.crm.org();
  const std::string name = "\xF0\x9F\x98\x80 Zo\xC3\xAB \xF0\xA0\xAE\xB7";
  org.update(org.nth("Contact", 2), {{"Title", std::string_view(name)}});
  office.config.more_fields["Contact"] = {"Title"};
  const auto report = office.sync();
  CHECK(report.run.tally.replaced == 0);
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  CHECK(mirror.row("Contact", org.nth("Contact", 2))->value("Title") == name);
}

TEST_CASE("a field for evidence that is not there is a finding until it is given up by name",
          "[scenario]") {
  Office office({.individuals = 20});
  office.config.evidence.push_back({"Individual", "HasOptedOutSolicit", "", "Objection_Done__c"});
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].text, Catch::Contains("Individual.Objection_Done__c"));
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
  const auto* const said =
      "Contact.IndividualId is hidden or gone: who belongs together is known "
      "as it was; give the integration user Read on the field";
  CHECK_THAT(report.findings[0].text, Catch::StartsWith(said));
  CHECK(report.objects.at("Contact").updated >= 1);
  org.advance(1h);
  const auto later = office.sync();
  REQUIRE(later.findings.size() == 1);
  CHECK_THAT(later.findings[0].text, Catch::StartsWith(said));
  office.config.absent = {"Contact.IndividualId"};
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
}

TEST_CASE(
    "a field that the configuration names rightly is not said to have a wrong name when it goes",
    "[scenario]") {
  Office office({.individuals = 20});
  office.config.more_fields["Contact"] = {"Title"};
  office.sync();
  office.crm.org().hide_field("Contact", "Title");
  for (int run = 0; run < 2; ++run) {
    office.crm.org().advance(25h);
    const auto report = office.sync();
    REQUIRE(report.findings.size() == 1);
    CHECK_THAT(report.findings[0].text,
               Catch::StartsWith("Contact.Title is hidden or gone: what was read of it stays"));
  }
}

TEST_CASE("the stamp is the first that may be filtered and sorted by, and without one all is read",
          "[scenario]") {
  constexpr std::array names{"SystemModstamp", "LastModifiedDate", "CreatedDate"};
  const auto forbidden = GENERATE(as<std::size_t>(), 0, 1, 2, 3);
  CAPTURE(forbidden);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  for (std::size_t i = 0; i < forbidden; ++i) org.forbid_filter("Lead", names[i]);
  office.sync();
  const auto before = org.table("Lead").size();
  org.advance(1h);
  org.update(org.nth("Lead", 2), {{"DoNotCall", true}});
  const auto fresh = org.create(
      "Lead", {{"LastName", std::string_view("Neu")}, {"Company", std::string_view("Acme")}});
  org.advance(1h);
  const auto report = office.sync();
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  CHECK(mirror.row("Lead", fresh));
  const bool whole = forbidden == names.size();
  CHECK(mirror.shape("Lead")->stamp == (whole ? "SystemModstamp" : names[forbidden]));
  // By CreatedDate no change of a record shows, and nobody may look for it.
  const bool seen = forbidden != 2;
  CHECK((mirror.row("Lead", org.nth("Lead", 2))->value("DoNotCall") == "true") == seen);
  CHECK(report.objects.at("Lead").seen == (whole ? before + 1 : seen ? 2 : 1));
}

TEST_CASE("a stamp that may be asked for no more gives way to the next in the middle of a life",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  office.sync();
  for (const bool forbidden : {true, false}) {
    org.forbid_filter("Lead", "SystemModstamp", forbidden);
    org.advance(25h);
    org.update(org.nth("Lead", 2), {{"DoNotCall", forbidden}});
    org.advance(1h);
    const auto report = office.sync();
    CHECK(report.objects.at("Lead").updated == 1);
    auto database = office.open();
    CHECK(heed::mirror::Mirror(database).shape("Lead")->stamp ==
          (forbidden ? "LastModifiedDate" : "SystemModstamp"));
  }
}

TEST_CASE(
    "what changed while a field was hidden, before heed noticed, changed since it was seen last",
    "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto lead = org.nth("Lead", 2);
  org.advance(1h);
  org.hide_field("Lead", "ConvertedContactId");
  const auto when = org.now();
  org.convert(lead);
  org.advance(1h);
  org.update(lead, {{"DoNotCall", true}});
  org.advance(1h);
  office.sync();  // sees the later stamp, and not the field
  org.hide_field("Lead", "ConvertedContactId", false);
  org.advance(25h);
  office.sync();
  auto database = office.open();
  bool told = false;
  for (const auto& change : heed::mirror::Mirror(database).changes({&lead, 1})) {
    if (change.field != "ConvertedContactId") continue;
    told = true;
    CHECK(change.after <= when);
    CHECK(change.until >= when);
  }
  CHECK(told);
}

TEST_CASE("every change of a field for evidence is kept, and it is read of all when asked for",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  office.config.more_fields["Contact"] = {"Title"};
  org.update(org.nth("Contact", 2), {{"Title", std::string_view("2026-11-20")}});
  office.sync();
  office.config.evidence.push_back({"Contact", "DoNotCall", "", "Title"});
  org.advance(1h);
  office.sync();
  org.update(org.nth("Contact", 3), {{"Title", std::string_view("2026-11-21")}});
  org.advance(1h);
  office.sync();
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  const auto how = [&](std::uint32_t number) {
    std::vector<heed::How> found;
    for (const auto& change : mirror.changes(std::array{org.nth("Contact", number)})) {
      if (change.field == "Title") found.push_back(change.how);
    }
    return found;
  };
  CHECK(how(2) == std::vector{heed::How::initial});
  CHECK(how(3) == std::vector{heed::How::observed});
}

TEST_CASE("a field for evidence that is hidden or retyped stops nobody's wishes", "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  office.config.evidence.push_back({"Contact", "DoNotCall", "", "Title"});
  org.update(org.nth("Contact", 2), {{"Title", std::string_view("2026-11-20")}});
  office.sync();
  org.advance(1h);
  const bool hidden = GENERATE(true, false);
  CAPTURE(hidden);
  hidden ? org.hide_field("Contact", "Title") : org.retype("Contact", "Title", "date");
  const auto who = org.nth("Contact", 3);
  org.update(who, {{"DoNotCall", true}});
  org.advance(25h);
  const auto report = office.sync();
  CHECK(report.run.exit_code == (hidden ? 8 : 0));
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).row("Contact", who)->value("DoNotCall") == "true");
}
