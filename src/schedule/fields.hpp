#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heed::schedule {

/// One of the five fields: its name, its range and the names that its numbers have.
struct FieldKind {
  std::string_view name;
  int lowest = 0;
  int highest = 0;
  std::vector<std::string_view> words;  ///< of `lowest` and the next ones; may be empty
};

/// The numbers that a field allows, in order, each once. Throws Error(configuration).
std::vector<int> read_field(const FieldKind& kind, std::string_view text);

}  // namespace heed::schedule
