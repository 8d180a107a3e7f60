#include <algorithm>
#include <set>

#include "config/named.hpp"
#include "heed/config.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::config {

namespace {

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// "FILE:LINE" of a key in the configuration, in the innermost of these tables; the file
/// alone where it cannot be read any more. It is read again: few ask for it.
std::string line_of(const Config& config, std::initializer_list<std::string_view> tables,
                    std::string_view key) {
  try {
    const auto document = document::Document::parse(read_whole(config.file, Kind::configuration),
                                                    config.file.string());
    auto table = document.root();
    for (const auto name : tables) {
      const auto below = table.find_table(name);
      if (!below) return table.where(name);
      table = *below;
    }
    return table.where(key);
  } catch (const Error&) {
    return config.file.string();
  }
}

/// `what` is "[packs] enabled", and `at` its place.
[[noreturn]] void missing(const std::string& at, const std::string& what, const std::string& file,
                          const std::string& given, const std::vector<std::string>& known) {
  const auto meant = document::nearest(given, known);
  throw Error(Kind::configuration, at + ": " + what + " names '" + given + "', and there is no " +
                                       file + "/" + given + ".toml" +
                                       (meant ? "; did you mean '" + *meant + "'?" : ""));
}

/// Puts the office's own calendar and zone in the place of the pack's. A reading that has a
/// calendar of its own keeps it.
void settle(const Config& config, policy::Pack& pack) {
  if (const auto zone = config.pack_zones.find(pack.id); zone != config.pack_zones.end()) {
    pack.zone = zone->second;
    pack.at.zone = line_of(config, {"packs", "zones"}, pack.id);
  }
  const auto calendar = config.pack_calendars.find(pack.id);
  if (calendar == config.pack_calendars.end()) return;
  const auto at = line_of(config, {"packs", "calendars"}, pack.id);
  for (auto& rule : pack.rules) {
    for (auto* reading : {&rule.usual, rule.strict ? &*rule.strict : nullptr,
                          rule.lenient ? &*rule.lenient : nullptr}) {
      if (reading != nullptr && reading->calendar == pack.calendar) {
        reading->calendar = calendar->second;
        reading->calendar_at = at;
      }
    }
  }
  pack.calendar = calendar->second;
}

/// The packs that the configuration enables, each once.
std::vector<policy::Pack> packs_of(const Config& config, const Folders& folders) {
  std::vector<policy::Pack> packs;
  std::vector<std::string> found;
  for (const auto& name : folders.list("packs")) {
    const std::string id = std::filesystem::path(name).stem().string();
    found.push_back(id);
    if (!config.packs.empty() && !has(config.packs, id)) continue;
    const auto file = folders.find(name);
    const auto text = read_whole(file, Kind::configuration);
    packs.push_back(policy::Pack::parse(text, file.string(), config.allow_unverified));
    packs.back().digest = vault::digest(text);
    settle(config, packs.back());
  }
  for (const auto& id : config.packs) {
    if (!has(found, id)) {
      missing(line_of(config, {"packs"}, "enabled"), "[packs] enabled", "packs", id, found);
    }
  }
  for (const auto& [id, calendar] : config.pack_calendars) {
    if (!has(found, id)) {
      missing(line_of(config, {"packs", "calendars"}, id), "[packs] calendars", "packs", id, found);
    }
  }
  for (const auto& [id, zone] : config.pack_zones) {
    if (!has(found, id)) {
      missing(line_of(config, {"packs", "zones"}, id), "[packs] zones", "packs", id, found);
    }
  }
  return packs;
}

}  // namespace

std::filesystem::path Folders::find(const std::string& name) const {
  for (const auto& folder : {own, shipped}) {
    if (!folder.empty() && is_there(folder / name, Kind::configuration)) return folder / name;
  }
  throw Error(Kind::configuration, "no schedule " + name + " in " + shipped.string() +
                                       (own.empty() ? "" : " or " + own.string()) +
                                       "; is heed installed whole?");
}

std::vector<std::string> Folders::list(const std::string& subfolder) const {
  std::set<std::string> names;
  for (const auto& folder : {own, shipped}) {
    if (folder.empty() || !is_there(folder / subfolder, Kind::configuration)) continue;
    try {
      for (const auto& entry : std::filesystem::directory_iterator(folder / subfolder)) {
        if (entry.path().extension() == ".toml") {
          names.insert(subfolder + "/" + entry.path().filename().string());
        }
      }
    } catch (const std::filesystem::filesystem_error& error) {
      throw Error(Kind::configuration, "the folder " + (folder / subfolder).string() +
                                           " cannot be read (" + error.code().message() +
                                           "); let this user read it");
    }
  }
  return {names.begin(), names.end()};
}

