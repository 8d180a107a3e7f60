#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "heed/store.hpp"

namespace heed::ledger {

/// Digests and seals are stored as bytes and told as hexadecimal digits.
class Raw {
 public:
  /// Up to 64 digits.
  explicit Raw(std::string_view digits) {
    for (; size_ < bytes_.size() && digits.size() >= 2; digits.remove_prefix(2)) {
      bytes_[size_++] = static_cast<char>(16 * value(digits[0]) + value(digits[1]));
    }
  }
  store::Blob blob() const { return {{bytes_.data(), size_}}; }

 private:
  /// Of '0' to '9' and 'a' to 'f'.
  static int value(char digit) { return (digit & 15) + 9 * (digit >> 6); }

  std::array<char, 32> bytes_{};
  std::size_t size_ = 0;
};

/// Whether Raw takes a text for what it is.
inline bool has_digits(std::string_view text) {
  return text.size() % 2 == 0 && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

inline std::string digits_of(std::string_view bytes) {
  std::string digits;
  digits.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    digits += "0123456789abcdef"[value >> 4];
    digits += "0123456789abcdef"[value & 15];
  }
  return digits;
}

constexpr std::size_t key_name_bytes = 8;

/// A seal as it is stored: the name of its key, then the HMAC.
struct Seal {
  std::array<char, key_name_bytes + 32> bytes{};
  store::Blob blob() const { return {{bytes.data(), bytes.size()}}; }
};

}  // namespace heed::ledger
