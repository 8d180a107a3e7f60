#pragma once

#include "simulator/names.hpp"
#include "simulator/org.hpp"

namespace heed::simulated {

/// Gives the people of a populated org consents: three purposes; a ContactPointTypeConsent for
/// every third person and a PartyConsent for every tenth; a ContactPointEmail or ContactPointPhone
/// for every second, with a ContactPointConsent for half of those; and a CommSubscriptionConsent
/// for every seventh, given by the Contact. Statuses are mixed, one in three says no; some begin or
/// end within the days around the org's now. The same options give the same consents.
void populate_consents(Org& org);

/// Somebody changes one consent's mind, dates or channel, gives or takes a new one, or deletes one.
void consent_acts(Org& org, Dice& dice);

}  // namespace heed::simulated
