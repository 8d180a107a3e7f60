#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sync/asking.hpp"

namespace heed::sync {

/// Reads one object from its cursor to the run's moment, page by page, the next page under way
/// while one is stored.
class Reader {
 public:
  explicit Reader(const Task& task);

  Ended read();

  /// What was stored; whether anything was written.
  const mirror::Tally& tally() const { return tally_; }
  /// Values that could not be read, by their fields.
  const std::map<std::string, std::int64_t>& unreadable() const { return unreadable_; }
  bool wrote() const { return wrote_; }
  /// Since when every record has been read, and not only what changed: an earlier run may have
  /// begun with it. nullopt where they were not.
  std::optional<Moment> loaded() const { return loaded_; }

  /// The cursor as it is to be, stored already if wrote().
  const mirror::Cursor& cursor() const { return cursor_; }

 private:
  enum class Step { done, again, redescribe };
  /// The last record behind which a later run may go on: the ids of forgotten people are not for
  /// the file.
  struct Known {
    std::optional<Moment> stamp;
    std::optional<Id> id;
  };
  /// Where a question begins.
  struct Begin {
    mirror::Cursor cursor;
    Known known;
  };
  /// Where in its answer a page is.
  struct Place {
    bool first;
    bool last;
    bool closes;  ///< the last one closes the window
  };

  void open_load();
  std::optional<Moment> read_before() const;
  void open_window();
  Step load_range();
  Step window_rest();
  Step drain(const crm::Selection& selection, bool closes);
  bool open_ended() const;
  bool full(const crm::Selection& selection) const;
  crm::Answer<Page> ask(const std::function<crm::Answer<Page>()>& question);
  Step fell_short(const Begin& begin, std::int64_t announced);
  Step refused(const crm::Refusal& refusal);
  void ask_for_less();
  void note_unreadable(const Page& page);
  void store(const Page& page, const Place& at);
  void advance(const Page& page, bool first);
  void go_on_from(const Record& record);
  bool may_go_on_from(const Record& record, bool first) const;
  void begin_place();
  mirror::Cursor stored() const;
  void close();

  const Task& task_;
  mirror::Cursor cursor_;
  Known known_;
  std::optional<Moment> loaded_;
  bool first_load_ = false;
  std::int64_t range_;
  std::int64_t answered_ = 0;      ///< rows of the last answer so far
  Moment reached_{};               ///< the end of the last window that was read whole
  std::int64_t window_limit_ = 0;  ///< rows that one query of a window asks for; 0: all
  int failed_pages_ = 0;
  int short_answers_ = 0;
  int pages_ = 0;     ///< of windows
  int refusals_ = 0;  ///< one after the other, without a page between them
  mirror::Tally tally_;
  std::map<std::string, std::int64_t> unreadable_;
  bool wrote_ = false;
};

}  // namespace heed::sync
