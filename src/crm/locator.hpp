#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heed::crm {

/// Where a query's answer says that it goes on: the locator that stands before its records. A look
/// at the text, for asking ahead, not a reading of it: nullopt as well for an answer that is not
/// whole or that says it in another way, which is read in its turn all the same.
std::optional<std::string> locator_in(std::string_view answer);

}  // namespace heed::crm
