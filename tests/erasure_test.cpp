#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "heed/erasure.hpp"
#include "heed/error.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/former.hpp"
#include "support/ledgered.hpp"
#include "support/temp_dir.hpp"

// Who is forgotten when, and what becomes of the file of erasures and of heed's own copies.

using Catch::Contains;
using heed::erasure::Outcome;
using heed::store::Database;
using heed::store::Mode;
using heed::support::contents;
using heed::support::Ledgered;
using heed::support::Put;
using heed::support::ref;

namespace {

namespace fs = std::filesystem;

const std::string key(64, 'k');
const auto today = heed::make_day(2026, 11, 27);

heed::ledger::Author officer(const char* at = "2026-11-27T12:00:00Z") {
  return {"the officer", heed::parse_moment(at).value()};
}

Put card(int number, int person) {
  return {.object = "Contact",
          .number = number,
          .values = {{"IndividualId", std::string(ref("Individual", person).id.text())},
                     {"MailingCountry", "Deutschland"}}};
}

/// A mirror on the disk with two people, Individuals 1 and 2 with a Contact each.
struct Filed {
  Filed() : org(Database::open(mirror(), Mode::write, hasty()), key) {
    org.mirror.guard({key, {}});
    for (const int number : {1, 2}) {
      org.load({.object = "Individual", .number = number});
      org.load(card(number, number));
    }
  }

  static heed::store::Options hasty() { return {.busy = std::chrono::milliseconds(1), .vfs = {}}; }

  std::string mirror() const { return folder.file("heed.db"); }
  std::string copy() const { return folder.file("copy.db"); }

  heed::erasure::Place place() {
    return {org.database, org.mirror, org.ledger, key, folder.file("heed.db.erasures")};
  }

  heed::erasure::Scope scope(const heed::mirror::Ref& record) {
    return heed::erasure::scope_of(place(), org.grounds(), record.id);
  }

  Outcome forget(int number) {
    return heed::erasure::forget(place(), scope(ref("Individual", number)), officer(), "case 7");
  }

  /// Individual 1 asks to be forgotten: one duty, D1, due on 2026-12-28.
  void ask(const std::map<std::string, std::string>& more = {}) {
    auto values = more;
    values["ShouldForget"] = "true";
    org.see({.object = "Individual", .values = values});
    org.assess();
  }

  /// How many records are forgotten by themselves.
  std::int64_t forgets_met() {
    return heed::erasure::forget_met(place(), org.grounds(), officer()).records;
  }

  void back_up() {
    org.database.backup_to(copy());
    org.mirror.note_copy(copy(), officer().at);
  }

  heed::support::TempDir folder;
  Ledgered org;
};

struct Copied {
  explicit Copied(const std::string& file)
      : database(Database::open(file, Mode::read)), mirror(database) {}
  Database database;
  heed::mirror::Mirror mirror;
};

std::int64_t free_pages(const std::string& file) {
  auto database = Database::open(file, Mode::read);
  auto row = database.query("PRAGMA freelist_count");
  return row.step() ? row.integer(0) : -1;
}

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
                    Contains("mend the links in the CRM first"));
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

TEST_CASE("a copy that is gone, or cannot be rewritten, is told and stops nothing", "[forget]") {
  Filed filed;
  filed.back_up();
  Outcome outcome;
  SECTION("gone") {
    fs::remove(filed.copy());
    outcome = filed.forget(1);
    CHECK(outcome.gone == std::vector{filed.copy() + ": is not there any more"});
    CHECK(outcome.failed.empty());
  }
  SECTION("no database any more") {
    std::ofstream(filed.copy()) << std::string(5000, 'x');
    outcome = filed.forget(1);
    REQUIRE(outcome.failed.size() == 1);
    CHECK_THAT(outcome.failed[0], Contains("copy.db: the file is not a database"));
  }
  SECTION("a folder stands where it would be written") {
    fs::create_directories(filed.copy() + ".rewritten/full");
    outcome = filed.forget(1);
    CHECK(outcome.failed == std::vector{filed.copy() + ": Directory not empty"});
  }
  SECTION("where it is cannot be looked at") {
    fs::remove(filed.copy());
    fs::create_symlink(filed.copy(), filed.copy());
    CHECK(filed.scope(ref("Individual", 1)).copies == std::vector{filed.copy()});
    outcome = filed.forget(1);
    CHECK(outcome.failed == std::vector{filed.copy() + ": Too many levels of symbolic links"});
  }
  CHECK(outcome.rewritten.empty());
  CHECK(outcome.records == 2);
  CHECK_FALSE(filed.org.mirror.row("Individual", ref("Individual", 1).id));
}

