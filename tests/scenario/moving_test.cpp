#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/office.hpp"

// The CRM is at work while heed reads it page by page: an answer's later pages show their records
// as they are by then, not as they were when the question was asked.

using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

/// A mirror of an org that gives ten records a page, where forty Individuals have changed since, a
/// second apart.
struct Busy {
  Busy() : office(options()) {
    office.config.crm.retries = 0;
    office.sync();
    auto& org = office.crm.org();
    org.advance(1h);
    for (std::uint32_t i = 1; i <= changed; ++i) {
      org.update(org.nth("Individual", i), {{"HasOptedOutTracking", wish(i)}});
      org.advance(1s);
    }
    org.advance(20min);
  }

  static heed::simulated::OrgOptions options() {
    heed::simulated::OrgOptions options{.individuals = 50};
    options.largest_page = 10;
    return options;
  }

  bool wish(std::uint32_t i) const {
    return office.crm.org().value(office.crm.org().nth("Individual", i), "HasOptedOutTracking") !=
           heed::Value(true);
  }

  /// The record that each page ends with changes once more.
  void edit_last_ones() {
    auto& org = office.crm.org();
    for (std::uint32_t i = 10; i <= changed; i += 10) {
      org.update(org.nth("Individual", i), {{"HasOptedOutSolicit", true}});
    }
  }

  /// Changed Individuals that the mirror has otherwise than the CRM.
  std::string wrong() const {
    auto database = office.open();
    const heed::mirror::Mirror mirror(database);
    std::string numbers;
    for (std::uint32_t i = 1; i <= changed; ++i) {
      const auto id = office.crm.org().nth("Individual", i);
      for (const auto* field : {"HasOptedOutTracking", "HasOptedOutSolicit"}) {
        const bool there = office.crm.org().value(id, field) == heed::Value(true);
        if (mirror.row("Individual", id)->value(field) == (there ? "true" : "false")) continue;
        numbers += std::to_string(i) + " ";
      }
    }
    return numbers;
  }

  static constexpr std::uint32_t changed = 40;
  Office office;
};

/// Requests of a run that nobody disturbs.
std::size_t usual_requests() {
  Busy busy;
  const auto before = busy.office.crm.requests();
  busy.office.sync();
  return busy.office.crm.requests() - before;
}

}  // namespace

TEST_CASE("a record that changes while its window is paged hides no change behind it",
          "[scenario]") {
  const auto later = GENERATE(0s, 60s);  // the run's own second, or after it
  const bool killed = GENERATE(false, true);
  const auto requests = usual_requests();
  for (std::size_t k = 1; k < requests; ++k) {
    Busy busy;
    std::size_t sent = 0;
    busy.office.machine = [&](heed::support::ManualClock&) {
      ++sent;
      if (sent == k) {
        busy.office.crm.org().advance(later);
        busy.edit_last_ones();
      }
      if (sent != k + 1) return;
      Fault reset;
      reset.kind = Fault::Kind::reset;
      if (killed) busy.office.crm.fail(busy.office.crm.requests() + 1, reset);
      busy.office.crm.org().expire_locators();
    };
    busy.office.breaks();
    busy.office.machine = {};
    busy.office.sync();
    CAPTURE(k, later.count(), killed);
    REQUIRE(busy.wrong() == "");
  }
}

TEST_CASE("a place behind its window, as an older heed left it, is not believed", "[scenario]") {
  Busy busy;
  // The login, the time, up to when all is whole, the first page; then nothing.
  busy.office.crm.fail(busy.office.crm.requests() + 5, Fault::http(404));
  REQUIRE(busy.office.breaks());
  {
    auto database = heed::store::Database::open(busy.office.file(), heed::store::Mode::write);
    const auto cursor = heed::mirror::Mirror(database).cursor("Individual");
    REQUIRE(cursor.last_stamp);
    database.query("UPDATE heed_cursor SET last_stamp = ? WHERE object = 'Individual'")
        .bind(*cursor.window_to + 1min)
        .run();
  }
  busy.office.sync();
  CHECK(busy.wrong() == "");
}

TEST_CASE("a record that moves behind its window before it is asked for keeps its early bound",
          "[scenario]") {
  Office office({.individuals = 20});
  office.tune = [](heed::sync::Options& options) { options.history = false; };
  office.sync();
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 3);
  org.update(who, {{"HasOptedOutSolicit", false}, {"HasOptedOutTracking", false}});
  org.advance(1h);
  office.sync();
  org.advance(1h);
  const auto wished = org.now();
  org.update(who, {{"HasOptedOutSolicit", true}});
  org.advance(1h);
  const auto login_and_time = office.crm.requests() + 2;
  bool moved = false;
  office.machine = [&](heed::support::ManualClock&) {
    if (std::exchange(moved, office.crm.requests() >= login_and_time) || !moved) return;
    org.advance(1min);
    org.update(who, {{"HasOptedOutTracking", true}});
  };
  office.sync();
  office.machine = {};
  REQUIRE(moved);
  org.advance(1h);
  office.sync();
  auto database = office.open();
  std::vector<heed::Change> changes;
  heed::mirror::Mirror(database).for_each_change({}, [&](const heed::Change& change) {
    const bool is_it = change.id == who && change.field == "HasOptedOutSolicit";
    if (is_it && change.new_value == "true") changes.push_back(change);
  });
  REQUIRE(!changes.empty());
  CHECK(changes.back().after <= wished);
  CHECK(changes.back().until >= wished);
}
