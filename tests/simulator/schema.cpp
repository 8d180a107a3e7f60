#include "simulator/schema.hpp"

#include <algorithm>
#include <array>

#include "simulator/schema_fields.hpp"

namespace heed::simulated {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

ObjectInfo people(std::string_view name, std::string_view plural, std::string_view prefix,
                  std::span<const FieldInfo> fields, std::string_view history) {
  ObjectInfo info{name, name, plural, prefix, fields};
  info.mergeable = true;
  info.deletable = true;
  info.history_object = history;
  return info;
}

ObjectInfo history(std::string_view name, std::string_view label, std::string_view prefix,
                   std::span<const FieldInfo> fields, std::string_view parent) {
  ObjectInfo info{name, label, label, prefix, fields};
  info.history = true;
  info.parent_field = parent;
  return info;
}

}  // namespace

FieldType FieldInfo::kind() const {
  if (type == "id" || type == "reference") return FieldType::id;
  if (type == "boolean") return FieldType::flag;
  if (type == "date") return FieldType::date;
  if (type == "datetime") return FieldType::moment;
  if (type == "int") return FieldType::integer;
  if (type == "double") return FieldType::number;
  return FieldType::text;
}

std::optional<std::size_t> ObjectInfo::find(std::string_view field) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (same_name(fields[i].name, field)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> ObjectInfo::find_relationship(std::string_view relationship) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].relationship.empty() && same_name(fields[i].relationship, relationship)) {
      return i;
    }
  }
  return std::nullopt;
}

std::span<const ObjectInfo> schema() {
  static const std::array<ObjectInfo, 10> objects{
      people("Account", "Accounts", "001", account_fields(), "AccountHistory"),
      history("AccountHistory", "Account History", "00h", account_history_fields(), "AccountId"),
      people("Contact", "Contacts", "003", contact_fields(), "ContactHistory"),
      history("ContactHistory", "Contact History", "03j", contact_history_fields(), "ContactId"),
      people("Individual", "Individuals", "0PK", individual_fields(), "IndividualHistory"),
      history("IndividualHistory", "Individual History", "0PM", individual_history_fields(),
              "IndividualId"),
      people("Lead", "Leads", "00Q", lead_fields(), "LeadHistory"),
      history("LeadHistory", "Lead History", "00i", lead_history_fields(), "LeadId"),
      ObjectInfo{"Organization", "Organization", "Organizations", "00D", organization_fields()},
      ObjectInfo{"User", "User", "Users", "005", user_fields()}};
  return objects;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace heed::simulated
