#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/cut.hpp"
#include "support/days.hpp"

using heed::support::a_few_days;
using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

std::string mirrored(const Office& office, const char* object, heed::Id id, const char* field) {
  auto database = office.open();
  const auto row = heed::mirror::Mirror(database).row(object, id);
  if (!row) return "(no row)";
  const auto value = row->value(field);
  return value ? std::string(*value) : "(null)";
}

std::int64_t rows(const Office& office, const char* object) {
  auto database = office.open();
  return heed::mirror::Mirror(database).count(object);
}

}  // namespace

TEST_CASE("an org that gives one record a page is read as any other", "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 400};
  Office undisturbed(options);
  undisturbed.sync();
  options.largest_page = 1;
  Office office(options);
  CHECK(office.sync().objects.at("Individual").seen == 400);
  CHECK(office.crm.requests() > 1000);
  CHECK(office.state() == undisturbed.state());
}

TEST_CASE("the first sync mirrors every record of every object", "[scenario]") {
  Office office({.individuals = 60});
  const auto report = office.sync();
  CHECK(report.findings.empty());
  CHECK(rows(office, "Individual") == 60);
  for (const auto& [object, tally] : report.objects)
    CHECK(tally.created == rows(office, object.c_str()));
}

TEST_CASE("a run with nothing new asks once an object and touches no row", "[scenario][threads]") {
  Office office({.individuals = 60});
  office.sync();
  office.crm.org().advance(1h);
  office.sync();
  office.crm.org().advance(1h);
  const std::string before = office.state();
  office.crm.forget_calls();
  const auto report = office.sync();
  std::size_t queries = 0;
  for (const auto& call : office.crm.calls()) {
    if (call.operation == "queryAll") ++queries;
  }
  CHECK(queries == 5);
  // One question each about deletions; login, the time, and up to when it is whole.
  CHECK(office.crm.calls().size() == 5 + 5 + 3);
  CHECK(report.run.tally.created + report.run.tally.updated == 0);
  CHECK(office.state() == before);
}

TEST_CASE("what changed is mirrored with its bounds, and owed", "[scenario]") {
  Office office({.individuals = 60});
  office.sync();
  auto& org = office.crm.org();
  a_few_days(org);
  office.sync();
  CHECK(mirrored(office, "Individual", org.nth("Individual", 3), "HasOptedOutSolicit") == "true");
  CHECK(mirrored(office, "Contact", org.nth("Contact", 8), "MasterRecordId") ==
        org.nth("Contact", 7).text());
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  CHECK(mirror.row("Contact", org.nth("Contact", 6))->standing == heed::Standing::deleted);
  CHECK_THAT(heed::support::duties_of(database),
             Catch::Contains(std::string(org.nth("Individual", 4).text()) + " ShouldForget"));
}

TEST_CASE("a run that is repeated changes nothing", "[scenario][threads]") {
  Office office({.individuals = 60});
  office.sync();
  a_few_days(office.crm.org());
  office.sync();
  const std::string once = office.state();
  office.sync();
  CHECK(office.state() == once);
  office.sync({}, true);
  CHECK(office.state() == once);
}

TEST_CASE("a run that is cut at any request ends the same when it goes on", "[scenario]") {
  const auto kind = GENERATE(Fault::Kind::refused, Fault::Kind::reset, Fault::Kind::truncated);
  heed::simulated::OrgOptions options{.individuals = 60};
  options.largest_page = 25;
  Office office(options);
  heed::support::cut_at_every_request(office, kind);  // the first load
  a_few_days(office.crm.org());
  heed::support::cut_at_every_request(office, kind);
}

TEST_CASE("a locator or a session that ends in the middle loses nothing", "[scenario][threads]") {
  const auto kind = GENERATE(Fault::Kind::locator_expired, Fault::Kind::session_expired);
  heed::simulated::OrgOptions options{.individuals = 60};
  options.largest_page = 10;
  Office undisturbed(options);
  undisturbed.sync();
  const std::string expected = undisturbed.state();
  for (std::size_t k = 1; k <= undisturbed.crm.requests(); ++k) {
    Office office(options);
    Fault fault;
    fault.kind = kind;
    office.crm.fail(k, fault);
    office.sync();
    CAPTURE(k);
    REQUIRE(office.state() == expected);
  }
}

