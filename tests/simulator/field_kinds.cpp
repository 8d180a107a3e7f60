#include "simulator/field_kinds.hpp"

namespace heed::simulated {

FieldInfo text(std::string_view name, int length, std::string_view type) {
  FieldInfo field{name, type, length};
  field.nillable = true;
  field.writable = true;
  return field;
}

FieldInfo plain(std::string_view name, std::string_view type) {
  return text(name, 0, type);
}

FieldInfo required(FieldInfo field) {
  field.nillable = false;
  return field;
}

FieldInfo flag(std::string_view name) {
  return required(text(name, 0, "boolean"));
}

FieldInfo tracked(FieldInfo field) {
  field.tracked = true;
  return field;
}

FieldInfo kept(FieldInfo field) {
  field.writable = false;
  return field;
}

FieldInfo formula(FieldInfo field) {
  field.calculated = true;
  return kept(field);
}

FieldInfo unsorted(FieldInfo field) {
  field.sortable = false;
  return field;
}

FieldInfo reference(std::string_view name, std::string_view to, std::string_view relationship) {
  FieldInfo field = text(name, 18, "reference");
  field.reference_to = to;
  field.relationship = relationship;
  return field;
}

FieldInfo system(std::string_view name, std::string_view type, System what) {
  FieldInfo field = kept(required(plain(name, type)));
  field.system = what;
  if (what == System::id) field.length = 18;
  return field;
}

std::vector<FieldInfo> with_system_fields(std::vector<FieldInfo> fields) {
  fields.insert(fields.begin(),
                {system("Id", "id", System::id), system("IsDeleted", "boolean", System::deleted)});
  fields.insert(fields.end(),
                {system("CreatedDate", "datetime", System::created),
                 kept(required(reference("CreatedById", "User", "CreatedBy"))),
                 system("LastModifiedDate", "datetime", System::modified),
                 kept(required(reference("LastModifiedById", "User", "LastModifiedBy"))),
                 system("SystemModstamp", "datetime", System::stamp)});
  return fields;
}

std::vector<FieldInfo> history_of(std::string_view parent, std::string_view object) {
  const auto value = [](std::string_view name) {
    FieldInfo field = kept(text(name, 255, "anyType"));
    field.filterable = field.sortable = false;
    return field;
  };
  return {system("Id", "id", System::id),
          system("IsDeleted", "boolean", System::deleted),
          kept(required(reference(parent, object, object))),
          kept(required(reference("CreatedById", "User", "CreatedBy"))),
          system("CreatedDate", "datetime", System::created),
          kept(required(text("Field", 255, "picklist"))),
          kept(text("DataType", 40, "picklist")),
          value("OldValue"),
          value("NewValue")};
}

}  // namespace heed::simulated
