#include "erasure/file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::erasure {

namespace {

constexpr std::string_view mark = "heed-erasure 1";

struct Line {
  mirror::Erasure erasure;
  std::string text;  ///< what is sealed
  std::string seal;
};

std::string text_of(const mirror::Erasure& erasure) {
  return std::string(mark) + " " + to_text(erasure.at) + " " + erasure.object + " " +
         std::string(erasure.pseudonym.text()) + " " + erasure.digest + " " + erasure.key;
}

std::optional<Line> parse(const std::string& text) {
  std::istringstream in(text);
  std::string name, version, at, pseudonym;
  Line line;
  auto& erasure = line.erasure;
  if (!(in >> name >> version >> at >> erasure.object >> pseudonym >> erasure.digest >>
        erasure.key >> line.seal)) {
    return std::nullopt;
  }
  const auto moment = parse_moment(at);
  const auto id = Id::parse(pseudonym);
  if (name + " " + version != mark || !moment || !id) return std::nullopt;
  erasure.at = *moment;
  erasure.pseudonym = *id;
  line.text = text_of(erasure);
  return line;
}

[[noreturn]] void fail_reading(const std::filesystem::path& file, int cause) {
  throw Error(Kind::storage, file.string() + ": cannot be read (" + std::strerror(cause) +
                                 "), and it says who was forgotten; let this user read and write "
                                 "it, or put it back from a backup");
}

/// The whole file; empty when there is none. One that is there and cannot be read is not empty.
std::string text_of(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (errno == ENOENT) return {};
    fail_reading(file, errno);
  }
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (in.bad() || text.bad()) fail_reading(file, errno);
  return text.str();
}

std::vector<Line> read_lines(const std::filesystem::path& file) {
  std::vector<Line> lines;
  std::istringstream in(text_of(file));
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    auto line = parse(text);
    if (!line) {
      throw Error(Kind::storage, file.string() + ":" + std::to_string(number) +
                                     ": is no erasure; put the file back from a backup");
    }
    lines.push_back(std::move(*line));
  }
  return lines;
}

std::string seal(const std::string& key, const std::string& text) {
  return vault::keyed_digest(key, text);
}

}  // namespace

std::vector<mirror::Erasure> read_file(const std::filesystem::path& file) {
  std::vector<mirror::Erasure> erasures;
  for (auto& line : read_lines(file)) erasures.push_back(std::move(line.erasure));
  return erasures;
}

std::vector<mirror::Erasure> read_sealed(const std::filesystem::path& file,
                                         const std::string& key) {
  std::vector<mirror::Erasure> erasures;
  for (auto& line : read_lines(file)) {
    const auto& pseudonym = line.erasure.pseudonym.text();
    if (line.erasure.key != mirror::pseudonym_key_name(key)) {
      throw Error(Kind::configuration,
                  file.string() + ": " + std::string(pseudonym) + " was made with the key " +
                      line.erasure.key +
                      ", which is not the one beside the mirror; put that key file back");
    }
    if (seal(key, line.text) != line.seal) {
      throw Error(Kind::storage, file.string() + ": the line of " + std::string(pseudonym) +
                                     " was edited; put the file back from a backup");
    }
    erasures.push_back(std::move(line.erasure));
  }
  return erasures;
}

void add_to_file(const std::filesystem::path& file, const std::string& key,
                 std::span<const mirror::Erasure> erasures) {
  auto all = text_of(file);
  for (const auto& erasure : erasures) {
    const auto text = text_of(erasure);
    all += text + " " + seal(key, text) + "\n";
  }
  vault::write_whole(file, all);
}

}  // namespace heed::erasure
