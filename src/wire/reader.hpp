#pragma once

#include "wire/sobject.hpp"

struct soap;

/// Reads the child elements of the record whose start tag gSOAP has just read, and its end
/// tag, into `to`. False on XML that cannot be read, with the parser's error set.
bool read_fields(soap* s, heed_sObject& to);
