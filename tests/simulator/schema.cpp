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

ObjectInfo consents(std::string_view name, std::string_view prefix,
                    std::span<const FieldInfo> fields, std::string_view history = {}) {
  ObjectInfo info{name, name, name, prefix, fields};
  info.deletable = true;
  info.of_consents = true;
  info.history_object = history;
  return info;
}

ObjectInfo custom(std::string_view name, std::string_view prefix,
                  std::span<const FieldInfo> fields) {
  ObjectInfo info{name, name, name, prefix, fields};
  info.deletable = true;
  return info;
}

ObjectInfo unreplicated(ObjectInfo info) {
  info.replicateable = false;
  return info;
}

ObjectInfo history(std::string_view name, std::string_view label, std::string_view prefix,
                   std::span<const FieldInfo> fields, std::string_view parent) {
  ObjectInfo info{name, label, label, prefix, fields};
  info.history = true;
  info.parent_field = parent;
  return info;
}

ObjectInfo consent_history() {
  auto info = history("ContactPointTypeConsentHistory", "Contact Point Type Consent History", "0Zh",
                      type_consent_history_fields(), "ContactPointTypeConsentId");
  info.of_consents = true;
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

bool FieldInfo::refers_to(std::string_view object) const {
  for (auto rest = reference_to; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (rest.substr(0, comma) == object) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
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
  static const std::array<ObjectInfo, 21> objects{
      people("Account", "Accounts", "001", account_fields(), "AccountHistory"),
      history("AccountHistory", "Account History", "00h", account_history_fields(), "AccountId"),
      consents("CommSubscriptionConsent", "0eB", subscription_consent_fields()),
      people("Contact", "Contacts", "003", contact_fields(), "ContactHistory"),
      history("ContactHistory", "Contact History", "03j", contact_history_fields(), "ContactId"),
      consents("ContactPointAddress", "8lW", contact_point_address_fields()),
      consents("ContactPointConsent", "0ZX", point_consent_fields()),
      consents("ContactPointEmail", "9Vl", contact_point_email_fields()),
      consents("ContactPointPhone", "9Pp", contact_point_phone_fields()),
      consents("ContactPointTypeConsent", "0ZY", type_consent_fields(),
               "ContactPointTypeConsentHistory"),
      consent_history(),
      consents("DataUsePurpose", "0ZW", purpose_fields()),
      people("Individual", "Individuals", "0PK", individual_fields(), "IndividualHistory"),
      history("IndividualHistory", "Individual History", "0PM", individual_history_fields(),
              "IndividualId"),
      people("Lead", "Leads", "00Q", lead_fields(), "LeadHistory"),
      history("LeadHistory", "Lead History", "00i", lead_history_fields(), "LeadId"),
      unreplicated({"Organization", "Organization", "Organizations", "00D", organization_fields()}),
      consents("PartyConsent", "0PC", party_consent_fields()),
      custom("Privacy_Request__c", "a01", privacy_request_fields()),
      unreplicated(custom("Request_Note__c", "a02", request_note_fields())),
      ObjectInfo{"User", "User", "Users", "005", user_fields()}};
  return objects;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace heed::simulated
