#pragma once

#include <string>
#include <string_view>

#include "duties.hpp"

/// What an act of a person wants of a duty and of the words it is given. Each throws what the
/// module's header says, with the duty's name, the cause and the mend.
namespace heed::ledger {

/// The duty of that number. Error(finding) where there is none.
Duty want_duty(store::Database& database, std::int64_t number);

/// Error(usage) for an empty text; `what` is "the reason".
void want_text(const Duty& duty, std::string_view text, std::string_view what);

/// Error(usage) for a day that is not over, or has not begun, in the duty's zone.
void want_past(const Duty& duty, Day day, Moment now);

/// The same, and Error(usage) for a day before the wish: what was done then was not done for it.
void want_since_wish(const Duty& duty, Day day, Moment now);

/// Error(finding) for a duty that is closed.
void want_open(const Duty& duty);

/// Why the duty cannot be closed by a person; empty where it can.
std::string why_not_closable(const Duty& duty);

/// Error(finding) where the mirror has forgotten whose the duty is.
mirror::Ref want_record(const Duty& duty);

/// The civil day of the duty's zone.
Day today_of(const Duty& duty, Moment now);

}  // namespace heed::ledger
