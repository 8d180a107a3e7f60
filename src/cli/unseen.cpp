#include "cli/unseen.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace heed::cli {

namespace {

/// What a field says: one preference or, of a consent, several.
std::set<Preference> said_by(const policy::Mapping& mapping) {
  if (!mapping.terms) return {mapping.preference};
  std::set<Preference> said;
  if (mapping.terms->otherwise) said.insert(*mapping.terms->otherwise);
  for (const auto& topic : mapping.terms->topics) said.insert(topic.preference);
  return said;
}

}  // namespace

std::vector<std::string> unseen_preferences(const policy::PreferenceMap& preferences,
                                            const std::vector<std::string>& absent,
                                            const Sight& sight) {
  const auto by_decision = [&absent](const std::string& name) {
    return std::find(absent.begin(), absent.end(), name) != absent.end();
  };
  std::set<Preference> told;                  // by a field that is shown, or missed on purpose
  std::map<Preference, std::string> wanting;  // with the fields that would tell it
  for (const auto& mapping : preferences.mappings()) {
    const auto name = mapping.object + "." + mapping.field;
    if (by_decision(name) || sight.field(mapping.object, mapping.field)) {
      for (const auto preference : said_by(mapping)) told.insert(preference);
    } else if (!by_decision(mapping.object) && sight.object(mapping.object)) {
      for (const auto preference : said_by(mapping)) {
        auto& fields = wanting[preference];
        fields += (fields.empty() ? "" : " or ") + name;
      }
    }
  }
  std::vector<std::string> lines;
  for (const auto& [preference, fields] : wanting) {
    // A hold is no wish, and many an org has none.
    if (told.contains(preference) || preference == Preference::hold) continue;
    lines.push_back(std::string(to_text(preference)) +
                    ": nobody's wish about it is read, since no object shows this user " + fields +
                    "; give it Read on that field, or name the org's own in preferences.toml (in "
                    "the folder that [mirror] schedules names)");
  }
  return lines;
}

}  // namespace heed::cli
