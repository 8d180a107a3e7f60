#include <algorithm>
#include <filesystem>

#include "policy/pack_parts.hpp"

namespace heed::policy {

namespace {

/// Rules of one id follow each other in time: they never hold on the same day, and there is no day
/// between them on which none does.
void check_periods(const document::Table& table, const std::vector<Rule>& rules,
                   const Rule& fresh) {
  const Rule* last = nullptr;
  for (const Rule& rule : rules) {
    if (rule.id == fresh.id) last = &rule;
  }
  if (last == nullptr || last->effective_to == fresh.effective_from) return;
  if (last->effective_to && *last->effective_to < fresh.effective_from) {
    throw table.error("effective_from", "from " + to_text(*last->effective_to) + " to " +
                                            to_text(fresh.effective_from) + " no duty '" +
                                            fresh.id + "' is in force; expected no gap");
  }
  throw table.error("id", "two duties '" + fresh.id +
                              "' are in force at the same time; end one with effective_to before "
                              "the next in the file begins, or give them different ids");
}

/// Gives a duty that is due with another the other's clock.
void follow(const document::Table& table, const Pack& pack, Rule& rule) {
  if (rule.with.empty()) return;
  const Rule* leader = pack.rule(rule.with, rule.effective_from);
  if (leader == nullptr || !leader->with.empty()) {
    throw table.error("with", "'" + rule.with +
                                  "' is no duty with a limit of its own that stands above this "
                                  "one and is in force with it");
  }
  const Reading own = rule.usual;
  rule.usual = leader->usual;
  rule.usual.source = own.source;
  rule.usual.note = own.note;
  rule.start = leader->start;
  rule.internal_target = leader->internal_target;
}

/// Who is due with another is not in force when no version of the other is any more.
void check_followers(const std::vector<document::Table>& tables, const std::vector<Rule>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    if (rule.with.empty()) continue;
    const auto leader = std::find_if(rules.rbegin(), rules.rend(),
                                     [&rule](const Rule& each) { return each.id == rule.with; });
    const auto end = leader->effective_to;  // versions follow each other: that of the last one
    if (!end || (rule.effective_to && *rule.effective_to <= *end)) continue;
    throw tables[i].error("with", "'" + rule.with + "' ends on " + to_text(*end) + ", and '" +
                                      rule.id +
                                      "', which is due with it, does not; expected effective_to "
                                      "= " +
                                      to_text(*end) + " or earlier, or a version of '" + rule.with +
                                      "' that begins then");
  }
}

/// Every version of the duty that a table under `[[reading]]`, `[[extension]]` or `[[pause]]`
/// names, those left out that begin before its effective_from.
std::vector<Rule*> named(const document::Table& table, std::vector<Rule>& rules) {
  const std::string id = table.text("duty");
  const auto from = table.find_day("effective_from");
  std::vector<Rule*> found;
  std::vector<std::string> known;
  for (Rule& rule : rules) {
    if (rule.id == id && (!from || *from <= rule.effective_from)) found.push_back(&rule);
    known.push_back(rule.id);
  }
  if (!found.empty()) return found;
  const auto meant = document::nearest(id, known);
  throw table.error("duty", "there is no [[duty]] '" + id + "' in this pack" +
                                (from ? " that begins on that day or later" : "") +
                                (meant ? "; did you mean '" + *meant + "'?" : ""));
}

void read_readings(const document::Table& root, Pack& pack) {
  for (const auto& table : root.tables("reading")) {
    const bool strict = table.choice("profile", {"strict", "lenient"}) == "strict";
    for (Rule* rule : named(table, pack.rules)) {
      auto& place = strict ? rule->strict : rule->lenient;
      if (place || !rule->with.empty()) {
        throw table.error("profile", "the duty '" + rule->id + "' has " +
                                         (place ? "two readings of one profile"
                                                : "the readings of '" + rule->with + "'"));
      }
      place = read_reading(table, *rule);
      if (const auto wrong = misfit(*place, rule->usual, strict)) {
        throw table.error("profile", *wrong);
      }
    }
  }
}

void read_extensions(const document::Table& root, Pack& pack) {
  for (const auto& table : root.tables("extension")) {
    for (Rule* rule : named(table, pack.rules)) {
      if (rule->extension) {
        throw table.error("duty", "the duty '" + rule->id + "' has two extensions");
      }
      rule->extension = read_extension(table, *rule);
    }
  }
}

void read_pauses(const document::Table& root, Pack& pack) {
  for (const auto& table : root.tables("pause")) {
    for (Rule* rule : named(table, pack.rules)) {
      if (rule->pause) throw table.error("duty", "the duty '" + rule->id + "' has two pauses");
      rule->pause = read_pause(table, *rule);
    }
  }
}

void read_applies(const document::Table& root, Pack& pack) {
  const auto applies = root.table("applies");
  pack.countries = applies.find_words("countries");
  pack.states = applies.find_words("states");
  pack.establishments = applies.find_words("establishments");
  pack.at.countries = applies.where("countries");
  pack.at.states = applies.where("states");
  pack.at.establishments = applies.where("establishments");
  if (pack.countries.empty() && pack.states.empty() && pack.establishments.empty()) {
    throw applies.error("the pack applies to nobody; expected countries, states or establishments");
  }
}

void read_zone(const document::Table& root, Pack& pack) {
  pack.zone = root.text("zone");
  pack.at.zone = root.where("zone");
  if (pack.zone == "controller") return;
  try {
    Zone::named(pack.zone);
  } catch (const Error& unknown) {
    throw root.error("zone", unknown.what());
  }
}

/// Who takes longer has to say so: each extension brings the duty to tell the person.
void add_notices(Pack& pack) {
  std::vector<Rule> notices;
  for (const Rule& rule : pack.rules) {
    if (!rule.extension) continue;
    Rule notice = rule;
    notice.id = rule.id + std::string(notice_ending);
    notice.title = "Tell the person that it takes longer: " + rule.title;
    notice.kind = DutyKind::extension_notice_by;
    notice.with = rule.id;
    notice.channels.clear();
    notice.usual.source = rule.extension->source;
    notice.usual.note.clear();
    notice.strict.reset();
    notice.lenient.reset();
    notice.extension.reset();
    notice.pause.reset();
    notice.internal_target.reset();
    notices.push_back(std::move(notice));
  }
  std::move(notices.begin(), notices.end(), std::back_inserter(pack.rules));
}

bool among(const std::vector<Preference>& preferences, Preference preference) {
  return std::find(preferences.begin(), preferences.end(), preference) != preferences.end();
}

/// Everything about the pack as a whole.
Pack read_head(const document::Table& root, std::string_view file) {
  Pack pack;
  pack.id = root.text("id");
  pack.at.id = root.where("id");
  const auto stem = std::filesystem::path(file).stem().string();
  if (stem != pack.id) {
    throw root.error("id", "the id is '" + pack.id + "', and the file is called " + stem +
                               "; expected id = " + document::toml_quoted(stem) +
                               ", or another name of the file");
  }
  pack.title = root.text("title");
  pack.version = root.text("version");
  pack.reviewed_on = root.day("reviewed_on");
  pack.reviewed_by = root.text("reviewed_by");
  read_zone(root, pack);
  pack.calendar = root.text("calendar");
  read_applies(root, pack);
  return pack;
}

}  // namespace

