#include <catch2/catch.hpp>

#include "heed/mirror.hpp"
#include "simulator/simulator.hpp"
#include "support/office.hpp"
#include "support/schedules.hpp"

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

/// One Contact is gone for good, and no other is in sight any more.
void purge_among_hidden(heed::simulated::Org& org, heed::Id card) {
  hide_all(org, "Contact");
  org.hide_row(card, false);
  org.purge(card);
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

/// Text opt-outs, and what verify says of them.
struct Texts {
  Texts() {
    office.tune = [this](heed::sync::Options& options) {
      options.history = false;
      options.reconcile = comparing;
      wanted = options;
    };
  }
  Office office{{.individuals = 20}};
  bool comparing = false;
  heed::sync::Options wanted;
};

std::vector<std::string> disagreements(Texts& texts) {
  auto& office = texts.office;
  auto database = office.open();
  heed::mirror::Mirror mirror(database);
  heed::support::ManualClock clock(office.crm.org().now());
  heed::crm::Client client(office.crm, clock, office.config.crm, *office.config.credentials);
  std::vector<std::string> found;
  for (const auto& each : heed::sync::verify(client, mirror, texts.wanted).disagreements) {
    found.push_back(std::string(each.id.text()) + " " + each.text);
  }
  return found;
}

/// The record is back, and a comparison brings what the others were read for.
heed::Change opted_out_of_sight(Texts& texts, heed::Id who) {
  auto& office = texts.office;
  auto& org = office.crm.org();
  org.hide_row(who, false);
  org.advance(1h);
  office.sync();
  CHECK(disagreements(texts) ==
        std::vector<std::string>{std::string(who.text()) +
                                 " was not read since a field of it came into sight"});
  texts.comparing = true;
  CHECK(office.sync().compared.at("Contact").reread == 1);
  CHECK(disagreements(texts).empty());
  CHECK(office.sync().compared.at("Contact").reread == 0);
  auto database = office.open();
  const auto changes = heed::mirror::Mirror(database).changes({&who, 1});
  const auto change = std::find_if(changes.begin(), changes.end(), [](const auto& each) {
    return each.field == "Text_Opt_Out__c" && each.new_value == "true";
  });
  REQUIRE(change != changes.end());
  return *change;
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
  purge_among_hidden(org, card);
  org.advance(1h);
  const auto report = office.sync();
  CHECK(standing(office, "Contact", card) == Standing::deleted);
  CHECK(report.run.exit_code == 8);
  org.advance(15min);
  const auto again = office.sync();  // the log names it no more: said until it is known
  CHECK(again.run.exit_code == 8);
  CHECK(said(again, "lost a permission"));
  hide_all(org, "Contact", false);
  org.advance(15min);
  CHECK(office.sync().run.exit_code == 0);
  CHECK(standing(office, "Contact", card) == Standing::purged);
}

TEST_CASE("a doubt that was found by a run which was cut off is said by the next one",
          "[scenario]") {
  std::size_t cut = 0;
  for (std::size_t request = 1;; ++request) {
    CAPTURE(request);
    Office office({.individuals = 20});
    auto& org = office.crm.org();
    const auto card = org.nth("Contact", 20);
    office.sync();
    org.advance(1h);
    office.sync();
    org.advance(1h);
    purge_among_hidden(org, card);
    org.advance(15min);
    const auto begin = office.crm.requests();
    office.crm.fail(begin + request, heed::simulated::Fault::http(404));
    if (office.breaks()) ++cut;
    if (office.crm.requests() < begin + request) break;
    org.advance(15min);
    const auto again = office.sync();
    CHECK(again.run.exit_code == 8);
    CHECK(said(again, "lost a permission"));
  }
  CHECK(cut > 5);
}

TEST_CASE("that a forgotten record is deleted and no other is in sight is said as of any other",
          "[scenario]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto card = org.nth("Contact", 3);
  office.sync();
  office.pseudonym_key = std::string(64, 'k');
  {
    auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
    heed::mirror::Mirror mirror(database);
    mirror.guard(heed::config::keeping(office.config, heed::support::shipped_preferences(),
                                       office.pseudonym_key));
    mirror.forget(mirror.person("Contact", card).members, org.now());
  }
  org.advance(1h);
  purge_among_hidden(org, card);
  org.advance(1h);
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  CHECK(said(report, "lost a permission"));
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

TEST_CASE("a record that was out of sight when a new field was read of all is read for it later",
          "[scenario]") {
  Texts texts;
  auto& office = texts.office;
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.update(who, {{"Text_Opt_Out__c", true}});
  org.hide_field("Contact", "Text_Opt_Out__c");
  office.config.absent = {"Contact.Text_Opt_Out__c"};
  org.advance(1h);
  office.sync();
  org.hide_row(who);
  org.hide_field("Contact", "Text_Opt_Out__c", false);
  office.config.absent = {};
  org.advance(1h);
  office.sync();
  CHECK(opted_out_of_sight(texts, who).how == heed::How::initial);
}

TEST_CASE("a record that was out of sight when a field was back is read for it later",
          "[scenario]") {
  Texts texts;
  auto& office = texts.office;
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 2);
  org.update(who, {{"Text_Opt_Out__c", false}});
  org.advance(1h);
  office.sync();
  const auto seen = org.now();
  org.hide_field("Contact", "Text_Opt_Out__c");
  office.config.absent = {"Contact.Text_Opt_Out__c"};
  org.advance(1h);
  office.sync();
  org.advance(24h);
  org.update(who, {{"Text_Opt_Out__c", true}});
  org.advance(24h);
  org.update(who, {{"MailingCountry", std::string_view("France")}});
  const auto stamp = org.now();
  org.advance(1h);
  office.sync();
  org.hide_row(who);
  org.hide_field("Contact", "Text_Opt_Out__c", false);
  office.config.absent = {};
  org.advance(1h);
  office.sync();
  const auto change = opted_out_of_sight(texts, who);
  CHECK(change.after <= seen + 1h);
  CHECK(change.until == stamp);
}

TEST_CASE(
    "a record vanished between the comparisons that saw it and did not, and is back when seen",
    "[scenario]") {
  Office office({.individuals = 200});
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 1);
  office.tune = [](heed::sync::Options& options) { options.reconcile = true; };
  std::vector<heed::Moment> runs;
  for (const bool hidden : {false, false, true, false}) {
    org.advance(24h);
    org.hide_row(who, hidden);
    runs.push_back(org.now());
    office.sync();
  }
  auto database = office.open();
  std::vector<heed::Change> found;
  for (const auto& change : heed::mirror::Mirror(database).changes({&who, 1})) {
    if (change.field == heed::mirror::standing_field) found.push_back(change);
  }
  REQUIRE(found.size() == 2);
  CHECK(found[0].new_value == "vanished");
  CHECK((found[0].after >= runs[1] && found[0].until >= runs[2] && found[0].until < runs[3]));
  CHECK(found[1].new_value == "live");
  CHECK((found[1].after == found[0].until && found[1].until >= runs[3]));
  CHECK_FALSE(found[1].by);
}
