#pragma once

namespace heed::ledger {

class Chain;

/// The tables of events, duties, subjects, texts and receipts as they are now, with what those of
/// older heeds had: every text that many rows share is stored once, and digests are bytes. What is
/// chained and what is sealed stays as it was.
void store_once(Chain& chain);

}  // namespace heed::ledger
