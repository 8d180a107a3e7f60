#include "crm/translate.hpp"

#include "soapStub.h"

namespace heed::crm {

std::string text_or_empty(const std::string* text) {
  return text != nullptr ? *text : "";
}

User user_of(const tns__GetUserInfoResult& info) {
  User user;
  user.org = info.organizationId;
  user.id = info.userId;
  user.name = info.userName;
  user.person_accounts = info.orgHasPersonAccounts;
  return user;
}

namespace {

FieldType type_of(std::string_view type) {
  if (type == "boolean") return FieldType::flag;
  if (type == "int" || type == "long") return FieldType::integer;
  if (type == "double" || type == "currency" || type == "percent") return FieldType::number;
  if (type == "date") return FieldType::date;
  if (type == "datetime") return FieldType::moment;
  if (type == "id" || type == "reference") return FieldType::id;
  return FieldType::text;
}

}  // namespace

bool is_compound(const Described& field) {
  return field.type == "address" || field.type == "location";
}

Description description_of(const tns__DescribeSObjectResult& result) {
  Description description;
  description.object = result.name;
  description.key_prefix = text_or_empty(result.keyPrefix);
  description.queryable = result.queryable;
  description.replicateable = result.replicateable;
  for (const auto* each : result.fields) {
    if (each == nullptr || each->name == "Id") continue;
    Field field;
    field.name = each->name;
    field.type = type_of(each->type);
    field.nillable = each->nillable;
    field.filterable = each->filterable;
    field.sortable = each->sortable == nullptr || *each->sortable;
    field.calculated = each->calculated;
    description.fields.push_back({field, each->type});
  }
  return description;
}

}  // namespace heed::crm
