#include <algorithm>
#include <array>
#include <cstdint>

#include "heed/policy.hpp"

namespace heed::policy {

namespace {

/// One character of UTF-8 at the head of `text`, taken off it. A byte that begins none stands for
/// itself.
char32_t take(std::string_view& text) {
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char head = byte(0);
  const std::size_t length = head < 0xC2   ? 1
                             : head < 0xE0 ? 2
                             : head < 0xF0 ? 3
                             : head < 0xF5 ? 4
                                           : 1;
  char32_t character = length == 1 ? head : head & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || (byte(i) & 0xC0U) != 0x80U) {
      text.remove_prefix(1);
      return head;
    }
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  text.remove_prefix(length);
  return character;
}

void put(std::string& text, char32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0U | (c >> 6U));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0U | (c >> 12U));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | (c >> 18U));
    text += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

/// The plain letters of U+00C0..U+00FF and of U+0100..U+017F; a blank is a sign that is left out.
constexpr std::string_view latin_1 =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
constexpr std::string_view latin_a =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
    "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_1.size() == 64 && latin_a.size() == 128);

/// Letters that are written as two.
std::string_view two_letters(char32_t c) {
  switch (c) {
    case 0xC6:
    case 0xE6:
      return "ae";
    case 0xDE:
    case 0xFE:
      return "th";
    case 0xDF:
    case 0x1E9E:
      return "ss";
    case 0x132:
    case 0x133:
      return "ij";
    case 0x152:
    case 0x153:
      return "oe";
    default:
      return {};
  }
}

/// Greek and Cyrillic without accents, in small letters; anything else as it stands.
char32_t small_letter(char32_t c) {
  constexpr std::array<std::pair<char32_t, char32_t>, 16> accented{{{0x386, 0x3B1},
                                                                    {0x388, 0x3B5},
                                                                    {0x389, 0x3B7},
                                                                    {0x38A, 0x3B9},
                                                                    {0x38C, 0x3BF},
                                                                    {0x38E, 0x3C5},
                                                                    {0x38F, 0x3C9},
                                                                    {0x3AC, 0x3B1},
                                                                    {0x3AD, 0x3B5},
                                                                    {0x3AE, 0x3B7},
                                                                    {0x3AF, 0x3B9},
                                                                    {0x3CC, 0x3BF},
                                                                    {0x3CD, 0x3C5},
                                                                    {0x3CE, 0x3C9},
                                                                    {0x3C2, 0x3C3},
                                                                    {0x451, 0x435}}};
  const auto* found = std::find_if(accented.begin(), accented.end(),
                                   [c](const auto& pair) { return pair.first == c; });
  if (found != accented.end()) return found->second;
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 0x20;  // U+03A2 is no letter
  if (c == 0x401) return 0x435;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  return c;
}

bool left_out(char32_t c) {
  const bool accent = c >= 0x300 && c <= 0x36F;
  const bool latin_sign = c >= 0x80 && c <= 0xBF;
  const bool punctuation = (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F);
  return accent || latin_sign || punctuation || c == 0xD7 || c == 0xF7 || c == 0xFEFF;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take(text);
    if (const auto two = two_letters(c); !two.empty()) {
      out += two;
    } else if (c < 0x80) {
      const char plain = static_cast<char>(c);
      if (plain >= 'A' && plain <= 'Z') out += static_cast<char>(plain - 'A' + 'a');
      if ((plain >= 'a' && plain <= 'z') || (plain >= '0' && plain <= '9') || plain == '/')
        out += plain;
    } else if (left_out(c)) {
      continue;
    } else if (c >= 0xC0 && c <= 0xFF) {
      out += latin_1[c - 0xC0];
    } else if (c >= 0x100 && c <= 0x17F) {
      out += latin_a[c - 0x100];
    } else {
      put(out, small_letter(c));
    }
  }
  return out;
}

}  // namespace heed::policy
