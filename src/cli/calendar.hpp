#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "heed/calendar.hpp"
#include "heed/config.hpp"

namespace heed::cli {

/// What `heed calendar` works on.
struct Almanac {
  config::Folders folders;
  std::vector<calendar::Calendar> calendars;

  /// nullptr when there is none of that id.
  const calendar::Calendar* find(const std::string& id) const;

  /// Throws Error(finding), with the nearest id, when there is none of that id.
  const calendar::Calendar& at(const std::string& id) const;
};

/// `heed calendar import FEED.ics`.
int import_calendar(World& world, const boost::program_options::variables_map& given,
                    const Almanac& almanac);

}  // namespace heed::cli
