#pragma once

#include "cli/forgetting.hpp"
#include "heed/store.hpp"

namespace heed::cli {

// The two ways in which a command opens the mirror's file. In both, whoever was forgotten since the
// file was copied, if it is an older copy that was put back, is forgotten before anybody reads it.

/// What a command that reads tells of the mirror.
enum class Shown {
  people,  ///< who is in it, or a copy of it
  figures  ///< how many, how far, how well: nobody's record
};

/// The mirror, open for reading. Throws Error(storage) with the mend when there is none yet, and
/// Error(held) where people are shown while another heed is at forgetting who was forgotten before.
store::Database open_to_read(const World& world, const Setting& setting, Shown shown);

/// The mirror, open for writing by this process alone.
class Writing {
 public:
  enum class Absent {
    begun,   ///< a file that is not there is made, and its key
    refused  ///< and is Error(storage)
  };
  Writing(const World& world, const Setting& setting, Absent absent);
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  store::Database& database() { return database_; }
  mirror::Mirror& mirror() { return mirror_; }
  const mirror::Mirror& mirror() const { return mirror_; }
  ledger::Ledger& ledger() { return ledger_; }
  const ledger::Ledger& ledger() const { return ledger_; }
  const erasure::Place& place() const { return place_; }

 private:
  store::WriterLock lock_;
  store::Database database_;
  mirror::Mirror mirror_;
  ledger::Ledger ledger_;
  erasure::Place place_;
};

}  // namespace heed::cli
