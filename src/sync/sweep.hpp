#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
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
    standing,       ///< the same stamp, but deleted in one alone, or returned again
    unread,         ///< not read since one of its fields came into sight
    none            ///< nothing but that it is forgotten here, and live in the CRM
  };
  Kind kind;
  Id id;
  Id here_as;  ///< the mirror's id of it: a pseudonym where it, or what it is the history of, is
               ///< one
  std::optional<Moment> there;  ///< the CRM's stamp
  std::optional<Moment> here;   ///< the mirror's
};

/// Whether a row claims to be in the CRM, live or in its recycle bin.
bool stands(Standing standing);

/// Walks through the ids of the CRM and of the mirror side by side, in the order of the ids. Memory
/// does not grow with the rows. Rows of field history that the CRM returns no more are no
/// difference: it throws them away after two years, and with their record; the mirror keeps them.
class Sweep {
 public:
  explicit Sweep(const Task& task)
      : task_(task),
        shape_(narrow(*task.shape)),
        history_(task.is_history()),
        whole_since_(task.mirror.read_whole_since(*task.shape)) {}

  /// Goes on after an id that an earlier sweep has compared, and that had come by these forgotten
  /// records.
  void go_on(Id after, std::set<Id> shown);

  /// Hands each difference to `found`, which may record and mark. After each page that was
  /// compared, tells `paged` its last id: a later sweep may go on from there. None where that is
  /// concealed: the ids of forgotten people are not for the file.
  Ended run(const std::function<void(const Difference&)>& found,
            const std::function<void(std::optional<Id>)>& paged = {});

  /// The pseudonyms of forgotten records that came since the last call.
  std::vector<Id> take_shown() { return std::exchange(just_shown_, {}); }

  std::int64_t there() const { return there_; }  ///< records of the CRM, deleted ones too
  std::int64_t here() const { return here_; }    ///< of the mirror, live or deleted
  std::int64_t forgotten() const { return live_forgotten_; }  ///< live in the CRM all the same
  std::optional<Moment> latest_there() const { return latest_there_; }
  std::optional<Moment> latest_here() const { return latest_here_; }

 private:
  const mirror::Known* next_here();
  void miss(const mirror::Known& known);
  void miss_here(const Record& record);
  void pass_here(const mirror::Known& known);
  void look(const Record& record);
  void know_forgotten();
  bool look_at_forgotten(const Record& record);
  void look_at_told(const Record& record);
  bool compare(const Record& record, const mirror::Known& mine);

  const Task& task_;
  std::shared_ptr<const Shape> shape_;
  bool history_;
  Moment whole_since_;
  const std::function<void(const Difference&)>* found_ = nullptr;
  std::map<Id, mirror::Known> forgotten_;  ///< rows under pseudonyms that the CRM has not shown
  std::set<Id> pseudonyms_;                ///< all of them
  std::set<Id> shown_;                     ///< of them, what an earlier sweep has come by
  std::vector<Id> just_shown_;
  std::vector<mirror::Known> chunk_;  ///< of the mirror's rows; the next one is at `at_`
  std::size_t at_ = 0;
  bool more_here_ = true;
  std::optional<Id> last_here_;
  std::optional<Id> last_there_;
  std::optional<Id> concealed_as_;  ///< the pseudonym of the last record of the CRM
  std::int64_t there_ = 0, here_ = 0, live_forgotten_ = 0;
  std::optional<Moment> latest_there_, latest_here_;
};

}  // namespace heed::sync
