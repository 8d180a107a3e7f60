#include <catch2/catch.hpp>

#include <algorithm>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/cut.hpp"

using heed::Standing;
using heed::support::Office;
using heed::support::standing;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

bool opted_out(const Office& office, heed::Id id) {
  auto database = office.open();
  const auto row = heed::mirror::Mirror(database).row("Individual", id);
  return row->value("HasOptedOutSolicit") == "true";
}

heed::simulated::OrgOptions small_pages() {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 7;
  return options;
}

void reconciles(Office& office, bool accept = false) {
  office.tune = [accept](heed::sync::Options& options) {
    options.reconcile = true;
    options.accept_vanished = accept;
  };
}

/// A transaction that the CRM did not tell of, longer than the overlap: no window shows its work.
void missed_edit(Office& office, heed::Id who) {
  auto& org = office.crm.org();
  org.late(org.now(), org.now() + 3h, [who](heed::simulated::Org& late) {
    late.update(who, {{"HasOptedOutSolicit", true}});
  });
  org.advance(1h);
  office.sync();
  org.advance(4h);
  office.sync();
}

}  // namespace

TEST_CASE("what no window showed is found by comparing, and read again", "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 2);
  org.update(who, {{"HasOptedOutSolicit", false}});
  office.sync();
  org.advance(1h);
  missed_edit(office, who);
  REQUIRE_FALSE(opted_out(office, who));
  reconciles(office);
  const auto report = office.sync();
  CHECK(opted_out(office, who));
  CHECK(report.compared.at("Individual").reread == 1);
  CHECK(report.compared.at("Contact").reread == 0);
}

TEST_CASE("comparing comes round by itself once a week", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  for (int day = 1; day < 7; ++day) {
    office.crm.org().advance(24h);
    CHECK(office.sync().compared.empty());
  }
  office.crm.org().advance(24h);
  CHECK(office.sync().compared.contains("Individual"));
  office.crm.org().advance(24h);
  CHECK(office.sync().compared.empty());
}

TEST_CASE("a record that this user may see no more has vanished, and may come back", "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.advance(1h);
  org.hide_row(who);
  reconciles(office);
  const auto report = office.sync();
  CHECK(report.compared.at("Contact").vanished == 1);
  CHECK(standing(office, "Contact", who) == Standing::vanished);
  org.hide_row(who, false);
  org.advance(1h);
  office.sync();
  CHECK(standing(office, "Contact", who) == Standing::live);
}

TEST_CASE("a change of a record that had vanished may be as old as the last sight of it",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.update(who, {{"HasOptedOutOfEmail", false}});
  org.advance(1h);
  office.tune = [](heed::sync::Options& options) {
    options.history = false;
    options.reconcile = true;
  };
  office.sync();
  const auto seen = org.now();
  org.advance(1h);
  org.hide_row(who);
  office.sync();
  org.advance(24h);
  org.update(who, {{"HasOptedOutOfEmail", true}});
  org.advance(24h);
  office.sync();
  org.update(who, {{"MailingCountry", std::string_view("France")}});
  const auto stamp = org.now();
  org.hide_row(who, false);
  org.advance(1h);
  office.sync();
  auto database = office.open();
  const auto changes = heed::mirror::Mirror(database).changes({&who, 1});
  const auto change = std::find_if(changes.begin(), changes.end(), [](const auto& each) {
    return each.field == "HasOptedOutOfEmail" && each.new_value == "true";
  });
  REQUIRE(change != changes.end());
  CHECK(change->after <= seen);
  CHECK(change->until == stamp);
}

TEST_CASE("where too many records vanish at once, none is marked, and that is said", "[scenario]") {
  Office office({.individuals = 30});
  office.sync();
  auto& org = office.crm.org();
  org.advance(1h);
  for (std::uint32_t i = 1; i <= 10; ++i) org.hide_row(org.nth("Individual", i));
  reconciles(office);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].text, Catch::Contains("Individual") &&
                                          Catch::Contains("lost a permission") &&
                                          Catch::Contains("--accept-vanished"));
  CHECK(standing(office, "Individual", org.nth("Individual", 1)) == Standing::live);
  // Every run looks again, and tells, until it is believed or mended.
  office.tune = {};
  for (int run = 0; run < 3; ++run) {
    org.advance(15min);
    office.tune = [run](heed::sync::Options& options) { options.full = run == 1; };
    CHECK(office.sync().run.exit_code == 8);
  }
  office.tune = {};
  const bool mended = GENERATE(true, false);
  if (mended) {
    for (std::uint32_t i = 1; i <= 10; ++i) org.hide_row(org.nth("Individual", i), false);
  } else {
    reconciles(office, true);
  }
  CHECK(office.sync().findings.empty());
  CHECK(standing(office, "Individual", org.nth("Individual", 1)) ==
        (mended ? Standing::live : Standing::vanished));
  office.tune = {};
  org.advance(15min);
  CHECK(office.sync().compared.empty());
}

