#include <algorithm>
#include <fstream>

#include "heed/config.hpp"
#include "heed/document.hpp"
#include "heed/error.hpp"

namespace heed::config {

namespace {

namespace fs = std::filesystem;

/// What heed reads in such a folder; what bears none of these names it would pass over.
const std::vector<std::string>& known_files() {
  static const std::vector<std::string> names{"preferences.toml", "places.toml", "jobs.toml",
                                              "crm.toml"};
  return names;
}
const std::vector<std::string>& known_folders() {
  static const std::vector<std::string> names{"packs", "calendars"};
  return names;
}

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&name](std::string_view ending) { return name.ends_with(ending); });
}

/// What people, editors and package managers leave beside such files, and what is shipped there and
/// is no schedule.
bool is_beside(const std::string& name) {
  return name.starts_with(".") || name.starts_with("#") || name.starts_with("README") ||
         name.find(".ucf-") != std::string::npos || name.find(".dpkg-") != std::string::npos ||
         ends_with_any(name, {"~",        ".md",      ".bak",     ".old",     ".orig",    ".rej",
                              ".swp",     ".new",     ".tmp",     ".save",    ".rpmsave", ".rpmnew",
                              ".rpmorig", ".pacnew",  ".pacsave", ".service", ".timer",   ".asc",
                              ".sig",     ".example", ".sample",  ".dist",    ".disabled"});
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code unseen;
  return entry.is_directory(unseen);
}

/// Whether the name is another spelling of ".toml", or that with something after it.
bool is_nearly_toml(const std::string& name) {
  std::string lower = name;
  for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower.find(".toml") != std::string::npos ||
         ends_with_any(lower, {".tml", ".tom", ".tolm", ".tmol"});
}

/// Every entry of a folder, by name.
std::vector<fs::directory_entry> entries_of(const Config& config, const fs::path& folder) {
  try {
    std::vector<fs::directory_entry> entries(fs::directory_iterator(folder), {});
    std::sort(entries.begin(), entries.end());
    return entries;
  } catch (const fs::filesystem_error& error) {
    throw Error(Kind::configuration, config.schedules_at + ": the folder " + folder.string() +
                                         " cannot be read (" + error.code().message() +
                                         "); let this user read it");
  }
}

[[noreturn]] void passed_over(const Config& config, const fs::path& entry,
                              const std::string& expected) {
  throw Error(Kind::configuration, config.schedules_at + ": heed would pass over " +
                                       entry.string() + "; expected " + expected +
                                       ", or move it out of the folder");
}

/// A configuration of heed's, of another org than this one perhaps.
bool is_configuration(const Config& config, const fs::path& file) {
  std::error_code other;
  if (fs::equivalent(file, config.file, other)) return true;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("[crm]") || line.starts_with("[mirror]")) return true;
  }
  return false;
}

/// A folder in which nothing looks like a schedule hides none; nor does one that is not for this
/// user.
bool holds_schedules(const Config& config, const fs::directory_entry& folder) {
  std::error_code closed;
  if (fs::directory_iterator(folder, closed); closed) return false;
  const auto entries = entries_of(config, folder.path());
  return std::any_of(entries.begin(), entries.end(), [](const auto& each) {
    const auto name = each.path().filename().string();
    return !is_beside(name) && is_nearly_toml(name);
  });
}

void want_known(const Config& config, const fs::directory_entry& entry) {
  const auto name = entry.path().filename().string();
  const bool folder = is_folder(entry);
  const auto& known = folder ? known_folders() : known_files();
  if (is_beside(name) || std::find(known.begin(), known.end(), name) != known.end()) return;
  if (!folder && (!is_nearly_toml(name) || is_configuration(config, entry.path()))) return;
  const auto meant = document::nearest(name, known);
  if (folder && !meant && !holds_schedules(config, entry)) return;
  if (meant) passed_over(config, entry.path(), "the name " + *meant);
  passed_over(config, entry.path(),
              "packs/ID.toml, calendars/ID.toml, preferences.toml, places.toml, jobs.toml or "
              "crm.toml");
}

/// In packs and calendars every name is as good, so long as it is a .toml file's.
void want_files(const Config& config, const fs::path& folder) {
  for (const auto& entry : entries_of(config, folder)) {
    const auto name = entry.path().filename().string();
    if (is_beside(name)) continue;
    const auto expected =
        "a file " + folder.filename().string() + "/ID.toml, which is read where it lies";
    if (is_folder(entry)) {
      if (holds_schedules(config, entry)) passed_over(config, entry.path(), expected);
    } else if (entry.path().extension() != ".toml" && is_nearly_toml(name)) {
      passed_over(config, entry.path(), expected);
    }
  }
}

}  // namespace

void want_own_schedules(const Config& config) {
  const auto& own = config.own_schedules;
  if (own.empty()) return;
  std::error_code unseen;
  const auto found = fs::status(own, unseen);
  if (found.type() == fs::file_type::not_found) {
    throw Error(Kind::configuration, config.schedules_at + ": [mirror] schedules is " +
                                         own.string() +
                                         ", and that is not there; make the folder, or leave the "
                                         "line out to use what is shipped");
  }
  if (fs::exists(found) && !fs::is_directory(found)) {
    throw Error(Kind::configuration, config.schedules_at + ": [mirror] schedules is " +
                                         own.string() +
                                         ", which is no folder; expected one with "
                                         "the files that take the place of shipped "
                                         "ones");
  }
  for (const auto& entry : entries_of(config, own)) want_known(config, entry);
  for (const auto& name : known_folders()) {
    if (is_there(own / name, Kind::configuration)) want_files(config, own / name);
  }
}

}  // namespace heed::config
