#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <functional>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/dump.hpp"
#include "support/mirrored.hpp"
#include "support/temp_dir.hpp"

using Catch::Contains;
using heed::support::at;
using heed::support::Card;
using heed::support::first_load;
using heed::support::later;
using heed::support::make_id;
using heed::support::Mirrored;
using heed::support::Person;

namespace {

const std::string key(64, 'k');

heed::Id pseudonym(heed::Id id) {
  return heed::mirror::pseudonym_of(key, id);
}

/// Ann, who is Individual 1 and Contact 1, with a wish each; and Bob, Individual 2, to whom the
/// Contact once belonged.
void two_people(Mirrored& m) {
  m.mirror.guard({key, {}});
  m.record(
      {Person{.solicit = true, .name = "Ann Personal"}, Person{.number = 2, .name = "Bob Other"}},
      first_load());
  m.record({Card{.no_email = true, .person = 2}}, first_load());
  m.record({Card{.stamp = "11:00:00", .no_email = true, .person = 1}}, later());
}

void forget_ann(Mirrored& m) {
  const auto group = m.mirror.person("Individual", Person{}.id());
  REQUIRE(group.members.size() == 2);
  m.mirror.forget(group.members, at("12:00:00"));
}

}  // namespace

TEST_CASE("a pseudonym is an id of the same object that another key makes otherwise",
          "[mirror][forget]") {
  const auto id = Person{}.id();
  const auto one = pseudonym(id);
  CHECK(one == pseudonym(id));
  CHECK(one != id);
  CHECK(one.prefix() == id.prefix());
  CHECK(heed::Id::parse(one.text()) == one);
  CHECK(one != heed::mirror::pseudonym_of("another", id));
  CHECK(one != pseudonym(make_id("0PK", 2)));
}

TEST_CASE("a forgotten person goes on under pseudonyms with flags, and nothing else",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  CHECK_FALSE(m.mirror.row("Individual", Person{}.id()));
  const auto row = m.mirror.row("Individual", pseudonym(Person{}.id()));
  REQUIRE(row);
  CHECK(row->value("HasOptedOutSolicit") == "true");
  CHECK_FALSE(row->value("Name"));
  const auto contact = m.mirror.row("Contact", pseudonym(Card{}.id()));
  REQUIRE(contact);
  CHECK(contact->value("IndividualId") == pseudonym(Person{}.id()).text());
  CHECK_FALSE(contact->value("LastName"));
  const auto all = heed::support::dump(m.database) + heed::support::dump_progress(m.database);
  CHECK_THAT(all, !Contains("Ann") && !Contains("Smith"));
  CHECK_THAT(all, !Contains(std::string(Person{}.id().text())));
  CHECK_THAT(all, !Contains(std::string(Card{}.id().text())));
  CHECK(m.mirror.row("Individual", make_id("0PK", 2))->value("Name") == "Bob Other");
}

TEST_CASE("the changes of a forgotten person stay, without those they were linked to",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  const auto before = m.mirror.changes(std::array{Card{}.id()}).size();
  forget_ann(m);
  const auto changes = m.mirror.changes(std::array{pseudonym(Card{}.id())});
  CHECK(changes.size() == before);
  for (const auto& change : changes) {
    CHECK(change.old_value != std::string(make_id("0PK", 2).text()));
    CHECK(change.new_value != std::string(make_id("0PK", 2).text()));
  }
  CHECK(m.mirror.links_of(make_id("0PK", 2)).empty());
  CHECK(m.mirror.person("Contact", pseudonym(Card{}.id())).members.size() == 2);
}

TEST_CASE("a forgotten record that comes in again is known by its pseudonym, and counted",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  const auto there = m.mirror.returned();
  CHECK(there > 0);
  m.record({Person{.stamp = "13:00:00", .solicit = true, .forget = true, .name = "Ann Personal"}},
           later("12:30:00"));
  CHECK(m.mirror.count("Individual") == 2);
  const auto row = m.mirror.row("Individual", pseudonym(Person{}.id()));
  REQUIRE(row);
  CHECK(row->value("ShouldForget") == "true");
  CHECK_FALSE(row->value("Name"));
  CHECK(m.mirror.returned() == there);
  CHECK_THAT(heed::support::dump(m.database), !Contains("Ann"));
  m.record({Person{.stamp = "14:00:00", .standing = heed::Standing::deleted}}, later("13:30:00"));
  CHECK(m.mirror.returned() == there - 1);
  m.record({Person{.stamp = "15:00:00"}}, later("14:30:00"));
  CHECK(m.mirror.returned() == there);
}

TEST_CASE("a new record of a forgotten person is linked to the pseudonym", "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  m.record({Card{.number = 9, .stamp = "13:00:00", .person = 1}}, later("12:30:00"));
  const auto group = m.mirror.person("Contact", make_id("003", 9));
  CHECK(group.members.size() == 3);
  CHECK_THAT(heed::support::dump(m.database), !Contains(std::string(Person{}.id().text())));
}

