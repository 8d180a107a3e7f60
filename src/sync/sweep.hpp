#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sync/asking.hpp"

namespace heed::sync {

/// Where the CRM and the mirror do not agree about one record.
struct Difference {
  enum class Kind {
    missing_here,   ///< the CRM has a record that the mirror has not
    missing_there,  ///< the mirror has a record, live or deleted, that the CRM returns no more
    older_here,     ///< the CRM's stamp is later
    newer_here,     ///< the CRM's stamp is earlier
    standing        ///< the same stamp, but deleted in one alone, or returned again
  };
  Kind kind;
  Id id;
  std::optional<Moment> there;  ///< the CRM's stamp
  std::optional<Moment> here;   ///< the mirror's
};

/// Walks through the ids of the CRM and of the mirror side by side, in the order of the ids. Memory
/// grows with the differences in one range of ids, and not with the rows.
class Sweep {
 public:
  explicit Sweep(const Task& task) : task_(task), shape_(narrow(*task.shape)) {}

  /// Hands each difference to `found`, which may ask, record and mark: between two ranges of ids,
  /// when no page is under way.
  Ended run(const std::function<void(const Difference&)>& found);

  std::int64_t there() const { return there_; }  ///< records of the CRM, deleted ones too
  std::int64_t here() const { return here_; }    ///< of the mirror, live or deleted
  std::optional<Moment> latest_there() const { return latest_there_; }
  std::optional<Moment> latest_here() const { return latest_here_; }

 private:
  const mirror::Known* next_here();
  void miss(const mirror::Known& known);
  void pass_here(const mirror::Known& known);
  void look(const Record& record);
  std::optional<crm::Refusal> read_range(std::int64_t range);
  void know_forgotten();
  bool look_at_forgotten(const Record& record);
  void compare(const Record& record, const mirror::Known& mine);

  const Task& task_;
  std::shared_ptr<const Shape> shape_;
  std::vector<Difference> found_;          ///< in the range at hand
  std::map<Id, mirror::Known> forgotten_;  ///< rows under pseudonyms that the CRM has not shown
  std::set<Id> pseudonyms_;                ///< all of them
  std::vector<mirror::Known> chunk_;       ///< of the mirror's rows; the next one is at `at_`
  std::size_t at_ = 0;
  bool more_here_ = true;
  std::optional<Id> last_here_;
  std::optional<Id> last_there_;
  std::int64_t there_ = 0, here_ = 0;
  std::optional<Moment> latest_there_, latest_here_;
};

}  // namespace heed::sync
