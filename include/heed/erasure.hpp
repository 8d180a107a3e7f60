#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/time.hpp"

namespace heed::store {
class Database;
}

/// Forgetting a person: in the mirror, in the ledger, in what the file's pages still hold, in the
/// copies that heed made, and for every older copy that is put back one day.
///
/// The ledger of erasures is a text file beside the mirror with a line an erasure:
///
///     heed-erasure 1 MOMENT OBJECT PSEUDONYM DIGEST KEY SEAL
///
/// It holds pseudonyms alone. `SEAL` is the HMAC-SHA-256 of what stands before it on the line,
/// under the same key.
namespace heed::erasure {

/// Everything that forgetting touches. Borrowed; `mirror` has a guard.
struct Place {
  store::Database& database;
  mirror::Mirror& mirror;
  ledger::Ledger& ledger;
  std::string key;             ///< of pseudonyms and seals
  std::filesystem::path file;  ///< the ledger of erasures
};

/// What would be forgotten.
struct Scope {
  std::vector<mirror::Ref> records;  ///< of the person, by object and id
  std::int64_t changes = 0;
  std::int64_t duties = 0;
  std::int64_t owed = 0;  ///< of these
  bool hold = false;      ///< a privacy hold stands on a record: nothing may be forgotten
  bool whole = true;      ///< false: the person has more records than can be forgotten at once
  std::vector<std::string> copies;  ///< files that would be rewritten
};

/// Error(finding) for an id that the mirror has no record of, and for one that is forgotten.
Scope scope_of(const Place& place, const ledger::Grounds& grounds, Id id);

/// What was done.
struct Outcome {
  std::int64_t records = 0;
  std::int64_t handles = 0;            ///< of these, the ones the ledger spoke of
  std::vector<std::string> rewritten;  ///< copies
  std::vector<std::string> gone;       ///< copies that are not where they were written, a line each
  std::vector<std::string> failed;     ///< copies that could not be rewritten, a line each
  bool scrubbed = true;                ///< false: a reader keeps the old bytes for now
};

/// Forgets a person. The ledger of erasures is written first, so that a run that is cut off is
/// finished by replay(). Error(usage) when a hold blocks it, or the person is not whole.
Outcome forget(const Place& place, const Scope& scope, const ledger::Author& author,
               std::string_view reason);

/// Erasures in the ledger of erasures that this file does not know: it is an older copy, or a run
/// was cut off. Reading alone.
bool wants_replay(const mirror::Mirror& mirror, const std::filesystem::path& file);

/// Forgets them in the copies of this file and in itself, and scrubs it. Error(storage) when a line
/// of the ledger of erasures is not as it was written.
Outcome replay(const Place& place, Moment now);

/// Forgets everybody whose wish to be forgotten is met and who is not forgotten yet, unless a hold
/// stands. Returns what was done.
Outcome forget_met(const Place& place, const ledger::Grounds& grounds,
                   const ledger::Author& author);

}  // namespace heed::erasure
