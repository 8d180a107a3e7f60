#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "heed/record.hpp"

namespace heed::mirror {

/// One row of field history, about one field of one record.
struct Told {
  Id row;
  Moment at;
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
  std::optional<Id> by;
};

/// A change to be added, and the row that tells of it. Without a row it is what the next one shows
/// to have gone before.
struct Woven {
  Change change;
  std::optional<Id> row;
};

/// What the record itself says of the field.
struct Shown {
  std::optional<Moment> created;  ///< the record was; nullopt: not known
  std::optional<Moment> stamp;    ///< `value` is as of then; nullopt: the record does not show it
  std::optional<std::string> value;
};

/// Whether two values of a field are one for wishes: null, no and nothing are.
bool say_same(const std::optional<std::string>& a, const std::optional<std::string>& b);

/// Makes changes of `rows`, which none was made of yet. `changes` are all of the same field of the
/// same record so far, in the order of their numbers; `model` has what the new ones have in common
/// (object, id, field, first_seen). The result is in the order in which it happened. Pure.
std::vector<Woven> weave(std::span<const Change> changes, std::vector<Told> rows,
                         const Change& model, const Shown& shown);

/// The same, but for those rows alone that explain one of `changes`: for a record beside the one
/// that the rows are about.
std::vector<Woven> explain_only(std::span<const Change> changes, std::vector<Told> rows,
                                const Change& model);

}  // namespace heed::mirror
