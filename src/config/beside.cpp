#include "heed/config.hpp"
#include "heed/store.hpp"

// What heed keeps or reads beside the mirror, by its name.

namespace heed::config {

std::filesystem::path Config::key_file() const {
  return mirror.string() + ".key";
}
std::filesystem::path Config::state_file() const {
  return mirror.string() + ".state";
}
std::filesystem::path Config::head_file() const {
  return mirror.string() + ".head";
}
std::filesystem::path Config::erasures_file() const {
  return mirror.string() + ".erasures";
}

std::vector<std::filesystem::path> Config::kept_files() const {
  const std::string path = mirror.string();
  std::vector<std::filesystem::path> files{file, mirror, store::copy_before_lifting(path)};
  for (const auto* ending : {"-wal", "-shm", "-journal", ".lock"}) {
    files.emplace_back(path + ending);
  }
  for (const auto& whole : {key_file(), state_file(), head_file(), erasures_file()}) {
    files.push_back(whole);
    files.emplace_back(whole.string() + ".new");  // that it is written to first
  }
  files.emplace_back(state_file().string() + ".lock");
  files.insert(files.end(), secret_files.begin(), secret_files.end());
  for (const auto& named : {http.ca_file, http.certificate, http.key}) {
    if (!named.empty()) files.emplace_back(named);
  }
  return files;
}

}  // namespace heed::config
