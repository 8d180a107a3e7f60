#include "config/named.hpp"

#include <algorithm>

#include "heed/document.hpp"

namespace heed::config {

namespace {

bool is_among(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string in_a_row(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Throws for the first of the tables whose object is not `known`.
void want_known(const std::vector<document::Table>& tables, const std::vector<std::string>& known,
                const std::vector<std::string>& consents) {
  for (const auto& table : tables) {
    const auto object = table.text("object");
    if (is_among(known, object)) continue;
    throw table.error("object", "object is '" + object + "', which heed does not mirror" +
                                    (is_among(consents, object)
                                         ? " for flags of its own (a consent is a [[consent]])"
                                         : "") +
                                    instead_of(object, known));
  }
}

}  // namespace

const std::vector<std::string>& own_objects() {
  static const std::vector<std::string> all{"Individual", "Contact", "Lead", "Account", "User"};
  return all;
}

std::vector<std::string> consent_objects(const policy::PreferenceMap& preferences) {
  std::vector<std::string> objects;
  const auto add_new = [&objects](const std::string& object) {
    if (!object.empty() && !is_among(objects, object)) objects.push_back(object);
  };
  for (const auto* consent : preferences.consents()) {
    add_new(consent->object);
    for (const auto& topic : consent->terms->topics) add_new(topic.of);
  }
  return objects;
}

std::string instead_of(std::string_view name, const std::vector<std::string>& known) {
  const auto meant = document::nearest(name, known);
  return "; expected one of " + in_a_row(known) + (meant ? "; did you mean '" + *meant + "'?" : "");
}

void want_mirrored(std::string_view text, const std::string& file,
                   const policy::PreferenceMap& preferences) {
  const auto document = document::Document::parse(text, file);
  const auto consents = consent_objects(preferences);
  auto known = own_objects();
  want_known(document.root().tables("preference"), known, consents);
  known.insert(known.end(), consents.begin(), consents.end());
  want_known(document.root().tables("field"), known, consents);
}

}  // namespace heed::config
