#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "config/connection.hpp"
#include "config/more.hpp"
#include "heed/config.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::config {

namespace {

using document::Document;
using document::Table;

void check_zone(const Table& table, std::string_view key, const std::string& zone) {
  try {
    Zone::named(zone);
  } catch (const Error& error) {
    throw table.error(key, error.what());
  }
}

void read_controller(const Table& table, Config& config) {
  config.controller.establishments = table.find_words("establishments");
  for (const auto& country : config.controller.establishments) {
    const bool capitals = country.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == country.npos;
    if (country.size() == 2 && capitals) continue;
    throw table.error("establishments",
                      "'" + country + "' is no country code; expected two capitals, as DE");
  }
  config.controller.zone = table.find_text("zone").value_or("");
  config.controller.calendar = table.find_text("calendar").value_or("");
  if (!config.controller.zone.empty()) check_zone(table, "zone", config.controller.zone);
}

/// Entries like `uk-gdpr = "GB-SCT"` of the table under `key`.
std::map<std::string, std::string> read_entries(const Table& table, std::string_view key) {
  std::map<std::string, std::string> entries;
  if (const auto below = table.find_table(key)) {
    for (const auto& name : below->keys()) entries[name] = below->text(name);
  }
  return entries;
}

void read_packs(const Table& table, Config& config) {
  config.packs = table.find_words("enabled");
  if (config.packs.empty() && table.has("enabled")) {
    throw table.error("enabled",
                      "enabled names no pack; name those that apply, or leave the line "
                      "out to load all that there are");
  }
  config.allow_unverified = table.find_flag("allow_unverified").value_or(false);
  const auto profile = table.find_choice("profile", {"default", "strict", "lenient"});
  if (profile) config.profile = *policy::parse_profile(*profile);
  config.pack_calendars = read_entries(table, "calendars");
  config.pack_zones = read_entries(table, "zones");
  for (const auto& [pack, zone] : config.pack_zones) {
    if (zone != "controller") check_zone(table, "zones", zone);
  }
}

/// Nobody has dealt yet with what will be wished: tomorrow is the last day that makes sense.
void want_come(const Table& table, Day handled_before, Day today) {
  if (handled_before <= today + std::chrono::days(1)) return;
  throw table.error("handled_before", "handled_before is " + to_text(handled_before) +
                                          ", and today is " + to_text(today) +
                                          "; expected the day before which all that was wished "
                                          "is dealt with, tomorrow at the latest");
}

void read_baseline(const Table& table, const std::optional<Moment>& now, Config& config) {
  auto& baseline = config.baseline;
  baseline.handled_before = table.find_day("handled_before");
  if (now && baseline.handled_before) {
    const auto& zone = config.controller.zone;
    want_come(table, *baseline.handled_before,
              Zone::named(zone.empty() ? "UTC" : zone).day_of(*now));
  }
  baseline.treat_open =
      table.find_choice("treat", {"standing", "open"}).value_or("standing") == "open";
  if (!baseline.handled_before && !baseline.treat_open) return;
  baseline.by = table.text("by");
  baseline.reason = table.text("reason");
}

void read_enforced(const Table& table, Config& config) {
  for (const auto channel :
       {Preference::email, Preference::phone, Preference::fax, Preference::text}) {
    if (const auto system = table.find_text(to_text(channel)))
      config.enforced_by[channel] = *system;
  }
}

/// Which duties a field is about that says it is done.
std::vector<policy::DutyKind> read_kinds(const Table& table) {
  std::vector<policy::DutyKind> kinds;
  for (const auto& word : table.find_words("kinds")) {
    const auto kind = policy::parse_duty_kind(word);
    if (!kind) {
      throw table.error("kinds", "'" + word +
                                     "' is no kind of duty; expected some of acknowledge_by, "
                                     "effect_by, respond_by, extension_notice_by, "
                                     "notify_recipients_by, confirm_by, appeal_by, "
                                     "reask_not_before");
    }
    kinds.push_back(*kind);
  }
  return kinds;
}

void read_evidence(const Table& table, Config& config) {
  const auto of = table.text("of");
  const auto dot = of.find('.');
  if (dot == 0 || dot == std::string::npos || dot + 1 == of.size()) {
    throw table.error(
        "of", "of is '" + of + "'; expected the field of a wish as \"Individual.ShouldForget\"");
  }
  Evidence evidence{of.substr(0, dot), of.substr(dot + 1), table.find_text("received").value_or(""),
                    table.find_text("done").value_or(""), read_kinds(table)};
  if (evidence.received.empty() && evidence.done.empty()) {
    throw table.error("[[evidence]] names neither received nor done; expected a field of " +
                      evidence.object);
  }
  if (evidence.done.empty() && table.has("kinds")) {
    throw table.error("kinds",
                      "'kinds' says which duties 'done' is about, and there is no 'done'; "
                      "expected both, or leave it out");
  }
  config.evidence.push_back(std::move(evidence));
}

/// Object -> fields of it, in a table whose keys are objects that people are, or an [[object]]
/// with a person.
std::map<std::string, std::vector<std::string>> read_objects(const Table& table,
                                                             std::string_view name,
                                                             const Config& config) {
  std::vector<std::string> known{"Individual", "Contact", "Lead", "Account"};
  for (const auto& more : config.more_objects) {
    if (!more.person.empty()) known.push_back(more.object);
  }
  std::map<std::string, std::vector<std::string>> entries;
  for (const auto& object : table.keys()) {
    if (std::find(known.begin(), known.end(), object) == known.end()) {
      const auto meant = document::nearest(object, known);
      throw table.error(object, "[" + std::string(name) + "] names '" + object +
                                    "'; expected Individual, Contact, Lead, Account or the name "
                                    "of an [[object]] with a person" +
                                    (meant ? "; did you mean '" + *meant + "'?" : ""));
    }
    const auto fields = table.words(object);
    if (!fields.empty()) entries[object] = fields;
  }
  return entries;
}

void read_emptied(const Table& table, Config& config) {
  config.emptied = read_objects(table, "erased_when_empty", config);
}

void read_fields(const Table& table, Config& config) {
  config.more_fields = read_objects(table, "fields", config);
}

void read_absent(const Table& table, Config& config) {
  config.absent = table.find_words("fields");
  config.absent_at = table.where("fields");
}

void read_sync(const Table& table, Config& config) {
  config.reconcile_every = span_in(table, "reconcile", config.reconcile_every);
  config.calculated_every = span_in(table, "calculated", config.calculated_every);
}

}  // namespace

