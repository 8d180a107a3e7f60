#include <algorithm>

#include "policy/pack_parts.hpp"

namespace heed::policy {

namespace {

/// Rules of one id follow each other in time; they never hold on the same day.
void check_periods(const document::Table& table, const std::vector<Rule>& rules,
                   const Rule& fresh) {
  for (const Rule& rule : rules) {
    if (rule.id != fresh.id) continue;
    const bool before = rule.effective_to && *rule.effective_to <= fresh.effective_from;
    const bool after = fresh.effective_to && *fresh.effective_to <= rule.effective_from;
    if (!before && !after) {
      throw table.error("id", "two duties '" + fresh.id +
                                  "' are in force at the same time; end "
                                  "one with effective_to, or give them different ids");
    }
  }
}

/// Every version of the duty that a table under `[[reading]]` or `[[extension]]` names.
std::vector<Rule*> named(const document::Table& table, std::vector<Rule>& rules) {
  const std::string id = table.text("duty");
  std::vector<Rule*> found;
  std::vector<std::string> known;
  for (Rule& rule : rules) {
    if (rule.id == id) found.push_back(&rule);
    known.push_back(rule.id);
  }
  if (!found.empty()) return found;
  const auto meant = document::nearest(id, known);
  throw table.error("duty", "there is no [[duty]] '" + id + "' in this pack" +
                                (meant ? "; did you mean '" + *meant + "'?" : ""));
}

void read_readings(const document::Table& root, Pack& pack, bool allow_unverified) {
  for (const auto& table : root.tables("reading")) {
    const bool strict = table.choice("profile", {"strict", "lenient"}) == "strict";
    for (Rule* rule : named(table, pack.rules)) {
      auto& place = strict ? rule->strict : rule->lenient;
      if (place) {
        throw table.error("profile", "the duty '" + rule->id + "' has two readings of one profile");
      }
      place = read_reading(table, rule->usual, allow_unverified);
    }
  }
}

void read_extensions(const document::Table& root, Pack& pack, bool allow_unverified) {
  for (const auto& table : root.tables("extension")) {
    for (Rule* rule : named(table, pack.rules)) {
      if (rule->extension) {
        throw table.error("duty", "the duty '" + rule->id + "' has two extensions");
      }
      rule->extension = read_extension(table, *rule, allow_unverified);
    }
  }
}

void read_applies(const document::Table& root, Pack& pack) {
  const auto applies = root.table("applies");
  pack.countries = applies.find_words("countries");
  pack.states = applies.find_words("states");
  pack.establishments = applies.find_words("establishments");
  if (pack.countries.empty() && pack.states.empty() && pack.establishments.empty()) {
    throw applies.error("the pack applies to nobody; expected countries, states or establishments");
  }
}

void read_zone(const document::Table& root, Pack& pack) {
  pack.zone = root.text("zone");
  if (pack.zone == "controller") return;
  try {
    Zone::named(pack.zone);
  } catch (const Error& unknown) {
    throw root.error("zone", unknown.what());
  }
}

}  // namespace

bool Rule::concerns(Preference preference) const {
  return std::find(preferences.begin(), preferences.end(), preference) != preferences.end();
}

Pack Pack::parse(std::string_view text, std::string_view name, bool allow_unverified) {
  const auto document = document::Document::parse(text, name);
  const auto root = document.root();
  Pack pack;
  pack.id = root.text("id");
  pack.title = root.text("title");
  pack.version = root.text("version");
  pack.reviewed_on = root.day("reviewed_on");
  pack.reviewed_by = root.text("reviewed_by");
  read_zone(root, pack);
  pack.calendar = root.text("calendar");
  const auto weekend = read_weekend(root);
  read_applies(root, pack);
  for (const auto& table : root.tables("duty")) {
    Rule rule = read_rule(table, pack, weekend, allow_unverified);
    check_periods(table, pack.rules, rule);
    pack.rules.push_back(std::move(rule));
  }
  if (pack.rules.empty()) throw root.error("the pack has no [[duty]]; expected at least one");
  read_readings(root, pack, allow_unverified);
  read_extensions(root, pack, allow_unverified);
  document.finish();
  return pack;
}

}  // namespace heed::policy
