#pragma once

#include "heed/policy.hpp"

/// The words of a pack file that only its reader looks up.
namespace heed::policy {

std::optional<Unit> parse_unit(std::string_view text);
std::optional<Start> parse_start(std::string_view text);
std::optional<Roll> parse_roll(std::string_view text);
std::optional<SourceEvidence> parse_source_evidence(std::string_view text);

}  // namespace heed::policy
