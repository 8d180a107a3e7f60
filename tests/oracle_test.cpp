#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "support/ledgered.hpp"
#include "support/oracle.hpp"
#include "support/schedules.hpp"

/// Random people over five years, through mirror and ledger, against the slow reckoning.

namespace {

using heed::Moment;
using heed::Preference;
using heed::support::Expected;
using heed::support::Home;
using heed::support::Ledgered;
using heed::support::OraclePerson;
using heed::support::OracleWish;
using heed::support::Put;

const std::vector<Home>& homes() {
  static const std::vector<Home> all{{"Germany", "", "DE", ""},
                                     {"Deutschland", "", "DE", ""},
                                     {"France", "", "FR", ""},
                                     {"U.K.", "", "GB", ""},
                                     {"USA", "California", "US", "US-CA"},
                                     {"United States", "Texas", "US", "US-TX"},
                                     {"US", "VA", "US", "US-VA"},
                                     {"USA", "", "US", ""},
                                     {"USA", "Conn.", "US", "US-CT"},
                                     {"usa", "colorado", "US", "US-CO"},
                                     {"Canada", "Quebec", "CA", "CA-QC"},
                                     {"Canada", "Ontario", "CA", "CA-ON"},
                                     {"Brazil", "", "BR", ""},
                                     {"Switzerland", "", "CH", ""},
                                     {"Australia", "NSW", "AU", "AU-NSW"},
                                     {"Singapore", "", "SG", ""},
                                     {"India", "", "IN", ""},
                                     {"Japan", "", "JP", ""},
                                     {"Germany", "California", "DE", "", "US-CA"},
                                     {"USA", "Quebec", "US", "", "CA-QC"},
                                     {"Atlantis", "", "?", ""},
                                     {"", "", "", ""}};
  return all;
}

struct Flag {
  std::string_view object, field;
  Preference preference;
};
const std::vector<Flag> flags{{"Individual", "HasOptedOutSolicit", Preference::solicit},
                              {"Individual", "HasOptedOutTracking", Preference::track},
                              {"Individual", "ShouldForget", Preference::forget},
                              {"Individual", "SendIndividualData", Preference::export_data},
                              {"Contact", "HasOptedOutOfEmail", Preference::email},
                              {"Contact", "DoNotCall", Preference::phone}};

/// The world: what the CRM has, what was mirrored of it, and what must follow.
class World {
 public:
  World(unsigned seed, int people) : random_(seed) {
    office_.rulebook = heed::policy::Rulebook(heed::support::whole_parts(true));
    for (int i = 0; i < people; ++i) add_person();
    for (const auto& [record, row] : rows_) office_.load(row);
    office_.assess(heed::to_text(now_));
  }

  /// One window of a month: some change, and what changed is mirrored and assessed.
  void pass_month() {
    const Moment before = now_;
    now_ += std::chrono::hours(24 * 30);
    for (std::size_t i = 0; i < people_.size(); ++i) {
      if (people_[i].person.erased) continue;
      if (below(40) == 0) {
        purge(i);
      } else if (below(6) == 0) {
        change(i, before);
      }
    }
    office_.assess(heed::to_text(now_));
  }

  void compare() const;

 private:
  struct Member {
    OraclePerson person;
    std::vector<heed::mirror::Ref> records;  ///< that are still there
  };

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }

  /// A moment in the window that ends now.
  Moment within(Moment before) {
    const auto span = static_cast<std::uint32_t>((now_ - before).count());
    return before + std::chrono::seconds(1 + below(span - 1));
  }

  void add_person() {
    Member member;
    const int number = static_cast<int>(people_.size()) + 1;
    const auto individual = heed::support::ref("Individual", number);
    add_record(member, individual, number, {});
    for (std::uint32_t i = below(3); i > 0; --i) {
      const Home& home = homes()[below(static_cast<std::uint32_t>(homes().size()))];
      member.person.homes.push_back(home);
      const int contact = ++contacts_;
      add_record(member, heed::support::ref("Contact", contact), contact,
                 {{"IndividualId", std::string(individual.id.text())},
                  {"MailingCountry", home.country_typed},
                  {"MailingState", home.state_typed}});
    }
    people_.push_back(std::move(member));
  }

