#include <catch2/catch.hpp>

#include <array>

#include "heed/error.hpp"
#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "support/contents.hpp"
#include "support/cut.hpp"

using heed::How;
using heed::support::Office;

namespace {

using namespace std::chrono_literals;

/// Wishes that stay, that come and go, that are there from the start, and one on a person account.
void a_few_wishes(heed::simulated::Org& org) {
  org.advance(3h);
  org.update(org.nth("Individual", 3), {{"ShouldForget", true}});
  org.update(org.nth("Contact", 3), {{"HasOptedOutOfEmail", true}});
  org.advance(1h);
  org.update(org.nth("Individual", 4), {{"ShouldForget", true}});
  org.advance(1h);
  org.update(org.nth("Individual", 4), {{"ShouldForget", false}});
  const auto lead = org.create("Lead", {{"LastName", std::string_view("Neu")},
                                        {"Company", std::string_view("Acme")},
                                        {"Country", std::string_view("Deutschland")},
                                        {"DoNotCall", true}});
  org.advance(1h);
  org.update(lead, {{"DoNotCall", false}});
  org.advance(1h);
}

std::vector<heed::Change> changes_of(const Office& office, heed::Id id, std::string_view field) {
  auto database = office.open();
  auto changes = heed::mirror::Mirror(database).changes(std::array{id});
  std::erase_if(changes, [field](const heed::Change& each) { return each.field != field; });
  return changes;
}

std::vector<heed::ledger::Event> events_of(const Office& office, heed::Id id,
                                           std::string_view field) {
  auto database = office.open();
  const heed::ledger::Ledger ledger(database, "");
  std::vector<heed::ledger::Event> events;
  heed::ledger::Filter filter;
  filter.pack = "eu-gdpr";
  std::vector<std::int64_t> numbers;
  ledger.for_each_due(filter, [&](const heed::ledger::Duty& duty) {
    if (duty.record && duty.record->id == id && duty.field == field) numbers.push_back(duty.number);
  });
  for (const auto number : numbers) {
    for (auto& event : ledger.events(number)) events.push_back(std::move(event));
  }
  return events;
}

/// The shipped preferences, with one field of Individual that restricts only after a change.
heed::policy::PreferenceMap counted_by_change(const std::string& field) {
  auto text = heed::support::contents(std::string(HEED_SOURCE_DIR) + "/schedules/preferences.toml");
  const std::string line = "field = \"" + field + "\"\n";
  const auto at = text.find(line);
  REQUIRE(at != std::string::npos);
  text.insert(at + line.size(), "only_on_change = true\n");
  return heed::policy::PreferenceMap::parse(text, "preferences.toml");
}

}  // namespace

TEST_CASE("where the CRM keeps field history a change has its exact time and its author",
          "[scenario][history]") {
  Office office({.individuals = 40});
  office.sync();
  auto& org = office.crm.org();
  const auto when = org.now() + 3h;
  a_few_wishes(org);
  const auto report = office.sync();
  CHECK(report.findings.empty());
  CHECK(report.notes.size() <= 2);
  const auto changes = changes_of(office, org.nth("Individual", 3), "ShouldForget");
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].how == How::observed);
  CHECK(changes[0].by == org.user());
  CHECK(changes[1].how == How::history);
  CHECK(changes[1].until == when);
  CHECK(changes[1].after == when);
  CHECK(changes[1].by == org.user());
}

TEST_CASE("a wish that came and went between two runs is opened, and is to be confirmed",
          "[scenario][history]") {
  Office office({.individuals = 40});
  office.sync();
  auto& org = office.crm.org();
  a_few_wishes(org);
  office.sync();
  CHECK(changes_of(office, org.nth("Individual", 4), "ShouldForget").size() == 2);
  auto database = office.open();
  CHECK_THAT(heed::support::duties_of(database),
             Catch::Contains(std::string(org.nth("Individual", 4).text()) + " ShouldForget"));
  std::int64_t doubted = 0;
  heed::ledger::Filter filter;
  filter.states = {heed::ledger::State::withdrawn_to_confirm};
  heed::ledger::Ledger(database, "").for_each_due(filter, [&](const heed::ledger::Duty& duty) {
    doubted += duty.record && duty.record->id == org.nth("Individual", 4) ? 1 : 0;
  });
  CHECK(doubted > 0);
}

TEST_CASE("a record that was created with a wish and lost it before heed looked had the wish",
          "[scenario][history]") {
  Office office({.individuals = 40});
  office.sync();
  auto& org = office.crm.org();
  const auto lead = org.create("Lead", {{"LastName", std::string_view("Neu")},
                                        {"Company", std::string_view("Acme")},
                                        {"DoNotCall", true}});
  const auto created = org.now();
  org.advance(1h);
  org.update(lead, {{"DoNotCall", false}});
  org.advance(1h);
  office.sync();
  const auto changes = changes_of(office, lead, "DoNotCall");
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].new_value == "true");
  CHECK(changes[0].after == created);
  CHECK(changes[1].new_value == "false");
}

