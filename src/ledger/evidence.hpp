#pragma once

#include "people.hpp"

namespace heed::ledger {

/// What fields of the CRM say of the wishes of a row's record: when they came in, what was done.
void know_evidence(const mirror::Row& row, const Options& options, Dossier& dossier);

/// Since when a row surely says nothing of who the person is; nullopt where it may.
std::optional<Moment> emptied_since(const mirror::Row& row, const Options& options);

}  // namespace heed::ledger
