#pragma once

#include "heed/time.hpp"

namespace heed {

/// The characters of to_text(), 20 or 10, written to where they have room: for what is written so
/// often that a string each time would cost.
void write_text(char* at, Moment moment);
void write_text(char* at, Day day);

}  // namespace heed
