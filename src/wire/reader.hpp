#pragma once

#include <functional>

#include "wire/sobject.hpp"

struct soap;

/// Takes the records of answers one by one, as they are read. Each is read into the same room, so
/// that nothing is allocated for it; the answer itself keeps them empty.
struct heed_Taking {
  heed_sObject room;
  std::function<void(const heed_sObject&)> take;  ///< throws nothing: gSOAP's frames are above it
};

/// Hands over the records that `s` reads from now on; null: the answer keeps them.
void hand_over(soap* s, heed_Taking* to);
heed_Taking* taking_of(const soap* s);

/// Reads the child elements of the record whose start tag gSOAP has just read, and its end
/// tag, into `to`. False on XML that cannot be read, with the parser's error set.
bool read_fields(soap* s, heed_sObject& to);
