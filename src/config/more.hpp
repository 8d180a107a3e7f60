#pragma once

#include "heed/config.hpp"
#include "heed/document.hpp"

namespace heed::config {

/// Reads an [[object]] and puts it to the others. Throws Error(configuration): for what is no name
/// of an object of the CRM, for one that heed mirrors by itself and one that is named twice, and
/// for one without a field.
void read_more(const document::Table& table, Config& config);

/// Adds what the [[object]]s ask for to what is wanted already. Throws Error(configuration) for a
/// name that differs from one of those in the case of its letters alone.
void want_more_objects(const Config& config, sync::Options& options);

}  // namespace heed::config
