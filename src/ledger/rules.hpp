#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "heed/store.hpp"

namespace heed::ledger {

class Chain;

/// What all duties have in common that one rule asks for because of one field, and that read the
/// same otherwise: heed_rule has it once, under a number. Events that name a rule name it so.
struct Asked {
  std::string_view object;
  std::string_view field;
  std::string_view preference;
  std::string_view how;
  std::string_view pack;
  std::string_view version;
  std::string_view rule;
  std::string_view title;
  std::string_view kind;
  std::string_view zone;
  std::string_view calendar;
};

/// The columns of heed_rule that its seal is made of, in the order of Asked.
extern const std::string_view sealed_rule_columns;

struct AskedHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
/// Numbers by what is asked, in one text.
using Rules = std::unordered_map<std::string, std::int64_t, AskedHash, std::equal_to<>>;

/// The table of rules, known by heart. Rows are added and never changed.
class RuleTable {
 public:
  /// The number of what is asked; adds it where it is new.
  std::int64_t number_of(const Chain& chain, const Asked& asked);

  void forget() { known_.reset(); }

 private:
  std::optional<Rules> known_;
};

}  // namespace heed::ledger
