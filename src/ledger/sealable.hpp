#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "heed/store.hpp"
#include "heed/time.hpp"

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

  std::string take() { return std::move(text_); }

 private:
  void put(std::string_view text) {
    text_ += std::to_string(text.size());
    text_ += ' ';
    text_ += text;
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(std::nullopt_t) { text_ += "- "; }
  void put(std::int64_t number) { put(std::to_string(number)); }
  void put(int number) { put(std::to_string(number)); }
  void put(bool flag) { put(flag ? std::string_view("1") : std::string_view("0")); }
  void put(Moment moment) { put(to_text(moment)); }
  void put(Day day) { put(to_text(day)); }
  template <class Value>
  void put(const std::optional<Value>& value) {
    if (value) {
      put(*value);
    } else {
      put(std::nullopt);
    }
  }

  std::string text_;
};

}  // namespace heed::ledger
