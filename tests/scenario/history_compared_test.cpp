#include <catch2/catch.hpp>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/cut.hpp"
#include "support/terminal.hpp"

using Catch::Contains;
using heed::support::Office;
using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;
using heed::simulated::Simulator;

/// A wish that came and went in a transaction which was committed later than the overlap reaches
/// back, and a later edit of the record: it has the CRM's stamp, and shows nothing of the wish.
void pass_over_a_wish(Office& office, heed::Id who) {
  auto& org = office.crm.org();
  office.sync();
  org.advance(1h);
  const auto stamp = org.now();
  org.late(stamp, stamp + 3h, [who](heed::simulated::Org& late) {
    late.update(who, {{"ShouldForget", true}});
    late.update(who, {{"ShouldForget", false}});
  });
  org.advance(1h);
  office.sync();
  org.advance(4h);
  org.update(who, {{"LastName", std::string_view("Neu")}});
  office.sync();
}

std::vector<heed::Change> wishes_of(const Office& office, heed::Id who) {
  auto database = office.open();
  auto changes = heed::mirror::Mirror(database).changes(std::array{who});
  std::erase_if(changes, [](const heed::Change& each) { return each.field != "ShouldForget"; });
  return changes;
}

nlohmann::json object_in(const std::string& text, const std::string& name) {
  const auto json = nlohmann::json::parse(text);
  for (const auto& each : json["objects"]) {
    if (each["object"] == name) return each;
  }
  return {};
}

void run_sql(const Terminal& terminal, const std::string& sql) {
  auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::write);
  database.execute(sql);
}

std::string first_id(const Terminal& terminal, const std::string& where) {
  auto database = heed::store::Database::open(terminal.file("heed.db"), heed::store::Mode::read);
  auto row = database.query("SELECT Id FROM IndividualHistory WHERE " + where + " ORDER BY Id");
  return row.step() ? std::string(row.text(0)) : std::string();
}

/// Ten people, three of whom have changed their minds since the first run.
struct Changed {
  Simulator crm{{.individuals = 10}};
  Terminal terminal{crm};
  heed::simulated::Org& org = crm.org();

  Changed() {
    terminal.run({"sync"});
    for (const auto number : {2U, 3U, 4U}) {
      org.advance(1h);
      org.update(org.nth("Individual", number), {{"HasOptedOutSolicit", true}});
      org.update(org.nth("Individual", number), {{"HasOptedOutSolicit", false}});
    }
    org.advance(1h);
    terminal.run({"sync"});
    org.advance(1h);
  }
};

}  // namespace

TEST_CASE("a wish that only a row of field history tells of, and no window showed, is found",
          "[scenario][history]") {
  Office office({.individuals = 10});
  auto& org = office.crm.org();
  const auto who = org.nth("Individual", 3);
  pass_over_a_wish(office, who);
  REQUIRE(wishes_of(office, who).empty());
  SECTION("asked for") {
    office.tune = [](heed::sync::Options& options) { options.reconcile = true; };
  }
  SECTION("when it comes round") {
    org.advance(7 * 24h);
  }
  const auto report = office.sync();
  CHECK(report.compared.at("IndividualHistory").reread == 2);
  CHECK(wishes_of(office, who).size() == 2);
  office.tune = {};
  org.advance(1h);
  CHECK_FALSE(office.sync().compared.contains("IndividualHistory"));
}

TEST_CASE("comparing field history, cut or killed anywhere, ends the same", "[scenario][history]") {
  heed::support::FaultyVfs disk;
  Office office({.individuals = 10});
  pass_over_a_wish(office, office.crm.org().nth("Individual", 3));
  office.tune = [](heed::sync::Options& options) {
    options.reconcile = true;
    options.load_range = 1;
  };
  SECTION("cut") {
    heed::support::cut_at_every_request(office);
  }
  SECTION("killed") {
    heed::support::kill_at_every_write(office, disk);
  }
}

