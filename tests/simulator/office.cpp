#include "simulator/office.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "simulator/consents.hpp"
#include "simulator/names.hpp"

namespace heed::simulated {

namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 8> individual_flags{
    "HasOptedOutSolicit",    "HasOptedOutTracking",    "HasOptedOutProfiling",
    "ShouldForget",          "HasOptedOutGeoTracking", "SendIndividualData",
    "HasOptedOutProcessing", "CanStorePiiElsewhere"};
constexpr std::array<std::string_view, 4> channel_flags{"HasOptedOutOfEmail", "DoNotCall",
                                                        "Text_Opt_Out__c", "HasOptedOutOfFax"};

class Office {
 public:
  Office(Org& org, std::uint64_t seed) : org_(org), dice_(seed) {}

  void day() {
    const std::uint64_t events =
        std::clamp<std::uint64_t>(org_.table("Contact").size() / 20, 4, 60);
    const Moment evening = org_.now() + days{1};
    const seconds pause = seconds{days{1}} / static_cast<seconds::rep>(events + 1);
    for (std::uint64_t i = 0; i < events; ++i) {
      org_.advance(pause + seconds{static_cast<seconds::rep>(dice_.roll(60))} - seconds{60});
      something();
    }
    org_.advance_to(evening);
  }

 private:
  void something() {
    if (org_.options().with_consents && dice_.one_in(4)) return consent_acts(org_, dice_);
    const auto roll = dice_.roll(100);
    if (roll < 30) return flag("Individual", individual_flags);
    if (roll < 55) return flag("Contact", channel_flags);
    if (roll < 65) return flag("Lead", channel_flags);
    if (roll < 75) return correct();
    if (roll < 82) return newcomer();
    if (roll < 87) return merge();
    if (roll < 91) return convert();
    if (roll < 96) return discard();
    restore_or_purge();
  }

  template <std::size_t n>
  void flag(std::string_view object, const std::array<std::string_view, n>& flags) {
    const auto id = somebody(object);
    if (id) org_.update(*id, {{std::string(flags[dice_.roll(n)]), !dice_.one_in(8)}});
  }

  void correct() {
    const auto id = somebody("Contact");
    if (id)
      org_.update(*id, {{"Title", std::string_view(dice_.one_in(2) ? "Dr." : "Head of Sales")}});
  }

  void newcomer() {
    const auto person = make_person(dice_.next(), org_.table("Contact").size());
    const Id individual =
        org_.create("Individual", {{"LastName", std::string_view(person.last_name)},
                                   {"FirstName", std::string_view(person.first_name)}});
    const std::string link(individual.text());
    org_.create("Contact", {{"LastName", std::string_view(person.last_name)},
                            {"FirstName", std::string_view(person.first_name)},
                            {"Email", std::string_view(person.email)},
                            {"MailingCountry", person.place.country},
                            {"MailingState", person.place.state},
                            {"IndividualId", std::string_view(link)}});
  }

  void merge() {
    const std::string_view object = dice_.one_in(3) ? "Individual" : "Contact";
    const auto master = somebody(object);
    const auto loser = somebody(object);
    if (master && loser && *master != *loser && !of_account(*master) && !of_account(*loser)) {
      org_.merge(*master, {*loser});
    }
  }

  void convert() {
    const auto lead = somebody("Lead");
    if (lead && org_.value(*lead, "IsConverted") == Value(false)) org_.convert(*lead);
  }

  void discard() {
    const auto id = somebody(dice_.one_in(3) ? "Lead" : "Contact");
    if (!id || of_account(*id)) return;
    org_.remove(*id);
    binned_.push_back(*id);
  }

  void restore_or_purge() {
    if (binned_.empty()) return;
    const Id id = binned_.back();
    binned_.pop_back();
    const auto* const table = org_.table_of(id);
    if (table->row(*table->find(id)).purged) return;
    if (dice_.one_in(2))
      org_.undelete(id);
    else
      org_.purge(id);
  }

  bool of_account(const Id& id) const {
    return id.prefix() == "003" && org_.value(id, "IsPersonAccount") == Value(true);
  }

  /// A record that is there; nullopt when a few draws find none.
  std::optional<Id> somebody(std::string_view object) {
    const Table& table = org_.table(object);
    for (int draw = 0; draw < 20 && table.size() > 0; ++draw) {
      const auto& row = table.row(static_cast<std::uint32_t>(dice_.roll(table.size())));
      if (!row.deleted && !row.purged) return row.id;
    }
    return std::nullopt;
  }

  Org& org_;
  Dice dice_;
  std::vector<Id> binned_;
};

}  // namespace

void office_works(Org& org, unsigned count, std::uint64_t seed) {
  Office office(org, seed);
  for (unsigned i = 0; i < count; ++i) office.day();
}

}  // namespace heed::simulated
