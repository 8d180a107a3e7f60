#include "policy/pack_parts.hpp"

#include <algorithm>

#include "policy/count.hpp"
#include "policy/words.hpp"

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

bool is_channel(Preference preference) {
  return preference == Preference::email || preference == Preference::phone ||
         preference == Preference::fax || preference == Preference::text;
}

/// What a duty stops, where that is not what each wish names.
std::vector<Preference> read_channels(const document::Table& table, DutyKind kind) {
  if (!table.has("channels")) return {};
  if (kind != DutyKind::effect_by) {
    throw table.error("channels",
                      "only a duty of the kind 'effect_by' stops channels; leave the "
                      "list out");
  }
  std::vector<Preference> channels;
  for (const std::string& word : table.words("channels")) {
    const auto channel = parse_preference(word);
    if (!channel || !is_channel(*channel)) {
      throw table.error("channels",
                        "'" + word + "' is no channel; expected one of email, phone, fax, text");
    }
    if (std::find(channels.begin(), channels.end(), *channel) != channels.end()) {
      throw table.error("channels", "'" + word + "' stands in the list twice");
    }
    channels.push_back(*channel);
  }
  if (channels.empty()) {
    throw table.error("channels",
                      "the list is empty; expected at least one channel, or none of "
                      "the list where each wish stops its own");
  }
  return channels;
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
  if (reading.count_anchor_day && unit == Unit::immediate) {
    throw table.error("count_anchor_day", "what is immediate counts no day; leave it out");
  }
}

void check_validity(const document::Table& table, const Rule& rule) {
  if (rule.effective_to && *rule.effective_to <= rule.effective_from) {
    throw table.error("effective_to", "the rule ends on " + to_text(*rule.effective_to) +
                                          ", not after its beginning on " +
                                          to_text(rule.effective_from));
  }
}

std::vector<Arrival> read_arrivals(const document::Table& table, Start start) {
  std::vector<Arrival> arrivals;
  for (const std::string& word : table.find_words("waits_for")) {
    const auto arrival = parse_arrival(word);
    if (!arrival) {
      throw table.error("waits_for", "'" + word +
                                         "' is nothing that a clock waits for; expected "
                                         "'identity', 'fee' or both");
    }
    arrivals.push_back(*arrival);
  }
  if (arrivals.empty() == (start == Start::latest_event)) {
    throw table.error("waits_for",
                      "start = \"latest_event\" and 'waits_for' go together; expected both or "
                      "neither");
  }
  return arrivals;
}

/// Two kinds are known and yet none that a file may give a duty.
DutyKind read_kind(const document::Table& table) {
  const std::string kind = table.text("kind");
  const auto refuse = [&](const std::string& why) {
    return table.error("kind", "'" + kind + "' is no kind to write down: " + why);
  };
  if (kind == to_text(DutyKind::extension_notice_by)) {
    throw refuse(
        "every [[extension]] brings the duty to tell the person of it by itself; leave this one "
        "out");
  }
  if (kind == to_text(DutyKind::reask_not_before)) {
    throw refuse(
        "not to ask again is nothing to be done by a day, and would be listed as overdue; say it "
        "in a note");
  }
  return *parse_duty_kind(
      table.choice("kind", {"acknowledge_by", "effect_by", "respond_by", "notify_recipients_by",
                            "confirm_by", "appeal_by"}));
}

/// The fewest calendar days that it can be, and the most; weekends and holidays leave a working day
/// a week.
std::pair<int, int> span_of(const Limit& limit) {
  const bool months = limit.unit == Unit::calendar_month;
  const bool working = limit.unit == Unit::business_day;
  return {limit.value * (months ? 28 : 1), limit.value * (months ? 31 : working ? 7 : 1)};
}

/// What the law wants at once has no limit that a target could be longer than.
void check_target(const document::Table& table, std::string_view key, const Rule& rule,
                  const Limit& limit) {
  if (!rule.internal_target || limit.unit == Unit::immediate) return;
  const Limit& target = *rule.internal_target;
  const bool longer = target.unit == limit.unit ? target.value > limit.value
                                                : span_of(target).first > span_of(limit).second;
  if (!longer) return;
  throw table.error(key, "the office's own target, " + in_words(target) +
                             ", is longer than the limit, " + in_words(limit) +
                             "; expected a shorter one");
}