TEST_CASE("thousands of records with one stamp are all mirrored, whatever breaks",
          "[scenario][threads]") {
  heed::simulated::OrgOptions options{.individuals = 90};
  options.largest_page = 20;
  Office office(options);
  office.sync();
  auto& org = office.crm.org();
  org.advance(2h);
  for (std::uint32_t i = 1; i <= 90; ++i) {
    org.update(org.nth("Individual", i), {{"HasOptedOutProfiling", true}});
  }
  org.advance(1h);
  Fault lost;
  lost.kind = Fault::Kind::locator_expired;
  office.crm.fail(office.crm.requests() + 6, lost);
  const auto report = office.sync();
  for (std::uint32_t i = 1; i <= 90; ++i) {
    CHECK(mirrored(office, "Individual", org.nth("Individual", i), "HasOptedOutProfiling") ==
          "true");
  }
  CHECK(report.objects.at("Individual").updated == 90);
}

TEST_CASE("what changes in the very second in which a run was cut off is read by the next",
          "[scenario]") {
  heed::simulated::OrgOptions options;
  options.individuals = 12;
  options.largest_page = 3;
  Office office(options);
  office.config.crm.retries = 0;
  office.sync();
  auto& org = office.crm.org();
  const auto first = org.nth("Individual", 1);
  bool wish = true;
  for (std::size_t cut = 1; cut <= 16; ++cut, wish = !wish) {
    org.advance(1h);
    for (std::uint32_t i = 1; i <= options.individuals; ++i) {
      org.update(org.nth("Individual", i), {{"HasOptedOutProfiling", wish}});
    }
    Fault reset;
    reset.kind = Fault::Kind::reset;
    for (std::size_t k = cut; k < cut + 60; ++k) {
      office.crm.fail(office.crm.requests() + k, reset);
    }
    office.breaks();
    office.crm.clear_faults();
    org.update(first, {{"ShouldForget", wish}});
    office.sync();
    CAPTURE(cut);
    REQUIRE(mirrored(office, "Individual", first, "ShouldForget") == (wish ? "true" : "false"));
  }
}

TEST_CASE("a row that is committed late, behind the watermark, is caught and counted",
          "[scenario]") {
  const auto stamped = GENERATE(1min, 5min, 9min);
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  org.advance(2h);
  const auto who = org.nth("Individual", 2);
  org.late(org.now() - stamped, org.now() + 1min, [who](heed::simulated::Org& late) {
    late.update(who, {{"HasOptedOutSolicit", true}});
  });
  CHECK(office.sync().objects.at("Individual").late == 0);
  org.advance(2h);
  org.update(org.nth("Individual", 3), {{"HasOptedOutSolicit", true}});
  CHECK(office.sync().objects.at("Individual").late == 1);
  CHECK(mirrored(office, "Individual", who, "HasOptedOutSolicit") == "true");
}

TEST_CASE("a long transaction holds the watermark back until it ends", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  org.advance(2h);
  const auto who = org.nth("Individual", 2);
  org.late(
      org.now(), org.now() + 3h,
      [who](heed::simulated::Org& late) {
        late.update(who, {{"HasOptedOutSolicit", true}});
      },
      true);
  org.advance(2h);
  const auto report = office.sync();
  CHECK(report.lag > 1h);
  org.advance(2h);
  office.sync();
  CHECK(mirrored(office, "Individual", who, "HasOptedOutSolicit") == "true");
}

TEST_CASE("a full read begins at the first record, though an older one was cut off", "[scenario]") {
  Office office({.individuals = 20, .largest_page = 5});
  auto& org = office.crm.org();
  bool full = false;
  office.tune = [&full](heed::sync::Options& options) {
    options.history = options.reconcile = false;
    options.load_range = 5;
    options.full = full;
  };
  const auto who = org.nth("Individual", 1);
  org.update(who, {{"HasOptedOutSolicit", false}});
  if (GENERATE(true, false)) office.sync();  // else the first load is cut off
  org.advance(5h);
  full = true;
  heed::support::break_until(office, [&office] {
    auto database = office.open();
    return heed::mirror::Mirror(database).cursor("Individual").load_after.has_value();
  });
  // Something that no stamp tells of.
  org.late(org.now() - 3h, org.now(), [who](heed::simulated::Org& late) {
    late.update(who, {{"HasOptedOutSolicit", true}});
  });
  org.advance(1h);
  office.sync();
  CHECK(mirrored(office, "Individual", who, "HasOptedOutSolicit") == "true");
}

TEST_CASE("a load that takes two runs passes over nothing that was under way when it began",
          "[scenario]") {
  const bool first = GENERATE(true, false);  // the first load, or one more
  CAPTURE(first);
  Office office({.individuals = 20, .largest_page = 5});
  auto& org = office.crm.org();
  bool full = false;
  office.tune = [&full](heed::sync::Options& options) {
    options.history = false;
    options.load_range = 5;
    options.full = full;
  };
  if (!first) office.sync();
  const auto who = org.nth("Individual", 1);
  org.advance(2h);
  org.late(
      org.now(), org.now() + 3h,
      [who](heed::simulated::Org& late) {
        late.update(who, {{"HasOptedOutSolicit", true}});
      },
      true);
  org.advance(1h);
  full = true;
  heed::support::break_until(office, [&office] {
    auto database = office.open();
    return heed::mirror::Mirror(database).cursor("Individual").load_after.has_value();
  });
  full = false;
  org.advance(4h);  // it ends meanwhile, on a page that is read already
  office.sync();
  org.advance(1h);
  office.sync();
  CHECK(mirrored(office, "Individual", who, "HasOptedOutSolicit") == "true");
}