std::chrono::seconds span_in(const Table& table, std::string_view key,
                             std::chrono::seconds otherwise) {
  const auto text = table.find_text(key);
  if (!text) return otherwise;
  const auto span = parse_span(*text);
  if (!span) {
    throw table.error(key, std::string(key) + " is '" + *text +
                               "'; expected a span like \"90s\", \"15m\", \"6h\" or \"7d\"");
  }
  return *span;
}

std::optional<std::chrono::seconds> parse_span(std::string_view text) {
  return schedule::parse_span(text);
}

Config parse(std::string_view text, const std::filesystem::path& file, std::optional<Moment> now) {
  const Document document = Document::parse(text, file.string());
  const Table root = document.root();
  Config config;
  config.file = file;
  const auto section = [&](std::string_view name, auto read) {
    if (const auto table = root.find_table(name)) read(*table, config);
  };
  read_crm(root.table("crm"), config);
  section("http", read_http);
  const Table mirror = root.table("mirror");
  config.mirror = file.parent_path() / mirror.text("file");
  config.overlap = span_in(mirror, "overlap", config.overlap);
  const auto log = mirror.find_integer("largest_log", 1, 1 << 20);
  if (log) config.largest_log = *log << 20;
  if (const auto folder = mirror.find_text("schedules")) {
    config.own_schedules = file.parent_path() / *folder;
    config.schedules_at = mirror.where("schedules");
  }
  section("sync", read_sync);
  for (const auto& table : root.tables("object")) read_more(table, config);
  section("fields", read_fields);
  section("controller", read_controller);
  section("packs", read_packs);
  section("baseline",
          [&now](const Table& table, Config& into) { read_baseline(table, now, into); });
  section("enforced_by", read_enforced);
  if (const auto table = root.find_table("forget")) {
    config.forget_automatically = table->find_flag("automatic").value_or(false);
  }
  if (const auto table = root.find_table("people")) {
    config.same_email = table->find_flag("same_email").value_or(false);
  }
  for (const auto& table : root.tables("evidence")) read_evidence(table, config);
  section("erased_when_empty", read_emptied);
  section("absent", read_absent);
  document.finish();
  return config;
}

namespace {

/// The file that a path leads to over symbolic links. The lock, the key and what else lies beside a
/// mirror is the file's, by whatever name it is called.
std::filesystem::path without_links(std::filesystem::path path) {
  constexpr int most_links = 40;  // as many as Linux follows
  std::error_code none;
  for (int i = 0; i < most_links && std::filesystem::is_symlink(path, none); ++i) {
    path = path.parent_path() / std::filesystem::read_symlink(path, none);
  }
  return path;
}

}  // namespace

Config load(const std::filesystem::path& file, std::optional<Moment> now) {
  if (!is_there(file, Kind::configuration)) {
    throw Error(Kind::configuration,
                file.string() + " is not there; heed init writes one to start from");
  }
  auto config = parse(read_whole(file, Kind::configuration), file, now);
  config.mirror = without_links(config.mirror);
  return config;
}

}  // namespace heed::config
