#include "support/schedules.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace heed::support {

namespace {

const std::filesystem::path source_folder(HEED_SOURCE_DIR);

/// The names of the files of one folder, sorted.
std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder / folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

calendar::Calendar no_holidays() {
  std::string years;
  for (int year = 2010; year <= 2040; ++year) years += std::to_string(year) + ",";
  return calendar::Calendar::parse(
      "id = 'NONE'\ntitle = 'weekends only'\nsource = 'test'\nretrieved = 2026-11-25\n"
      "weekend = ['sat', 'sun']\nno_holidays = true\n[[coverage]]\nyears = [" +
          years + "]\nevidence = 'by-law'\nsource = 'test'\n[holidays]\n",
      "NONE.toml");
}

}  // namespace

std::string shipped(std::string_view path) {
  const std::ifstream file(source_folder / path);
  if (!file) throw std::runtime_error("cannot read " + std::string(path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<calendar::Calendar> all_calendars() {
  std::vector<calendar::Calendar> calendars;
  for (const auto& name : files_in("schedules/calendars")) {
    calendars.push_back(calendar::Calendar::parse(shipped("schedules/calendars/" + name), name));
  }
  calendars.push_back(no_holidays());
  return calendars;
}

policy::Pack shipped_pack(std::string_view id, bool allow_unverified) {
  const std::string name = std::string(id) + ".toml";
  return policy::Pack::parse(shipped("schedules/packs/" + name), name, allow_unverified);
}

std::vector<policy::Pack> all_packs(bool allow_unverified) {
  std::vector<policy::Pack> packs;
  for (const auto& name : files_in("schedules/packs")) {
    packs.push_back(shipped_pack(name.substr(0, name.find('.')), allow_unverified));
  }
  return packs;
}

policy::Places shipped_places() {
  return policy::Places::parse(shipped("schedules/places.toml"), "places.toml");
}

policy::PreferenceMap shipped_preferences() {
  return policy::PreferenceMap::parse(shipped("schedules/preferences.toml"), "preferences.toml");
}

std::string consents_mapped() {
  auto text = shipped("schedules/preferences.toml");
  const auto first = text.find("# [[consent]]");
  std::string mapped = text.substr(0, first);
  for (auto at = first; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    mapped += (line.starts_with("# ") ? line.substr(2) : line.substr(line.starts_with("#"))) + "\n";
    at = end + 1;
  }
  return mapped;
}

policy::PreferenceMap preferences_with_consents() {
  return policy::PreferenceMap::parse(consents_mapped(), "preferences.toml");
}

policy::Rulebook::Parts shipped_parts() {
  policy::Rulebook::Parts parts;
  for (const auto* id : {"eu-gdpr", "us-ca-ccpa", "ca-casl"}) {
    auto& pack = parts.packs.emplace_back(shipped_pack(id));
    std::erase_if(pack.rules, [](const policy::Rule& rule) { return !rule.with.empty(); });
  }
  parts.calendars = all_calendars();
  parts.places = shipped_places();
  parts.controller.zone = "Europe/Berlin";
  parts.controller.calendar = "DE";
  return parts;
}

policy::Rulebook::Parts whole_parts(bool allow_unverified) {
  auto parts = shipped_parts();
  parts.packs = all_packs(allow_unverified);
  return parts;
}

policy::Wish wish_at(Preference preference, std::string_view moment) {
  policy::Wish wish;
  wish.object = "Individual";
  wish.id = Id::parse("0PK000000000001AAA");
  wish.preference = preference;
  wish.change = 1;
  wish.after = wish.until = parse_moment(moment).value();
  wish.how = How::history;
  return wish;
}

policy::Person person_with(policy::Wish wish, std::string_view country, std::string_view state) {
  policy::Person person;
  person.wishes.push_back(std::move(wish));
  person.places.push_back({std::string(country), "", std::string(state), ""});
  return person;
}

const policy::Duty& duty_of(const std::vector<policy::Duty>& duties, std::string_view pack,
                            std::string_view id) {
  for (const auto& duty : duties) {
    if (duty.pack == pack && duty.id == id) return duty;
  }
  throw std::runtime_error("no duty " + std::string(id) + " of " + std::string(pack));
}

}  // namespace heed::support
