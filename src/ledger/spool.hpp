#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace heed::ledger {

/// A text that is put together from many small pieces. Of most duties and events it is written into
/// the room that is part of the spool.
class Spool {
 public:
  Spool() = default;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Spool& put(std::string_view text) {
    if (room_ - size_ < text.size()) grow(text.size());
    std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  Spool& put(char one) { return put(std::string_view(&one, 1)); }

  /// A text after its length, so that two of them are never taken for two others.
  Spool& put_counted(std::string_view text) {
    constexpr std::size_t most_digits = 20;
    const auto wanted = text.size() + most_digits + 1;
    if (room_ - size_ < wanted) grow(wanted);
    char* at = bytes_ + size_;
    if (text.size() < 10) {
      *at++ = static_cast<char>('0' + text.size());
    } else {
      at = std::to_chars(at, at + most_digits, text.size()).ptr;
    }
    *at++ = ' ';
    at = std::copy(text.begin(), text.end(), at);
    size_ = static_cast<std::size_t>(at - bytes_);
    return *this;
  }

  /// As decimal digits.
  Spool& put(std::int64_t number) {
    std::array<char, 20> room{};
    const auto* end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    return put(std::string_view(room.data(), static_cast<std::size_t>(end - room.data())));
  }

  /// What was put so far; until more is.
  std::string_view text() const { return {bytes_, size_}; }

 private:
  void grow(std::size_t wanted) {
    const auto room = 2 * (room_ + wanted);
    auto bytes = std::make_unique_for_overwrite<char[]>(room);
    std::memcpy(bytes.get(), bytes_, size_);
    more_ = std::move(bytes);
    bytes_ = more_.get();
    room_ = room;
  }

  std::array<char, 1000> first_;  // not emptied: what is read was written before
  std::unique_ptr<char[]> more_;
  char* bytes_ = first_.data();
  std::size_t size_ = 0;
  std::size_t room_ = first_.size();
};

}  // namespace heed::ledger
