#pragma once

#include <cstdint>

namespace heed::bench {

/// What a run costs that finds 2,000 changed rows in a mirror of `rows`, one that finds nothing new
/// (an idle poll), and `verify`, beside the download alone.
struct Polls {
  bool delta = false, idle = false, verify = false;
};

/// Measures what `which` names on one mirror, `rounds` times each.
bool polls(const Polls& which, std::int64_t rows, int rounds);

}  // namespace heed::bench
