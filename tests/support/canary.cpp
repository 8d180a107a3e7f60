#include "support/canary.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <set>

#include "heed/vault.hpp"
#include "support/contents.hpp"

namespace heed::support {

namespace {

/// What begins a secret of the tests: canary()s, the simulated CRM's password, and its sessions.
constexpr std::array<std::string_view, 3> marks{"canary", "correct-horse", "!AQEAQ"};

std::set<std::filesystem::path>& secret_files() {
  static std::set<std::filesystem::path> files;
  return files;
}

bool may_have_secrets(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  // A state that is written anew is a draft first.
  return file.extension() == ".toml" || name.find("state") != std::string::npos ||
         secret_files().contains(file);
}

/// Greek to Arabic letters, Devanagari, and what else is beyond the Latin ones and signs.
bool is_beyond_latin(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0xCE) return false;
  return byte != 0xE2 && !(byte == 0xEF && text.substr(at, 3) == "\xEF\xBF\xBD") &&
         text.substr(at, 3) != "\xEF\xBB\xBF";
}

bool names_somebody(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_beyond_latin(text, at)) return true;
  }
  for (auto at = text.find("@example."); at != std::string_view::npos;
       at = text.find("@example.", at + 1)) {
    if (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9') return true;  // "gr.17@example.com"
  }
  return false;
}

}  // namespace

std::string canary(std::string_view kind) {
  static const std::string ending = "-" + vault::random_hex(4);
  return "canary-" + std::string(kind) + ending;
}

void expect_no_secret(std::string_view text, const std::string& what) {
  for (const auto mark : marks) {
    if (text.find(mark) != std::string_view::npos)
      FAIL_CHECK(what << " holds a secret (" << mark << ")");
  }
}

void expect_discreet(std::string_view text, const std::string& what) {
  expect_no_secret(text, what);
  if (names_somebody(text)) FAIL_CHECK(what << " holds a person's name or address");
}

void keep_secret_in(const std::filesystem::path& file) {
  secret_files().insert(file);
}

void expect_no_secret_below(const std::filesystem::path& folder) {
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none)) {
    if (!entry.is_regular_file(none) || may_have_secrets(entry.path())) continue;
    expect_no_secret(contents(entry.path()), "the file " + entry.path().filename().string());
  }
}

}  // namespace heed::support
