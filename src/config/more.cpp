#include "config/more.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "config/wanted.hpp"
#include "heed/error.hpp"

namespace heed::config {

namespace {

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// As the CRM has them: letters, digits and single underscores, a custom one with its ending.
bool is_name(const std::string& text) {
  const auto fits = [](char c) {
    return is_letter(c) || c == '_' || std::isdigit(static_cast<unsigned char>(c)) != 0;
  };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), fits);
}

/// Whether the mirror has something else of that name. Letter case is nothing to SQLite.
bool is_taken(const std::string& name) {
  constexpr std::array views{"people", "preferences", "changes", "runs"};
  const auto text = lower(name);
  return text.starts_with("heed_") || text.starts_with("sqlite_") ||
         std::find(views.begin(), views.end(), text) != views.end();
}

std::string place_of(const MoreObject& object) {
  return object.at + ": [[object]] '" + object.object + "'";
}

Error wrong(const MoreObject& object, const std::string& problem) {
  return {Kind::configuration, place_of(object) + problem};
}

void check_name(const MoreObject& object, const Config& config) {
  const auto& name = object.object;
  if (!is_name(name) || is_taken(name)) {
    throw wrong(object,
                " is no name of an object of the CRM; expected one as \"Case\" or "
                "\"Privacy_Request__c\"");
  }
  for (const auto* people : {"Individual", "Contact", "Lead", "Account"}) {
    if (lower(people) != lower(name)) continue;
    throw wrong(object, " is mirrored without being named; its fields go in [fields], as " +
                            std::string(people) + " = [\"Title\"]");
  }
  if (lower(name).ends_with("history")) {
    throw wrong(object,
                " is field history, which heed reads by itself of the fields that it follows");
  }
  for (const auto& other : config.more_objects) {
    if (lower(other.object) == lower(name)) throw wrong(object, " is named twice");
  }
}

}  // namespace

void read_more(const document::Table& table, Config& config) {
  MoreObject object{table.text("name"), table.find_words("person"), table.find_words("fields"),
                    table.where("name")};
  check_name(object, config);
  if (object.person.empty() && object.fields.empty()) {
    throw wrong(object, " has neither person nor fields; expected the fields to mirror");
  }
  config.more_objects.push_back(std::move(object));
}

void want_more_objects(const Config& config, sync::Options& options) {
  for (const auto& more : config.more_objects) {
    for (const auto& each : options.objects) {
      if (lower(each.object) != lower(more.object) || each.object == more.object) continue;
      throw wrong(more, " is spelt '" + each.object + "'");
    }
    auto& wanted = wanted_of(options, more.object);
    wanted.expected = true;
    for (const auto& name : more.person) {
      add_once(wanted.required, name);
      add_once(wanted.tracked, name);
      add_once(wanted.persons, name);
    }
    for (const auto& name : more.fields) {
      if (name == "Id") continue;  // comes by itself
      add_once(wanted.optional, name);
      add_once(wanted.named, name);
    }
  }
}

}  // namespace heed::config
