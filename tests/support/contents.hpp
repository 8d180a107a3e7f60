#pragma once

#include <filesystem>
#include <string>

namespace heed::support {

/// Every byte of a file; empty where there is no such file or it cannot be read.
std::string contents(const std::filesystem::path& file);

}  // namespace heed::support
