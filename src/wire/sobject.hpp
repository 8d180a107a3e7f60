#pragma once

// A record on the wire. Included by the generated codec, so it knows neither gSOAP nor heed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The fields of one record, in the order of the answer, each decoded once and straight off the
/// parser. The object name and the Id are fields as the others ("type", "Id"); a second Id, as the
/// CRM sends it, is a second field.
///
/// A field of a parent record is named by its path ("Account.Name"), a part of a compound one too
/// ("BillingAddress.city"); the parent itself appears only when it is null. The rows of a subquery
/// are left out.
class heed_sObject {
 public:
  struct Field {
    std::uint32_t name_at = 0, name_size = 0;
    std::uint32_t text_at = 0, text_size = 0;
    bool nil = false;
    bool replaced = false;  ///< the text has a U+FFFD for something that was no character
  };

  std::vector<Field> fields;
  std::string texts;  ///< where names and texts stand, one after the other

  std::string_view name(const Field& field) const {
    return std::string_view(texts).substr(field.name_at, field.name_size);
  }
  std::string_view text(const Field& field) const {
    return std::string_view(texts).substr(field.text_at, field.text_size);
  }

  /// Appends a field. On the way out, the path "A.B" is written as a parent record A with a field
  /// B; neighbours of one parent are written together. "Name@xsd:boolean" is written with that
  /// type. A record without fields is written as null.
  void add(std::string_view field_name, std::string_view field_text) {
    append(field_name, field_text, false);
  }
  void add_nil(std::string_view field_name) { append(field_name, {}, true); }

  void clear() {
    fields.clear();
    texts.clear();
  }

 private:
  void append(std::string_view field_name, std::string_view field_text, bool nil) {
    Field field;
    field.name_at = static_cast<std::uint32_t>(texts.size());
    field.name_size = static_cast<std::uint32_t>(field_name.size());
    texts.append(field_name);
    field.text_at = static_cast<std::uint32_t>(texts.size());
    field.text_size = static_cast<std::uint32_t>(field_text.size());
    texts.append(field_text);
    field.nil = nil;
    fields.push_back(field);
  }
};
