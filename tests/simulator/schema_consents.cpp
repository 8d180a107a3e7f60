// Consents: who agreed to what, over which contact point and for which purpose.

#include "simulator/field_kinds.hpp"
#include "simulator/schema_fields.hpp"

namespace heed::simulated {

namespace {

using List = std::vector<FieldInfo>;

constexpr std::string_view contact_points =
    "ContactPointAddress,ContactPointEmail,ContactPointPhone";

List with_name(List fields) {
  fields.insert(fields.begin(),
                {required(reference("OwnerId", "User", "Owner")), text("Name", 80)});
  return with_system_fields(std::move(fields));
}

List make_purpose() {
  return with_name({text("Description", 255, "textarea"), flag("CanDataSubjectOptOut")});
}

List make_contact_point(const FieldInfo& address) {
  return with_name({reference("ParentId", "Account,Individual", "Parent"), address,
                    flag("IsPrimary"), plain("ActiveFromDate", "date"),
                    plain("ActiveToDate", "date")});
}

/// What the consents of contact points have in common, for a while and a purpose.
void add_consent(List& to) {
  to.push_back(text("CaptureContactPointType", 40, "picklist"));
  to.push_back(plain("CaptureDate", "datetime"));
  to.push_back(text("CaptureSource", 255));
  to.push_back(reference("DataUsePurposeId", "DataUsePurpose", "DataUsePurpose"));
  to.push_back(tracked(plain("EffectiveFrom", "datetime")));
  to.push_back(tracked(plain("EffectiveTo", "datetime")));
  to.push_back(tracked(text("PrivacyConsentStatus", 40, "picklist")));
}

List make_type_consent() {
  List fields{required(reference("PartyId", "Individual", "Party")),
              tracked(text("ContactPointType", 40, "picklist"))};
  add_consent(fields);
  return with_name(std::move(fields));
}

List make_point_consent() {
  List fields{required(reference("ContactPointId", contact_points, "ContactPoint"))};
  add_consent(fields);
  return with_name(std::move(fields));
}

List make_party_consent() {
  return with_name({required(reference("PartyId", "Individual", "Party")),
                    text("Action", 40, "picklist"), plain("CaptureDate", "datetime"),
                    text("CaptureSource", 255),
                    tracked(text("PrivacyConsentStatus", 40, "picklist"))});
}

List make_subscription_consent() {
  return with_name(
      {required(reference("ConsentGiverId", "Account,Contact,Individual,User", "ConsentGiver")),
       reference("ContactPointId", contact_points, "ContactPoint"),
       plain("ConsentCapturedDateTime", "datetime"), text("ConsentCapturedSource", 255),
       tracked(plain("EffectiveFromDate", "date")), tracked(plain("EffectiveToDate", "date")),
       tracked(text("PrivacyConsentStatus", 40, "picklist"))});
}

}  // namespace

std::span<const FieldInfo> purpose_fields() {
  static const List fields = make_purpose();
  return fields;
}
std::span<const FieldInfo> contact_point_address_fields() {
  static const List fields = make_contact_point(text("City", 40));
  return fields;
}
std::span<const FieldInfo> contact_point_email_fields() {
  static const List fields = make_contact_point(text("EmailAddress", 80, "email"));
  return fields;
}
std::span<const FieldInfo> contact_point_phone_fields() {
  static const List fields = make_contact_point(text("TelephoneNumber", 40, "phone"));
  return fields;
}
std::span<const FieldInfo> type_consent_fields() {
  static const List fields = make_type_consent();
  return fields;
}
std::span<const FieldInfo> type_consent_history_fields() {
  static const List fields = history_of("ContactPointTypeConsentId", "ContactPointTypeConsent");
  return fields;
}
std::span<const FieldInfo> point_consent_fields() {
  static const List fields = make_point_consent();
  return fields;
}
std::span<const FieldInfo> party_consent_fields() {
  static const List fields = make_party_consent();
  return fields;
}
std::span<const FieldInfo> subscription_consent_fields() {
  static const List fields = make_subscription_consent();
  return fields;
}

}  // namespace heed::simulated
