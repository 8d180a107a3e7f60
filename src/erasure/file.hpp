#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "heed/mirror.hpp"

namespace heed::erasure {

/// The erasures in the ledger of erasures; none when there is no such file. Error(storage) for a
/// line that cannot be read. Seals are not looked at.
std::vector<mirror::Erasure> read_file(const std::filesystem::path& file);

/// The same, with every seal compared. Error(storage) for a line that was edited;
/// Error(configuration) for one that another key sealed.
std::vector<mirror::Erasure> read_sealed(const std::filesystem::path& file, const std::string& key);

/// Adds lines, sealed with the key; the file is there whole or as it was.
void add_to_file(const std::filesystem::path& file, const std::string& key,
                 std::span<const mirror::Erasure> erasures);

}  // namespace heed::erasure
