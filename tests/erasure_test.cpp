#include <catch2/catch.hpp>

#include <sys/fsuid.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "heed/erasure.hpp"
#include "heed/error.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/filed.hpp"
#include "support/temp_dir.hpp"

// Who is forgotten when, and what becomes of the file of erasures.

using Catch::Contains;
using heed::store::Database;
using heed::store::Mode;
using heed::support::card;
using heed::support::contents;
using heed::support::Filed;
using heed::support::Ledgered;
using heed::support::officer;
using heed::support::ref;

namespace {

namespace fs = std::filesystem;

const auto& key = heed::support::filed_key;
const auto today = heed::make_day(2026, 11, 27);

/// While it lasts this thread has no rights to others' files, though root runs it.
struct Nobody {
  Nobody() { ::setfsuid(65534); }
  ~Nobody() { ::setfsuid(::geteuid()); }
};

}  // namespace

TEST_CASE("what is not in the mirror is not forgotten", "[forget]") {
  Filed filed;
  CHECK_THROWS_WITH(filed.scope(ref("Contact", 9)),
                    Contains("no record") && Contains("look it up in the CRM"));
}

TEST_CASE("of a person in part forgotten the rest is", "[forget]") {
  Filed filed;
  CHECK(filed.forget(1).records == 2);
  filed.org.load(card(9, 1));
  const auto scope = filed.scope(ref("Contact", 9));
  CHECK(scope.records == std::vector{ref("Contact", 9)});
}

TEST_CASE("a hold blocks nothing once its record is gone for good", "[forget]") {
  Filed filed;
  filed.org.see({.object = "Individual", .values = {{"HasPrivacyHold", "true"}}});
  CHECK(filed.scope(ref("Contact", 1)).hold);
  filed.org.purge("Individual", 1, "2026-11-26T08:00:00Z");
  CHECK_FALSE(filed.scope(ref("Contact", 1)).hold);
}

TEST_CASE("who is linked to more than anybody can be is not forgotten", "[forget]") {
  Filed filed;
  auto scope = filed.scope(ref("Individual", 1));
  scope.whole = false;
  CHECK_THROWS_WITH(heed::erasure::forget(filed.place(), scope, officer(), ""),
                    Contains("mend the links in the CRM"));
  CHECK(filed.org.mirror.erasures().empty());
  CHECK_FALSE(fs::exists(filed.place().file));
}

TEST_CASE("every erasure is a line of the file, and only a missing one is replayed", "[forget]") {
  Filed filed;
  filed.forget(1);
  filed.forget(2);
  const auto place = filed.place();
  const auto lines = contents(place.file);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 4);
  filed.back_up();
  const auto again = heed::erasure::replay(place, officer().at);
  CHECK(again.records == 0);
  CHECK(again.rewritten.empty());
}

TEST_CASE("a replayed erasure is known, of a record that the older copy has not as well",
          "[forget]") {
  Filed filed;
  const heed::support::TempDir elsewhere;
  filed.org.database.backup_to(elsewhere.file("older.db"));
  filed.org.load(card(9, 1));
  CHECK(filed.forget(1).records == 3);
  Ledgered older(Database::open(elsewhere.file("older.db"), Mode::write), key);
  older.mirror.guard({key, {}});
  const heed::erasure::Place place{older.database, older.mirror, older.ledger, key,
                                   filed.place().file};
  CHECK(heed::erasure::wants_replay(older.mirror, place.file));
  CHECK(heed::erasure::replay(place, officer().at).records == 2);
  CHECK_FALSE(heed::erasure::wants_replay(older.mirror, place.file));
}

TEST_CASE("a line that is no erasure, or of another version, is named by its number", "[forget]") {
  Filed filed;
  filed.forget(1);
  const auto file = filed.place().file;
  auto text = contents(file);
  const bool other_version = GENERATE(true, false);
  const auto second = text.find('\n') + 1;
  if (other_version) {
    REQUIRE(text.substr(second, 14) == "heed-erasure 1");
    text[second + 13] = '2';
  } else {
    text.insert(second, "heed\n");
  }
  std::ofstream(file, std::ios::binary) << text;
  const auto said = Contains("heed.db.erasures:2: is no erasure; put the file back from a backup");
  CHECK_THROWS_WITH(heed::erasure::wants_replay(filed.org.mirror, file), said);
  CHECK_THROWS_WITH(heed::erasure::replay(filed.place(), officer().at), said);
}