std::string judging_digest(const Config& config, const Folders& folders) {
  // Another one where this heed judges otherwise than those before, so that all are judged again.
  std::string all = "judged as of 2026-12-01 ";
  const auto add = [&all](std::string_view text) {
    all += std::to_string(text.size()) + " ";
    all += text;
  };
  for (const auto* subfolder : {"packs", "calendars"}) {
    for (const auto& name : folders.list(subfolder))
      add(read_whole(folders.find(name), Kind::configuration));
  }
  add(read_whole(folders.find("preferences.toml"), Kind::configuration));
  add(read_whole(folders.find("places.toml"), Kind::configuration));
  for (const auto& text : config.controller.establishments) add(text);
  add(config.controller.zone);
  add(config.controller.calendar);
  for (const auto& text : config.packs) add(text);
  for (const auto* entries : {&config.pack_calendars, &config.pack_zones}) {
    add(std::to_string(entries->size()));
    for (const auto& [pack, own] : *entries) {
      add(pack);
      add(own);
    }
  }
  add(to_text(config.profile));
  add(config.allow_unverified ? "unverified" : "verified");
  add(config.baseline.handled_before ? to_text(*config.baseline.handled_before) : "");
  add(config.baseline.treat_open ? "open" : "standing");
  for (const auto& [channel, system] : config.enforced_by) {
    add(to_text(channel));
    add(system);
  }
  for (const auto& evidence : config.evidence) {
    for (const auto* text :
         {&evidence.object, &evidence.field, &evidence.received, &evidence.done}) {
      add(*text);
    }
    for (const auto kind : evidence.kinds) add(to_text(kind));
  }
  for (const auto& [object, fields] : config.emptied) {
    add(object);
    for (const auto& field : fields) add(field);
  }
  return vault::digest(all);
}

policy::PreferenceMap load_preferences(const Folders& folders) {
  const auto file = folders.find("preferences.toml");
  const auto text = read_whole(file, Kind::configuration);
  auto preferences = policy::PreferenceMap::parse(text, file.string());
  want_mirrored(text, file.string(), preferences);
  return preferences;
}

namespace {

/// A file takes the place of the shipped one of its name: with another id it would only hide it.
void want_own_name(const calendar::Calendar& calendar, const std::filesystem::path& file,
                   const std::string& text) {
  const auto stem = file.stem().string();
  if (calendar.id() == stem) return;
  const auto document = document::Document::parse(text, file.string());
  throw document.root().error("id", "the id is '" + calendar.id() + "', and the file is called " +
                                        stem + "; expected id = \"" + stem +
                                        "\", or the file to be called " + calendar.id() + ".toml");
}

}  // namespace

std::vector<calendar::Calendar> load_calendars(const Folders& folders) {
  std::vector<calendar::Calendar> calendars;
  for (const auto& name : folders.list("calendars")) {
    const auto file = folders.find(name);
    const auto text = read_whole(file, Kind::configuration);
    calendars.push_back(calendar::Calendar::parse(text, file.string()));
    want_own_name(calendars.back(), file, text);
  }
  return calendars;
}

namespace {

/// A code that no pack knows would leave out the packs that hang on it, without a word.
void want_establishments(const Config& config, const std::vector<policy::Pack>& packs,
                         const policy::Places& places) {
  const auto& own = config.controller.establishments;
  const auto where =
      line_of(config, {"controller"}, "establishments") + ": [controller] establishments ";
  for (const auto& code : own) {
    if (places.knows_country(code)) continue;
    const auto meant = places.locate({{}, code, {}, {}}).country;
    std::string text = where;
    text += "names '" + code + "', which is no country of places.toml; expected ";
    throw Error(Kind::configuration, text + (meant.empty() ? "a code, as DE" : meant));
  }
  if (!own.empty()) return;
  for (const auto& pack : packs) {
    if (pack.establishments.empty()) continue;
    throw Error(Kind::configuration,
                where + "names no country, and whether " + pack.id +
                    " applies to everybody hangs on it; expected the countries in which your "
                    "organization is established, as [\"US\"]");
  }
}

}  // namespace

policy::Rulebook load_rulebook(const Config& config, const Folders& folders) {
  const auto file = folders.find("places.toml");
  auto places = policy::Places::parse(read_whole(file, Kind::configuration), file.string());
  auto packs = packs_of(config, folders);
  auto calendars = load_calendars(folders);
  std::vector<std::string> known{"controller"};
  for (const auto& calendar : calendars) known.push_back(calendar.id());
  for (const auto& [pack, own] : config.pack_calendars) {
    if (!has(known, own)) {
      missing(line_of(config, {"packs", "calendars"}, pack), "[packs] calendars", "calendars", own,
              known);
    }
  }
  const auto& office = config.controller.calendar;
  known.erase(known.begin());  // the office's own calendar is a file
  if (!office.empty() && !has(known, office)) {
    missing(line_of(config, {"controller"}, "calendar"), "[controller] calendar", "calendars",
            office, known);
  }
  policy::Rulebook rulebook({std::move(packs), std::move(calendars), std::move(places),
                             config.controller, config.profile});
  want_establishments(config, rulebook.packs(), rulebook.places());
  return rulebook;
}

}  // namespace heed::config
