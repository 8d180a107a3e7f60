#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "support/cut.hpp"

// Fields whose type changes, and fields that are calculated.

using heed::support::Office;

namespace {

using namespace std::chrono_literals;

std::string mirrored(const Office& office, heed::Id id, const char* field) {
  auto database = office.open();
  const auto row = heed::mirror::Mirror(database).row("Contact", id);
  return std::string(row->value(field).value_or("(null)"));
}

/// A text that has become a number, and of which some are none.
void until_it_is_a_number(Office& office) {
  auto& org = office.crm.org();
  office.config.more_fields["Contact"] = {"Member_Level__c"};
  office.tune = [](heed::sync::Options& options) { options.history = false; };
  org.update(org.nth("Contact", 2), {{"Member_Level__c", std::string_view("7.5")}});
  org.update(org.nth("Contact", 3), {{"Member_Level__c", std::string_view("gold")}});
  org.advance(1h);
  office.sync();
  org.advance(25h);
  org.retype("Contact", "Member_Level__c", "double");
}

}  // namespace

TEST_CASE("a field that becomes a number is read of every record, and its texts are kept",
          "[scenario]") {
  Office office({.individuals = 20});
  until_it_is_a_number(office);
  const auto& org = office.crm.org();
  const auto report = office.sync();
  CHECK(report.findings.empty());
  REQUIRE(report.notes.size() == 1);
  CHECK_THAT(report.notes[0],
             Catch::Contains("Contact.Member_Level__c was text and is now number"));
  CHECK(mirrored(office, org.nth("Contact", 2), "Member_Level__c") == "7.5");
  CHECK(mirrored(office, org.nth("Contact", 3), "Member_Level__c") == "(null)");
  auto database = office.open();
  auto row = database.query(
      "SELECT typeof(Member_Level__c), heed_was_Member_Level__c FROM Contact "
      "WHERE heed_was_Member_Level__c IS NOT NULL ORDER BY Id");
  REQUIRE(row.step());
  CHECK(row.text(0) == "real");
  CHECK(row.text(1) == "7.5");
  REQUIRE(row.step());
  CHECK(row.text(1) == "gold");
}

TEST_CASE("a record that was out of sight while a field changed its type is read when compared",
          "[scenario]") {
  const bool evidence = GENERATE(false, true);
  const auto [type, is] = GENERATE(
      table<std::string, std::string>({{"double", "7.5"}, {"date", "(null)"}}));  // "7.5" is no day
  CAPTURE(evidence, type);
  Office office({.individuals = 20});
  if (evidence) {
    office.config.evidence.push_back({"Contact", "HasOptedOutOfEmail", "Member_Level__c", ""});
  }
  until_it_is_a_number(office);
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.retype("Contact", "Member_Level__c", type);
  org.hide_row(who);
  office.sync();
  REQUIRE(mirrored(office, org.nth("Contact", 3), "Member_Level__c") == "(null)");
  org.hide_row(who, false);
  org.advance(1h);
  office.tune = [](heed::sync::Options& options) {
    options.history = false;
    options.reconcile = true;
  };
  const auto report = office.sync();
  CHECK(mirrored(office, who, "Member_Level__c") == is);
  CHECK(report.compared.at("Contact").reread == 1);
  org.advance(1h);
  CHECK(office.sync().compared.at("Contact").reread == 0);
}

TEST_CASE("a field that changes its type, cut at any request or killed at any write, ends the same",
          "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 12};
  options.largest_page = 5;
  Office office(options);
  until_it_is_a_number(office);
  heed::support::break_anywhere(office);
}

