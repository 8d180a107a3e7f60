#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heed::crm {

/// U+FFFD: stands where something was that is no character.
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// The length of the longest beginning of `text` that is well-formed UTF-8 and has only characters
/// that XML allows.
std::size_t good_run(std::string_view text);

/// `text` with every byte that belongs to no such character replaced.
std::string mended(std::string_view text);

}  // namespace heed::crm
