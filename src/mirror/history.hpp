#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

/// What to throw where the mirror holds what heed cannot have written.
Error foreign(const store::Database& database, const char* what);

/// An id as a text of the mirror. Throws foreign.
Id read_id(const store::Database& database, std::string_view text);

/// Writes what outlives the rows: changes, links, and the list of records to assess. Counts what it
/// did in the tally it is given. Lives inside one transaction.
class History {
 public:
  History(store::Database& database, Tally& tally);

  /// Returns the change's number.
  std::int64_t add(const Change& change);

  /// The same where nobody asks for the number: RETURNING has the engine build a table each time,
  /// and costs more than the change itself.
  void note(const Change& change);

  /// A record points to `to` from now on; nothing happens if it does already.
  void begin_link(std::string_view object, Id from, std::string_view field, Id to, Moment since);

  /// A record points to no other than `kept` any more. Who it pointed to is listed: that person may
  /// have lost a place, or a wish.
  void end_links(Id from, std::string_view field, std::optional<Id> kept, Moment ended);

  void list(std::string_view object, Id id);

 private:
  store::Database& database_;
  Tally& tally_;
  std::optional<std::int64_t> part_;
  store::Statement add_;
  store::Statement note_;
  store::Statement begin_;
  store::Statement end_;
  store::Statement list_;
};

/// The id's characters, as a statement takes them.
std::optional<std::string_view> text_of(const std::optional<Id>& id);

/// The columns of heed_change, called c, that read_change() takes.
extern const std::string_view change_columns;

/// A change as it is stored. `row` has the columns that changes_query() selects.
Change read_change(const store::Database& database, const store::Statement& row);

/// A select of what read_change() takes, up to and without WHERE.
std::string changes_query();

/// The object that ids with this prefix are of; nullopt when none has been seen.
std::optional<std::string> object_of_prefix(store::Database& database, std::string_view prefix);

void write_cursor(store::Database& database, const Cursor& cursor);

}  // namespace heed::mirror
