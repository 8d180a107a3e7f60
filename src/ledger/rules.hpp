#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

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

/// The table of rules, known by heart. Rows are added and never changed.
class RuleTable {
 public:
  /// The number of what is asked; adds it where it is new.
  std::int64_t number_of(const Chain& chain, const Asked& asked);

  void forget() { known_.reset(); }

 private:
  std::optional<std::map<std::string, std::int64_t, std::less<>>> known_;
};

}  // namespace heed::ledger
