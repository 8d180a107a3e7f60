#include "config/named.hpp"

#include <algorithm>

#include "config/wanted.hpp"
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

/// Throws for the first of the tables whose object is not one of heed's own. `why_not`: what is to
/// be said of one that a [[consent]] has mirrored.
void want_known(const std::vector<document::Table>& tables,
                const std::vector<std::string>& consents, const std::string& why_not) {
  for (const auto& table : tables) {
    const auto object = table.text("object");
    if (is_among(own_objects(), object)) continue;
    throw table.error("object",
                      "object is '" + object + "', " +
                          (is_among(consents, object) ? why_not : "which heed does not mirror") +
                          instead_of(object, own_objects()));
  }
}

/// Throws for the first of the tables whose field heed does not ask for by itself: nothing would be
/// missed, or excused, by what it says.
void want_asked_for(const std::vector<document::Table>& tables) {
  for (const auto& table : tables) {
    const auto known = own_fields(table.text("object"));
    const auto field = table.text("field");
    if (is_among(known, field)) continue;
    throw table.error("field", "field is '" + field +
                                   "', which no [[field]] is needed for: heed asks for it only "
                                   "where another table names it, and what that says counts" +
                                   instead_of(field, known));
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
  want_known(document.root().tables("preference"), consents,
             "which heed does not mirror for flags of its own (a consent is a [[consent]])");
  const auto fields = document.root().tables("field");
  want_known(fields, consents, "whose fields a [[consent]] names: they must be there anyway");
  want_asked_for(fields);
}

}  // namespace heed::config
