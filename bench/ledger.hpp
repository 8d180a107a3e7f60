#pragma once

#include <cstdint>
#include <string>

namespace heed::bench {

/// Measures the ledger over a made-up org: a full assessment, one after a delta, heed due. Prints
/// the figures; returns the exit code. `program` is this one: each step is a process of its own, so
/// that its memory can be told.
int ledger(const std::string& program, std::int64_t people);

/// One of those steps, on the mirror in `file`.
int ledger_step(const std::string& step, const std::string& file);

}  // namespace heed::bench
