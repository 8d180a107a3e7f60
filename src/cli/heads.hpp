#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/setting.hpp"
#include "heed/ledger.hpp"

namespace heed::cli {

// The file beside the mirror that says how far the ledger goes: a tail that is cut off later shows.
// Its first line is the head last recorded. Below stand heads that the ledger did not go on from,
// each with the moment at which that was seen, until somebody says why; and after that for ever.
// A file that cannot be read, or whose first line is no head, is Error(storage) for whoever writes
// or verifies: it is not taken for one that is not there, and nothing is written into it. A report
// is incomplete by it.

/// Before anything is written: where the ledger does not go on from the recorded head, keeps that
/// head in the file, and tells on `err`. An empty ledger without a file gets one.
void settle_head(const World& world, const config::Config& config, const ledger::Ledger& ledger);

/// Records how far the ledger goes now.
void write_head(const config::Config& config, const ledger::Ledger& ledger);

/// The head last recorded, for Ledger::verify(); empty where there is no file.
std::string recorded_head(const config::Config& config);

/// What is wrong with the first line of the file, in a line with the mend; empty when nothing is,
/// and where there is no file.
std::string damage_of_head(const config::Config& config);

/// Where the ledger has lost its end and nobody has said why: a line each.
std::vector<std::string> lost_ends(const config::Config& config);

/// What the file says at one moment: before a report looks at the mirror, which may go on
/// meanwhile.
struct Heads {
  std::optional<std::string> recorded;  ///< empty where there is no file; none: cannot be read
  std::vector<std::string> lost;        ///< as lost_ends() has them, or why it cannot be read
};
Heads heads_of(const config::Config& config);

/// The ends that are lost: those of the file, and one that no run has noted yet, because an older
/// copy of the mirror was put back since. Writes nothing.
std::vector<std::string> lost_ends(const config::Config& config, const Heads& heads,
                                   const ledger::Ledger& ledger, Moment now);

/// Somebody knows why the ledger lost its end. Error(usage) where it lost none, or for no reason.
void accept_lost_ends(const World& world, const config::Config& config, const std::string& reason);

}  // namespace heed::cli
