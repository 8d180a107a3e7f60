#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "support/contents.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path root = HEED_SOURCE_DIR;

/// The table of README.md: a module may use what stands above it, not what stands beside it.
const std::map<std::string, int>& layers() {
  static const std::map<std::string, int> all{
      {"time", 0},   {"error", 0},   {"record", 1},   {"document", 1}, {"http", 2},
      {"store", 2},  {"vault", 2},   {"calendar", 2}, {"schedule", 2}, {"wire", 2},
      {"crm", 3},    {"mirror", 3},  {"policy", 3},   {"sync", 4},     {"ledger", 4},
      {"report", 5}, {"erasure", 5}, {"config", 6},   {"cli", 7}};
  return all;
}

/// Modules of a layer that may use each other: the one exception of every layer is none.
bool may_use(const std::string& user, const std::string& used) {
  return user == used || layers().at(used) < layers().at(user) ||
         (user == "time" && used == "error");
}

/// The modules that a file includes.
std::set<std::string> used_by(const fs::path& file) {
  std::set<std::string> modules;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("#include \"")) continue;
    std::string path = line.substr(10, line.rfind('"') - 10);
    if (path.starts_with("heed/")) path.erase(0, 5);
    modules.insert(path.substr(0, path.find_first_of("/.")));
  }
  return modules;
}

std::vector<std::pair<std::string, fs::path>> all_files() {
  std::vector<std::pair<std::string, fs::path>> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / "include/heed")) {
    if (!entry.is_regular_file()) continue;
    const auto within = entry.path().lexically_relative(root / "include/heed");
    files.emplace_back(within.begin()->stem().string(), entry.path());
  }
  for (const auto& module : fs::directory_iterator(root / "src")) {
    if (!module.is_directory()) continue;
    for (const auto& entry : fs::recursive_directory_iterator(module.path())) {
      const auto ending = entry.path().extension();
      if (ending != ".cpp" && ending != ".hpp") continue;
      files.emplace_back(module.path().filename().string(), entry.path());
    }
  }
  return files;
}

bool contains_include(const fs::path& file, const std::string& header) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.find("#include") == std::string::npos) continue;
    if (line.find("<" + header) != std::string::npos) return true;
    if (line.find("\"" + header) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("every module has its line in the layer table", "[layers]") {
  for (const auto& [module, file] : all_files()) {
    CAPTURE(file);
    CHECK(layers().contains(module));
  }
}

TEST_CASE("a module uses only what stands above it", "[layers]") {
  std::size_t arrows = 0;
  for (const auto& [module, file] : all_files()) {
    for (const auto& used : used_by(file)) {
      if (!layers().contains(used)) continue;  // a library's header
      CAPTURE(file, used);
      CHECK(may_use(module, used));
      ++arrows;
    }
  }
  CHECK(arrows > 100);
}

TEST_CASE("a library's header is included where its module is, and in no public header",
          "[layers]") {
  const std::multimap<std::string, std::string> homes{
      {"curl/curl.h", "http"},    {"sqlite3.h", "store"},    {"toml++", "document"},
      {"soapStub.h", "crm"},      {"soapH.h", "wire"},       {"soapSoapBinding", "crm"},
      {"openssl/evp.h", "vault"}, {"openssl/ssl.h", "http"}, {"openssl/x509", "http"},
      {"libpsl.h", "http"},       {"date/", "time"},         {"boost/program_options", "cli"},
      {"libical/", "calendar"}};
  for (const auto& [module, file] : all_files()) {
    for (const auto& [header, home] : homes) {
      if (!contains_include(file, header)) continue;
      CAPTURE(file, header);
      CHECK(module == home);
      CHECK(file.string().find("/include/heed/") == std::string::npos);
    }
  }
}

TEST_CASE("only cli and vault see the environment, and only cli and time the machine's clock",
          "[layers]") {
  for (const auto& [module, file] : all_files()) {
    const std::string text = heed::support::contents(file);
    CAPTURE(file);
    if (module != "cli" && module != "vault") CHECK(text.find("getenv") == std::string::npos);
    if (module != "time") CHECK(text.find("system_clock::now") == std::string::npos);
  }
}

TEST_CASE("no source file is longer than 400 lines", "[layers]") {
  for (const auto* folder : {"src", "include", "tests", "bench"}) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      const auto text = heed::support::contents(entry.path());
      const auto lines = std::count(text.begin(), text.end(), '\n');
      CAPTURE(entry.path());
      CHECK(lines <= 400);
    }
  }
}