namespace {

constexpr std::string_view user_prefix = "005";
const heed::Id user = make_id(user_prefix, 1);

heed::Shape user_shape() {
  return {"User",
          {{.name = "SystemModstamp", .type = heed::FieldType::moment},
           {.name = "IndividualId", .type = heed::FieldType::id, .tracked = true},
           {.name = "LastModifiedById", .type = heed::FieldType::id}},
          "SystemModstamp"};
}

/// A Lead says in three fields who had to do with it.
heed::Shape lead_shape() {
  return {"Lead",
          {{.name = "SystemModstamp", .type = heed::FieldType::moment},
           {.name = "HasOptedOutOfEmail", .type = heed::FieldType::flag, .tracked = true},
           {.name = "LastModifiedById", .type = heed::FieldType::id},
           {.name = "CreatedById", .type = heed::FieldType::id},
           {.name = "OwnerId", .type = heed::FieldType::id}},
          "SystemModstamp"};
}

heed::Shape history_shape() {
  using heed::FieldType;
  return {"LeadHistory",
          {{.name = "CreatedDate", .type = FieldType::moment},
           {.name = "LeadId", .type = FieldType::id},
           {.name = "Field"},
           {.name = "OldValue"},
           {.name = "NewValue"},
           {.name = "CreatedById", .type = FieldType::id}},
          "CreatedDate"};
}

const heed::Id lead = make_id("00Q", 1);

void record(Mirrored& m, const heed::Shape& like, heed::Id id, std::string_view stamp,
            const std::function<std::vector<heed::Value>(heed::Page&)>& values,
            const heed::mirror::Reading& reading) {
  const auto shape = std::make_shared<const heed::Shape>(like);
  m.mirror.adopt(*shape, at("07:00:00"));
  heed::Page page(shape);
  page.add(id, at(stamp), heed::Standing::live, values(page));
  m.mirror.record(page, m.mirror.cursor(like.object), reading);
}

/// The Lead as the user left it at `stamp`.
void see_lead(Mirrored& m, std::string_view stamp, bool no_email,
              const heed::mirror::Reading& reading) {
  record(
      m, lead_shape(), lead, stamp,
      [&](heed::Page& page) {
        const heed::Value by = page.keep(user.text());
        return std::vector<heed::Value>{at(stamp), no_email, by, by, by};
      },
      reading);
}

void tell_of_lead(Mirrored& m, int number, std::string_view when) {
  record(
      m, history_shape(), make_id("017", number), when,
      [&](heed::Page& page) {
        return std::vector<heed::Value>{
            at(when),           page.keep(lead.text()), page.keep("HasOptedOutOfEmail"),
            page.keep("false"), page.keep("true"),      page.keep(user.text())};
      },
      later());
}

/// Ann is a User as well, who set a wish on a Lead that is nobody's she knows.
void a_user(Mirrored& m) {
  two_people(m);
  record(
      m, user_shape(), user, "08:30:00",
      [](heed::Page& page) {
        return std::vector<heed::Value>{at("08:30:00"), page.keep(Person{}.id().text()),
                                        page.keep(user.text())};
      },
      first_load());
  see_lead(m, "08:30:00", false, first_load());
  see_lead(m, "10:00:00", true, later());
  tell_of_lead(m, 1, "10:00:00");
  m.mirror.take_history("Lead", 10, at("12:00:00"));
}

std::string everything(Mirrored& m) {
  return heed::support::dump(m.database) + heed::support::dump_progress(m.database);
}

}  // namespace

TEST_CASE("a forgotten user is a pseudonym wherever it says who changed, created or owns a record",
          "[mirror][forget]") {
  Mirrored m;
  a_user(m);
  const auto by = [&m] {
    std::vector<std::optional<heed::Id>> all;
    for (const auto& change : m.mirror.changes(std::array{lead})) all.push_back(change.by);
    return all;
  };
  const auto before = by();
  REQUIRE(std::count(before.begin(), before.end(), user) == 2);
  const auto group = m.mirror.person("Individual", Person{}.id());
  REQUIRE(group.members.size() == 3);
  m.mirror.forget(group.members, at("12:00:00"));
  const auto after = by();
  CHECK(std::count(after.begin(), after.end(), pseudonym(user)) == 2);
  const auto row = m.mirror.row("Lead", lead);
  for (const auto* field : {"LastModifiedById", "CreatedById", "OwnerId"}) {
    CAPTURE(field);
    CHECK(row->value(field) == pseudonym(user).text());
  }
  CHECK(m.mirror.row("LeadHistory", make_id("017", 1))->value("CreatedById") ==
        pseudonym(user).text());
  CHECK_THAT(everything(m), !Contains(std::string(user.text())));
}

