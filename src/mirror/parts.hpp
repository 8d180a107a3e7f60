#pragma once

#include <cstdint>
#include <optional>

#include "heed/store.hpp"

namespace heed::mirror {

// The index of changes by record has parts, one after the other in the order of the changes'
// numbers. Where it was one, each of a few thousand changes fell on a leaf of its own among those
// of millions, to be read and written twice: half of what a run wrote. New changes now go to the
// leaves of the newest part, and a search looks into every part: there are few, since each begins
// when the one before holds an eighth of all.

/// A step of the mirror's component: all changes that are there are the first part.
void divide_changes(store::Database& database);

/// The part that new changes belong to, by the number of its first; nullopt: the first part.
std::optional<std::int64_t> newest_part(store::Database& database);

/// To be called between runs, so that a first load is one part.
void begin_part_when_due(store::Database& database);

}  // namespace heed::mirror
