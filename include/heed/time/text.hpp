#pragma once

#include <array>
#include <string_view>

#include "heed/time.hpp"

/// Part of the module time.
namespace heed {

using MomentText = std::array<char, 20>;
using DayText = std::array<char, 10>;

/// What to_text() gives, written where nothing has to be allocated. What is returned lies in
/// `room`.
std::string_view write_text(Moment moment, MomentText& room);
std::string_view write_text(Day day, DayText& room);

}  // namespace heed
