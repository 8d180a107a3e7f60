#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "heed/store.hpp"
#include "heed/time/text.hpp"
#include "spool.hpp"

namespace heed::ledger {

/// The values of a row in one text, from which they can be told apart: what a seal is made of. A
/// value reads the same here as in its column.
class Sealable {
 public:
  template <class... Values>
  Sealable& add(const Values&... values) {
    (put(values), ...);
    return *this;
  }

  /// The first `number` columns of a row.
  Sealable& add_row(const store::Statement& row, int number) {
    for (int column = 0; column < number; ++column) {
      row.is_null(column) ? put(std::nullopt) : put(row.text(column));
    }
    return *this;
  }

  /// The text; until more is added.
  std::string_view text() const { return spool_.text(); }

 private:
  void put(std::string_view text) { spool_.put_counted(text); }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(std::nullopt_t) { spool_.put(std::string_view("- ")); }
  void put(std::int64_t number) {
    std::array<char, 20> room{};
    const auto* end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    put(std::string_view(room.data(), static_cast<std::size_t>(end - room.data())));
  }
  void put(int number) { put(std::int64_t{number}); }
  void put(bool flag) { put(flag ? std::string_view("1") : std::string_view("0")); }
  void put(Moment moment) {
    MomentText room;
    put(write_text(moment, room));
  }
  void put(Day day) {
    DayText room;
    put(write_text(day, room));
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    if (value) {
      put(*value);
    } else {
      put(std::nullopt);
    }
  }

  Spool spool_;
};

}  // namespace heed::ledger
