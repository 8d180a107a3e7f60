#include <algorithm>

#include "heed/document.hpp"
#include "heed/policy/preferences.hpp"
#include "policy/consent.hpp"

namespace heed::policy {

namespace {

constexpr int highest_api = 200;

/// `restrictive = true` or `false` for a flag, `restrictive_texts = [...]` for a field of texts.
std::vector<std::string> read_restrictive(const document::Table& table) {
  const auto flag = table.find_flag("restrictive");
  auto texts = table.find_words("restrictive_texts");
  if (flag.has_value() == !texts.empty()) {
    throw table.error(
        "restrictive",
        "which value restricts is not clear; expected either 'restrictive' (true or false) or "
        "'restrictive_texts' (a list of texts)");
  }
  if (flag) return {*flag ? "true" : "false"};
  return texts;
}

Mapping read_mapping(const document::Table& table) {
  Mapping mapping;
  mapping.object = table.text("object");
  mapping.field = table.text("field");
  const std::string word = table.text("preference");
  const auto preference = parse_preference(word);
  if (!preference) {
    throw table.error(
        "preference",
        "'" + word +
            "' is no preference; expected one of solicit, track, geotrack, profile, "
            "process, forget, export, store-elsewhere, email, phone, fax, text, hold");
  }
  mapping.preference = *preference;
  mapping.restrictive = read_restrictive(table);
  mapping.only_on_change = table.find_flag("only_on_change").value_or(false);
  return mapping;
}

}  // namespace

bool Mapping::restricts(const std::optional<std::string>& value) const {
  return value && std::find(restrictive.begin(), restrictive.end(), *value) != restrictive.end();
}

bool Mapping::permits(const std::optional<std::string>& value) const {
  if (!value || !terms) return false;
  const auto& texts = terms->permissive;
  return std::find(texts.begin(), texts.end(), *value) != texts.end();
}

bool Mapping::opens(const std::optional<std::string>& before,
                    const std::optional<std::string>& after, bool known_before) const {
  if (!restricts(after) || restricts(before)) return false;
  return !only_on_change || (known_before && before.has_value());
}

PreferenceMap PreferenceMap::parse(std::string_view text, std::string_view name) {
  const auto document = document::Document::parse(text, name);
  const auto root = document.root();
  PreferenceMap map;
  const auto add_presence = [&map](const document::Table& table, const char* field,
                                   bool optional = false) {
    const Presence presence{
        optional, static_cast<int>(table.find_integer("since", 1, highest_api).value_or(0))};
    const Key key{table.text("object"), table.text(field)};
    if (!map.presence_.emplace(key, presence).second) {
      throw table.error(field, key.first + "." + key.second + " is named twice; expected once");
    }
  };
  const auto add_field = [&add_presence](const document::Table& table) {
    add_presence(table, "field", table.find_flag("optional").value_or(false));
  };
  for (const auto& table : root.tables("preference")) {
    map.mappings_.push_back(read_mapping(table));
    add_field(table);
  }
  for (const auto& table : root.tables("field")) add_field(table);
  for (const auto& table : root.tables("consent")) {
    map.mappings_.push_back(read_consent(table));
    add_presence(table, "status");
  }
  if (map.mappings_.empty()) {
    throw root.error(
        "no preference is mapped; expected at least one [[preference]] or [[consent]]");
  }
  document.finish();
  return map;
}

const Mapping* PreferenceMap::find(std::string_view object, std::string_view field) const {
  for (const Mapping& mapping : mappings_) {
    if (mapping.object == object && mapping.field == field) return &mapping;
  }
  return nullptr;
}

std::vector<const Mapping*> PreferenceMap::of(std::string_view object) const {
  std::vector<const Mapping*> found;
  for (const Mapping& mapping : mappings_) {
    if (mapping.object == object) found.push_back(&mapping);
  }
  return found;
}

std::vector<const Mapping*> PreferenceMap::consents() const {
  std::vector<const Mapping*> found;
  for (const Mapping& mapping : mappings_) {
    if (mapping.terms) found.push_back(&mapping);
  }
  return found;
}

bool PreferenceMap::optional(std::string_view object, std::string_view field, int api) const {
  const auto found = presence_.find(Key(object, field));
  if (found == presence_.end()) return true;
  return found->second.optional || api < found->second.since;
}

}  // namespace heed::policy