TEST_CASE("the history of a record that was out of sight is read when the record is back",
          "[scenario][history]") {
  const bool noticed = GENERATE(true, false);
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 3);
  org.update(who, {{"HasOptedOutOfEmail", false}});
  office.sync();
  org.advance(24h);
  org.hide_row(who);
  office.tune = [&](heed::sync::Options& options) { options.reconcile = noticed; };
  office.sync();
  org.advance(1h);
  org.update(who, {{"HasOptedOutOfEmail", true}});
  const auto wished = org.now();
  org.advance(24h);
  org.update(who, {{"MailingCountry", std::string_view("France")}});
  org.advance(24h);
  office.sync();
  org.advance(24h);
  org.hide_row(who, false);
  office.tune = [](heed::sync::Options& options) { options.reconcile = true; };
  office.sync();
  const auto changes = changes_of(office, who, "HasOptedOutOfEmail");
  REQUIRE_FALSE(changes.empty());
  CHECK(changes.back().how == How::history);
  CHECK(changes.back().until == wished);
  auto database = office.open();
  CHECK(heed::mirror::Mirror(database).unseen("Contact", 1).empty());
}

TEST_CASE("a record that heed could not see at first brings its history when it is changed",
          "[scenario][history]") {
  Office office({.individuals = 20});
  auto& org = office.crm.org();
  const auto who = org.nth("Contact", 3);
  org.update(who, {{"HasOptedOutOfEmail", false}});
  org.advance(1h);
  org.update(who, {{"HasOptedOutOfEmail", true}});
  const auto wished = org.now();
  org.hide_row(who);
  org.advance(1h);
  office.sync();
  org.advance(24h);
  office.sync();
  org.hide_row(who, false);
  org.advance(1h);
  org.update(who, {{"MailingCountry", std::string_view("France")}});
  org.advance(1h);
  office.sync();
  const auto changes = changes_of(office, who, "HasOptedOutOfEmail");
  REQUIRE_FALSE(changes.empty());
  CHECK(changes.back().how == How::history);
  CHECK(changes.back().until == wished);
}

TEST_CASE("history is read of what a run had stored before it was cut off, whatever is left",
          "[scenario][history]") {
  for (std::size_t cut = 1; cut <= 12; ++cut) {
    heed::simulated::OrgOptions options;
    options.individuals = 5;
    options.largest_page = 3;
    Office office(options);
    office.config.crm.retries = 0;
    auto& org = office.crm.org();
    office.sync();
    org.advance(1h);
    for (std::uint32_t i = 1; i <= 4; ++i) {
      org.update(org.nth("Individual", i), {{"ShouldForget", i % 2 == 1}});
    }
    const auto wished = org.now();
    org.advance(1h);
    heed::simulated::Fault reset;
    reset.kind = heed::simulated::Fault::Kind::reset;
    for (std::size_t k = cut; k < cut + 60; ++k) {
      office.crm.fail(office.crm.requests() + k, reset);
    }
    office.breaks();
    office.crm.clear_faults();
    for (std::uint32_t i = 4; i <= 5; ++i) org.purge(org.nth("Individual", i));
    org.advance(1h);
    office.sync();
    CAPTURE(cut);
    const auto changes = changes_of(office, org.nth("Individual", 1), "ShouldForget");
    REQUIRE_FALSE(changes.empty());
    REQUIRE(changes.back().how == How::history);
    REQUIRE(changes.back().until == wished);
  }
}

TEST_CASE("an opened duty is moved when history comes in later, and not doubled",
          "[scenario][history]") {
  Office office({.individuals = 40});
  auto& org = office.crm.org();
  org.hide_object("IndividualHistory");
  office.sync();
  const auto who = org.nth("Individual", 3);
  org.advance(72h);
  org.update(who, {{"ShouldForget", true}});
  org.advance(72h);
  const auto without = office.sync();
  CHECK_THAT(without.notes.at(0), Catch::Contains("IndividualHistory is not visible"));
  CHECK(without.run.exit_code == 0);
  const auto before = events_of(office, who, "ShouldForget");
  REQUIRE_FALSE(before.empty());
  org.hide_object("IndividualHistory", false);
  org.advance(1h);
  org.update(org.nth("Individual", 5), {{"HasOptedOutSolicit", true}});
  org.advance(1h);
  office.sync();
  const auto after = events_of(office, who, "ShouldForget");
  REQUIRE(after.size() == 2 * before.size());
  const auto& moved = after.at(1);
  CHECK(moved.kind == heed::ledger::EventKind::moved);
  CHECK(moved.cause == heed::ledger::Cause::evidence);
  CHECK(moved.old_start < moved.start);
}

