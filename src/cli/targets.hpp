#pragma once

#include <filesystem>
#include <ostream>
#include <string>

#include "cli/command.hpp"
#include "heed/config.hpp"

namespace heed::cli {

// Files that a user names to be written.

/// Throws Error(usage) where writing `file` would take the place of what heed lives by, under
/// whatever name: the configuration and what it names, the mirror, what lies beside it, and the
/// schedules in use. `option` is what names the file, as "--out".
void want_free(const std::string& option, const std::filesystem::path& file, const World& world,
               const config::Config& config);

/// The stream of `world` that `file` is another name of, as /dev/stdout; nullptr for any other
/// file. Opened a second time it would be written over from its beginning.
std::ostream* stream_of(World& world, const std::filesystem::path& file);

}  // namespace heed::cli