TEST_CASE("after a pause longer than the CRM remembers deletions, everything is compared",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.advance(1h);
  org.purge(who);
  org.advance(20 * 24h);
  office.tune = [](heed::sync::Options& options) { options.reconcile_every = 0s; };
  const auto report = office.sync();
  CHECK(report.compared.contains("Contact"));
  CHECK(standing(office, "Contact", who) == Standing::vanished);
  org.advance(1h);
  CHECK(office.sync().compared.empty());
}

TEST_CASE("a reading of every record does not hide that deletions may have been missed",
          "[scenario]") {
  Office office({.individuals = 20});
  office.config.reconcile_every = 30 * 24h;
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  const auto way = GENERATE(as<std::string>{}, "ordered", "for a formula", "for a new field");
  CAPTURE(way);
  if (way == "for a formula") office.config.more_fields["Contact"] = {"Household_Opt_Out__c"};
  CHECK(office.sync().compared.empty());  // the first load has nothing to be compared with
  org.advance(1h);
  CHECK(office.sync().compared.empty());
  org.purge(who);
  org.advance(20 * 24h);
  if (way == "for a new field") office.config.more_fields["Contact"] = {"Title"};
  const auto report = office.sync({}, way == "ordered");
  CHECK(report.objects.at("Contact").seen >= 19);  // every record was read
  CHECK(report.compared.contains("Contact"));
  CHECK(standing(office, "Contact", who) == Standing::vanished);
  org.advance(1h);
  CHECK(office.sync().compared.empty());
}

TEST_CASE("a first load that took longer than the CRM remembers deletions is compared",
          "[scenario]") {
  Office office(small_pages());
  office.config.reconcile_every = 300 * 24h;
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 1);
  office.progress = [](const heed::sync::Progress& progress) {
    if (progress.object == "Individual") throw heed::Error(heed::Kind::interrupted, "stopped");
  };
  REQUIRE(office.breaks());
  office.progress = {};
  REQUIRE(standing(office, "Individual", who) == Standing::live);
  org.purge(who);
  org.advance(20 * 24h);
  CHECK(office.sync().compared.contains("Individual"));
  CHECK(standing(office, "Individual", who) == Standing::vanished);
}

namespace {

/// A mirror that differs in every way, to be compared in small ranges by the next run.
void until_it_differs(Office& office) {
  office.sync();
  auto& org = office.crm.org();
  org.advance(1h);
  missed_edit(office, org.nth("Individual", 3));
  org.hide_row(org.nth("Contact", 4));
  org.purge(org.nth("Lead", 2));
  org.advance(1h);
  office.tune = [](heed::sync::Options& tuned) {
    tuned.reconcile = true;
    tuned.load_range = 9;
  };
}

}  // namespace

TEST_CASE("comparing in small ranges and pages, cut or killed anywhere, ends the same",
          "[scenario]") {
  heed::support::FaultyVfs disk;
  Office office(small_pages());
  until_it_differs(office);
  SECTION("cut") {
    heed::support::cut_at_every_request(office,
                                        GENERATE(Fault::Kind::reset, Fault::Kind::locator_expired));
  }
  SECTION("killed") {
    heed::support::kill_at_every_write(office, disk);
  }
}

TEST_CASE("a comparison goes on from the page where it was cut off, however often that is",
          "[scenario]") {
  const auto until_it_is_due = [](Office& office) {
    until_it_differs(office);
    office.config.crm.retries = 0;
    office.tune = [](heed::sync::Options& tuned) {
      tuned.load_range = 9;
      tuned.reconcile_every = 1s;
    };
  };
  Office undisturbed(small_pages());
  until_it_is_due(undisturbed);
  undisturbed.sync();
  const auto before = undisturbed.crm.requests();
  undisturbed.sync();
  const auto idle = undisturbed.crm.requests() - before;
  Office office(small_pages());
  until_it_is_due(office);
  Fault lost;
  lost.kind = Fault::Kind::reset;
  int runs = 0;
  for (bool cut = true; cut; ++runs) {
    REQUIRE(runs < 20);
    // Late enough for a run to come by what those before it have compared, a request each; and two
    // in a row: after one page that does not come, a window is read on in smaller parts.
    for (const auto at : {14U, 15U}) office.crm.fail(office.crm.requests() + idle + at, lost);
    cut = office.breaks();
    office.crm.clear_faults();
  }
  CHECK(runs > 2);
  CHECK(office.state() == undisturbed.state());
  auto database = office.open();
  for (const auto* object : {"Individual", "Contact", "Lead", "Account"}) {
    const auto upkeep = heed::mirror::Mirror(database).upkeep(object);
    CHECK_FALSE(upkeep.comparing_since);
    CHECK(upkeep.reconciled == office.crm.org().now());
  }
}