/// A calendar of its own, where it has one.
void read_calendar(const document::Table& table, Reading& reading) {
  const auto calendar = table.find_text("calendar");
  if (!calendar) return;
  reading.calendar = *calendar;
  reading.calendar_at = table.where("calendar");
}

/// What says when a duty is due that has a limit of its own.
void read_clock(const document::Table& table, Rule& rule) {
  rule.start = *parse_start(
      table.find_choice("start", {"receipt", "sent", "latest_event"}).value_or("receipt"));
  rule.waits_for = read_arrivals(table, rule.start);
  rule.usual.limit = read_limit(table, "limit");
  rule.usual.count_anchor_day = table.find_flag("count_anchor_day").value_or(false);
  rule.usual.roll = read_roll(table);
  read_calendar(table, rule.usual);
  if (const auto weekend = read_weekend(table)) rule.usual.weekend = weekend;
  check_reading(table, rule.usual);
  if (table.has("internal_target")) rule.internal_target = read_limit(table, "internal_target");
  if (rule.usual.limit.unit == Unit::immediate && !rule.internal_target) {
    throw table.error("internal_target",
                      "an immediate duty needs an 'internal_target', as { value = 2, unit = "
                      "\"business_day\" }, to tell when it is overdue");
  }
  check_target(table, "internal_target", rule, rule.usual.limit);
}

/// From the receipt the two times are counted as one, whichever reading is chosen.
void check_one_unit(const document::Table& table, const Rule& rule, Unit unit) {
  const auto check = [&](const Reading& reading, const std::string& name) {
    if (reading.limit.unit == unit) return;
    throw table.error("limit",
                      "an extension from the receipt is in the unit of its duty in every "
                      "reading, and the " +
                          name + " reading of '" + rule.id + "' counts in '" +
                          std::string(to_text(reading.limit.unit)) + "', not in '" +
                          std::string(to_text(unit)) +
                          "'; expected one unit, or from = [\"initial_end\"]");
  };
  check(rule.usual, "default");
  if (rule.strict) check(*rule.strict, "strict");
  if (rule.lenient) check(*rule.lenient, "lenient");
}

void read_extension_clock(const document::Table& table, const Rule& rule, Extension& extension) {
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
  if (extension.limit.unit == Unit::immediate) {
    throw table.error("limit",
                      "more time is never 'immediate'; expected calendar days, calendar "
                      "months or business days");
  }
  if (extension.from_receipt) check_one_unit(table, rule, extension.limit.unit);
}

/// Whether a clock that stood still moves the end.
bool may_pause(const Reading& reading) {
  return reading.limit.unit == Unit::calendar_day || reading.limit.unit == Unit::calendar_month;
}

bool unverified(const Source& source) {
  return source.evidence == SourceEvidence::unverified;
}

