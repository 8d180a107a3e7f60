#include "simulator/schema_fields.hpp"

#include "simulator/field_kinds.hpp"

#include <vector>

namespace heed::simulated {

namespace {

using List = std::vector<FieldInfo>;

/// Mailing and Other on a Contact, Billing and PersonMailing on an Account: text as typed, and
/// codes.
struct Address {
  std::string_view street, city, state, postal, country, state_code, country_code;
};

void add_address(List& to, const Address& names) {
  to.push_back(text(names.street, 255, "textarea"));
  to.back().sortable = to.back().filterable = false;
  to.push_back(text(names.city, 40));
  to.push_back(text(names.state, 80));
  to.push_back(text(names.postal, 20));
  to.push_back(text(names.country, 80));
  to.push_back(text(names.state_code, 10, "picklist"));
  to.push_back(text(names.country_code, 10, "picklist"));
}

List make_individual() {
  return with_system_fields({
      kept(reference("MasterRecordId", "Individual", "MasterRecord")),
      required(reference("OwnerId", "User", "Owner")),
      required(text("LastName", 80)),
      text("FirstName", 40),
      text("Salutation", 40, "picklist"),
      kept(required(text("Name", 203))),
      tracked(flag("HasOptedOutTracking")),
      tracked(flag("HasOptedOutProfiling")),
      tracked(flag("HasOptedOutProcessing")),
      tracked(flag("HasOptedOutSolicit")),
      tracked(flag("HasOptedOutGeoTracking")),
      tracked(flag("ShouldForget")),
      tracked(flag("SendIndividualData")),
      tracked(flag("CanStorePiiElsewhere")),
      tracked(flag("HasPrivacyHold")),
      plain("BirthDate", "date"),
      plain("DeathDate", "date"),
      text("IndividualsAge", 40, "picklist"),
      text("Website", 255, "url"),
      text("Occupation", 150),
      flag("IsHomeOwner"),
      plain("ConsumerCreditScore", "int"),
      plain("ChildrenCount", "int"),
      kept(plain("LastViewedDate", "datetime")),
  });
}

List make_contact() {
  List fields{
      kept(reference("MasterRecordId", "Contact", "MasterRecord")),
      reference("AccountId", "Account", "Account"),
      required(text("LastName", 80)),
      text("FirstName", 40),
      text("Salutation", 40, "picklist"),
      kept(required(text("Name", 121))),
      text("Phone", 40, "phone"),
      text("MobilePhone", 40, "phone"),
      text("Fax", 40, "phone"),
      text("Email", 80, "email"),
      text("Title", 128),
      plain("Birthdate", "date"),
      required(reference("OwnerId", "User", "Owner")),
      tracked(flag("HasOptedOutOfEmail")),
      tracked(flag("HasOptedOutOfFax")),
      tracked(flag("DoNotCall")),
      tracked(reference("IndividualId", "Individual", "Individual")),
      kept(flag("IsPersonAccount")),
      kept(plain("EmailBouncedDate", "datetime")),
      kept(text("EmailBouncedReason", 255)),
      kept(flag("IsEmailBounced")),
      kept(plain("LastViewedDate", "datetime")),
      tracked(flag("Text_Opt_Out__c")),
      text("Member_Level__c", 40),
      formula(flag("Household_Opt_Out__c")),
  };
  add_address(fields, {"MailingStreet", "MailingCity", "MailingState", "MailingPostalCode",
                       "MailingCountry", "MailingStateCode", "MailingCountryCode"});
  return with_system_fields(std::move(fields));
}

List make_lead() {
  List fields{
      kept(reference("MasterRecordId", "Lead", "MasterRecord")),
      required(text("LastName", 80)),
      text("FirstName", 40),
      text("Salutation", 40, "picklist"),
      kept(required(text("Name", 121))),
      text("Title", 128),
      required(text("Company", 255)),
      text("Phone", 40, "phone"),
      text("MobilePhone", 40, "phone"),
      text("Fax", 40, "phone"),
      text("Email", 80, "email"),
      required(text("Status", 255, "picklist")),
      required(reference("OwnerId", "User", "Owner")),
      tracked(unsorted(flag("HasOptedOutOfEmail"))),
      tracked(unsorted(flag("HasOptedOutOfFax"))),
      tracked(unsorted(flag("DoNotCall"))),
      kept(flag("IsConverted")),
      kept(plain("ConvertedDate", "date")),
      kept(reference("ConvertedAccountId", "Account", "ConvertedAccount")),
      kept(reference("ConvertedContactId", "Contact", "ConvertedContact")),
      tracked(reference("IndividualId", "Individual", "Individual")),
      kept(plain("LastViewedDate", "datetime")),
      tracked(flag("Text_Opt_Out__c")),
  };
  add_address(fields,
              {"Street", "City", "State", "PostalCode", "Country", "StateCode", "CountryCode"});
  return with_system_fields(std::move(fields));
}

/// Null on a business account, a flag on a person's. Its changes are in the history of the hidden
/// Contact, as in the CRM.
FieldInfo person_flag(std::string_view name) {
  return plain(name, "boolean");
}

List make_account() {
  List fields{
      kept(reference("MasterRecordId", "Account", "MasterRecord")),
      required(text("Name", 255)),
      text("LastName", 80),
      text("FirstName", 40),
      text("Salutation", 40, "picklist"),
      text("Type", 255, "picklist"),
      text("Phone", 40, "phone"),
      text("Fax", 40, "phone"),
      text("Website", 255, "url"),
      required(reference("OwnerId", "User", "Owner")),
      kept(reference("PersonContactId", "Contact", "PersonContact")),
      kept(flag("IsPersonAccount")),
      text("PersonEmail", 80, "email"),
      text("PersonMobilePhone", 40, "phone"),
      plain("PersonBirthdate", "date"),
      person_flag("PersonHasOptedOutOfEmail"),
      person_flag("PersonHasOptedOutOfFax"),
      person_flag("PersonDoNotCall"),
      reference("PersonIndividualId", "Individual", "PersonIndividual"),
      kept(plain("LastViewedDate", "datetime")),
      person_flag("Text_Opt_Out__pc"),
  };
  add_address(fields, {"BillingStreet", "BillingCity", "BillingState", "BillingPostalCode",
                       "BillingCountry", "BillingStateCode", "BillingCountryCode"});
  add_address(fields, {"PersonMailingStreet", "PersonMailingCity", "PersonMailingState",
                       "PersonMailingPostalCode", "PersonMailingCountry", "PersonMailingStateCode",
                       "PersonMailingCountryCode"});
  return with_system_fields(std::move(fields));
}

List make_user() {
  List fields = with_system_fields({
      required(text("Username", 80)),
      required(text("LastName", 80)),
      text("FirstName", 40),
      kept(required(text("Name", 121))),
      required(text("Email", 128, "email")),
      flag("IsActive"),
      text("UserType", 40, "picklist"),
      required(text("TimeZoneSidKey", 40, "picklist")),
      reference("IndividualId", "Individual", "Individual"),
  });
  std::erase_if(fields, [](const FieldInfo& f) { return f.system == System::deleted; });
  return fields;
}

List make_organization() {
  List fields = with_system_fields({
      required(text("Name", 80)),
      text("Country", 80),
      text("InstanceName", 5),
      flag("IsSandbox"),
      text("OrganizationType", 40, "picklist"),
      text("DefaultLocaleSidKey", 40, "picklist"),
      text("TimeZoneSidKey", 40, "picklist"),
  });
  std::erase_if(fields, [](const FieldInfo& f) { return f.system == System::deleted; });
  return fields;
}

}  // namespace

std::span<const FieldInfo> individual_fields() {
  static const List fields = make_individual();
  return fields;
}
std::span<const FieldInfo> contact_fields() {
  static const List fields = make_contact();
  return fields;
}
std::span<const FieldInfo> lead_fields() {
  static const List fields = make_lead();
  return fields;
}
std::span<const FieldInfo> account_fields() {
  static const List fields = make_account();
  return fields;
}
std::span<const FieldInfo> user_fields() {
  static const List fields = make_user();
  return fields;
}
std::span<const FieldInfo> organization_fields() {
  static const List fields = make_organization();
  return fields;
}
std::span<const FieldInfo> individual_history_fields() {
  static const List fields = history_of("IndividualId", "Individual");
  return fields;
}
std::span<const FieldInfo> contact_history_fields() {
  static const List fields = history_of("ContactId", "Contact");
  return fields;
}
std::span<const FieldInfo> lead_history_fields() {
  static const List fields = history_of("LeadId", "Lead");
  return fields;
}
std::span<const FieldInfo> account_history_fields() {
  static const List fields = history_of("AccountId", "Account");
  return fields;
}

}  // namespace heed::simulated
