#include <catch2/catch.hpp>

#include <algorithm>

#include "heed/crm.hpp"
#include "heed/mirror.hpp"
#include "support/cut.hpp"

// The CRM's clock is ahead for a time, and is set right.

using heed::support::Office;

namespace {

using namespace std::chrono_literals;

bool opted_out(const Office& office, heed::Id id) {
  auto database = office.open();
  const auto row = heed::mirror::Mirror(database).row("Individual", id);
  return row->value("HasOptedOutSolicit") == "true";
}

std::int64_t rows(const Office& office, const char* object) {
  auto database = office.open();
  return heed::mirror::Mirror(database).count(object);
}

/// What a verification of the office's mirror calls wrong.
std::int64_t wrong(Office& office, const heed::sync::Options& wanted) {
  auto database = office.open();
  heed::mirror::Mirror mirror(database);
  heed::support::ManualClock clock(office.crm.org().now());
  heed::crm::Client client(office.crm, clock, office.config.crm, *office.config.credentials);
  std::int64_t sum = 0;
  for (const auto& [object, proof] : heed::sync::verify(client, mirror, wanted).objects) {
    sum += proof.wrong;
  }
  return sum;
}

/// An office that has read its CRM while the clock there was five hours ahead. One record was
/// edited then, by the clock that was wrong.
struct Ahead {
  Ahead() {
    office.tune = [this](heed::sync::Options& options) {
      options.reconcile = comparing;
      used = options;
    };
    auto& org = office.crm.org();
    for (const auto& who : {early, edited}) org.update(who, {{"HasOptedOutSolicit", false}});
    org.advance(1h);
    office.sync();
    org.advance(1h);
    right = org.now();
    org.set_clock(right + 5h);
    org.update(edited, {{"HasOptedOutSolicit", true}});
    org.advance(1min);
    office.sync();
    REQUIRE(opted_out(office, edited));
    wrong_since = org.now();
    org.set_clock(right + 2min);
  }

  std::int64_t wrong() { return ::wrong(office, used); }

  bool comparing = false;
  heed::sync::Options used;
  Office office{{.individuals = 20}};
  heed::Id early = office.crm.org().nth("Individual", 2);
  heed::Id edited = office.crm.org().nth("Individual", 3);
  heed::Moment right, wrong_since;
};

bool noted(const heed::sync::Report& report, const std::string& text) {
  return std::any_of(report.notes.begin(), report.notes.end(),
                     [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("what changes after the CRM's clock was set back is read, and the step is said",
          "[scenario]") {
  Ahead ahead;
  auto& office = ahead.office;
  auto& org = office.crm.org();
  org.advance(5min);
  org.update(ahead.early, {{"HasOptedOutSolicit", true}});
  const auto told = org.table("IndividualHistory").size();
  org.advance(1h);
  const auto report = office.sync();
  CHECK(opted_out(office, ahead.early));
  CHECK(rows(office, "IndividualHistory") == told);
  CHECK(noted(report, heed::to_text(ahead.wrong_since - office.config.overlap)));
  CHECK(noted(report, heed::to_text(report.reached)));
  CHECK(report.compared.contains("Individual"));
  CHECK(ahead.wrong() == 0);
  org.advance(1h);
  const auto next = office.sync();
  CHECK_FALSE(noted(next, "clock"));
  CHECK(next.compared.empty());
}

TEST_CASE("what a run began by a clock that was ahead, and did not end, is begun anew",
          "[scenario]") {
  const bool load = GENERATE(true, false);  // a window otherwise
  CAPTURE(load);
  Office office({.individuals = 20, .largest_page = 5});
  auto& org = office.crm.org();
  bool full = false;
  office.tune = [&full](heed::sync::Options& options) {
    options.load_range = 5;
    options.full = full;
    options.reconcile = false;
    options.history = false;
  };
  for (std::uint32_t i = 1; i <= 20; ++i) {
    org.update(org.nth("Individual", i), {{"HasOptedOutSolicit", false}});
  }
  org.advance(1h);
  office.sync();
  org.advance(3h);
  const auto right = org.now();
  org.set_clock(right + 1h);
  if (!load) {
    for (std::uint32_t i = 1; i < 20; ++i) {
      org.update(org.nth("Individual", i), {{"HasOptedOutTracking", true}});
    }
    org.advance(20min);
  }
  full = load;
  heed::support::break_until(office, [&office, load] {
    auto database = office.open();
    const auto cursor = heed::mirror::Mirror(database).cursor("Individual");
    return load ? cursor.load_after.has_value() : cursor.last_id.has_value();
  });
  full = false;
  org.set_clock(right + 10min);
  office.sync();
  const auto who = org.nth("Individual", load ? 1 : 20);
  org.advance(5min);
  org.update(who, {{"HasOptedOutSolicit", true}});
  org.advance(3h);
  office.sync();
  CHECK(opted_out(office, who));
}

TEST_CASE("a record stamped by a clock that was ahead is read like any other when it changes",
          "[scenario]") {
  Ahead ahead;
  auto& office = ahead.office;
  auto& org = office.crm.org();
  const bool before_the_next_run = GENERATE(true, false);
  if (!before_the_next_run) office.sync();
  org.advance(20min);
  org.update(ahead.edited, {{"HasOptedOutSolicit", false}});
  org.advance(1h);
  office.sync();
  CHECK_FALSE(opted_out(office, ahead.edited));
  CHECK(ahead.wrong() == 0);
}

TEST_CASE("a comparison takes a record that is older in the CRM than in the mirror", "[scenario]") {
  Ahead ahead;
  auto& office = ahead.office;
  auto& org = office.crm.org();
  org.advance(1h);
  org.update(ahead.edited, {{"HasOptedOutSolicit", false}});
  org.advance(24h);  // past what the clock had said: no window shows it
  office.sync();
  REQUIRE(opted_out(office, ahead.edited));
  CHECK(ahead.wrong() > 0);
  ahead.comparing = true;
  office.sync();
  CHECK_FALSE(opted_out(office, ahead.edited));
  CHECK(ahead.wrong() == 0);
  ahead.comparing = false;
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
}