TEST_CASE("what comes in again does not bring back who the user was", "[mirror][forget]") {
  Mirrored m;
  a_user(m);
  m.mirror.forget(m.mirror.person("Individual", Person{}.id()).members, at("12:00:00"));
  see_lead(m, "10:00:00", true, later());
  see_lead(m, "13:00:00", false, later("12:30:00"));
  tell_of_lead(m, 2, "13:00:00");
  m.mirror.take_history("Lead", 10, at("14:00:00"));
  CHECK(m.mirror.row("Lead", lead)->value("LastModifiedById") == pseudonym(user).text());
  const auto changes = m.mirror.changes(std::array{lead});
  CHECK(std::count_if(changes.begin(), changes.end(),
                      [](const heed::Change& change) { return change.by == pseudonym(user); }) > 2);
  CHECK_THAT(everything(m), !Contains(std::string(user.text())));
}

TEST_CASE("a standing that the CRM tells of by the old id is the pseudonym's", "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  CHECK(m.mirror.mark("Individual", Person{}.id(), heed::Standing::purged, at("15:00:00"),
                      later("14:00:00")));
  CHECK(m.mirror.row("Individual", pseudonym(Person{}.id()))->standing == heed::Standing::purged);
}

TEST_CASE("a reading that stood at a forgotten record goes on a little earlier",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  heed::mirror::Cursor cursor{.object = "Individual",
                              .watermark = at("09:00:00"),
                              .window_from = at("09:00:00"),
                              .window_to = at("12:00:00"),
                              .last_stamp = at("10:00:00"),
                              .last_id = Person{}.id()};
  m.mirror.save(cursor);
  forget_ann(m);
  const auto after = m.mirror.cursor("Individual");
  CHECK_FALSE(after.last_id);
  CHECK_FALSE(after.last_stamp);
  CHECK(after.window_from == at("09:00:00"));
}

TEST_CASE("forgetting is found again in an older copy", "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  forget_ann(m);
  const auto erasures = m.mirror.erasures();
  REQUIRE(erasures.size() == 2);
  CHECK(erasures[0].digest.size() == 64);
  Mirrored older;
  two_people(older);
  const auto found = older.mirror.find_unforgotten(erasures);
  CHECK(found.size() == 2);
  older.mirror.forget(found, at("12:00:00"));
  CHECK(heed::support::dump(older.database) == heed::support::dump(m.database));
}

TEST_CASE("a record that is linked to somebody forgotten, and is not her, does not name her",
          "[mirror][forget]") {
  Mirrored m;
  two_people(m);
  m.mirror.forget(std::array{heed::mirror::Ref{"Individual", Person{}.id()}}, at("12:00:00"));
  const auto contact = m.mirror.row("Contact", Card{}.id());
  REQUIRE(contact);
  CHECK(contact->value("IndividualId") == pseudonym(Person{}.id()).text());
  m.record({Card{.stamp = "13:00:00", .no_email = true, .person = 2}}, later());
  CHECK_THAT(heed::support::dump(m.database), !Contains(std::string(Person{}.id().text())));
}

TEST_CASE("as long as a reader keeps the old bytes, the file is not written anew again",
          "[mirror][forget]") {
  const heed::support::TempDir folder;
  const auto path = folder.file("mirror.db");
  using heed::store::Database;
  Mirrored m(Database::open(path, heed::store::Mode::write,
                            {.busy = std::chrono::milliseconds(1), .vfs = {}}));
  two_people(m);
  REQUIRE(m.database.empty_log());
  {
    auto reader = Database::open(path, heed::store::Mode::read);
    const heed::store::Transaction moment(reader, heed::store::Transaction::Kind::read);
    reader.query("SELECT COUNT(*) FROM Contact").step();
    forget_ann(m);
    CHECK_FALSE(m.mirror.scrub());
    const auto once = m.database.log_bytes();
    for (int run = 0; run < 3; ++run) CHECK_FALSE(m.mirror.scrub());
    CHECK(m.database.log_bytes() == once);
    CHECK(m.mirror.wants_scrubbing());
  }
  CHECK(m.mirror.scrub());
  CHECK(m.database.log_bytes() < 65536);
  CHECK_FALSE(m.mirror.wants_scrubbing());
  CHECK_THAT(heed::support::contents(path), !Contains("Ann Personal"));
}

TEST_CASE("a comparison of field history begins anew when somebody is forgotten whom it came by",
          "[mirror][forget]") {
  using As = heed::mirror::Compared::As;
  Mirrored m;
  a_user(m);
  const auto row = make_id("017", 1);
  heed::mirror::Upkeep upkeep;
  upkeep.object = "LeadHistory";
  upkeep.comparing_since = at("11:00:00");
  m.mirror.begin_comparing(upkeep);
  const heed::mirror::Compared found{row, As::again};
  m.mirror.note_compared("LeadHistory", row, {&found, 1});
  m.mirror.forget(std::array{heed::mirror::Ref{"Lead", lead}}, at("12:00:00"));
  CHECK_FALSE(m.mirror.upkeep("LeadHistory").compared_to);
  CHECK(m.mirror.compared("LeadHistory", As::again, std::nullopt, 10).empty());
  CHECK_THAT(everything(m), !Contains(std::string(row.text())));
}
