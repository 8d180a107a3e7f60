#pragma once

#include <string_view>
#include <unordered_map>

#include "simulator/org.hpp"

namespace heed::simulated {

/// Fills an empty org with `options.individuals` people and what hangs on them: a Contact each, a
/// Lead for every fifth (every third of those converted), an Account for every tenth, half of those
/// a person's. A quarter of the people have opted out of something, on days since 2018. The same
/// options give the same org, to the byte. Nothing is dated after the org's now.
void populate(Org& org);

/// Writes rows of one object as they stand, without history, stamps or twins; for populate() alone.
class Loader {
 public:
  Loader(Org& org, std::string_view object);

  /// Begins a row. What set() writes goes to the row begun last.
  void add(Moment created, Moment stamp);
  void set(std::string_view field, std::string_view text);
  void set(std::string_view field, const char* text) { set(field, std::string_view(text)); }
  void set(std::string_view field, const std::string& text) { set(field, std::string_view(text)); }
  void set(std::string_view field, bool flag);
  void set(std::string_view field, Day day);
  void set(std::string_view field, Moment moment);
  void stamp(Moment moment);
  Moment moment() const { return table_.row(row_).stamp; }
  Id id() const { return table_.row(row_).id; }
  void reserve(std::size_t rows) { table_.reserve(rows); }

 private:
  std::size_t column(std::string_view field) const;

  Pool& pool_;
  Table& table_;
  std::unordered_map<std::string_view, std::size_t> columns_;
  std::uint32_t row_ = 0;
};

}  // namespace heed::simulated