TEST_CASE("a copy is rewritten though an earlier try left something, and nothing is left beside it",
          "[forget]") {
  Filed filed;
  filed.back_up();
  std::ofstream(filed.copy() + ".rewritten") << "half a copy";
  // Whoever has it open keeps the files that are beside it meanwhile.
  auto other = Database::open(filed.copy(), Mode::write);
  CHECK(other.query("SELECT 1 FROM Individual").step());
  REQUIRE(fs::exists(filed.copy() + "-wal"));
  CHECK(filed.forget(1).rewritten == std::vector{filed.copy()});
  for (const auto* ending : {".rewritten", "-wal", "-shm"}) {
    CAPTURE(ending);
    CHECK_FALSE(fs::exists(filed.copy() + ending));
  }
}

TEST_CASE("of a copy that is killed half-way nothing outlives the next forgetting", "[forget]") {
  Filed filed;
  filed.back_up();
  fs::create_directory(filed.folder.file("away"));
  const auto cut = filed.folder.file("away/cut.db");
  filed.org.mirror.note_copy(cut, officer().at);
  const auto child = ::fork();
  if (child == 0) {
    // Writing beyond this ends the process at once.
    const ::rlim_t half = fs::file_size(filed.copy()) / 2;
    const ::rlimit files{half, half};
    const ::rlimit cores{0, 0};
    ::setrlimit(RLIMIT_CORE, &cores);
    ::setrlimit(RLIMIT_FSIZE, &files);
    Database::open(filed.mirror(), Mode::read).backup_to(cut);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE_FALSE(heed::store::half_copies(cut).empty());
  std::ofstream(cut + ".rewritten.unfinished-abcdef") << "half a copy";
  std::ofstream(filed.mirror() + ".before-upgrade.unfinished-abcdef") << "half a copy";
  std::ofstream(cut + ".theirs") << "somebody else's";
  CHECK(filed.forget(1).gone == std::vector{cut + ": is not there any more"});
  CHECK(heed::store::half_copies(filed.mirror() + ".before-upgrade").empty());
  std::vector<fs::path> left;
  for (const auto& each : fs::directory_iterator(filed.folder.file("away"))) left.push_back(each);
  CHECK(left == std::vector{fs::path(cut + ".theirs")});
}

TEST_CASE("a copy knows every erasure of the person, and that it is scrubbed", "[forget]") {
  Filed filed;
  filed.org.database.execute(
      "CREATE TABLE filler AS SELECT hex(zeroblob(20000)) AS text; DROP TABLE filler");
  filed.back_up();
  REQUIRE(free_pages(filed.copy()) > 0);
  filed.org.load(card(9, 1));
  CHECK(filed.forget(1).records == 3);
  const Copied copy(filed.copy());
  CHECK(copy.mirror.erasures().size() == 3);
  CHECK_FALSE(copy.mirror.wants_scrubbing());
  CHECK_FALSE(heed::erasure::wants_replay(copy.mirror, filed.place().file));
  CHECK(free_pages(filed.copy()) == 0);
}

TEST_CASE("in a copy the person is one that it has a record of", "[forget]") {
  Filed filed;
  filed.ask();
  filed.back_up();
  // Of so many one has a pseudonym before all that the copy has.
  for (int number = 10; number < 40; ++number) filed.org.load(card(number, 1));
  CHECK(filed.forget(1).records == 32);
  const Copied copy(filed.copy());
  const auto person =
      copy.mirror.person("Individual", heed::mirror::pseudonym_of(key, ref("Individual", 1).id));
  REQUIRE(person.members.size() == 2);
  heed::ledger::Filter filter;
  filter.person = person.members.front();
  auto database = Database::open(filed.copy(), Mode::read);
  std::int64_t duties = 0;
  heed::ledger::Ledger(database, "").for_each_due(filter, [&](const auto&) { ++duties; });
  CHECK(duties == 1);
}

TEST_CASE("a copy of an older heed is lifted, and no copy from before stays of it", "[forget]") {
  Filed filed;
  filed.back_up();
  {
    auto former = Database::open(filed.copy(), Mode::write);
    heed::support::write_former_ledger(former);
  }
  CHECK(filed.forget(1).rewritten == std::vector{filed.copy()});
  CHECK_FALSE(fs::exists(heed::store::copy_before_lifting(filed.copy())));
  const Copied copy(filed.copy());
  CHECK(copy.mirror.erasures().size() == 2);
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
