#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "heed/store.hpp"
#include "heed/vault/sealer.hpp"

namespace heed::ledger {

/// The keys that are known, by name.
using Keys = std::map<std::string, vault::Sealer, std::less<>>;

/// What is wrong with the tables beside the chain.
struct Flaw {
  std::int64_t event = 0;  ///< that it disagrees with; 0: none speaks of it
  std::string problem;     ///< goes after "event N", or stands by itself
};

/// Whether duties, subjects and receipts are what was written: each under its seal, as the last
/// event about it says, none lacking and none too many. The first flaw; nullopt where there is
/// none.
std::optional<Flaw> find_flaw(store::Database& database, const Keys& keys);

}  // namespace heed::ledger