  void add_record(Member& member, const heed::mirror::Ref& record, int number,
                  std::map<std::string, std::string> values) {
    const Moment created = now_ - std::chrono::hours(24 * (1 + below(400)));
    values["CreatedDate"] = heed::to_text(created);
    std::erase_if(values, [](const auto& value) { return value.second.empty(); });
    for (const auto& flag : flags) {
      if (flag.object != record.object || below(8) != 0) continue;
      values[std::string(flag.field)] = "true";
      member.person.wishes.push_back({record, std::string(flag.field), flag.preference, created,
                                      now_ - std::chrono::hours(5), now_, true, false});
    }
    rows_[record] = {record.object, number, heed::to_text(now_ - std::chrono::hours(5)), values};
    member.records.push_back(record);
  }

  void change(std::size_t index, Moment before) {
    auto& member = people_[index];
    const auto record = any_record(member);
    std::vector<Flag> own;
    for (const auto& flag : flags) {
      if (flag.object == record.object) own.push_back(flag);
    }
    const Flag& flag = own[below(static_cast<std::uint32_t>(own.size()))];
    auto& row = rows_[record];
    auto& value = row.values[std::string(flag.field)];
    const Moment stamp = within(before);
    row.stamp = heed::to_text(stamp);
    if (value == "true") {
      value = "false";
      for (auto& wish : member.person.wishes) {
        if (wish.record == record && wish.field == flag.field) wish.withdrawn = true;
      }
    } else {
      value = "true";
      member.person.wishes.push_back(
          {record, std::string(flag.field), flag.preference, before, stamp, now_, false, false});
    }
    office_.see(row, heed::to_text(before));
  }

  /// One record of the person is gone for good; with the last one, the person is.
  void purge(std::size_t index) {
    auto& member = people_[index];
    const auto record = any_record(member);
    office_.purge(record.object, rows_[record].number, heed::to_text(now_));
    std::erase(member.records, record);
    if (member.records.empty()) member.person.erased = now_;
  }

  heed::mirror::Ref any_record(const Member& member) {
    return member.records[below(static_cast<std::uint32_t>(member.records.size()))];
  }

  std::mt19937 random_;
  Ledgered office_;
  Moment now_ = *heed::parse_moment("2023-06-01T06:00:00Z");
  int contacts_ = 0;
  std::vector<Member> people_;
  std::map<heed::mirror::Ref, Put> rows_;
};

using Key = std::tuple<heed::mirror::Ref, std::string, Moment, std::string, std::string>;

void World::compare() const {
  std::map<Key, heed::ledger::Duty> found;
  for (auto& duty : office_.duties()) {
    const Key key{*duty.record, duty.field, duty.wish_until, duty.pack, duty.rule};
    INFO(heed::ledger::duty_name(duty.number) << " is double");
    CHECK(found.emplace(key, std::move(duty)).second);
  }
  std::size_t expected_count = 0;
  for (const auto& member : people_) {
    for (const Expected& expected :
         heed::support::owed_to(member.person, office_.rulebook, "Europe/Berlin", "DE")) {
      ++expected_count;
      const OracleWish& wish = *expected.wish;
      INFO(expected.pack << " " << expected.rule << " " << heed::mirror::Ref(wish.record).object
                         << " " << wish.record.id.text() << " " << wish.field << " "
                         << heed::to_text(wish.until));
      const auto at =
          found.find({wish.record, wish.field, wish.until, expected.pack, expected.rule});
      REQUIRE(at != found.end());  // none missed
      const auto& duty = at->second;
      if (duty.start != expected.start) CHECK(duty.start == expected.start);
      if (duty.due != expected.due) CHECK(duty.due == expected.due);
      if (duty.state != expected.state) CHECK(duty.state == expected.state);
      if (duty.closed_on != expected.closed_on) CHECK(duty.closed_on == expected.closed_on);
      if (duty.opened_at != wish.seen) CHECK(duty.opened_at == wish.seen);  // none late
      found.erase(at);
    }
  }
  CHECK(found.empty());  // none that is not owed
  CHECK(expected_count > people_.size());
}

void five_years(unsigned seed, int people) {
  World world(seed, people);
  for (int month = 0; month < 61; ++month) world.pass_month();
  world.compare();
}

}  // namespace

TEST_CASE("over five years no duty is missed, double, late, or closed without evidence",
          "[ledger]") {
  five_years(20261125, 150);
}

/// The same at full size: heed-tests "[full-size]".
TEST_CASE("ten thousand people over five years are owed what the slow reckoning says",
          "[.full-size]") {
  five_years(4711, 10'000);
}
