#pragma once

#include <functional>
#include <optional>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/report.hpp"

namespace heed::report {

/// When the first load of the first object began: before that heed knew nothing. nullopt while no
/// first load has ended.
std::optional<Moment> beginning(const mirror::Mirror& mirror);

/// Whether a report of what heed knew at `then` can say anything.
bool knew_anything(const mirror::Mirror& mirror, std::optional<Moment> then);

/// The last complete run that had ended by `then`: what heed knew is what that one had read.
/// nullopt where none had.
std::optional<mirror::Run> known_by(const mirror::Mirror& mirror, Moment then);

/// Whether a run ended after `as_of`, or the ledger has an event after it.
bool is_past(const Sources& sources, Moment as_of);

/// Duties as they stood at `as_of`, in the order of Ledger::for_each_due. Where that is past,
/// states, starts and due days are those that the events told by then, persons and privacy holds
/// those that the mirror knew, and the duties are held in memory. `filter.person` is the first
/// record of a person as of then. Whether a place was known then cannot be told: place_unknown is
/// today's.
void for_each_duty(const Sources& sources, Moment as_of, const ledger::Filter& filter,
                   const std::function<void(const ledger::Duty&)>& visit);

}  // namespace heed::report