TEST_CASE("the history of a person account's contact explains the account's change",
          "[scenario][history]") {
  Office office({.individuals = 60});
  office.sync();
  auto& org = office.crm.org();
  std::optional<heed::Id> account;
  for (std::uint32_t i = 1; !account; ++i) {
    const auto id = org.nth("Account", i);
    if (org.value(id, "IsPersonAccount") == heed::Value(true) &&
        org.value(id, "PersonHasOptedOutOfEmail") == heed::Value(false)) {
      account = id;
    }
  }
  org.advance(3h);
  const auto when = org.now();
  org.update(*account, {{"PersonHasOptedOutOfEmail", true}});
  org.advance(3h);
  office.sync();
  const auto changes = changes_of(office, *account, "PersonHasOptedOutOfEmail");
  REQUIRE(changes.size() == 2);
  CHECK(changes[1].supersedes == changes[0].number);
  CHECK(changes[1].until == when);
}

TEST_CASE("flags from before the first run are standing, and history says since when",
          "[scenario][history]") {
  Office office({.individuals = 200});
  office.sync();
  auto database = office.open();
  std::int64_t exact = 0;
  heed::ledger::Filter filter;
  filter.states = {heed::ledger::State::standing};
  heed::ledger::Ledger(database, "").for_each_due(filter, [&](const heed::ledger::Duty& duty) {
    exact += duty.how == How::history ? 1 : 0;
    CHECK(duty.from_first_load);
  });
  CHECK(exact > 0);
  heed::ledger::Filter open;
  open.states = {heed::ledger::State::open};
  heed::ledger::Ledger(database, "").for_each_due(open, [&](const heed::ledger::Duty& duty) {
    CHECK(duty.from_first_load);  // to be forgotten, to get a copy: owed however old
  });
}

TEST_CASE("a wish made while the first load went on is owed, though the load found it set",
          "[scenario][history]") {
  const bool history_late = GENERATE(false, true);
  CAPTURE(history_late);
  Office office({.individuals = 20, .largest_page = 5});
  auto& org = office.crm.org();
  bool history = !history_late;
  office.tune = [&history](heed::sync::Options& options) {
    options.load_range = 5;
    options.history = history;
  };
  const bool on_change = GENERATE(false, true);  // the mapping counts what is seen to change alone
  CAPTURE(on_change);
  if (on_change) office.preferences = counted_by_change("HasOptedOutSolicit");
  const auto who = org.nth("Individual", 20);
  org.update(who, {{"HasOptedOutSolicit", false}});
  heed::support::break_until(office, [&office] {
    auto database = office.open();
    return heed::mirror::Mirror(database).cursor("Individual").load_after.has_value();
  });
  org.advance(24h);
  const auto when = org.now();
  org.update(who, {{"HasOptedOutSolicit", true}});
  org.advance(24h);
  office.sync();
  org.advance(1h);
  if (history_late) {
    CHECK(changes_of(office, who, "HasOptedOutSolicit").front().how == How::initial);
    history = true;
    office.sync();
  }
  std::int64_t owed = 0;
  auto database = office.open();
  heed::ledger::Filter filter;
  filter.states = {heed::ledger::State::open, heed::ledger::State::standing};
  heed::ledger::Ledger(database, "").for_each_due(filter, [&](const heed::ledger::Duty& duty) {
    if (!duty.record || duty.record->id != who || duty.field != "HasOptedOutSolicit") return;
    ++owed;
    CHECK(duty.state == heed::ledger::State::open);
    CHECK(duty.how == How::history);
    CHECK(duty.start == heed::Zone::named(duty.zone).day_of(when));
  });
  CHECK(owed > 0);
}

TEST_CASE("without history tracking of its fields heed goes on by what it sees",
          "[scenario][history]") {
  Office office({.individuals = 40});
  auto& org = office.crm.org();
  for (const auto* field : {"ShouldForget", "HasOptedOutSolicit"}) {
    org.stop_tracking("Individual", field);
  }
  office.sync();
  a_few_wishes(org);
  CHECK(office.sync().findings.empty());
  const auto changes = changes_of(office, org.nth("Individual", 3), "ShouldForget");
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].how == How::observed);
}

TEST_CASE("history that was archived is read too", "[scenario][history]") {
  Office office({.individuals = 40});
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 3);
  const auto when = org.now();
  org.update(who, {{"HasOptedOutProfiling", true}});
  org.advance(24h * 600);
  office.sync();
  const auto changes = changes_of(office, who, "HasOptedOutProfiling");
  REQUIRE(changes.size() == 2);
  CHECK(changes[1].until == when);
}

TEST_CASE("runs with history that are repeated, cut or killed anywhere end the same",
          "[scenario][history]") {
  heed::simulated::OrgOptions options{.individuals = 12};
  options.largest_page = 5;
  Office office(options);
  office.sync();
  a_few_wishes(office.crm.org());
  heed::support::break_anywhere(office);
  const auto expected = office.state();
  office.sync({}, true);
  CHECK(office.state() == expected);
}
