#include "simulator/people.hpp"

#include <algorithm>
#include <array>

#include "simulator/names.hpp"

namespace heed::simulated {

namespace {

using std::chrono::days;
using std::chrono::seconds;

const Moment opened{make_day(2018, 1, 2).time_since_epoch()};

struct Wish {
  std::string_view field;
  unsigned weight;
};
constexpr std::array individual_wishes{
    Wish{"HasOptedOutSolicit", 30},    Wish{"HasOptedOutTracking", 20},
    Wish{"HasOptedOutProfiling", 12},  Wish{"HasOptedOutProcessing", 8},
    Wish{"HasOptedOutGeoTracking", 8}, Wish{"ShouldForget", 8},
    Wish{"SendIndividualData", 8},     Wish{"CanStorePiiElsewhere", 6}};
constexpr std::array contact_wishes{Wish{"HasOptedOutOfEmail", 55}, Wish{"DoNotCall", 20},
                                    Wish{"Text_Opt_Out__c", 15}, Wish{"HasOptedOutOfFax", 10}};

template <std::size_t n>
std::string_view draw(const std::array<Wish, n>& wishes, Dice& dice) {
  auto roll = dice.roll(100);
  for (const auto& wish : wishes) {
    if (roll < wish.weight) return wish.field;
    roll -= wish.weight;
  }
  return wishes.front().field;
}

Moment between(Moment from, Moment to, Dice& dice) {
  const auto span = static_cast<std::uint64_t>(std::max<seconds::rep>(1, (to - from).count()));
  return from + seconds{dice.roll(span)};
}

/// Makes the records of one person after another.
class Population {
 public:
  explicit Population(Org& org)
      : now_(org.now()),
        seed_(org.options().seed),
        individuals_(org, "Individual"),
        contacts_(org, "Contact"),
        leads_(org, "Lead"),
        accounts_(org, "Account"),
        individual_history_(org, "IndividualHistory"),
        contact_history_(org, "ContactHistory") {
    const std::size_t people = org.options().individuals;
    individuals_.reserve(people);
    contacts_.reserve(people);
    leads_.reserve(people / 5 + 1);
    accounts_.reserve(people / 10 + 1);
    staff(org);
  }

  void add(std::uint32_t number) {
    person_ = make_person(seed_, number);
    Dice dice(seed_ ^ (std::uint64_t{number} << 20U));
    const Moment created = between(opened, now_ - days{2}, dice);
    individual(created, dice);
    contact(number, created, dice);
    if (number % 5 == 2) lead(number, created, dice);
  }

 private:
  void staff(Org& org) {
    Loader users(org, "User");
    constexpr std::array<std::string_view, 3> names{"Integration", "Office", "Marketing"};
    for (const auto name : names) {
      users.add(opened, opened);
      users.set("Username", name == "Integration" ? std::string_view(org.options().user)
                                                  : std::string_view("staff@example.org"));
      users.set("LastName", name);
      users.set("Name", name);
      users.set("Email", "staff@example.org");
      users.set("IsActive", true);
      users.set("UserType", "Standard");
      users.set("TimeZoneSidKey", "Europe/Berlin");
      if (name == "Integration") user_ = users.id();
      users.set("CreatedById", user_.text());
      users.set("LastModifiedById", user_.text());
    }
    Loader organization(org, "Organization");
    organization.add(opened, opened);
    signed_by_user(organization);
    organization.set("Name", "Example Trading");
    organization.set("Country", "DE");
    organization.set("InstanceName", "SIM1");
    organization.set("OrganizationType", "Enterprise Edition");
    organization.set("DefaultLocaleSidKey", "en_US");
    organization.set("TimeZoneSidKey", "Europe/Berlin");
  }

  void signed_by_user(Loader& to) {
    to.set("CreatedById", user_.text());
    to.set("LastModifiedById", user_.text());
  }

  void begin(Loader& to, Moment created) {
    to.add(created, created);
    signed_by_user(to);
    to.set("OwnerId", user_.text());
    to.set("FirstName", person_.first_name);
    to.set("LastName", person_.last_name);
    std::string name = person_.first_name;
    if (!name.empty()) name += ' ';
    to.set("Name", name + person_.last_name);
  }

  /// A flag set some time after the record was made, and the history row of it if that is not long
  /// ago.
  void wish(Loader& to, Loader& history, std::string_view parent, std::string_view field,
            Moment created, Dice& dice) {
    const Moment when = between(created, now_ - seconds{3600}, dice);
    to.set(field, true);
    to.stamp(when);
    if (when < now_ - days{540}) return;
    history.add(when, when);
    history.set(parent, to.id().text());
    history.set("CreatedById", user_.text());
    history.set("Field", field);
    history.set("DataType", "Boolean");
    history.set("OldValue", false);
    history.set("NewValue", true);
  }

