#pragma once

#include <filesystem>
#include <string>

namespace heed::config {

/// A whole file. Throws Error(configuration) naming it when it cannot be read.
std::string read_text(const std::filesystem::path& file);

}  // namespace heed::config
