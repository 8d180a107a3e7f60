#include "simulator/soql.hpp"

namespace heed::simulated::soql {

namespace {

/// Lower case of the alphabets that have cases and that the org's people use: Latin with its
/// accents, Greek, Cyrillic.
char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9)) return c + 32;
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c | 1U;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return (c & 1U) != 0 ? c + 1 : c;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x1E00 && c <= 0x1EFF) return c | 1U;
  switch (c) {
    case 0x386:
      return 0x3AC;
    case 0x388:
    case 0x389:
    case 0x38A:
      return c + 37;
    case 0x38C:
      return 0x3CC;
    case 0x38E:
    case 0x38F:
      return c + 63;
    case 0x3C2:
      return 0x3C3;  // the sigma that ends words
    default:
      return c;
  }
}

/// Two- and three-byte characters of well-formed UTF-8 are decoded; others pass as they are.
std::size_t length_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t length = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return at + length <= text.size() ? length : 1;
}

void append(std::string& to, char32_t c) {
  if (c < 0x800) {
    to += static_cast<char>(0xC0U | (c >> 6U));
  } else {
    to += static_cast<char>(0xE0U | (c >> 12U));
    to += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
  }
  to += static_cast<char>(0x80U | (c & 0x3FU));
}

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(text, at);
    const auto byte = [&](std::size_t i) {
      return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]));
    };
    if (length == 1) {
      folded += static_cast<char>(byte(0) < 0x80 ? lower(byte(0)) : byte(0));
    } else if (length == 2) {
      append(folded, lower(((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU)));
    } else if (length == 3) {
      append(folded,
             lower(((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU)));
    } else {
      folded.append(text.substr(at, length));
    }
    at += length;
  }
  return folded;
}

}  // namespace heed::simulated::soql
