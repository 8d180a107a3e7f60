#include <catch2/catch.hpp>
#include <filesystem>

#include "heed/erasure.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/contents.hpp"
#include "support/office.hpp"
#include "support/schedules.hpp"

// A run that breaks off leaves in the file where it was: not by the id of somebody who is
// forgotten.

using heed::Id;
using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A privacy office that has forgotten the tenth Individual of an org which gives ten records a
/// page and has not: every page of it ends with her, or has nothing but her history.
struct Case {
  Case() : office(options()), who(office.crm.org().nth("Individual", 10)) {
    office.config.crm.retries = 0;
    auto& org = office.crm.org();
    for (int i = 0; i < 25; ++i) {
      org.update(who, {{"HasOptedOutTracking", i % 2 == 0}});
      org.advance(1s);
    }
    office.sync();
    office.pseudonym_key = std::string(64, 'k');
    forget();
    org.advance(1h);
  }

  static heed::simulated::OrgOptions options() {
    heed::simulated::OrgOptions options{.individuals = 30};
    options.largest_page = 10;
    return options;
  }

  void forget() {
    auto database = heed::store::Database::open(office.file(), heed::store::Mode::write);
    heed::mirror::Mirror mirror(database);
    heed::ledger::Ledger ledger(database, office.pseudonym_key);
    mirror.guard(heed::config::keeping(office.config, heed::support::shipped_preferences(),
                                       office.pseudonym_key));
    heed::erasure::Scope scope;
    scope.records = mirror.person("Individual", who).members;
    heed::erasure::forget({database, mirror, ledger, office.pseudonym_key, office.file() + ".gone"},
                          scope, {"the officer", office.crm.org().now()}, "case 7");
  }

  /// Her id and those of the rows of her history.
  std::vector<Id> hers() const {
    std::vector<Id> ids{who};
    const auto& table = office.crm.org().table("IndividualHistory");
    for (std::uint32_t row = 0; row < table.size(); ++row) {
      const auto of = table.value(row, *table.info().find("IndividualId"));
      if (of == heed::Value(who.text())) ids.push_back(table.row(row).id);
    }
    return ids;
  }

  /// Which of them are anywhere in the mirror's files.
  std::string left() const {
    std::string found;
    for (const auto& entry : fs::directory_iterator(fs::path(office.file()).parent_path())) {
      const std::string bytes = heed::support::contents(entry.path());
      for (const auto& id : hers()) {
        if (bytes.find(id.text()) == std::string::npos) continue;
        found += std::string(id.text()) + " in " + entry.path().filename().string() + "\n";
      }
    }
    return found;
  }

  /// Breaks the next run off at every request, from the first on; each begins where the one before
  /// was broken off, until one is not.
  void break_off(bool full) {
    for (std::size_t k = 1; k < 200; ++k) {
      CAPTURE(k);
      const auto begin = office.crm.requests();
      for (auto n = k; n < k + 50; ++n) office.crm.fail(begin + n, Fault::http(404));
      bool broke = false;
      try {
        office.sync({}, full);
      } catch (const heed::Error&) {
        broke = true;
      }
      office.crm.clear_faults();
      REQUIRE(left() == "");
      if (!broke) return;
    }
    FAIL("no run came to its end");
  }

  Office office;
  Id who;
};

}  // namespace

TEST_CASE("a load that breaks off behind a forgotten record does not go on from her id",
          "[scenario][forget]") {
  Case one;
  REQUIRE(one.hers().size() > 20);
  REQUIRE(one.left() == "");
  one.break_off(true);
  one.office.sync();
  const std::string before = one.office.state();
  one.office.sync({}, true);
  CHECK(one.office.state() == before);
}

TEST_CASE("a window that breaks off behind a forgotten record does not go on from her id",
          "[scenario][forget]") {
  Case one;
  auto& org = one.office.crm.org();
  for (std::uint32_t i = 1; i <= 30; ++i) {
    org.update(org.nth("Individual", i), {{"HasOptedOutSolicit", true}});
    org.advance(1s);
  }
  for (int i = 0; i < 25; ++i) org.update(one.who, {{"HasOptedOutProfiling", i % 2 == 0}});
  org.advance(1h);
  one.break_off(false);
  auto database = one.office.open();
  const heed::mirror::Mirror mirror(database);
  for (const auto number : {9U, 11U, 20U, 30U}) {
    CHECK(mirror.row("Individual", org.nth("Individual", number))->value("HasOptedOutSolicit") ==
          "true");
  }
}
