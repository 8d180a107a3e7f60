#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace heed::http {

/// Copies `text`; each secret that stands in its usual place is told to `found` and left out.
std::string redacted(std::string_view text, const std::function<void(std::string_view)>& found);

}  // namespace heed::http
