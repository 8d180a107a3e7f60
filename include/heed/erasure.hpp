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
  std::vector<std::string> gone;       ///< copies that were taken from their folders, a line each
  std::vector<std::string> failed;     ///< copies that are not done, a line each: see finish()
  std::vector<std::string> passed;     ///< people who could not be forgotten, a line each
  bool scrubbed = true;                ///< false: a reader keeps the old bytes for now

  bool complete() const { return failed.empty() && passed.empty() && scrubbed; }
};

/// Forgets a person. The ledger of erasures is written first, so that a run that is cut off is
/// finished by replay(). Error(finding) when a hold blocks it, or the person is not whole.
Outcome forget(const Place& place, const Scope& scope, const ledger::Author& author,
               std::string_view reason);

/// Erasures in the ledger of erasures that this file does not know: it is an older copy, or a run
/// was cut off. Reading alone.
bool wants_replay(const mirror::Mirror& mirror, const std::filesystem::path& file);

/// When the first of these was forgotten; nullopt where there is none.
std::optional<Moment> first_to_replay(const mirror::Mirror& mirror,
                                      const std::filesystem::path& file);

/// Forgets them in the copies of this file and in itself, and scrubs it. Error(storage) when a line
/// of the ledger of erasures is not as it was written.
Outcome replay(const Place& place, Moment now);

/// Tries copies again that could not be rewritten when somebody was forgotten, or were not there:
/// everybody is forgotten in them whom the ledger of erasures has and they have not forgotten. A
/// copy that was taken from its folder is no failure, and is looked for again the next time.
Outcome finish(const Place& place, Moment now);

/// What finish() has to do yet, a line each; none when nobody who was forgotten is left anywhere
/// that heed knows of. Reading alone.
std::vector<std::string> unfinished(const store::Database& database, const mirror::Mirror& mirror,
                                    const std::filesystem::path& file);

/// Forgets everybody whose wish to be forgotten is met and who is not forgotten yet, unless a hold
/// stands. Returns what was done.
Outcome forget_met(const Place& place, const ledger::Grounds& grounds,
                   const ledger::Author& author);

}  // namespace heed::erasure
