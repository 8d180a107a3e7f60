// Merging records and converting leads: the ways in which one person's records move to another.

#include <algorithm>
#include <stdexcept>

#include "simulator/org.hpp"

namespace heed::simulated {

namespace {

std::string own_text(const Value& value) {
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr ? std::string(*text) : std::string();
}

}  // namespace

void Org::reparent(const Id& from, const Id& to) {
  const auto old_cell = pool_.of_text(from.text());
  const auto new_cell = pool_.of_text(to.text());
  const auto parent = table_of(from)->info().name;
  for (const auto& table : tables_) {
    if (table->info().history) continue;  // stays with the record that it tells of
    const auto& fields = table->info().fields;
    for (std::size_t column = 0; column < fields.size(); ++column) {
      if (!fields[column].refers_to(parent) || fields[column].name == "MasterRecordId") continue;
      for (std::uint32_t row = 0; row < table->size(); ++row) {
        if (table->cell(row, column) != old_cell) continue;
        set({table.get(), row}, column, new_cell);
        touch({table.get(), row});
      }
    }
  }
}

void Org::take_individual(const Place& master, const std::vector<Id>& losers) {
  const auto column = master.table->info().find("IndividualId");
  if (!column) return;
  Pool::Cell best = Pool::null;
  Moment newest{};
  const auto consider = [&](const Place& at) {
    const auto cell = at.table->cell(at.row, *column);
    const auto id = Id::parse(own_text(pool_[cell]));
    if (!id) return;
    const Place individual = place(*id);
    const Moment modified = individual.table->row(individual.row).modified;
    if (best != Pool::null && modified <= newest) return;
    best = cell;
    newest = modified;
  };
  consider(master);
  for (const Id& loser : losers) consider(place(loser));
  if (best != Pool::null) set(master, *column, best);
}

void Org::merge(const Id& master, const std::vector<Id>& losers) {
  const Place to = live(master);
  if (!to.table->info().mergeable || losers.empty() || losers.size() > 2) {
    throw std::invalid_argument("a merge takes one master and one or two records of its object");
  }
  for (const Id& loser : losers) {
    if (live(loser).table != to.table || loser == master) {
      throw std::invalid_argument("a merge takes different records of one object");
    }
  }
  take_individual(to, losers);
  const auto master_column = to.table->info().find("MasterRecordId");
  for (const Id& loser : losers) {
    const Place from = live(loser);
    reparent(loser, master);
    from.table->set(from.row, *master_column, pool_.of_text(master.text()));
    remove(loser);
  }
  touch(to);
}

Id Org::convert(const Id& lead, std::optional<Id> into) {
  const Place from = live(lead);
  const auto& info = from.table->info();
  if (info.name != "Lead") throw std::invalid_argument("only a Lead can be converted");
  const auto cell = [&](std::string_view field) {
    return pool_[from.table->cell(from.row, *info.find(field))];
  };
  if (from.table->cell(from.row, *info.find("IsConverted")) == Pool::yes) {
    throw std::invalid_argument("Lead " + std::string(lead.text()) + " is converted already");
  }
  if (!into) {
    const Id account = create("Account", {{"Name", cell("Company")}});
    const std::string account_id(account.text());
    into = create("Contact", {{"AccountId", std::string_view(account_id)},
                              {"FirstName", cell("FirstName")},
                              {"LastName", cell("LastName")},
                              {"Email", cell("Email")},
                              {"Phone", cell("Phone")},
                              {"MobilePhone", cell("MobilePhone")},
                              {"HasOptedOutOfEmail", cell("HasOptedOutOfEmail")},
                              {"HasOptedOutOfFax", cell("HasOptedOutOfFax")},
                              {"DoNotCall", cell("DoNotCall")},
                              {"IndividualId", cell("IndividualId")},
                              {"Text_Opt_Out__c", cell("Text_Opt_Out__c")},
                              {"MailingCity", cell("City")},
                              {"MailingState", cell("State")},
                              {"MailingCountry", cell("Country")},
                              {"MailingStateCode", cell("StateCode")},
                              {"MailingCountryCode", cell("CountryCode")}});
  }
  const std::string contact(into->text());
  const std::string account = own_text(value(*into, "AccountId"));
  const Day today{std::chrono::floor<std::chrono::days>(stamping()).time_since_epoch()};
  write(from, {{"IsConverted", true},
               {"ConvertedDate", today},
               {"ConvertedContactId", std::string_view(contact)},
               {"ConvertedAccountId", std::string_view(account)},
               {"Status", std::string_view("Closed - Converted")}});
  return *into;
}

}  // namespace heed::simulated
