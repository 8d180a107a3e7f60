#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cell.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"

namespace heed::mirror {

/// Stores the records of one page, one by one, inside one transaction.
class Recorder {
 public:
  /// `watermark` is the stored one, from before the page; `calculated` when calculated fields were
  /// last read of every row.
  Recorder(store::Database& database, const Shape& shape, const Reading& reading,
           std::optional<Moment> watermark, std::optional<Moment> calculated);

  void take(const Record& record);

  const Tally& tally() const { return tally_; }

 private:
  /// What the mirror has of the record at hand.
  struct Old {
    std::string stamp;
    std::string seen;
    Standing standing = Standing::live;
  };
  /// A tracked field that has a change to be written.
  struct Differing {
    std::size_t slot;
    std::optional<std::string> old_value;
    bool fresh;                        ///< the stored row was never read for this field
    std::optional<Moment> after = {};  ///< it had `old_value` then, by what history told
  };

  void read(const Record& record);
  void create(const Record& record);
  void compare(const Record& record);
  bool outdated(const Record& record, const Old& old) const;
  bool collect(const Old& old);
  bool is_collected(std::size_t slot) const;
  void collect_passed(const Record& record, std::string_view after);
  void rewrite(const Record& record);
  void bind_tail(store::Statement& statement, int index, const Record& record, bool with_stamp,
                 bool id_first);
  void tell();
  bool told(const Change& change);
  void learn_prefix(Id id);
  void count(std::int64_t& counter, const Record& record);
  void note_unseen(const Record& record, Moment since);

  bool is_set(std::size_t slot) const;
  bool loading() const;
  std::optional<Id> author() const;
  bool never_seen(const Old& old, const Differing& differing) const;
  Change begin_change(const Record& record, const Old* old, std::string_view field) const;
  Moment lower_bound(const Record& record, const Old* old, const Slot* slot, bool initial) const;
  Moment calculated_after(const Old& old) const;
  void change_field(const Record& record, const Old* old, const Differing& differing);
  void came_back(Change& change) const;
  void change_standing(const Record& record, const Old* old);
  void point(const Record& record, const Old* old, std::size_t slot);

  store::Database& database_;
  const Reading& reading_;
  std::optional<Moment> watermark_;
  std::optional<Moment> calculated_;
  Layout layout_;
  Tally tally_;
  History history_;
  store::Statement select_;
  store::Statement insert_;
  store::Statement update_;
  std::optional<Id> highest_;  ///< of all rows: a record with a higher one is new
  std::vector<Cell> cells_;
  std::vector<bool> shown_;
  bool all_shown_ = true;
  std::vector<Differing> differing_;
  std::string stamp_text_;
  std::string seen_text_;
  std::string prefix_;
  std::optional<Moment> created_;
  bool has_history_ = false;  ///< the object's field history is mirrored, too
  /// Of a field history: the object whose changes it tells, and the place of the changed record.
  std::optional<std::pair<std::string, std::size_t>> told_parent_;
  bool worth_listing_ = false;  ///< a tracked field that is no link has changed
};

}  // namespace heed::mirror
