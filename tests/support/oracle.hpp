#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "heed/ledger.hpp"
#include "heed/policy.hpp"

/// What is owed, found the slow way: day by day from the packs' figures and the calendars' tables,
/// sharing no code with the engine.
namespace heed::support {

/// Where somebody lives: as typed into the CRM, and in truth.
struct Home {
  std::string country_typed, state_typed;
  std::string country;  ///< "" where nothing is typed, "?" where nobody knows what was meant
  std::string state;
  std::string also = {};  ///< another country's state, which what is typed may mean as well
};

/// One going of a field to true.
struct OracleWish {
  mirror::Ref record;
  std::string field;
  Preference preference = Preference::solicit;
  Moment after, until;
  Moment seen;            ///< when it was mirrored
  bool standing = false;  ///< on the first load
  bool withdrawn = false;
};

struct OraclePerson {
  std::vector<Home> homes;
  std::vector<OracleWish> wishes;
  std::optional<Moment> erased;  ///< since then every record is purged
};

/// A duty that must be there.
struct Expected {
  std::string pack, rule;
  const OracleWish* wish = nullptr;
  Day start{};
  std::optional<Day> due;  ///< nullopt: long past
  ledger::State state = ledger::State::open;
  std::optional<Day> closed_on;
  policy::DutyKind kind = policy::DutyKind::effect_by;
};

/// Everything owed to one person, in no order.
std::vector<Expected> owed_to(const OraclePerson& person, const policy::Rulebook& rulebook,
                              const std::string& controller_zone,
                              const std::string& controller_calendar);

}  // namespace heed::support
