#include "policy/consent.hpp"

#include <algorithm>

namespace heed::policy {

namespace {

bool has(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Who wants to be forgotten or to get a copy asks for it; neither is given or taken as a consent.
bool is_consent(Preference preference) {
  return preference != Preference::forget && preference != Preference::export_data &&
         preference != Preference::store_elsewhere && preference != Preference::hold;
}

Preference read_preference(const document::Table& table, const std::string& word) {
  const auto preference = parse_preference(word);
  if (preference && is_consent(*preference)) return *preference;
  throw table.error("preference", "'" + word +
                                      "' is nothing to consent to; expected one of solicit, track, "
                                      "geotrack, profile, process, email, phone, fax, text");
}

Topic read_topic(const document::Table& table) {
  Topic topic;
  topic.field = table.text("field");
  topic.of = table.find_text("of").value_or("");
  topic.is = table.find_words("is");
  if (topic.of.empty() && topic.is.empty()) {
    throw table.error("is",
                      "which records it is about is not clear; expected 'is' (a list of values or "
                      "names), 'of' (the object that the field leads to), or both");
  }
  topic.preference = read_preference(table, table.text("preference"));
  return topic;
}

std::vector<std::string> read_permissive(const document::Table& table, const Mapping& mapping) {
  auto texts = table.find_words("permissive_texts");
  for (const auto& text : texts) {
    if (!has(mapping.restrictive, text)) continue;
    throw table.error("permissive_texts",
                      "'" + text + "' is among restrictive_texts, too; expected one of them");
  }
  return texts;
}

std::optional<Moment> moment_of(const std::string& field, const FieldValue& value, const Zone& zone,
                                std::chrono::days later) {
  const auto text = field.empty() ? std::nullopt : value(field);
  if (!text) return std::nullopt;
  if (const auto day = parse_day(*text)) return zone.start_of(*day + later);
  return parse_moment(*text);
}

bool fits(const Topic& topic, const std::string& value, const NameOf& name) {
  if (topic.of.empty()) return has(topic.is, value);
  const auto found = name(topic.of, value);
  return found && (topic.is.empty() || has(topic.is, *found));
}

}  // namespace

Mapping read_consent(const document::Table& table) {
  Mapping mapping;
  mapping.object = table.text("object");
  mapping.field = table.text("status");
  mapping.restrictive = table.words("restrictive_texts");
  if (mapping.restrictive.empty()) {
    throw table.error("restrictive_texts", "no status restricts; expected at least one text");
  }
  Terms terms;
  terms.person = table.text("person");
  terms.from = table.find_text("from").value_or("");
  terms.to = table.find_text("to").value_or("");
  terms.permissive = read_permissive(table, mapping);
  for (const auto& topic : table.tables("about")) terms.topics.push_back(read_topic(topic));
  if (const auto word = table.find_text("preference")) {
    terms.otherwise = read_preference(table, *word);
  }
  if (terms.topics.empty() && !terms.otherwise) {
    throw table.error(
        "preference",
        "what it is a consent to is not said; expected 'about', 'preference' or both");
  }
  mapping.terms = std::move(terms);
  return mapping;
}

std::optional<Preference> Terms::preference(const FieldValue& value, const NameOf& name) const {
  for (const auto& topic : topics) {
    const auto text = value(topic.field);
    if (text && fits(topic, *text, name)) return topic.preference;
  }
  return otherwise;
}

Force Terms::force(const FieldValue& value, const Zone& zone) const {
  return {moment_of(from, value, zone, std::chrono::days{0}),
          moment_of(to, value, zone, std::chrono::days{1})};
}

}  // namespace heed::policy
