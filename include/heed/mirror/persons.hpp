#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "heed/mirror.hpp"

/// The mirror's records one after the other, as an assessment goes through them. Part of the module
/// mirror.
namespace heed::mirror {

/// A record on the list of those to be assessed.
struct Listed {
  Ref record;
  bool alone = false;  ///< never linked: a person of its own
  bool operator==(const Listed&) const = default;
};

/// That list, worked off from its front: what Mirror::to_assess() gives, in the same order.
class Worklist {
 public:
  explicit Worklist(store::Database& database) : database_(database) {}

  /// The first `limit` records.
  std::vector<Listed> front(std::int64_t limit) const;

  /// What Mirror::changes() gives of the listed records from `first` to `last`, by record as the
  /// list has them and number. In one pass, which takes half as long as one by one.
  std::vector<Change> changes(const Ref& first, const Ref& last) const;

  /// Strikes off all up to `last`.
  void strike_up_to(const Ref& last);

 private:
  store::Database& database_;
};

/// A record's person at present.
struct Grouped {
  Group group;
  bool parted = false;  ///< a link of one of the records is over
};

/// Finds persons as Mirror::person() does, many in a row. What it knows of objects is that of its
/// construction: not to be kept over Mirror::adopt().
class Persons {
 public:
  explicit Persons(store::Database& database);
  Persons(const Persons&) = delete;
  Persons& operator=(const Persons&) = delete;
  ~Persons();

  Grouped find(std::string_view object, Id id);

  /// The records that can be reached over such neighbours, as far as the mirror has a row of them.
  Group reach(std::string_view object, Id id, const std::function<std::set<Id>(Id)>& neighbours);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace heed::mirror
