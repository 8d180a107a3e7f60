#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/office.hpp"

using heed::Standing;
using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

Standing standing(const Office& office, const char* object, heed::Id id) {
  auto database = office.open();
  return heed::mirror::Mirror(database).row(object, id).value().standing;
}

bool opted_out(const Office& office, heed::Id id) {
  auto database = office.open();
  const auto row = heed::mirror::Mirror(database).row("Individual", id);
  return row->value("HasOptedOutSolicit") == "true";
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
  // It is due until it has been believed.
  office.tune = {};
  org.advance(8 * 24h);
  CHECK(office.sync().run.exit_code == 8);
  reconciles(office, true);
  CHECK(office.sync().findings.empty());
  CHECK(standing(office, "Individual", org.nth("Individual", 1)) == Standing::vanished);
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

TEST_CASE("comparing in small ranges and pages, cut at any request, ends the same", "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 7;
  const auto prepare = [](Office& office) {
    office.config.crm.retries = 0;
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
  };
  Office undisturbed(options);
  prepare(undisturbed);
  const auto before = undisturbed.crm.requests();
  undisturbed.sync();
  const auto all = undisturbed.crm.requests();
  const std::string expected = undisturbed.state();
  undisturbed.sync();
  REQUIRE(undisturbed.state() == expected);
  for (auto k = before + 1; k <= all; ++k) {
    Office office(options);
    prepare(office);
    Fault fault;
    fault.kind = k % 2 == 0 ? Fault::Kind::reset : Fault::Kind::locator_expired;
    office.crm.fail(k, fault);
    office.breaks();
    office.sync();
    CAPTURE(k);
    REQUIRE(office.state() == expected);
  }
}
