#pragma once

#include <string>
#include <string_view>

namespace heed::simulated {

/// `text` in gzip's format.
std::string gzipped(std::string_view text);

}  // namespace heed::simulated
