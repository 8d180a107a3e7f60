#include "simulator/handler.hpp"

namespace heed::simulated {

namespace {

std::string* soap_text(soap* s, std::string_view value) {
  auto* const text = soap_new_std__string(s);
  text->assign(value);
  return text;
}

bool* soap_flag(soap* s, bool value) {
  auto* const flag = static_cast<bool*>(soap_malloc(s, sizeof(bool)));
  *flag = value;
  return flag;
}

/// "HasOptedOutOfEmail" as people read it: "Has Opted Out Of Email".
std::string label_of(std::string_view name) {
  std::string label;
  for (const char c : name.substr(0, name.find("__"))) {
    if (c >= 'A' && c <= 'Z' && !label.empty() && label.back() != ' ') label += ' ';
    label += c == '_' ? ' ' : c;
  }
  return label;
}

std::string soap_type(const FieldInfo& field) {
  switch (field.kind()) {
    case FieldType::id:
      return "tns:ID";
    case FieldType::flag:
      return "xsd:boolean";
    case FieldType::date:
      return "xsd:date";
    case FieldType::moment:
      return "xsd:dateTime";
    case FieldType::integer:
      return "xsd:int";
    case FieldType::number:
      return "xsd:double";
    case FieldType::text:
      break;
  }
  return field.type == "anyType" ? "xsd:anyType" : "xsd:string";
}

tns__Field* describe_field(soap* s, const FieldInfo& info, bool may_filter) {
  auto* const field = soap_new_tns__Field(s);
  field->name = info.name;
  field->label = label_of(info.name);
  field->type = info.type;
  field->soapType = soap_type(info);
  field->length = info.length;
  field->byteLength = info.length * 3;
  field->digits = info.type == "int" ? 8 : 0;
  field->nillable = info.nillable;
  field->createable = field->updateable = field->permissionable = info.writable;
  field->defaultedOnCreate = info.type == "boolean" && !info.nillable;
  field->filterable = info.filterable && may_filter;
  field->sortable = soap_flag(s, info.sortable && may_filter);
  field->groupable = info.sortable && info.kind() != FieldType::moment;
  field->aggregatable = info.filterable;
  field->calculated = info.calculated;
  field->custom = info.custom();
  field->idLookup = info.type == "id" || info.type == "email";
  field->nameField = info.name == "Name";
  for (std::string_view rest = info.reference_to; !rest.empty();) {
    const auto comma = rest.find(',');
    field->referenceTo.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  if (!info.relationship.empty()) field->relationshipName = soap_text(s, info.relationship);
  return field;
}

/// What both kinds of description have.
template <typename Description>
void describe_object(soap* s, const Table& table, Description& to) {
  const ObjectInfo& info = table.info();
  to.name = info.name;
  to.label = info.label;
  to.labelPlural = info.plural;
  to.keyPrefix = soap_text(s, info.prefix);
  to.createable = to.updateable = to.layoutable = to.searchable = !info.history;
  to.deletable = to.undeletable = info.deletable;
  to.mergeable = info.mergeable;
  to.queryable = to.retrieveable = true;
  to.replicateable = info.replicateable;
  if (info.history) {
    to.associateEntityType = soap_text(s, "History");
    to.associateParentEntity =
        soap_text(s, info.parent_field.substr(0, info.parent_field.size() - 2));
  }
}

void describe_children(soap* s, const Org& org, const Table& parent,
                       tns__DescribeSObjectResult& to) {
  for (const auto& info : schema()) {
    if (org.visible(info.name) == nullptr) continue;
    for (const auto& field : info.fields) {
      if (field.reference_to != parent.info().name || !org.field_visible(info, field)) continue;
      auto* const child = soap_new_tns__ChildRelationship(s);
      child->childSObject = info.name;
      child->field = field.name;
      child->cascadeDelete = info.history;
      if (info.history) {
        child->relationshipName = soap_text(s, "Histories");
      } else if (field.name == "IndividualId" || field.name == "AccountId") {
        child->relationshipName = soap_text(s, info.plural);
      }
      to.childRelationships.push_back(child);
    }
  }
}

}  // namespace

tns__DescribeSObjectResult* describe(soap* s, const Org& org, const Table& table) {
  auto* const result = soap_new_tns__DescribeSObjectResult(s);
  describe_object(s, table, *result);
  describe_children(s, org, table, *result);
  for (const auto& field : table.info().fields) {
    if (!org.field_visible(table.info(), field)) continue;
    result->fields.push_back(describe_field(s, field, org.may_filter(table.info(), field)));
  }
  result->searchLayoutable = soap_flag(s, !table.info().history);
  result->triggerable = soap_flag(s, !table.info().history);
  return result;
}

tns__DescribeGlobalSObjectResult* describe_shortly(soap* s, const Table& table) {
  auto* const result = soap_new_tns__DescribeGlobalSObjectResult(s);
  describe_object(s, table, *result);
  result->triggerable = !table.info().history;
  return result;
}

}  // namespace heed::simulated
