#pragma once

#include "chain.hpp"
#include "heed/ledger.hpp"

namespace heed::ledger {

struct Ledger::Work {
  store::Database& database;
  Chain chain;
};

/// Moments, days and words of one event, as heed_event and heed_text have them.
Event read_event(const store::Statement& row);

/// A select of what read_event() takes, up to and without WHERE.
std::string event_query();

}  // namespace heed::ledger