  void individual(Moment created, Dice& dice) {
    begin(individuals_, created);
    if (!dice.one_in(3)) individuals_.set("BirthDate", person_.born);
    if (dice.one_in(4)) {
      wish(individuals_, individual_history_, "IndividualId", draw(individual_wishes, dice),
           created, dice);
    }
    if (dice.one_in(500)) individuals_.set("HasPrivacyHold", true);
    individual_ = individuals_.id();
  }

  void address(Loader& to, std::string_view prefix) {
    const auto put = [&](std::string_view field, std::string_view text) {
      name_.assign(prefix).append(field);
      to.set(name_, text);
    };
    put("City", person_.place.city);
    put("State", person_.place.state);
    put("Country", person_.place.country);
    put("StateCode", person_.place.state_code);
    put("CountryCode", person_.place.country_code);
  }

  void contact(std::uint32_t number, Moment created, Dice& dice) {
    begin(contacts_, created);
    contacts_.set("IndividualId", individual_.text());
    contacts_.set("Email", person_.email);
    contacts_.set("Phone", person_.phone);
    contacts_.set("MobilePhone", person_.mobile);
    address(contacts_, "Mailing");
    std::string_view opted_out;
    if (dice.one_in(4)) {
      opted_out = draw(contact_wishes, dice);
      wish(contacts_, contact_history_, "ContactId", opted_out, created, dice);
    }
    if (number % 20 == 3) person_account(created, opted_out);
    if (number % 20 == 13) company(created);
  }

  void company(Moment created) {
    accounts_.add(created, created);
    signed_by_user(accounts_);
    accounts_.set("OwnerId", user_.text());
    accounts_.set("Name", person_.last_name + " GmbH & Co. KG");
    address(accounts_, "Billing");
    contacts_.set("AccountId", accounts_.id().text());
  }

  void person_account(Moment created, std::string_view opted_out) {
    begin(accounts_, created);
    accounts_.set("IsPersonAccount", true);
    accounts_.set("PersonContactId", contacts_.id().text());
    accounts_.set("PersonIndividualId", individual_.text());
    accounts_.set("PersonEmail", person_.email);
    accounts_.set("PersonMobilePhone", person_.mobile);
    accounts_.set("Phone", person_.phone);
    accounts_.set("PersonHasOptedOutOfEmail", opted_out == "HasOptedOutOfEmail");
    accounts_.set("PersonHasOptedOutOfFax", opted_out == "HasOptedOutOfFax");
    accounts_.set("PersonDoNotCall", opted_out == "DoNotCall");
    accounts_.set("Text_Opt_Out__pc", opted_out == "Text_Opt_Out__c");
    address(accounts_, "PersonMailing");
    accounts_.stamp(contacts_.moment());
    contacts_.set("IsPersonAccount", true);
    contacts_.set("AccountId", accounts_.id().text());
  }

  void lead(std::uint32_t number, Moment created, Dice& dice) {
    begin(leads_, created);
    leads_.set("Company", person_.last_name + " Ltd.");
    leads_.set("Email", person_.email);
    leads_.set("Phone", person_.phone);
    leads_.set("Status", "Open - Not Contacted");
    leads_.set("IndividualId", individual_.text());
    address(leads_, "");
    if (number % 15 == 2) {
      leads_.set("IsConverted", true);
      leads_.set("Status", "Closed - Converted");
      leads_.set("ConvertedDate", Day{std::chrono::floor<days>(created).time_since_epoch()});
      leads_.set("ConvertedContactId", contacts_.id().text());
    }
    if (dice.one_in(6)) {
      leads_.set(draw(contact_wishes, dice), true);
      leads_.stamp(between(created, now_ - seconds{3600}, dice));
    }
  }

  Moment now_;
  std::uint64_t seed_;
  Loader individuals_, contacts_, leads_, accounts_, individual_history_, contact_history_;
  Person person_;
  Id user_, individual_;
  std::string name_;
};

}  // namespace

Loader::Loader(Org& org, std::string_view object) : pool_(org.pool()), table_(org.table(object)) {
  const auto& fields = table_.info().fields;
  for (std::size_t i = 0; i < fields.size(); ++i) columns_[fields[i].name] = i;
}

std::size_t Loader::column(std::string_view field) const {
  return columns_.at(field);
}

void Loader::add(Moment created, Moment stamp) {
  row_ = table_.append(created, stamp);
}

void Loader::set(std::string_view field, std::string_view text) {
  table_.set(row_, column(field), pool_.of_text(text));
}

void Loader::set(std::string_view field, bool flag) {
  table_.set(row_, column(field), flag ? Pool::yes : Pool::no);
}

void Loader::set(std::string_view field, Day day) {
  table_.set(row_, column(field), pool_.of(day));
}

void Loader::set(std::string_view field, Moment moment) {
  table_.set(row_, column(field), pool_.of(moment));
}

void Loader::stamp(Moment moment) {
  table_.row(row_).modified = moment;
  table_.row(row_).stamp = moment;
}

void populate(Org& org) {
  Population world(org);
  for (std::uint32_t number = 0; number < org.options().individuals; ++number) world.add(number);
}

}  // namespace heed::simulated
