#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "heed/mirror.hpp"

namespace heed::mirror {

/// The HMAC that a pseudonym is made of.
std::string pseudonym_digest(std::string_view key, Id id);

/// Whether a forgotten record keeps its value of the field. Links are not kept as they are: they
/// are given the pseudonym of their target, if it has one.
bool is_kept(const Keeping& keeping, std::string_view object, const Field& field);

/// Puts pseudonyms in the place of forgotten records as pages come in.
class Mask {
 public:
  Mask(const Keeping& keeping, const std::set<Id>& gone, const Shape& shape);

  /// `record` as it may be kept: itself, if it is not forgotten and points to nobody who is. Valid
  /// until the next call.
  Record apply(const Record& record);

  /// Whether the last record is forgotten, and no row of a history.
  bool forgotten() const { return forgotten_; }

 private:
  std::optional<Id> pseudonym(std::string_view text) const;
  void mask_links();
  void drop_the_rest();

  const Keeping& keeping_;
  const std::set<Id>& gone_;
  const Shape& shape_;
  /// How pseudonyms begin: an id that begins otherwise has none, and none is reckoned.
  std::set<std::string, std::less<>> prefixes_;
  std::optional<std::size_t> parent_;  ///< of a field history: the changed record
  bool forgotten_ = false;
  std::vector<Value> values_;
  std::deque<Id> ids_;
};

}  // namespace heed::mirror
