#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "heed/mirror.hpp"
#include "simulator/office.hpp"
#include "support/cut.hpp"
#include "support/faulty_vfs.hpp"
#include "support/office.hpp"
#include "support/schedules.hpp"

using heed::support::Office;
using namespace std::chrono_literals;

namespace {

/// An org that keeps consents, and an office that maps them.
class ConsentOffice : public Office {
 public:
  explicit ConsentOffice(std::uint32_t individuals, std::size_t page = 2000)
      : Office({.individuals = individuals, .with_consents = true, .largest_page = page}) {
    static const auto mapped = heed::support::preferences_with_consents();
    preferences = mapped;
  }
};

/// As few people as have a consent of every kind: what is played over and over stays quick.
constexpr std::uint32_t few = 6;

/// What happens to consents between two runs: one of everything, and dates pass.
void a_few_days_of_consents(heed::simulated::Org& org) {
  org.advance(26h);
  org.update(
      org.nth("ContactPointTypeConsent", 1),
      {{"PrivacyConsentStatus", std::string_view("OptOut")}, {"EffectiveFrom", org.now() + 2h}});
  org.update(org.nth("ContactPointConsent", 1),
             {{"PrivacyConsentStatus", std::string_view("OptOut")}});
  org.update(org.nth("PartyConsent", 1), {{"PrivacyConsentStatus", std::string_view("OptOut")}});
  const auto contact = std::string(org.nth("Contact", 3).text());
  org.create("CommSubscriptionConsent", {{"ConsentGiverId", std::string_view(contact)},
                                         {"PrivacyConsentStatus", std::string_view("OptOut")},
                                         {"EffectiveFromDate", heed::make_day(2026, 3, 4)}});
  org.remove(org.nth("ContactPointTypeConsent", 2));
  org.merge(org.nth("Individual", 1), {org.nth("Individual", 4)});
  org.advance(3h);
}

std::int64_t rows(const Office& office, const char* object) {
  auto database = office.open();
  return heed::mirror::Mirror(database).count(object);
}

std::string duties(const Office& office) {
  auto database = office.open();
  return heed::support::duties_of(database);
}

std::string text(heed::Id id) {
  return std::string(id.text());
}

}  // namespace

TEST_CASE("consents that nobody maps are not asked for", "[scenario][consent]") {
  Office office({.individuals = 20, .with_consents = true});
  CHECK(office.sync().findings.empty());
  auto database = office.open();
  for (const auto& object : heed::mirror::Mirror(database).objects()) {
    CHECK_THAT(object, !Catch::Contains("Consent"));
  }
}

TEST_CASE("mapped consents are mirrored with what they lead to, and belong to their person",
          "[scenario][consent]") {
  ConsentOffice office(40);
  const auto report = office.sync();
  CHECK(report.findings.empty());
  auto& org = office.crm.org();
  for (const auto* object :
       {"ContactPointTypeConsent", "ContactPointConsent", "PartyConsent", "CommSubscriptionConsent",
        "ContactPointEmail", "ContactPointPhone", "DataUsePurpose"}) {
    CAPTURE(object);
    CHECK(rows(office, object) > 0);
    CHECK(rows(office, object) == static_cast<std::int64_t>(org.table(object).size()));
  }
  auto database = office.open();
  const heed::mirror::Mirror mirror(database);
  const auto point = org.nth("ContactPointConsent", 1);
  const auto group = mirror.person("ContactPointConsent", point);
  std::set<std::string> objects;
  for (const auto& member : group.members) objects.insert(member.object);
  CHECK(objects.contains("Individual"));
  CHECK(objects.contains("Contact"));
  CHECK((objects.contains("ContactPointEmail") || objects.contains("ContactPointPhone")));
  CHECK_FALSE(objects.contains("DataUsePurpose"));
}

TEST_CASE("a run over consents that is repeated changes nothing, whole or not",
          "[scenario][consent]") {
  ConsentOffice office(30);
  office.sync();
  a_few_days_of_consents(office.crm.org());
  office.sync();
  const std::string once = office.state();
  CHECK_THAT(once, Catch::Contains("CommSubscriptionConsent"));
  office.sync();
  CHECK(office.state() == once);
  office.sync({}, true);
  CHECK(office.state() == once);
}

TEST_CASE("a run over consents that is cut at any request ends the same when it goes on",
          "[scenario][consent]") {
  ConsentOffice office(few, 10);
  heed::support::cut_at_every_request(office);  // the first load
  a_few_days_of_consents(office.crm.org());
  heed::support::cut_at_every_request(office);
}

TEST_CASE("a run over consents that is killed at any write ends the same when it goes on",
          "[scenario][consent]") {
  heed::support::FaultyVfs disk;
  ConsentOffice office(few);
  office.sync();
  a_few_days_of_consents(office.crm.org());
  SECTION("where records changed") {
    heed::support::kill_at_every_write(office, disk);
  }
  SECTION("where a date passed and nothing changed") {
    office.sync();
    office.crm.org().advance(72h);
    const std::string before = duties(office);
    heed::support::kill_at_every_write(office, disk);
    CHECK(duties(office) != before);
  }
}

