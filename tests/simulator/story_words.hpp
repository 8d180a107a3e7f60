#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/org.hpp"

namespace heed::simulated {

/// The words of one line, taken from the left. What does not fit throws std::invalid_argument with
/// what was expected.
class Words {
 public:
  explicit Words(std::string_view line);

  bool empty() const { return at_ == words_.size(); }
  /// Takes the next words if they are these (in any letter case).
  bool accept(std::string_view phrase);
  void expect(std::string_view phrase);
  /// Throws unless the line is at its end.
  void end() const;

  std::string word(std::string_view what);
  std::uint32_t number(std::string_view what);
  std::chrono::seconds span();
  Moment moment();
  Id record(const Org& org);
  bool record_next(const Org& org) const;
  /// All that is left, as it stands.
  std::string rest();

 private:
  [[noreturn]] void fail(const std::string& expected) const;

  struct Word {
    std::string text;
    std::size_t begin;
  };
  std::string line_;
  std::vector<Word> words_;
  std::size_t at_ = 0;
};

/// "true", "2026-03-02", "7" or a text as a value of the field's kind; "null" is Null. Texts are
/// views of `text`.
Value story_value(const FieldInfo& field, std::string_view text);

/// The field of an object that holds a wish, such as "email" on a Contact.
std::string wish_field(std::string_view object, std::string_view wish);

}  // namespace heed::simulated
