#pragma once

#include "heed/ledger.hpp"

namespace heed::report {

/// Whether `as_of` lies before the ledger's last event.
bool is_past(const ledger::Ledger& ledger, Moment as_of);

/// Duties as they stood at `as_of`, in the order of Ledger::for_each_due. Where that lies before
/// the ledger's last event, states, starts and due days are those that the events told by then, and
/// the duties are held in memory.
void for_each_duty(const ledger::Ledger& ledger, Moment as_of, const ledger::Filter& filter,
                   const std::function<void(const ledger::Duty&)>& visit);

}  // namespace heed::report
