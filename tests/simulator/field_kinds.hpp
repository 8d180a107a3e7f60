#pragma once

#include <string_view>
#include <vector>

#include "simulator/schema.hpp"

/// The kinds of fields that objects of the org are made of.
namespace heed::simulated {

FieldInfo text(std::string_view name, int length, std::string_view type = "string");
FieldInfo plain(std::string_view name, std::string_view type);
FieldInfo required(FieldInfo field);
FieldInfo flag(std::string_view name);
FieldInfo tracked(FieldInfo field);
/// The CRM keeps it and nobody writes it.
FieldInfo kept(FieldInfo field);
/// Worked out from other fields and records whenever it is looked at.
FieldInfo formula(FieldInfo field);
FieldInfo unsorted(FieldInfo field);
FieldInfo reference(std::string_view name, std::string_view to, std::string_view relationship);
FieldInfo system(std::string_view name, std::string_view type, System what);

/// Id and IsDeleted before them, and who created and modified the record, and when, after.
std::vector<FieldInfo> with_system_fields(std::vector<FieldInfo> fields);

/// A history of the changes of `object`, whose records `parent` names.
std::vector<FieldInfo> history_of(std::string_view parent, std::string_view object);

}  // namespace heed::simulated
