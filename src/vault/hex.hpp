#pragma once

#include <cstddef>
#include <string>

namespace heed::vault {

/// Two hexadecimal digits a byte.
inline std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text(size * 2, '0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

}  // namespace heed::vault
