#include "policy/pack_parts.hpp"

#include <algorithm>

namespace heed::policy {

namespace {

constexpr int longest_limit = 3650;

std::vector<Preference> read_preferences(const document::Table& table) {
  std::vector<Preference> preferences;
  for (const std::string& word : table.words("preferences")) {
    const auto preference = parse_preference(word);
    if (!preference || *preference == Preference::hold) {
      throw table.error("preferences",
                        "'" + word +
                            "' is no wish; expected one of solicit, track, geotrack, profile, "
                            "process, forget, export, store-elsewhere, email, phone, fax, text");
    }
    if (std::find(preferences.begin(), preferences.end(), *preference) != preferences.end()) {
      throw table.error("preferences", "'" + word + "' stands in the list twice");
    }
    preferences.push_back(*preference);
  }
  if (preferences.empty()) {
    throw table.error("preferences", "the list is empty; expected at least one preference");
  }
  return preferences;
}

Roll read_roll(const document::Table& table) {
  return *parse_roll(
      table.find_choice("roll", {"none", "next_workday", "next_non_holiday"}).value_or("none"));
}

/// Limits, rolls and counts that do not go together.
void check_reading(const document::Table& table, const Reading& reading) {
  const Unit unit = reading.limit.unit;
  if (reading.roll != Roll::none && (unit == Unit::immediate || unit == Unit::business_day)) {
    throw table.error("roll", "a limit in '" + std::string(to_text(unit)) +
                                  "' never ends on a day to roll from; expected roll = \"none\"");
  }
  if (reading.count_anchor_day && unit != Unit::business_day) {
    throw table.error("count_anchor_day",
                      "'count_anchor_day' goes with limits in business_day only");
  }
}

void check_validity(const document::Table& table, const Rule& rule) {
  if (rule.effective_to && *rule.effective_to <= rule.effective_from) {
    throw table.error("effective_to", "the rule ends on " + to_text(*rule.effective_to) +
                                          ", not after its beginning on " +
                                          to_text(rule.effective_from));
  }
}

}  // namespace

Limit read_limit(const document::Table& table, std::string_view key) {
  const auto limit = table.table(key);
  const Unit unit = *parse_unit(
      limit.choice("unit", {"immediate", "calendar_day", "calendar_month", "business_day"}));
  if (unit != Unit::immediate) {
    return {static_cast<int>(limit.integer("value", 1, longest_limit)), unit};
  }
  if (limit.has("value")) {
    throw limit.error("value", "what is immediate has no number; leave 'value' out");
  }
  return {0, unit};
}

Source read_source(const document::Table& table, bool allow_unverified) {
  Source source;
  source.text = table.text("source");
  source.url = table.text("source_url");
  source.evidence =
      *parse_source_evidence(table.choice("evidence", {"primary", "secondary", "unverified"}));
  if (source.evidence == SourceEvidence::unverified && !allow_unverified) {
    throw table.error("evidence",
                      "the figure is unverified; check it against its source and mark it primary "
                      "or secondary, or allow unverified packs in the configuration");
  }
  return source;
}

std::optional<calendar::Weekend> read_weekend(const document::Table& table) {
  if (!table.has("weekend")) return std::nullopt;
  const auto weekend = calendar::Weekend::parse(table.words("weekend"));
  if (!weekend) {
    throw table.error("weekend", "'weekend' expects a list of mon, tue, wed, thu, fri, sat, sun");
  }
  return weekend;
}

Rule read_rule(const document::Table& table, const Pack& pack,
               const std::optional<calendar::Weekend>& weekend, bool allow_unverified) {
  Rule rule;
  rule.id = table.text("id");
  rule.title = table.text("title");
  rule.kind = *parse_duty_kind(table.choice(
      "kind", {"acknowledge_by", "effect_by", "respond_by", "extension_notice_by",
               "notify_recipients_by", "confirm_by", "appeal_by", "reask_not_before"}));
  rule.preferences = read_preferences(table);
  rule.start = *parse_start(table.find_choice("start", {"receipt", "sent"}).value_or("receipt"));
  rule.usual.limit = read_limit(table, "limit");
  rule.usual.count_anchor_day = table.find_flag("count_anchor_day").value_or(false);
  rule.usual.roll = read_roll(table);
  rule.usual.calendar = table.find_text("calendar").value_or(pack.calendar);
  rule.usual.weekend = table.has("weekend") ? read_weekend(table) : weekend;
  rule.usual.source = read_source(table, allow_unverified);
  rule.usual.note = table.find_text("note").value_or("");
  check_reading(table, rule.usual);
  if (table.has("internal_target")) rule.internal_target = read_limit(table, "internal_target");
  if (rule.usual.limit.unit == Unit::immediate && !rule.internal_target) {
    throw table.error("internal_target",
                      "an immediate duty needs an 'internal_target', as { value = 2, unit = "
                      "\"business_day\" }, to tell when it is overdue");
  }
  rule.effective_from = table.day("effective_from");
  rule.effective_to = table.find_day("effective_to");
  check_validity(table, rule);
  return rule;
}

Reading read_reading(const document::Table& table, const Reading& usual, bool allow_unverified) {
  Reading reading = usual;
  if (table.has("limit")) reading.limit = read_limit(table, "limit");
  if (const auto counts = table.find_flag("count_anchor_day")) reading.count_anchor_day = *counts;
  if (table.has("roll")) reading.roll = read_roll(table);
  if (const auto calendar = table.find_text("calendar")) reading.calendar = *calendar;
  if (const auto weekend = read_weekend(table)) reading.weekend = weekend;
  reading.source = read_source(table, allow_unverified);
  reading.note = table.find_text("note").value_or("");
  check_reading(table, reading);
  if ((reading.limit.unit == Unit::immediate) != (usual.limit.unit == Unit::immediate)) {
    throw table.error("limit", "a duty is immediate in all its readings or in none");
  }
  return reading;
}

Extension read_extension(const document::Table& table, const Rule& rule, bool allow_unverified) {
  Extension extension;
  extension.limit = read_limit(table, "limit");
  for (const std::string& from : table.words("from")) {
    if (from != "receipt" && from != "initial_end") {
      throw table.error("from", "'" + from +
                                    "' is nothing an extension is counted from; expected "
                                    "'receipt', 'initial_end' or both");
    }
    (from == "receipt" ? extension.from_receipt : extension.from_initial_end) = true;
  }
  if (!extension.from_receipt && !extension.from_initial_end) {
    throw table.error("from", "the list is empty; expected 'receipt', 'initial_end' or both");
  }
  if (extension.limit.unit == Unit::immediate ||
      (extension.from_receipt && extension.limit.unit != rule.usual.limit.unit)) {
    throw table.error("limit", "an extension from the receipt is in the duty's own unit, '" +
                                   std::string(to_text(rule.usual.limit.unit)) + "'");
  }
  extension.max_times = static_cast<int>(table.integer("max_times", 1, 100));
  extension.reason_required = table.flag("reason_required");
  table.choice("notice_by", {"initial_due"});
  extension.source = read_source(table, allow_unverified);
  return extension;
}

}  // namespace heed::policy
