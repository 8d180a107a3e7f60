#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "heed/erasure.hpp"

namespace heed::erasure {

/// Where copies of the mirror's file were written: by heed backup, and before an upgrade. The file
/// itself, under whatever name, is none.
std::vector<std::string> copies_of(const Place& place);

/// Forgets the people in every copy of the mirror's file that heed wrote. A copy is replaced as a
/// whole by one that has forgotten them, or stays as it was and is told in the outcome.
void rewrite_copies(const Place& place, const std::vector<std::vector<mirror::Ref>>& people,
                    const ledger::Author& author, std::string_view reason, Outcome& outcome);

}  // namespace heed::erasure
