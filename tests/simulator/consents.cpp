#include "simulator/consents.hpp"

#include <array>

#include "simulator/names.hpp"
#include "simulator/people.hpp"

namespace heed::simulated {

namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 6> statuses{"OptOut",  "OptIn", "OptOut",
                                                   "NotSeen", "OptIn", "Seen"};

/// Makes the consents of one person after another.
class Consents {
 public:
  explicit Consents(Org& org)
      : org_(org),
        dice_(org.options().seed ^ 0xC0'45'E7ULL),
        purposes_(org, "DataUsePurpose"),
        emails_(org, "ContactPointEmail"),
        phones_(org, "ContactPointPhone"),
        types_(org, "ContactPointTypeConsent"),
        points_(org, "ContactPointConsent"),
        parties_(org, "PartyConsent"),
        subscriptions_(org, "CommSubscriptionConsent") {
    for (const auto* name : {"Marketing", "Service", "Research"}) {
      begin(purposes_, org_.now() - days{400});
      purposes_.set("Name", name);
      named_.push_back(purposes_.id());
    }
  }

  void add(std::uint32_t number) {
    individual_ = org_.nth("Individual", number + 1);
    contact_ = org_.nth("Contact", number + 1);
    if (number % 3 == 0) of_type();
    if (number % 2 == 0) point(number);
    if (number % 10 == 1) party();
    if (number % 7 == 5) subscription();
  }

 private:
  void begin(Loader& to, Moment created) {
    to.add(created, created);
    to.set("OwnerId", org_.nth("User", 1).text());
    to.set("CreatedById", org_.nth("User", 1).text());
    to.set("LastModifiedById", org_.nth("User", 1).text());
  }

  Moment some_time_ago() {
    return org_.now() - days{2} -
           seconds{static_cast<seconds::rep>(dice_.roll(std::uint64_t{300} * 86'400))};
  }

  Moment near_now() {
    return org_.now() - days{5} +
           seconds{static_cast<seconds::rep>(dice_.roll(std::uint64_t{10} * 86'400))};
  }

  void consent(Loader& to) {
    begin(to, some_time_ago());
    to.set("PrivacyConsentStatus", statuses[dice_.roll(statuses.size())]);
  }

  void bound(Loader& to) {
    const auto roll = dice_.roll(6);
    if (roll < 2) to.set("EffectiveFrom", near_now());
    if (roll == 2) to.set("EffectiveTo", near_now());
  }

  void of_type() {
    consent(types_);
    types_.set("PartyId", individual_.text());
    constexpr std::array<std::string_view, 3> channels{"Email", "Phone", "Web"};
    types_.set("ContactPointType", channels[dice_.roll(channels.size())]);
    if (dice_.one_in(2)) types_.set("DataUsePurposeId", named_[dice_.roll(named_.size())].text());
    bound(types_);
  }

  void point(std::uint32_t number) {
    const bool email = number % 4 == 0;
    Loader& to = email ? emails_ : phones_;
    begin(to, some_time_ago());
    to.set("ParentId", individual_.text());
    to.set("IsPrimary", true);
    if (!dice_.one_in(2)) return;
    consent(points_);
    points_.set("ContactPointId", to.id().text());
    bound(points_);
  }

  void party() {
    consent(parties_);
    parties_.set("PartyId", individual_.text());
  }

  void subscription() {
    consent(subscriptions_);
    subscriptions_.set("ConsentGiverId", contact_.text());
    if (dice_.one_in(2)) {
      subscriptions_.set("EffectiveFromDate",
                         Day{std::chrono::floor<days>(near_now()).time_since_epoch()});
    }
  }

  Org& org_;
  Dice dice_;
  Loader purposes_, emails_, phones_, types_, points_, parties_, subscriptions_;
  std::vector<Id> named_;
  Id individual_, contact_;
};

}  // namespace

namespace {

std::optional<Id> somebody(const Org& org, Dice& dice, std::string_view object) {
  const Table& table = org.table(object);
  for (int draw = 0; draw < 20 && table.size() > 0; ++draw) {
    const auto& row = table.row(static_cast<std::uint32_t>(dice.roll(table.size())));
    if (!row.deleted && !row.purged) return row.id;
  }
  return std::nullopt;
}

Value near_now(const Org& org, Dice& dice) {
  if (dice.one_in(4)) return Null{};
  return org.now() - days{1} +
         seconds{static_cast<seconds::rep>(dice.roll(std::uint64_t{3} * 86'400))};
}

void create_consent(Org& org, Dice& dice) {
  const auto individual = somebody(org, dice, "Individual");
  if (!individual) return;
  const std::string party(individual->text());
  org.create("ContactPointTypeConsent",
             {{"PartyId", std::string_view(party)},
              {"ContactPointType", std::string_view(dice.one_in(2) ? "Email" : "Phone")},
              {"PrivacyConsentStatus", statuses[dice.roll(statuses.size())]},
              {"EffectiveFrom", near_now(org, dice)}});
}

}  // namespace

void consent_acts(Org& org, Dice& dice) {
  constexpr std::array<std::string_view, 3> dated{"ContactPointTypeConsent", "ContactPointConsent",
                                                  "ContactPointTypeConsent"};
  const auto roll = dice.roll(100);
  if (roll < 25) return create_consent(org, dice);
  const auto object = dated[dice.roll(dated.size())];
  const auto id = somebody(org, dice, roll < 40 ? "PartyConsent" : object);
  if (!id) return;
  if (roll < 70) {
    org.update(*id, {{"PrivacyConsentStatus", statuses[dice.roll(statuses.size())]}});
  } else if (roll < 92) {
    const auto* bound = dice.one_in(2) ? "EffectiveFrom" : "EffectiveTo";
    org.update(*id, {{bound, near_now(org, dice)}});
  } else {
    org.remove(*id);
  }
}

void populate_consents(Org& org) {
  Consents world(org);
  for (std::uint32_t number = 0; number < org.options().individuals; ++number) world.add(number);
}

}  // namespace heed::simulated