bool Rule::concerns(Preference preference) const {
  return among(preferences, preference);
}

bool Rule::reaches_beyond(Preference wish) const {
  return std::any_of(channels.begin(), channels.end(),
                     [wish](Preference channel) { return channel != wish; });
}

bool Pause::concerns(Preference preference) const {
  return among(preferences, preference);
}

Pack Pack::parse(std::string_view text, std::string_view name, bool allow_unverified) {
  const auto document = document::Document::parse(text, name);
  const auto root = document.root();
  Pack pack = read_head(root, name);
  Reading usual;
  usual.calendar = pack.calendar;
  usual.calendar_at = root.where("calendar");
  usual.weekend = read_weekend(root);
  const auto duties = root.tables("duty");
  for (const auto& table : duties) {
    Rule rule = read_rule(table, usual);
    check_periods(table, pack.rules, rule);
    follow(table, pack, rule);
    pack.rules.push_back(std::move(rule));
  }
  check_followers(duties, pack.rules);
  if (pack.rules.empty()) throw root.error("the pack has no [[duty]]; expected at least one");
  read_readings(root, pack);
  read_extensions(root, pack);
  read_pauses(root, pack);
  document.finish();
  if (!allow_unverified) leave_out_unverified(pack);
  add_notices(pack);
  return pack;
}

const Rule* Pack::rule(std::string_view wanted, Day day) const {
  const Rule* next = nullptr;
  for (const Rule& rule : rules) {
    if (rule.id != wanted || (rule.effective_to && *rule.effective_to <= day)) continue;
    if (rule.effective_from <= day) return &rule;
    if (next == nullptr || rule.effective_from < next->effective_from) next = &rule;
  }
  return next;
}

SourceEvidence Pack::evidence() const {
  auto least = SourceEvidence::primary;
  const auto look = [&least](const auto& part) {
    if (part) least = std::max(least, part->source.evidence);
  };
  for (const Rule& rule : rules) {
    least = std::max(least, rule.usual.source.evidence);
    look(rule.strict);
    look(rule.lenient);
    look(rule.extension);
    look(rule.pause);
  }
  return least;
}

}  // namespace heed::policy
