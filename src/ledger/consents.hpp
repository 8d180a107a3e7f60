#pragma once

#include <optional>
#include <span>
#include <vector>

#include "people.hpp"

namespace heed::ledger {

/// What the record of a consent object says.
struct Stated {
  std::vector<Wished> wishes;
  std::optional<Moment> turn;  ///< when next a date of it passes; nullopt: none will
};

/// The wishes of a consent record as of `now`, in the order in which they came about. One begins
/// with the change of its status (or of what it is about), but not before it is in force, and is
/// over when that is. `changes` are all of the record, in the order of their numbers. A record that
/// is gone before a date has nothing begin on it.
Stated stated_by(const Lookup& lookup, const mirror::Ref& record, std::span<const Change> changes,
                 const policy::Mapping& mapping, Moment now);

/// Notes when the record is to be judged again though nothing of it changed; nullopt: never.
void save_turn(store::Database& database, const mirror::Ref& record, std::optional<Moment> turn);

/// Puts the records whose turn has come by `now` on the mirror's list, once.
void list_turned(store::Database& database, mirror::Mirror& mirror, Moment now);

/// Lists the records of consents that are about a name, where such names are others than at the
/// last call.
void list_for_new_names(Chain& chain, mirror::Mirror& mirror, const Grounds& grounds);

/// Lists an object's records that have a change of a preference.
void list_object(mirror::Mirror& mirror, const policy::PreferenceMap& preferences,
                 const std::string& object);

}  // namespace heed::ledger
