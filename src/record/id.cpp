#include <algorithm>

#include "heed/record.hpp"

namespace heed {

namespace {

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// One checksum character says which of five characters are capitals.
char checksum(const char* five) {
  unsigned bits = 0;
  for (unsigned i = 0; i < 5; ++i) {
    if (five[i] >= 'A' && five[i] <= 'Z') bits |= 1U << i;
  }
  return "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits];
}

}  // namespace

std::optional<Id> Id::parse(std::string_view text) {
  if (text.size() != 15 && text.size() != 18) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), alphanumeric)) return std::nullopt;
  Id id;
  std::copy_n(text.begin(), 15, id.chars_.begin());
  for (std::size_t group = 0; group < 3; ++group) {
    id.chars_[15 + group] = checksum(id.chars_.data() + group * 5);
  }
  if (text.size() == 18 && text != id.text()) return std::nullopt;
  return id;
}

}  // namespace heed
