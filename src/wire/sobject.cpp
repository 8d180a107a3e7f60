// The serializers of heed_sObject, under the names that the generated codec calls. The namespace
// table is defined here, once for all users of the codec.

#include "SoapBinding.nsmap"
#include "soapH.h"
#include "wire/reader.hpp"

namespace {

/// Writes one field, or a parent record that begins here; returns the first field not written.
std::size_t write_fields(soap* s, const heed_sObject& from, std::size_t at, std::size_t end,
                         std::size_t prefix);

std::size_t write_parent(soap* s, const heed_sObject& from, std::size_t at, std::size_t end,
                         std::size_t prefix, std::size_t dot) {
  const std::string_view path = from.name(from.fields[at]).substr(0, dot + 1);
  std::size_t last = at;
  while (last < end && from.name(from.fields[last]).substr(0, dot + 1) == path) ++last;
  const std::string tag = "ens:" + std::string(path.substr(prefix, dot - prefix));
  if (soap_element(s, tag.c_str(), -1, "ens:sObject") || soap_element_start_end_out(s, nullptr)) {
    return 0;
  }
  if (write_fields(s, from, at, last, dot + 1) != last) return 0;
  return soap_element_end_out(s, tag.c_str()) == SOAP_OK ? last : 0;
}

bool write_null(soap* s, const char* tag) {
  return soap_element(s, tag, -1, nullptr) == SOAP_OK &&
         soap_attribute(s, "xsi:nil", "true") == SOAP_OK &&
         soap_element_start_end_out(s, tag) == SOAP_OK;
}

bool write_leaf(soap* s, const heed_sObject& from, const heed_sObject::Field& field,
                std::size_t prefix) {
  const auto name = from.name(field).substr(prefix);
  const auto at = name.find('@');  // a field of any type names its type: "OldValue@xsd:boolean"
  const std::string tag = "ens:" + std::string(name.substr(0, at));
  if (field.nil) return write_null(s, tag.c_str());
  const std::string text(from.text(field));
  const std::string type(at == std::string_view::npos ? std::string_view() : name.substr(at + 1));
  return soap_element_begin_out(s, tag.c_str(), -1, type.c_str()) == SOAP_OK &&
         soap_string_out(s, text.c_str(), 0) == SOAP_OK &&
         soap_element_end_out(s, tag.c_str()) == SOAP_OK;
}

std::size_t write_fields(soap* s, const heed_sObject& from, std::size_t at, std::size_t end,
                         std::size_t prefix) {
  while (at < end) {
    const auto dot = from.name(from.fields[at]).find('.', prefix);
    if (dot == std::string_view::npos) {
      if (!write_leaf(s, from, from.fields[at], prefix)) return 0;
      ++at;
    } else {
      at = write_parent(s, from, at, end, prefix, dot);
      if (at == 0) return 0;
    }
  }
  return at;
}

}  // namespace

extern "C++" {

void soap_default_ens__sObject(soap*, heed_sObject* a) {
  a->clear();
}

void soap_serialize_ens__sObject(soap*, const heed_sObject*) {}

int soap_out_ens__sObject(soap* s, const char* tag, int id, const heed_sObject* a, const char*) {
  if (a->fields.empty()) return write_null(s, tag) ? SOAP_OK : s->error;
  if (soap_element_begin_out(s, tag, id, "ens:sObject") != SOAP_OK) return s->error;
  if (write_fields(s, *a, 0, a->fields.size(), 0) != a->fields.size()) return s->error;
  return soap_element_end_out(s, tag);
}

heed_sObject* soap_in_ens__sObject(soap* s, const char* tag, heed_sObject* a, const char*) {
  if (soap_element_begin_in(s, tag, 1, nullptr) != SOAP_OK) return nullptr;
  if (a == nullptr) a = soap_new_ens__sObject(s);
  auto* const taking = taking_of(s);
  heed_sObject& to = taking != nullptr ? taking->room : *a;
  to.clear();
  to.fields.reserve(24);
  to.texts.reserve(1024);
  if (s->body != 0 && !read_fields(s, to)) return nullptr;
  if (taking != nullptr) taking->take(to);
  return a;
}

// gSOAP declares how it is called.
const char* soap_ens__sObject2s(soap* s,
                                heed_sObject) {  // NOLINT(performance-unnecessary-value-param)
  s->error = SOAP_TYPE;                          // a record is never an attribute
  return nullptr;
}

int soap_s2ens__sObject(soap* s, const char*, heed_sObject*) {
  return s->error = SOAP_TYPE;
}
}