TEST_CASE("verify names every row of field history that is missing, and comparing mends it",
          "[scenario][history][cli]") {
  Changed scene;
  auto& terminal = scene.terminal;
  REQUIRE(terminal.run({"verify", "--format", "json"}) == 0);
  CHECK(object_in(terminal.out(), "IndividualHistory")["in_crm"] == 7);
  CHECK(object_in(terminal.out(), "IndividualHistory")["in_mirror"] == 7);
  const auto lost = first_id(terminal, "1");
  run_sql(terminal, "DELETE FROM IndividualHistory WHERE Id = '" + lost + "'");
  CHECK(terminal.run({"verify"}) == 1);
  CHECK_THAT(terminal.out(), Contains("DIFFERENCE: IndividualHistory " + lost +
                                      " is in the CRM and not in the mirror"));
  scene.org.update(scene.org.nth("Individual", 5), {{"HasOptedOutSolicit", true}});
  CHECK(terminal.run({"verify", "--format", "json"}) == 1);
  CHECK(object_in(terminal.out(), "IndividualHistory")["changed_since"] == 1);
  CHECK(terminal.run({"sync", "--reconcile"}) == 0);
  CHECK(terminal.run({"verify"}) == 0);
}

TEST_CASE("rows of field history that the CRM has thrown away stay, and are no difference",
          "[scenario][history][cli]") {
  Changed scene;
  scene.org.purge(scene.org.nth("Individual", 2));
  scene.org.advance(1h);
  REQUIRE(scene.terminal.run({"sync", "--reconcile"}) == 0);
  CHECK(scene.terminal.run({"verify", "--format", "json"}) == 0);
  const auto history = object_in(scene.terminal.out(), "IndividualHistory");
  CHECK(history["in_crm"] == 5);
  CHECK(history["in_mirror"] == 5);
  CHECK(history["in_mirror_alone"] == 2);
  CHECK(scene.terminal.run({"verify"}) == 0);
  CHECK_THAT(scene.terminal.out(),
             Contains("NOTE: IndividualHistory: 2 more are in the mirror alone"));
}

TEST_CASE("the history of a forgotten record is compared under its pseudonym, and mended so",
          "[scenario][history][forget][cli]") {
  Changed scene;
  auto& terminal = scene.terminal;
  const auto who = std::string(scene.org.nth("Individual", 3).text());
  const auto told = first_id(terminal, "IndividualId = '" + who + "'");
  REQUIRE(terminal.run({"forget", who, "--confirm", "3"}) == 0);
  terminal.run({"verify", "--format", "json"});
  const auto history = object_in(terminal.out(), "IndividualHistory");
  CHECK(history["differences"] == 0);
  CHECK(history["in_mirror"] == 7);
  CHECK(history["in_mirror_alone"] == 0);
  run_sql(terminal,
          "DELETE FROM IndividualHistory WHERE IndividualId IN "
          "(SELECT pseudonym FROM heed_erasure)");
  terminal.run({"verify", "--format", "json"});
  CHECK(object_in(terminal.out(), "IndividualHistory")["differences"] == 2);
  terminal.run({"sync", "--reconcile"});
  terminal.run({"verify", "--format", "json"});
  CHECK(object_in(terminal.out(), "IndividualHistory")["differences"] == 0);
  CHECK(object_in(terminal.out(), "IndividualHistory")["in_mirror"] == 7);
  CHECK_THAT(heed::support::contents(terminal.file("heed.db")), !Contains(told));
}

TEST_CASE("field history that is not to be compared is named, unless it is given up",
          "[scenario][history][cli]") {
  Changed scene;
  auto& terminal = scene.terminal;
  scene.org.hide_object("IndividualHistory");
  CHECK(terminal.run({"verify"}) == 8);
  CHECK_THAT(terminal.out(), Contains("INCOMPLETE: IndividualHistory cannot be compared"));
  std::ofstream(terminal.config(), std::ios::app) << "[absent]\nfields = [\"IndividualHistory\"]\n";
  CHECK(terminal.run({"verify"}) == 0);
  scene.org.advance(4 * 24h);
  CHECK(terminal.run({"sync"}) == 0);
  terminal.run({"show", std::string(scene.org.nth("Individual", 2).text())});
  CHECK_THAT(terminal.out(), Contains("mirrored up to " + heed::to_text(scene.org.now() - 10min)));
}
