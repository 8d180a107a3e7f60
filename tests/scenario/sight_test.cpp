#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "support/office.hpp"

// A user who loses a permission sees no record, just as if all of them were gone.

using heed::Standing;
using heed::support::Office;
using heed::support::standing;

namespace {

using namespace std::chrono_literals;

void hide_all(heed::simulated::Org& org, std::string_view object, bool hidden = true) {
  const auto& table = org.table(object);
  for (std::uint32_t row = 0; row < table.size(); ++row) {
    org.hide_row(table.row(row).id, hidden);
  }
}

/// Which of a run's ways tells what is gone.
enum class Way { bin, comparison, accepting };

void tells_by(Office& office, Way way) {
  office.tune = [way](heed::sync::Options& options) {
    if (way == Way::bin) return;
    options.bin_every = 10'000h;
    options.reconcile = true;
    options.accept_vanished = way == Way::accepting;
  };
}

bool said(const heed::sync::Report& report, const std::string& text) {
  for (const auto& finding : report.findings) {
    if (finding.text.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a deleted record that is out of sight with all the others is not purged", "[scenario]") {
  const auto way = GENERATE(Way::bin, Way::comparison, Way::accepting);
  CAPTURE(static_cast<int>(way));
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 3);
  const auto card = org.nth("Contact", 3);
  office.sync();
  org.advance(1h);
  org.update(who, {{"ShouldForget", true}});
  org.advance(1h);
  office.sync();
  org.remove(who);
  org.remove(card);
  org.advance(1h);
  office.sync();
  REQUIRE(standing(office, "Individual", who) == Standing::deleted);
  for (const auto* object : {"Individual", "Contact", "Lead"}) hide_all(org, object);
  org.advance(25h);
  tells_by(office, way);
  const auto report = office.sync();
  const auto expected = way == Way::accepting ? Standing::vanished : Standing::deleted;
  CHECK(standing(office, "Individual", who) == expected);
  CHECK(standing(office, "Contact", card) == expected);
  if (way != Way::accepting) {
    CHECK(report.run.exit_code == 8);
    CHECK(said(report, "Individual"));
    CHECK(said(report, "lost a permission"));
  }
  auto database = office.open();
  CHECK_THAT(heed::support::duties_of(database), !Catch::Contains(" met"));
}

TEST_CASE("when the others come into sight again, the deleted record is looked for again",
          "[scenario]") {
  const bool purged = GENERATE(true, false);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto card = org.nth("Contact", 3);
  office.sync();
  org.remove(card);
  org.advance(1h);
  office.sync();
  hide_all(org, "Contact");
  org.advance(25h);
  CHECK(office.sync().run.exit_code == 8);
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 8);  // said until it is known
  hide_all(org, "Contact", false);
  if (purged) org.purge(card);
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
  CHECK(standing(office, "Contact", card) == (purged ? Standing::purged : Standing::deleted));
}

TEST_CASE("a record that the CRM calls deleted while no other is in sight is no more than that",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto card = org.nth("Contact", 3);
  office.sync();
  org.advance(1h);
  hide_all(org, "Contact");
  org.hide_row(card, false);
  org.purge(card);
  org.advance(1h);
  const auto report = office.sync();
  CHECK(standing(office, "Contact", card) == Standing::deleted);
  CHECK(report.run.exit_code == 8);
  hide_all(org, "Contact", false);
  org.advance(25h);
  CHECK(office.sync().run.exit_code == 0);
  CHECK(standing(office, "Contact", card) == Standing::purged);
}

TEST_CASE("where no record of an object is left live, nothing proves a purge", "[scenario]") {
  const auto way = GENERATE(Way::bin, Way::comparison, Way::accepting);
  CAPTURE(static_cast<int>(way));
  Office office({.individuals = 5});
  auto& org = office.crm.org();
  office.sync();
  const auto who = org.nth("Individual", 1);
  for (std::uint32_t number = 1; number <= 5; ++number) org.remove(org.nth("Individual", number));
  org.advance(1h);
  office.sync();
  org.purge(who);
  org.advance(25h);
  tells_by(office, way);
  const auto report = office.sync();
  if (way == Way::accepting) {
    CHECK(standing(office, "Individual", who) == Standing::vanished);
    CHECK(report.run.exit_code == 0);
  } else {
    CHECK(standing(office, "Individual", who) == Standing::deleted);
    CHECK(report.run.exit_code == 8);
    CHECK(said(report, "no live record"));
  }
}

TEST_CASE("one record out of sight does not keep another from being purged", "[scenario]") {
  const auto way = GENERATE(Way::bin, Way::comparison);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto card = org.nth("Contact", 3);
  office.sync();
  org.remove(card);
  org.advance(1h);
  office.sync();
  org.hide_row(org.nth("Contact", 4));
  org.purge(card);
  org.advance(25h);
  tells_by(office, way);
  office.sync();
  CHECK(standing(office, "Contact", card) == Standing::purged);
}