template <typename Part>
void leave_out(std::optional<Part>& part, const std::string& words, Pack& pack) {
  if (!part || !unverified(part->source)) return;
  part.reset();
  pack.left_out.push_back(words);
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

Source read_source(const document::Table& table) {
  Source source;
  source.text = table.text("source");
  source.url = table.text("source_url");
  source.evidence =
      *parse_source_evidence(table.choice("evidence", {"primary", "secondary", "unverified"}));
  return source;
}

std::optional<calendar::Weekend> read_weekend(const document::Table& table) {
  if (!table.has("weekend")) return std::nullopt;
  const auto weekend = calendar::Weekend::parse(table.words("weekend"));
  if (!weekend) {
    throw table.error("weekend", "'weekend' expects " + std::string(calendar::Weekend::expected));
  }
  return weekend;
}

Rule read_rule(const document::Table& table, const Reading& usual) {
  Rule rule;
  rule.id = table.text("id");
  if (rule.id.ends_with(notice_ending)) {
    throw table.error("id", "'" + rule.id +
                                "' is what the duty to tell of more time is called, which every "
                                "[[extension]] brings by itself; expected another id");
  }
  rule.title = table.text("title");
  rule.kind = read_kind(table);
  rule.preferences = read_preferences(table);
  rule.channels = read_channels(table, rule.kind);
  rule.usual = usual;
  rule.with = table.find_text("with").value_or("");
  if (rule.with.empty()) read_clock(table, rule);
  rule.usual.source = read_source(table);
  rule.usual.note = table.find_text("note").value_or("");
  rule.effective_from = table.day("effective_from");
  rule.effective_to = table.find_day("effective_to");
  check_validity(table, rule);
  return rule;
}

Reading read_reading(const document::Table& table, const Rule& rule) {
  const Reading& usual = rule.usual;
  Reading reading = usual;
  if (table.has("limit")) reading.limit = read_limit(table, "limit");
  if (const auto counts = table.find_flag("count_anchor_day")) reading.count_anchor_day = *counts;
  if (table.has("roll")) reading.roll = read_roll(table);
  read_calendar(table, reading);
  if (const auto weekend = read_weekend(table)) reading.weekend = weekend;
  reading.source = read_source(table);
  reading.note = table.find_text("note").value_or("");
  check_reading(table, reading);
  if ((reading.limit.unit == Unit::immediate) != (usual.limit.unit == Unit::immediate)) {
    throw table.error("limit", "a duty is immediate in all its readings or in none");
  }
  check_target(table, "limit", rule, reading.limit);
  return reading;
}

Extension read_extension(const document::Table& table, const Rule& rule) {
  if (!rule.with.empty() || rule.usual.limit.unit == Unit::immediate) {
    throw table.error("duty", "the duty '" + rule.id +
                                  "' has no time of its own to extend; name another, or leave the "
                                  "extension out");
  }
  Extension extension;
  extension.named = table.find_flag("named").value_or(false);
  if (!extension.named) read_extension_clock(table, rule, extension);
  extension.max_times = static_cast<int>(table.integer("max_times", 1, 100));
  extension.reason_required = table.flag("reason_required");
  table.choice("notice_by", {"initial_due"});
  extension.source = read_source(table);
  return extension;
}

Pause read_pause(const document::Table& table, const Rule& rule) {
  if (!rule.with.empty() || !may_pause(rule.usual)) {
    throw table.error("duty", "a pause goes with limits in calendar days and months, and '" +
                                  rule.id + "' has none");
  }
  if ((rule.strict && !may_pause(*rule.strict)) || (rule.lenient && !may_pause(*rule.lenient))) {
    throw table.error("duty",
                      "a pause goes with limits in calendar days and months, and a reading "
                      "of '" +
                          rule.id + "' counts in another unit");
  }
  Pause pause;
  pause.preferences = read_preferences(table);
  for (const Preference preference : pause.preferences) {
    if (rule.concerns(preference)) continue;
    throw table.error("preferences", "'" + std::string(to_text(preference)) +
                                         "' is none of the preferences of the duty '" + rule.id +
                                         "'");
  }
  pause.source = read_source(table);
  return pause;
}

std::optional<std::string> misfit(const Reading& reading, const Reading& usual, bool strict) {
  if (reading.limit == usual.limit && reading.count_anchor_day == usual.count_anchor_day &&
      reading.roll == usual.roll && reading.calendar == usual.calendar &&
      reading.weekend == usual.weekend) {
    return "the reading counts as the default one does; expected something that differs";
  }
  if (reading.limit.unit != usual.limit.unit || reading.limit.value == usual.limit.value) {
    return std::nullopt;
  }
  if ((reading.limit.value < usual.limit.value) == strict) return std::nullopt;
  return strict ? "a strict reading is longer than the default one; expected a shorter limit"
                : "a lenient reading is shorter than the default one; expected a longer limit";
}

void leave_out_unverified(Pack& pack) {
  for (Rule& rule : pack.rules) {
    leave_out(rule.strict, "strict reading of " + rule.id, pack);
    leave_out(rule.lenient, "lenient reading of " + rule.id, pack);
    leave_out(rule.extension, "extension of " + rule.id, pack);
    leave_out(rule.pause, "pause of " + rule.id, pack);
  }
  std::vector<Rule> kept;
  std::vector<std::string> gone;
  for (Rule& rule : pack.rules) {
    const bool alone =
        std::find(gone.begin(), gone.end(), rule.with) != gone.end() && !rule.with.empty();
    if (!alone && !unverified(rule.usual.source)) {
      kept.push_back(std::move(rule));
      continue;
    }
    gone.push_back(rule.id);
    pack.left_out.push_back("duty " + rule.id);
    pack.unasked.push_back(std::move(rule));
  }
  pack.rules = std::move(kept);
}

}  // namespace heed::policy
