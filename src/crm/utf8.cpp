#include "crm/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace heed::crm {

namespace {

/// Length of the character at the head of `text`; 0 if there is none that XML allows.
std::size_t good_character(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  const bool never = first == 0xEF && byte(1) == 0xBF && byte(2) > 0xBD;  // U+FFFE and U+FFFF
  return overlong || outside || never ? 0 : size;
}

/// Whether eight bytes are all ASCII and none is below a space.
bool plain(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  return ((bytes | (bytes - ones * 0x20)) & highs) == 0;
}

}  // namespace

std::size_t good_run(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = 0;
    while (text.size() - at >= sizeof eight) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if (!plain(eight)) break;
      at += sizeof eight;
    }
    if (at == text.size()) break;
    const auto size = good_character(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return at;
}

std::string mended(std::string_view text) {
  std::string good;
  while (!text.empty()) {
    const auto run = good_run(text);
    good += text.substr(0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    good += replacement;
    text.remove_prefix(1);
  }
  return good;
}

}  // namespace heed::crm
