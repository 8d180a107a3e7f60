#include "schedule/fields.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "heed/error.hpp"

namespace heed::schedule {

namespace {

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

/// One part of a list: "*", "5", "1-5", each perhaps with a step.
class Part {
 public:
  Part(const FieldKind& kind, std::string_view text) : kind_(kind), text_(text) {}

  void add_to(std::set<int>& numbers) const {
    const auto slash = text_.find('/');
    const auto range = text_.substr(0, slash);
    int step = 1;
    if (slash != std::string_view::npos) {
      const auto given = number_in(text_.substr(slash + 1));
      if (!given || *given < 1) fail("expected a step from 1 on after '/'");
      step = *given;
      if (range != "*" && range.find('-') == std::string_view::npos) {
        fail("expected '*' or a range as '8-18' before a step");
      }
    }
    const auto [first, last] = span_of(range);
    for (int number = first; number <= last; number += step) numbers.insert(number);
  }

 private:
  std::pair<int, int> span_of(std::string_view range) const {
    if (range == "*") return {kind_.lowest, kind_.highest};
    const auto dash = range.find('-');
    if (dash == std::string_view::npos) {
      const int only = value_of(range, false);
      return {only, only};
    }
    const int first = value_of(range.substr(0, dash), false);
    const int last = value_of(range.substr(dash + 1), true);
    if (first > last) fail("expected a range that goes up");
    return {first, last};
  }

  /// A Sunday that ends a range is the seventh day.
  int value_of(std::string_view text, bool ends_range) const {
    const auto& words = kind_.words;
    const auto word = std::find(words.begin(), words.end(), lower(text));
    if (word != words.end()) {
      const int value = kind_.lowest + static_cast<int>(word - words.begin());
      return ends_range && value == 0 ? 7 : value;
    }
    const auto number = number_in(text);
    if (!number || *number < kind_.lowest || *number > kind_.highest) {
      fail("expected numbers from " + std::to_string(kind_.lowest) + " to " +
           std::to_string(kind_.highest) +
           (words.empty() ? "" : " or names as '" + std::string(words[1]) + "'"));
    }
    return *number;
  }

  [[noreturn]] void fail(const std::string& expected) const {
    throw Error(Kind::configuration,
                "the " + std::string(kind_.name) + " is '" + std::string(text_) + "'; " + expected);
  }

  const FieldKind& kind_;
  std::string_view text_;
};

}  // namespace

std::vector<int> read_field(const FieldKind& kind, std::string_view text) {
  std::set<int> numbers;
  while (true) {
    const auto comma = text.find(',');
    Part(kind, text.substr(0, comma)).add_to(numbers);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return {numbers.begin(), numbers.end()};
}

}  // namespace heed::schedule