TEST_CASE("a comparison that is asked for begins at the first record, and so does a stale one",
          "[scenario]") {
  struct Way {
    bool asked;
    std::chrono::hours later;
    std::int64_t compared;
  };
  const auto way = GENERATE(Way{false, 1h, 2}, Way{true, 1h, 20}, Way{false, 24h * 16, 20});
  Office office(small_pages());
  office.sync();
  auto& org = office.crm.org();
  {
    auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
    heed::mirror::Mirror mirror(database);
    auto upkeep = mirror.upkeep("Individual");
    upkeep.comparing_since = org.now();
    mirror.begin_comparing(upkeep);
    mirror.note_compared("Individual", org.nth("Individual", 18), {});
  }
  org.advance(way.later);
  office.tune = [&way](heed::sync::Options& tuned) {
    tuned.reconcile = way.asked;
    tuned.reconcile_every = 24h * 365;
  };
  CHECK(office.sync().compared.at("Individual").compared == way.compared);
}

TEST_CASE("one record that vanishes from a small object is marked, and that is said",
          "[scenario]") {
  Office office({.individuals = 50});
  office.sync();
  auto& org = office.crm.org();
  org.hide_row(org.nth("Contact", 2));
  org.advance(1h);
  reconciles(office);
  const auto report = office.sync();
  CHECK(standing(office, "Contact", org.nth("Contact", 2)) == Standing::vanished);
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].text,
             Catch::Contains("Contact") && Catch::Contains("1 record has vanished"));
  // It is said once: the next run finds nothing new.
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
}

TEST_CASE("a few records are too many where they are more than one in a hundred", "[scenario]") {
  const auto few = GENERATE(2U, 5U);
  Office office({.individuals = 50});
  office.sync();
  auto& org = office.crm.org();
  for (std::uint32_t number = 1; number <= few; ++number) org.hide_row(org.nth("Contact", number));
  org.advance(1h);
  reconciles(office);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  CHECK(standing(office, "Contact", org.nth("Contact", 1)) == Standing::live);
  CHECK(report.compared.at("Contact").vanished == 0);
}

TEST_CASE("the last records of an object do not vanish without a word, however few they are",
          "[scenario]") {
  Office office({.individuals = 20});
  office.sync();
  auto& org = office.crm.org();
  const auto& users = org.table("User");
  for (std::uint32_t row = 0; row < users.size(); ++row) org.hide_row(users.row(row).id);
  org.advance(1h);
  reconciles(office);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  CHECK(standing(office, "User", users.row(0).id) == Standing::live);
}

TEST_CASE("records that vanish one a day are too many when they come to more than one in a hundred",
          "[scenario]") {
  Office office({.individuals = 50});
  office.sync();
  auto& org = office.crm.org();
  reconciles(office);
  for (std::uint32_t day = 1; day <= 3; ++day) {
    CAPTURE(day);
    org.hide_row(org.nth("Contact", day));
    org.advance(24h);
    CHECK(office.sync().run.exit_code == 8);
    const auto expected = day == 1 ? Standing::vanished : Standing::live;
    CHECK(standing(office, "Contact", org.nth("Contact", day)) == expected);
  }
  // After a week the first one is past, and two are too many all the same.
  org.advance(8 * 24h);
  CHECK(office.sync().run.exit_code == 8);
  reconciles(office, true);
  office.sync();
  CHECK(standing(office, "Contact", org.nth("Contact", 3)) == Standing::vanished);
  reconciles(office);
  org.advance(8 * 24h);
  CHECK(office.sync().run.exit_code == 0);
  org.hide_row(org.nth("Contact", 4));
  org.advance(1h);
  office.sync();
  CHECK(standing(office, "Contact", org.nth("Contact", 4)) == Standing::vanished);
}
