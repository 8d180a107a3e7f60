#pragma once

#include "cli/setting.hpp"
#include "heed/erasure.hpp"
#include "heed/ledger.hpp"

namespace heed::cli {

/// The key that a mirror's ledger and pseudonyms were made with. Error(configuration) when it is
/// not there: a new one in its place would fit neither.
std::string sealing_key(const config::Config& config);

/// The same, but a new key where no run has sealed anything and nobody was forgotten yet, in this
/// mirror or beside it.
std::string first_or_sealing_key(const config::Config& config, store::Database& database);

/// Error(configuration) where the key at hand is not the one that the mirror was sealed, or its
/// pseudonyms were made, with: it would know nobody who was forgotten.
void want_own_key(const config::Config& config, const std::string& key,
                  const ledger::Ledger& ledger, const mirror::Mirror& mirror);

/// What forgetting touches, as configured; the mirror gets its guard. Borrows what it is given.
erasure::Place place_of(const Setting& setting, store::Database& database, mirror::Mirror& mirror,
                        ledger::Ledger& ledger);

/// Before anything else is written: what was forgotten stays forgotten if the file is an older
/// copy, and what a reader kept in its pages goes. Tells on `err` what it had to do.
void keep_forgotten(const World& world, const erasure::Place& place);

/// What is left to do where erasure::Outcome::scrubbed is false.
extern const std::string_view old_bytes_words;

}  // namespace heed::cli
