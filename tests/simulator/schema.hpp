#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "heed/record.hpp"

/// A stateful CRM to test against: the org, its query language and its SOAP service.
namespace heed::simulated {

/// Which columns are not stored as the others are, because the org itself keeps them.
enum class System { none, id, deleted, created, modified, stamp };

/// One field as the CRM describes it.
struct FieldInfo {
  std::string_view name;
  std::string_view
      type;  ///< the CRM's own: "id", "reference", "string", "boolean", "datetime", ...
  int length = 0;
  bool nillable = false;
  bool writable = false;
  bool filterable = true;
  bool sortable = true;
  bool calculated = false;
  bool tracked = false;  ///< changes leave a row in the object's history
  System system = System::none;
  std::string_view reference_to{};  ///< several are separated by commas
  std::string_view relationship{};

  /// How values of the field are told apart and compared.
  FieldType kind() const;
  /// Whether it may point to records of `object`.
  bool refers_to(std::string_view object) const;
  bool custom() const { return name.ends_with("__c") || name.ends_with("__pc"); }
};

/// One object as the CRM describes it.
struct ObjectInfo {
  std::string_view name;
  std::string_view label;
  std::string_view plural;
  std::string_view prefix;  ///< the first three characters of its ids
  std::span<const FieldInfo> fields;
  bool history = false;  ///< rows of another object's changes: no stamp but CreatedDate
  bool mergeable = false;
  bool deletable = false;
  bool replicateable = true;          ///< getUpdated and getDeleted answer for it
  bool of_consents = false;           ///< only in an org that keeps consents
  std::string_view history_object{};  ///< where changes of tracked fields go
  std::string_view parent_field{};    ///< in a history: the field that names the changed record

  /// The place of a field, its name in any letter case.
  std::optional<std::size_t> find(std::string_view field) const;
  /// The place of the reference field that `relationship` (any letter case) follows.
  std::optional<std::size_t> find_relationship(std::string_view relationship) const;
};

/// All objects of the org, in the order that describeGlobal lists them.
std::span<const ObjectInfo> schema();

/// Whether two names are the same but for letter case (ASCII, as names of the CRM are).
bool same_name(std::string_view a, std::string_view b);

}  // namespace heed::simulated
