#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "heed/mirror.hpp"
#include "simulator/org.hpp"

namespace heed::support {

/// What was really the case in the simulated org: the tracked values of every record and when each
/// came about. To be told after everything that happens.
class Truth {
 public:
  explicit Truth(const simulated::Org& org) : org_(org) { look(); }

  /// Notes what has changed since the last look.
  void look();

  /// Where the mirror is not as the org is: rows, stamps, standings, values. A line each. Records
  /// and fields that this user may not see are passed over, and objects in `stopped`. A formula's
  /// result may be one that was right since formulas were last read; a field whose new type heed
  /// has not been told of yet is passed over.
  std::vector<std::string> differences(const mirror::Mirror& mirror,
                                       const std::vector<std::string>& stopped = {}) const;

  /// Where the mirror's changes and links cannot be true: a value that was never there within the
  /// bounds, a change that does not follow from the one before, a last one that is not what the row
  /// says. The rows of objects in `stopped` say what they said.
  std::vector<std::string> untruths(const mirror::Mirror& mirror,
                                    const std::vector<std::string>& stopped = {}) const;

 private:
  struct Value {
    Moment stamp;  ///< the record's, or of a formula's result the moment
    std::optional<std::string> value;
  };
  using Key = std::pair<Id, std::string>;

  void note(const simulated::Table& table, std::uint32_t row);
  bool was(const Change& change) const;
  void compare_values(const mirror::Mirror& mirror, const simulated::Table& table, std::uint32_t at,
                      const mirror::Row& row, std::vector<std::string>& found) const;
  bool was_since(const Key& key, const std::optional<std::string>& value,
                 std::optional<Moment> since) const;
  bool out_of_sight(const Id& id) const;
  static void check_order(const std::vector<Change>& list, std::vector<std::string>& found);
  static void check_last(const mirror::Mirror& mirror, const std::vector<Change>& list,
                         std::vector<std::string>& found);

  const simulated::Org& org_;
  std::map<Key, std::vector<Value>> values_;
  std::set<Id> once_hidden_;
};

}  // namespace heed::support
