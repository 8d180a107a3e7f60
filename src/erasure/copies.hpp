#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "erasure/in_file.hpp"

namespace heed::erasure {

/// Who is being forgotten. Borrows.
struct Erasing {
  const People& people;
  std::span<const mirror::Erasure> erasures;  ///< of these people, in the file of erasures already
  ledger::Author author;
  std::string_view reason;
};

/// Where copies of the mirror's file at `path` were written: by heed backup, and before an upgrade.
/// The file itself, under whatever name, is none.
std::vector<std::string> copies_of(const std::string& path, const mirror::Mirror& mirror);

/// Forgets, in every copy of the mirror's file that heed wrote, the people and whoever else the
/// file of erasures has and the copy has not forgotten. A copy is replaced as a whole by one that
/// has forgotten them, or stays as it was, is told in the outcome, and is tried again by
/// finish_copies().
void rewrite_copies(const Place& place, const Erasing& erasing, Outcome& outcome);

/// The same of those copies that were not done when somebody was forgotten.
void finish_copies(const Place& place, const ledger::Author& author, Outcome& outcome);

/// What finish_copies() has to do in copies of the file at `path`, a line each. Reading alone.
std::vector<std::string> unfinished_copies(const std::string& path, const mirror::Mirror& mirror,
                                           const std::filesystem::path& file);

}  // namespace heed::erasure