TEST_CASE("a privacy field with another type stops its object until it is given up or is back",
          "[scenario]") {
  const bool given_up = GENERATE(true, false);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  office.sync();
  const auto who = org.nth("Contact", 2);
  org.advance(25h);
  org.update(who, {{"DoNotCall", true}});
  org.retype("Contact", "DoNotCall", "string");
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].text,
             Catch::Contains("Contact.DoNotCall was flag and is now text"));
  CHECK(mirrored(office, who, "DoNotCall") == "false");
  if (given_up) {
    office.config.absent = {"Contact.DoNotCall"};
    org.update(who, {{"HasOptedOutOfFax", true}});
    org.advance(1h);
    CHECK(office.sync().findings.empty());
    CHECK(mirrored(office, who, "HasOptedOutOfFax") == "true");
    CHECK(mirrored(office, who, "DoNotCall") == "false");
  }
  org.retype("Contact", "DoNotCall", "boolean");
  office.config.absent = {};
  org.advance(1h);
  CHECK(office.sync().findings.empty());
  CHECK(mirrored(office, who, "DoNotCall") == "true");
}

TEST_CASE("a formula's result, which moves no stamp, is read on a schedule of its own",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  office.config.more_fields["Contact"] = {"Household_Opt_Out__c"};
  office.sync();
  const auto who = org.nth("Contact", 2);
  org.advance(1h);
  org.calculate(who, "Household_Opt_Out__c", true);
  org.advance(1h);
  CHECK(office.sync().objects.at("Contact").seen == 0);
  CHECK(mirrored(office, who, "Household_Opt_Out__c") == "false");
  SECTION("once a day unless told") {
    org.advance(23h);
    const auto report = office.sync();
    CHECK(report.objects.at("Contact").seen == org.table("Contact").size());
    CHECK(report.objects.at("Lead").seen == 0);
    CHECK(mirrored(office, who, "Household_Opt_Out__c") == "true");
    org.advance(2h);
    CHECK(office.sync().objects.at("Contact").seen == 0);
  }
  SECTION("as often as told") {
    office.config.calculated_every = 1h;
    office.sync();
    CHECK(mirrored(office, who, "Household_Opt_Out__c") == "true");
  }
  SECTION("never, where that was told") {
    office.config.calculated_every = 0s;
    org.advance(24h * 6);
    office.sync();
    CHECK(mirrored(office, who, "Household_Opt_Out__c") == "false");
  }
  auto database = office.open();
  const auto shape = heed::mirror::Mirror(database).shape("Contact");
  CHECK(shape->fields[*shape->find("Household_Opt_Out__c")].calculated);
}

TEST_CASE("a wish by formula changed after it was last read, and not after its record did",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  office.config.more_fields["Contact"] = {"Household_Opt_Out__c"};
  office.tune = [](heed::sync::Options& options) {
    for (auto& wanted : options.objects) {
      if (wanted.object == "Contact") wanted.tracked.emplace_back("Household_Opt_Out__c");
    }
  };
  office.sync();
  const auto loaded = org.now();
  const auto who = org.nth("Contact", 2);
  org.advance(1h);
  org.calculate(who, "Household_Opt_Out__c", true);
  for (int run = 0; run < 3; ++run) {
    org.advance(3h);
    office.sync();  // its windows show nothing, and prove nothing of a formula
  }
  // An edit brings the record, and the formula's result with it.
  org.update(who, {{"DoNotCall", true}});
  org.advance(1h);
  office.sync();
  auto database = office.open();
  std::vector<heed::Change> changes;
  for (const auto& change : heed::mirror::Mirror(database).changes({&who, 1})) {
    if (change.field == "Household_Opt_Out__c") changes.push_back(change);
  }
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].new_value == "true");
  CHECK(changes[0].after == loaded);
  CHECK(changes[0].until == org.now());
}

TEST_CASE("a reading of all formulas that was cut off says what it knows from its beginning",
          "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 5;
  Office office(options);
  auto& org = office.crm.org();
  office.config.crm.retries = 0;
  office.config.more_fields["Contact"] = {"Household_Opt_Out__c"};
  office.sync();
  org.advance(25h);
  const auto began = org.now();
  heed::simulated::Fault lost;
  lost.kind = heed::simulated::Fault::Kind::refused;
  const auto begin = office.crm.requests();
  for (std::size_t k = 1; k < 30; ++k) office.crm.fail(begin + 9 + k, lost);
  REQUIRE(office.breaks());
  office.crm.clear_faults();
  org.advance(2h);
  office.sync();
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).upkeep("Contact").calculated == began);
}
