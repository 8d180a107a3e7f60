// Objects that an administrator has made: requests of persons, and notes about them.

#include "simulator/field_kinds.hpp"
#include "simulator/schema_fields.hpp"

namespace heed::simulated {

namespace {

using List = std::vector<FieldInfo>;

List make_privacy_request() {
  return with_system_fields({required(reference("OwnerId", "User", "Owner")), text("Name", 80),
                             reference("Contact__c", "Contact", "Contact__r"),
                             reference("Lead__c", "Lead", "Lead__r"), text("Email__c", 80, "email"),
                             text("Status__c", 40, "picklist"), plain("Received__c", "date")});
}

List make_request_note() {
  return with_system_fields({required(reference("OwnerId", "User", "Owner")), text("Name", 80),
                             reference("Request__c", "Privacy_Request__c", "Request__r"),
                             text("Text__c", 255, "textarea")});
}

}  // namespace

std::span<const FieldInfo> privacy_request_fields() {
  static const List fields = make_privacy_request();
  return fields;
}
std::span<const FieldInfo> request_note_fields() {
  static const List fields = make_request_note();
  return fields;
}

}  // namespace heed::simulated
