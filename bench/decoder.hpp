#pragma once

#include "heed/record.hpp"

namespace heed::bench {

/// Reads one prepared page of 2,000 records of `shape`, in turn, with heed's client (from the bytes
/// of the answer to a Page with every value decoded) and with expat, namespaces on and callbacks
/// that do nothing but count; prints both speeds and heed's heap allocations. False where heed has
/// less than half of expat's speed, or one allocation for each field.
bool decoder(const Shape& shape, int rounds);

}  // namespace heed::bench
