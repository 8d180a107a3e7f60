#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "heed/policy.hpp"

/// The schedules as they are shipped, for tests of the judgement.
namespace heed::support {

/// A file below the source folder, whole.
std::string shipped(std::string_view path);

/// All of `schedules/calendars`, and "NONE": 2010 to 2040 with weekends and no holiday.
std::vector<calendar::Calendar> all_calendars();

policy::Pack shipped_pack(std::string_view id, bool allow_unverified = false);

/// Every pack under `schedules/packs`, by the name of its file.
std::vector<policy::Pack> all_packs(bool allow_unverified = false);

policy::Places shipped_places();
policy::PreferenceMap shipped_preferences();

/// The text of the shipped preferences.toml, with the consents that stand in it as comments.
std::string consents_mapped();
policy::PreferenceMap preferences_with_consents();

/// Three packs (eu-gdpr, us-ca-ccpa, ca-casl) without what is due with another duty, an office in
/// Germany whose clock is Berlin's, and everything else as shipped.
policy::Rulebook::Parts shipped_parts();

/// The same with every pack that is shipped, whole.
policy::Rulebook::Parts whole_parts(bool allow_unverified = false);

/// A wish of a Contact's or Individual's, made at one known moment.
policy::Wish wish_at(Preference preference, std::string_view moment);

/// A person with one wish, living in the country and state given as codes.
policy::Person person_with(policy::Wish wish, std::string_view country,
                           std::string_view state = "");

/// The duty of that id and pack; it must be there.
const policy::Duty& duty_of(const std::vector<policy::Duty>& duties, std::string_view pack,
                            std::string_view id);

}  // namespace heed::support
