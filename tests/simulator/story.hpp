#pragma once

#include <string>
#include <string_view>

#include "simulator/simulator.hpp"

namespace heed::simulated {

/// Does what the lines of a story say, each at once and in their order. Returns one line on where
/// the org's clock stands. A line that cannot be understood or done throws std::invalid_argument
/// with "NAME:LINE: cause"; the lines before it are done.
///
/// Empty lines, and those that begin with #, say nothing. R is a record: "Contact 4" (the fourth by
/// id) or its id. T is a moment in RFC 3339; SPAN is "3 days", "90 minutes", "2h" or the like.
///
///     at T                          the clock moves on to T
///     at T, LINE                    LINE happens when the clock reaches T
///     advance SPAN
///     R opts out of WISH            solicit track geotrack profile process email phone fax text
///     R opts in to WISH
///     R asks to be forgotten        R asks for export
///     R sets FIELD to VALUE         null, true, false, a date, a moment, a number or text
///     create OBJECT FIELD=VALUE...  texts with blanks in double quotes
///     delete R    undelete R    empty bin of R    purge R
///     merge R [and R] into R        convert R [into R]
///     late by SPAN: LINE            LINE is stamped now, and becomes visible after SPAN
///     long transaction of SPAN: LINE   the same, and the CRM knows: latestDateCovered is held back
///     hide|show field OBJECT.FIELD   hide|show object OBJECT    hide|show R
///     disable Individual    enable Individual
///     expire sessions    expire locators
///     lose delete log before T      allow N calls
///     fail request N with FAULT     fail next with FAULT: a status, html, empty, truncated,
///     refused,
///                                   reset, locator, session, or an exception code
///     office works N days [seed S]
std::string tell(Simulator& crm, std::string_view lines, const std::string& name);

}  // namespace heed::simulated
