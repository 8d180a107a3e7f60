// What people do to records: create, update, delete, undelete, purge.

#include <algorithm>
#include <array>
#include <stdexcept>

#include "simulator/org.hpp"

namespace heed::simulated {

namespace {

using std::chrono::hours;

/// A person account is an Account and a Contact; these fields are one and the same in both.
struct Pair {
  std::string_view account, contact;
};
constexpr std::array pairs{
    Pair{"LastName", "LastName"},
    Pair{"FirstName", "FirstName"},
    Pair{"Salutation", "Salutation"},
    Pair{"Phone", "Phone"},
    Pair{"Fax", "Fax"},
    Pair{"OwnerId", "OwnerId"},
    Pair{"PersonEmail", "Email"},
    Pair{"PersonMobilePhone", "MobilePhone"},
    Pair{"PersonBirthdate", "Birthdate"},
    Pair{"PersonHasOptedOutOfEmail", "HasOptedOutOfEmail"},
    Pair{"PersonHasOptedOutOfFax", "HasOptedOutOfFax"},
    Pair{"PersonDoNotCall", "DoNotCall"},
    Pair{"PersonIndividualId", "IndividualId"},
    Pair{"Text_Opt_Out__pc", "Text_Opt_Out__c"},
    Pair{"PersonMailingStreet", "MailingStreet"},
    Pair{"PersonMailingCity", "MailingCity"},
    Pair{"PersonMailingState", "MailingState"},
    Pair{"PersonMailingPostalCode", "MailingPostalCode"},
    Pair{"PersonMailingCountry", "MailingCountry"},
    Pair{"PersonMailingStateCode", "MailingStateCode"},
    Pair{"PersonMailingCountryCode", "MailingCountryCode"},
};

std::string_view text_of(const Value& value) {
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr ? *text : std::string_view{};
}

std::size_t column(const Table& table, std::string_view field) {
  if (const auto at = table.info().find(field)) return *at;
  throw std::invalid_argument("field " + std::string(table.info().name) + "." + std::string(field) +
                              " is not in the org");
}

bool is_flag(const Table& table, std::uint32_t row, std::string_view field) {
  const auto at = table.info().find(field);
  return at && table.cell(row, *at) == Pool::yes;
}

/// The full name follows its parts.
void rename(Table& table, std::uint32_t row, Pool& pool) {
  const auto last = table.info().find("LastName");
  if (!last || table.cell(row, *last) == Pool::null) return;
  const auto first_name = text_of(table.value(row, column(table, "FirstName")));
  std::string name(first_name);
  if (!name.empty()) name += ' ';
  name += text_of(table.value(row, *last));
  table.set(row, column(table, "Name"), pool.of_text(name));
}

std::string_view data_type(const FieldInfo& field) {
  if (field.kind() == FieldType::flag) return "Boolean";
  return field.kind() == FieldType::id ? "EntityId" : "Text";
}

}  // namespace

void Org::touch(const Place& at) {
  Row& row = at.table->row(at.row);
  // A late commit does not take back what was stamped meanwhile; a clock that was set back does.
  row.stamp = late_stamp_ ? std::max(row.stamp, stamping()) : now_;
  row.modified = row.stamp;
  if (const auto by = at.table->info().find("LastModifiedById")) {
    at.table->set(at.row, *by, pool_.of_text(user_.text()));
  }
}

void Org::track(const Place& at, std::size_t changed, Pool::Cell cell) {
  const auto& info = at.table->info();
  if (!tracks(info, info.fields[changed])) return;
  Table& history = table(info.history_object);
  const auto row = history.append(stamping(), stamping());
  const auto put = [&](std::string_view field, Pool::Cell value) {
    history.set(row, column(history, field), value);
  };
  put(history.info().parent_field, pool_.of_text(at.table->row(at.row).id.text()));
  put("CreatedById", pool_.of_text(user_.text()));
  put("Field", pool_.of_text(info.fields[changed].name));
  put("DataType", pool_.of_text(data_type(info.fields[changed])));
  put("OldValue", at.table->cell(at.row, changed));
  put("NewValue", cell);
}

void Org::set(const Place& at, std::size_t changed, Pool::Cell cell) {
  if (at.table->cell(at.row, changed) == cell) return;
  track(at, changed, cell);
  at.table->set(at.row, changed, cell);
}

void Org::write(const Place& at, const Fields& fields) {
  for (const auto& [name, value] : fields) {
    const std::size_t where = column(*at.table, name);
    const auto& field = at.table->info().fields[where];
    if (field.system != System::none || field.calculated) {
      throw std::invalid_argument("field " + name + " is kept by the CRM and cannot be written");
    }
    set(at, where, pool_.of(value));
  }
  rename(*at.table, at.row, pool_);
  touch(at);
}

std::optional<Org::Place> Org::twin(const Place& at) {
  if (!is_flag(*at.table, at.row, "IsPersonAccount")) return std::nullopt;
  const bool account = at.table->info().name == "Account";
  const auto link = column(*at.table, account ? "PersonContactId" : "AccountId");
  const auto id = Id::parse(text_of(at.table->value(at.row, link)));
  return id ? std::optional(place(*id)) : std::nullopt;
}

void Org::write_twin(const Place& at, const Fields& fields) {
  const auto other = twin(at);
  if (!other) return;
  const bool account = at.table->info().name == "Account";
  Fields same;
  for (const auto& [name, value] : fields) {
    for (const auto& pair : pairs) {
      if (!same_name(account ? pair.account : pair.contact, name)) continue;
      same.emplace_back(account ? pair.contact : pair.account, value);
    }
  }
  write(*other, same);
}

Id Org::create(std::string_view object, const Fields& fields) {
  Table& to = table(object);
  const auto row = to.append(stamping(), stamping());
  const Id id = to.row(row).id;
  for (const auto field : {"OwnerId", "CreatedById"}) {
    if (const auto at = to.info().find(field)) to.set(row, *at, pool_.of_text(user_.text()));
  }
  for (const auto& [name, value] : fields) to.set(row, column(to, name), pool_.of(value));
  rename(to, row, pool_);
  touch({&to, row});
  return id;
}

void Org::update(const Id& id, const Fields& fields) {
  const Place at = live(id);
  write(at, fields);
  write_twin(at, fields);
}

void Org::calculate(const Id& id, std::string_view field, const Value& value) {
  const Place at = place(id);
  const std::size_t where = column(*at.table, field);
  if (!at.table->info().fields[where].calculated) {
    throw std::invalid_argument("field " + std::string(field) + " is no formula");
  }
  at.table->set(at.row, where, pool_.of(value));
}

void Org::bin(const Place& at) {
  Row& row = at.table->row(at.row);
  row.deleted = true;
  touch(at);
  deleted_[row.id] = {row.id, stamping(), false, stamping() + hours{24 * 15}};
}

void Org::remove(const Id& id) {
  const Place at = live(id);
  const auto other = twin(at);
  bin(at);
  if (other && !other->table->row(other->row).deleted) bin(*other);
}

void Org::undelete(const Id& id) {
  const Place at = place(id);
  Row& row = at.table->row(at.row);
  const auto entry = deleted_.find(id);
  if (!row.deleted || row.purged || entry == deleted_.end() || entry->second.emptied) {
    throw std::invalid_argument("record " + std::string(id.text()) + " is not in the recycle bin");
  }
  row.deleted = false;
  deleted_.erase(entry);
  if (const auto master = at.table->info().find("MasterRecordId")) {
    at.table->set(at.row, *master, Pool::null);
  }
  touch(at);
  const auto other = twin(at);
  if (other && other->table->row(other->row).deleted) undelete(other->table->row(other->row).id);
}

void Org::empty_bin(const Id& id) {
  const auto entry = deleted_.find(id);
  if (entry == deleted_.end() || entry->second.emptied) {
    throw std::invalid_argument("record " + std::string(id.text()) + " is not in the recycle bin");
  }
  entry->second.emptied = true;
  entry->second.purge_at = now_ + hours{24};
}

void Org::forget(std::map<Id, Deleted>::iterator entry) {
  const Place at = place(entry->first);
  at.table->row(at.row).purged = true;
  at.table->clear(at.row);
}

void Org::purge(const Id& id) {
  const Place at = place(id);
  if (at.table->row(at.row).purged) return;
  if (!at.table->row(at.row).deleted) remove(id);
  forget(deleted_.find(id));
}

void Org::purge_due(Moment moment) {
  for (auto entry = deleted_.begin(); entry != deleted_.end(); ++entry) {
    const Place at = place(entry->first);
    if (!at.table->row(at.row).purged && entry->second.purge_at <= moment) forget(entry);
  }
}

std::vector<Deleted> Org::deleted(std::string_view object) const {
  const auto prefix = table(object).info().prefix;
  std::vector<Deleted> found;
  for (const auto& [id, entry] : deleted_) {
    if (id.prefix() == prefix) found.push_back(entry);
  }
  std::sort(found.begin(), found.end(), [](const Deleted& a, const Deleted& b) {
    return std::pair(a.at, a.id) < std::pair(b.at, b.id);
  });
  return found;
}

}  // namespace heed::simulated
