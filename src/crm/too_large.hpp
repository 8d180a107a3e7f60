#pragma once

#include <cstdint>
#include <string_view>

#include "heed/error.hpp"

namespace heed::crm {

/// The error for an answer of more bytes than the `largest` that the setting `key` allows. `read`
/// is the answer, as far as it came: the record in which it reaches the limit is named, by its
/// place in the page and the last Id until there.
Error too_large(std::string_view read, std::int64_t largest, std::string_view key);

}  // namespace heed::crm
