#pragma once

#include <vector>

#include "people.hpp"

namespace heed::ledger {

/// What was done about a duty's dates, as its events tell: extensions, pauses, and what came in.
policy::Course course_of(store::Database& database, const Duty& duty);

/// The courses of the duties that have one and whose wish is still there.
std::vector<policy::Course> courses_of(store::Database& database, const Dossier& dossier);

/// The version of the duty's rule is not in the pack any more, and the one that is began later: an
/// old case keeps the rule of its day.
bool keeps_its_rule(const policy::Rulebook& rulebook, const Duty& duty, const policy::Duty& found);

}  // namespace heed::ledger
