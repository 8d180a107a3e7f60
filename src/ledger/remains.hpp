#pragma once

#include "people.hpp"

namespace heed::ledger {

/// Whether something of a person whose records are all gone is there under another: a record that
/// was linked to them at `since` or later, over others too, and is neither purged nor emptied. A
/// link that ended says where the CRM keeps the record now, not that it was erased.
bool remains(const Lookup& lookup, const Dossier& dossier, Moment since);

}  // namespace heed::ledger