TEST_CASE("a privacy field that is hidden stops its object and leaves its rows", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 2);
  const std::string before = mirrored(office, "Individual", who, "HasOptedOutTracking");
  org.advance(25h);
  org.hide_field("Individual", "HasOptedOutTracking");
  org.update(who, {{"HasOptedOutSolicit", true}});
  org.update(org.nth("Contact", 2), {{"DoNotCall", true}});
  org.advance(1h);
  const auto hidden = office.sync();
  REQUIRE(hidden.findings.size() == 1);
  CHECK_THAT(hidden.findings[0].text, Catch::Contains("Individual.HasOptedOutTracking"));
  CHECK(hidden.run.exit_code == 8);
  CHECK(mirrored(office, "Individual", who, "HasOptedOutTracking") == before);
  CHECK(mirrored(office, "Contact", org.nth("Contact", 2), "DoNotCall") == "true");
  org.hide_field("Individual", "HasOptedOutTracking", false);
  org.advance(1h);
  CHECK(office.sync().findings.empty());
  CHECK(mirrored(office, "Individual", who, "HasOptedOutSolicit") == "true");
}

TEST_CASE("an org without Individual is mirrored as far as it goes, and that is said",
          "[scenario]") {
  Office office({.individuals = 20, .with_individual = false});
  const auto report = office.sync();
  REQUIRE(report.findings.size() == 1);  // and not what would lead to one besides
  CHECK_THAT(report.findings[0].text, Catch::Contains("Data Protection and Privacy"));
  CHECK(rows(office, "Contact") > 0);
  office.config.absent = {"Individual"};
  CHECK(office.sync().findings.empty());
}

TEST_CASE("another org's mirror is refused and left as it was", "[scenario]") {
  Office office({.individuals = 10});
  office.sync();
  {
    auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
    database.execute("UPDATE heed_org SET id = '00D000000000999EAA'");
  }
  const std::string before = office.state();
  CHECK_THROWS_WITH(office.sync(), Catch::Contains("00D000000000999EAA"));
  CHECK(office.state() == before);
}

TEST_CASE("a preference that was seen before and is hidden stops its object, optional or not",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.update(who, {{"Text_Opt_Out__c", false}});
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c");
  org.advance(1h);
  org.update(who, {{"Text_Opt_Out__c", true}});
  org.advance(1h);
  const auto hidden = office.sync();
  REQUIRE(hidden.findings.size() == 1);
  CHECK_THAT(hidden.findings[0].text, Catch::Contains("Contact.Text_Opt_Out__c"));
  CHECK(hidden.run.exit_code == 8);
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 8);
  org.hide_field("Contact", "Text_Opt_Out__c", false);
  org.advance(1h);
  CHECK(office.sync().findings.empty());
  CHECK(mirrored(office, "Contact", who, "Text_Opt_Out__c") == "true");
}

TEST_CASE("a field that appears later, or is missed on purpose for a time, is read of every record",
          "[scenario]") {
  const bool acknowledged = GENERATE(false, true);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.update(who, {{"Text_Opt_Out__c", false}});
  if (acknowledged) office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c");
  office.config.absent = {"Contact.Text_Opt_Out__c"};
  org.advance(1h);
  org.update(who, {{"Text_Opt_Out__c", true}});
  org.advance(1h);
  CHECK(office.sync().findings.empty());
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c", false);
  office.config.absent = {};
  org.advance(25h);
  office.sync();
  CHECK(mirrored(office, "Contact", who, "Text_Opt_Out__c") == "true");
}

TEST_CASE("a transaction of less than two minutes is waited for without an overlap as well",
          "[scenario]") {
  Office office({.individuals = 20});
  office.config.overlap = 0s;
  office.sync();
  auto& org = office.crm.org();
  org.advance(2h);
  const auto who = org.nth("Individual", 2);
  org.late(
      org.now() - 90s, org.now() + 1min,
      [who](heed::simulated::Org& late) {
        late.update(who, {{"HasOptedOutSolicit", true}});
      },
      true);
  office.sync();
  org.advance(2h);
  office.sync();
  CHECK(mirrored(office, "Individual", who, "HasOptedOutSolicit") == "true");
}
