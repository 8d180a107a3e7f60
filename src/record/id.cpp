#include <algorithm>
#include <array>

#include "heed/record.hpp"

namespace heed {

namespace {

/// What a character is: 1 a capital, 2 one of those that ids have. A look at a table each, because
/// every id that is read goes by here.
constexpr auto kinds = [] {
  std::array<unsigned char, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = 2;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = 2;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = 3;
  return table;
}();

unsigned kind(char c) {
  return kinds[static_cast<unsigned char>(c)];
}

bool alphanumeric(std::string_view text) {
  unsigned all = 2;
  for (const char c : text) all &= kind(c);
  return all != 0;
}

/// One checksum character says which of five characters are capitals.
char checksum(const char* five) {
  unsigned bits = 0;
  for (unsigned i = 0; i < 5; ++i) bits |= (kind(five[i]) & 1U) << i;
  return "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits];
}

}  // namespace

std::optional<Id> Id::parse(std::string_view text) {
  if (text.size() != 15 && text.size() != 18) return std::nullopt;
  if (!alphanumeric(text)) return std::nullopt;
  Id id;
  std::copy_n(text.begin(), 15, id.chars_.begin());
  for (std::size_t group = 0; group < 3; ++group) {
    id.chars_[15 + group] = checksum(id.chars_.data() + group * 5);
  }
  if (text.size() == 18 && text != id.text()) return std::nullopt;
  return id;
}

}  // namespace heed