TEST_CASE("a file of erasures that this user may not read is told, and not taken for none",
          "[forget]") {
  Filed filed;
  filed.forget(1);
  const auto place = filed.place();
  const auto lines = contents(place.file);
  const auto scope = filed.scope(ref("Individual", 2));
  fs::permissions(place.file, fs::perms::none);
  {
    const Nobody nobody;
    const auto said = Contains("heed.db.erasures: cannot be read (Permission denied)");
    CHECK_THROWS_WITH(heed::erasure::wants_replay(filed.org.mirror, place.file), said);
    CHECK_THROWS_WITH(heed::erasure::replay(place, officer().at), said);
    CHECK_THROWS_WITH(heed::erasure::forget(place, scope, officer(), ""), said);
  }
  fs::permissions(place.file, fs::perms::owner_read);
  CHECK(contents(place.file) == lines);
  CHECK(filed.org.mirror.row("Individual", ref("Individual", 2).id));
}

TEST_CASE("old bytes that a reader keeps are told, and are not taken for gone", "[forget]") {
  Filed filed;
  {
    auto reader = Database::open(filed.mirror(), Mode::read);
    const heed::store::Transaction moment(reader, heed::store::Transaction::Kind::read);
    CHECK(reader.query("SELECT 1 FROM Individual").step());
    CHECK_FALSE(filed.forget(1).scrubbed);
    CHECK(filed.org.mirror.wants_scrubbing());
  }
  CHECK(filed.forget(2).scrubbed);
  CHECK_FALSE(filed.org.mirror.wants_scrubbing());
}

TEST_CASE("a wish that is met in time or late is followed by forgetting", "[forget]") {
  Filed filed;
  filed.ask();
  CHECK(filed.forgets_met() == 0);
  const bool late = GENERATE(true, false);
  if (late) {
    filed.org.ledger.done(1, heed::make_day(2027, 1, 15), officer("2027-01-15T12:00:00Z"),
                          "letter");
    REQUIRE(filed.org.ledger.duty(1)->state == heed::ledger::State::met_late);
  } else {
    filed.org.ledger.done(1, today, officer(), "letter");
  }
  CHECK(filed.forgets_met() == 2);
  CHECK(filed.forgets_met() == 0);
}

TEST_CASE("nobody is forgotten by herself to whom a copy of her data is owed", "[forget]") {
  Filed filed;
  filed.ask({{"SendIndividualData", "true"}});
  for (const auto& duty : filed.org.duties()) {
    if (duty.preference != heed::Preference::forget) continue;
    filed.org.ledger.done(duty.number, today, officer(), "letter");
  }
  CHECK(filed.forgets_met() == 0);
  for (const auto& duty : filed.org.duties(heed::ledger::Filter{})) {
    filed.org.ledger.done(duty.number, today, officer(), "letter");
  }
  CHECK(filed.forgets_met() == 2);
}

TEST_CASE("nobody is forgotten by herself while a hold stands", "[forget]") {
  Filed filed;
  filed.ask();
  filed.org.ledger.done(1, today, officer(), "letter");
  filed.org.see({.object = "Individual",
                 .stamp = "2026-11-27T10:00:00Z",
                 .values = {{"ShouldForget", "true"}, {"HasPrivacyHold", "true"}}});
  CHECK(filed.forgets_met() == 0);
}

TEST_CASE("that a wish was acknowledged, and refused, is no reason to forget", "[forget]") {
  Filed filed;
  auto american = card(1, 1);
  american.stamp = "2026-11-25T11:00:00Z";
  american.values["MailingCountry"] = "USA";
  american.values["MailingState"] = "CA";
  filed.org.load(american);
  filed.ask();
  bool acknowledged = false;
  for (const auto& duty : filed.org.duties()) {
    if (duty.kind == heed::policy::DutyKind::acknowledge_by) {
      filed.org.ledger.acknowledge(duty.number, today, officer(), "");
      acknowledged = true;
    } else {
      filed.org.ledger.refuse(duty.number, today, officer(), "the invoices must be kept");
    }
  }
  REQUIRE(acknowledged);
  CHECK(filed.forgets_met() == 0);
}

TEST_CASE("what was said of many at once goes with the last who is forgotten", "[forget]") {
  Filed filed;
  for (const int number : {1, 2}) {
    filed.org.see({.object = "Individual", .number = number, .values = {{"ShouldForget", "true"}}});
  }
  filed.org.assess();
  const std::string proof = "letter to Canaria Two";
  std::vector<heed::ledger::Closing> closings;
  for (const auto& duty : filed.org.duties(heed::ledger::Filter{})) {
    closings.push_back({duty.number, today, proof, true});
  }
  REQUIRE(closings.size() > 1);
  filed.org.ledger.done(closings, officer());
  CHECK(filed.forget(1).complete());
  CHECK(contents(filed.mirror()).find(proof) != std::string::npos);
  CHECK(filed.org.ledger.verify().sound());
  CHECK(filed.forget(2).complete());
  CHECK(contents(filed.mirror()).find(proof) == std::string::npos);
  CHECK(filed.org.ledger.verify().sound());
}
