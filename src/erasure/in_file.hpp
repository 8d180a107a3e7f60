#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "heed/erasure.hpp"

namespace heed::erasure {

/// The records of each of several people.
using People = std::vector<std::vector<mirror::Ref>>;

/// Forgets records of one person in this one file, its mirror and its ledger, in one transaction.
/// Returns how many of them the ledger spoke of.
std::int64_t forget_in(const Place& place, std::span<const mirror::Ref> records,
                       const ledger::Author& author, std::string_view reason);

/// Who `erasures` say was forgotten and this file has records of, person by person.
People find_people(const mirror::Mirror& mirror, std::span<const mirror::Erasure> erasures);

}  // namespace heed::erasure