TEST_CASE("a day that comes makes a consent a wish, from the office's midnight on",
          "[scenario][consent]") {
  ConsentOffice office(20);
  auto& org = office.crm.org();
  office.sync();
  org.advance(1h);
  const auto contact = text(org.nth("Contact", 3));
  const auto id =
      org.create("CommSubscriptionConsent", {{"ConsentGiverId", std::string_view(contact)},
                                             {"PrivacyConsentStatus", std::string_view("OptOut")},
                                             {"EffectiveFromDate", heed::make_day(2026, 3, 4)}});
  org.advance(1h);
  office.sync();
  CHECK_THAT(duties(office), !Catch::Contains(text(id)));
  org.advance_to(*heed::parse_moment("2026-03-03T22:59:00Z"));
  office.sync();
  CHECK_THAT(duties(office), !Catch::Contains(text(id)));
  org.advance_to(*heed::parse_moment("2026-03-03T23:10:00Z"));
  office.sync();
  CHECK_THAT(duties(office), Catch::Contains(text(id)));
  CHECK_THAT(duties(office), Catch::Contains("2026-03-03T23:00:00Z 2026-03-03T23:00:00Z"));
}

TEST_CASE("a status that is hidden stops its consents and leaves them as they were",
          "[scenario][consent]") {
  ConsentOffice office(20);
  auto& org = office.crm.org();
  office.sync();
  const std::string before = duties(office);
  org.advance(25h);
  org.hide_field("PartyConsent", "PrivacyConsentStatus");
  org.update(org.nth("PartyConsent", 1), {{"PrivacyConsentStatus", std::string_view("Seen")}});
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 1);
  CHECK_THAT(report.findings[0].text, Catch::Contains("PartyConsent.PrivacyConsentStatus"));
  org.hide_field("PartyConsent", "PrivacyConsentStatus", false);
  org.advance(1h);
  CHECK(office.sync().findings.empty());
}

TEST_CASE(
    "an org without some of the mapped consents is mirrored as far as it goes, and that is "
    "said",
    "[scenario][consent]") {
  ConsentOffice office(20);
  auto& org = office.crm.org();
  org.hide_object("CommSubscriptionConsent");
  org.hide_object("ContactPointAddress");
  const auto report = office.sync();
  CHECK(report.run.exit_code == 8);
  REQUIRE(report.findings.size() == 2);
  CHECK_THAT(report.findings[0].text + report.findings[1].text,
             Catch::Contains("CommSubscriptionConsent is not visible") &&
                 Catch::Contains("ContactPointAddress is not visible"));
  CHECK(rows(office, "ContactPointTypeConsent") > 0);
  office.config.absent = {"CommSubscriptionConsent", "ContactPointAddress"};
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
}

TEST_CASE("dates that are missed on purpose bound nothing", "[scenario][consent]") {
  ConsentOffice office(20);
  auto& org = office.crm.org();
  const auto id = org.nth("ContactPointConsent", 1);
  org.update(id, {{"PrivacyConsentStatus", std::string_view("OptOut")},
                  {"EffectiveFrom", org.now() + 240h}});
  org.hide_field("ContactPointConsent", "EffectiveFrom");
  CHECK(office.sync().run.exit_code == 8);
  CHECK(rows(office, "ContactPointConsent") == 0);
  office.config.absent = {"ContactPointConsent.EffectiveFrom"};
  org.advance(1h);
  CHECK(office.sync().run.exit_code == 0);
  CHECK_THAT(duties(office), Catch::Contains(text(id)));
}

TEST_CASE("an office under an old version of the API is not asked for what came later",
          "[scenario][consent]") {
  ConsentOffice office(20);
  office.config.crm.version = "56.0";
  CHECK(office.sync().findings.empty());
  CHECK(rows(office, "ContactPointTypeConsent") > 0);
  CHECK(rows(office, "CommSubscriptionConsent") == 0);
}

TEST_CASE("weeks of an office with consents leave nothing that a whole reading would find",
          "[scenario][consent]") {
  const auto seed = GENERATE(1, 2, 3);
  ConsentOffice office(30);
  office.sync();
  for (int day = 0; day < 10; ++day) {
    heed::simulated::office_works(
        office.crm.org(), 1,
        static_cast<std::uint64_t>(seed) * 100 + static_cast<std::uint64_t>(day));
    office.sync();
  }
  office.crm.org().advance(1h);
  office.sync();
  const std::string before = office.state();
  office.sync({}, true);
  CHECK(office.state() == before);
}

TEST_CASE("the history of a consent's date is the change that its record shows, and no further one",
          "[scenario][consents]") {
  const bool edited = GENERATE(false, true);  // by history alone, or by a later edit's row as well
  CAPTURE(edited);
  ConsentOffice office(10);
  auto& org = office.crm.org();
  office.sync();
  org.advance(1h);
  const auto who = org.nth("ContactPointTypeConsent", 1);
  const auto from = org.now() + 240h;
  org.update(who, {{"EffectiveFrom", from}});
  for (int days = 0; days < 3; ++days) {
    org.advance(1h);
    if (edited) org.update(who, {{"CaptureSource", std::string_view("phone")}});
    org.advance(1h);
    office.sync();
  }
  auto database = office.open();
  std::vector<heed::Change> changes;
  for (const auto& change : heed::mirror::Mirror(database).changes(std::array{who})) {
    if (change.field == "EffectiveFrom" && change.how != heed::How::initial) {
      changes.push_back(change);
    }
  }
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].how == heed::How::observed);
  CHECK(changes[1].how == heed::How::history);
  CHECK(changes[1].supersedes == changes[0].number);
  for (const auto& change : changes) CHECK(change.new_value == heed::to_text(from));
}
