#pragma once

#include "people.hpp"

namespace heed::ledger {

/// What the fields for evidence of an object said over time, by the changes of one record: of each
/// field oldest first.
std::vector<Noted> noted_in(std::span<const Change> changes, std::string_view object,
                            const Options& options);

/// What fields of the CRM say of the wishes of a row's record: when they came in, what was done.
/// `noted` is what they said until now.
///
/// - A receipt belongs to the wish that it lies before, and not before the end of the one before
///   that. It is kept when the field is emptied or says another time for a later wish.
/// - What was done counts for the wish that stands. A checkbox wants to be seen to be set since
///   that began, and where the field held a wish before, a date wants to be written since then.
void know_evidence(const mirror::Row& row, const std::vector<Noted>& noted, const Options& options,
                   Dossier& dossier);

/// Since when a row surely says nothing of who the person is; nullopt where it may.
std::optional<Moment> emptied_since(const mirror::Row& row, const Options& options);

}  // namespace heed::ledger
