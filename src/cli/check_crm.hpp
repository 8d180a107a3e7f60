#pragma once

#include <optional>

#include "cli/checks.hpp"
#include "cli/setting.hpp"

namespace heed::cli {

/// Everything between this machine and what the CRM shows this user, a step after the other: line,
/// certificate, way in, login, version, clock, objects and fields. Who heed is to the CRM; nullopt
/// where it is not let in.
std::optional<crm::User> check_crm(Checks& checks, World& world, const Setting& setting,
                                   const boost::program_options::variables_map& given);

}  // namespace heed::cli
