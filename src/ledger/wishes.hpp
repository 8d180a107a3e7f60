#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "heed/ledger.hpp"
#include "heed/policy.hpp"
#include "heed/record.hpp"

namespace heed::ledger {

/// That something was done about a wish, and what shows it.
struct Done {
  std::optional<Day> day;       ///< a date that stands there ...
  std::optional<Moment> since;  ///< ... or a flag that was surely set then
  std::string proof;
  const Evidence* by = nullptr;
};

/// A value that a field for evidence took.
struct Noted {
  std::string field;
  std::optional<std::string> value;
  std::optional<Moment> since;  ///< it was surely there then; nullopt: nobody saw it come
};

/// A wish, and when it was surely over.
struct Wished {
  policy::Wish wish;
  std::optional<Moment> over;                ///< nullopt: it stands
  bool again = false;                        ///< the same field had one before
  std::vector<Done> done = {};               ///< fields of the CRM say so
  std::vector<const Evidence*> undone = {};  ///< whose fields say nothing, and it stands
  std::vector<const Evidence*> unseen = {};  ///< whose fields this user does not see
  std::optional<Moment> not_before = {};     ///< a consent that is in force from then on
  std::optional<Moment> flagged = {};  ///< the flag was surely set then, though the wish is older
};

/// A change that no better one supersedes, with the first of those that it is better than.
struct Seen {
  const Change* change;
  const Change* root;
};

/// The best that is known of one field of one record, in the order in which it happened.
std::vector<Seen> best_known(const std::vector<const Change*>& changes);

/// When the wish's own flag was surely set.
Moment flagged_at(const Wished& wished);

/// A wish that began with that change.
Wished wish_since(const Seen& seen, Preference preference);

/// The wishes of one record, by field and time, from its changes in the order of their numbers;
/// those of consents are left out. A change that a better one supersedes gives its number to the
/// wish and nothing else.
/// `loaded` is when heed began to look at the object: what history dates later is no wish from
/// before, though the load found it set.
std::vector<Wished> wishes_of(std::span<const Change> changes,
                              const policy::PreferenceMap& preferences,
                              std::optional<Moment> loaded);

/// Whether field history dates a change, or a wish, after that.
template <typename Made>
bool made_since(const Made& made, std::optional<Moment> loaded) {
  return loaded && made.how == How::history && made.after == made.until && made.until > *loaded;
}

/// Whether both stood at some moment.
bool overlap(const Wished& a, const Wished& b);

}  // namespace heed::ledger
