#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "heed/record.hpp"

namespace heed::store {
class Database;
}

/// The CRM's rows as they were last seen, every change of a tracked field, the links between
/// records, and how far each object has been read.
namespace heed::mirror {

/// The name under which a record's standing has its changes, as if it were a tracked field.
inline constexpr std::string_view standing_field = "heed_standing";

/// The org whose mirror this is. `id` has 18 characters.
struct Org {
  std::string id;
  std::string instance;  ///< the host that answers for the org, as "na12.salesforce.com"
  bool operator==(const Org&) const = default;
};

/// How far one object has been read. The window that is open, if any, is read in the order of
/// (stamp, id), or of the id alone during the first load.
struct Cursor {
  std::string object;
  /// Rows stamped up to here are in the mirror; none: never loaded whole.
  std::optional<Moment> watermark = {};
  /// When a whole load began, by the CRM's clock; none: no load is under way.
  std::optional<Moment> load_began = {};
  std::optional<Id> load_after = {};       ///< the last id the load has stored
  std::optional<Moment> window_from = {};  ///< the delta window being read, if one is open
  std::optional<Moment> window_to = {};
  std::optional<Moment> window_mark = {};  ///< what the watermark becomes when it is read
  std::optional<Moment> last_stamp = {};   ///< the last row of the open window that is stored
  std::optional<Id> last_id = {};
  /// The watermark as of the last time that every change there was had been read: what changes now
  /// has changed after it. A window that ends before the present proves nothing: a record that was
  /// changed in it, and once more since, is not in it.
  std::optional<Moment> known_until = {};
  bool operator==(const Cursor&) const = default;
};

/// What recording did.
struct Tally {
  std::int64_t seen = 0;     ///< records in the pages
  std::int64_t created = 0;  ///< rows the mirror did not have
  std::int64_t updated = 0;  ///< rows that differed
  std::int64_t late = 0;     ///< of those two, the ones stamped at or before the stored watermark
  std::int64_t changes = 0;  ///< changes of tracked fields, standings included
  std::int64_t links = 0;    ///< links begun or ended
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// Under which circumstances a page was read.
struct Reading {
  Moment seen;              ///< the run's moment, by the CRM's clock: the `first_seen` of changes
  bool first_load = false;  ///< values found set in new rows are standing ones (How::initial)
  /// The watermark of the last window that showed old values: what changed since, changed after it.
  std::optional<Moment> known_until = {};
  std::optional<Moment> load_began = {};  ///< of the first load: what was created since is new
};

/// What is kept of an object besides how far it was read, by the CRM's clock.
struct Upkeep {
  std::string object;
  /// getDeleted has been asked up to here; none: never.
  std::optional<Moment> deletions_until = {};
  /// Deleted records were last looked for by id, to see which are purged.
  std::optional<Moment> bin_checked = {};
  /// Ids and stamps were last compared with the CRM's, all of them (a first load counts).
  std::optional<Moment> reconciled = {};
  /// Everything was last read again because the CRM had lost its log of deletions.
  std::optional<Moment> resynced = {};
  /// Calculated fields were last read of every row.
  std::optional<Moment> calculated = {};
  /// Which fields were wanted when the object was last described; a digest, empty if never.
  std::string wanted = {};
  bool operator==(const Upkeep&) const = default;
};

/// A record that getDeleted named, and when it was deleted.
struct Deletion {
  Id id;
  Moment at;
  bool operator==(const Deletion&) const = default;
};

/// A standing that follows from other evidence than a row, taken on in (after, until]; exactly at
/// `until` when both are the same.
struct Marking {
  Id id;
  Standing standing = Standing::deleted;
  Moment after;
  Moment until;
};

/// One record, by name.
struct Ref {
  std::string object;
  Id id;
  auto operator<=>(const Ref&) const = default;
};

/// One mirrored row, owning its values.
struct Row {
  std::string object;
  Id id;
  Moment stamp;
  Standing standing = Standing::live;
  /// Per field of the shape, in its order: the value as changes write it; nullopt is null.
  std::vector<std::pair<std::string, std::optional<std::string>>> values;
  /// Fields the CRM does not show any more: their values are as they were last seen.
  std::vector<std::string> hidden;

  /// A field's value; nullopt for null, and for a field that the row does not have.
  std::optional<std::string_view> value(std::string_view field) const;
};

/// What is known of a row without its values.
struct Known {
  Id id;
  Moment stamp;
  Standing standing = Standing::live;
  bool operator==(const Known&) const = default;
};

/// The records of one person, in the order of (object, id), the asked one among them.
struct Group {
  std::vector<Ref> members;
  bool whole = true;  ///< false: there are more than `largest`, and these are the nearest ones
  static constexpr std::size_t largest = 1000;
};

/// A field the CRM showed once and shows no more.
struct Hidden {
  std::string object;
  std::string field;
  Moment since;
  std::optional<Moment> rereading = {};  ///< shown again; the whole read that is due began then
  bool operator==(const Hidden&) const = default;
};

/// One run of heed against this mirror.
struct Run {
  std::int64_t number = 0;  ///< from 1; 0: not in the mirror yet
  std::string command;
  Moment began;
  std::optional<Moment> ended = {};  ///< none: under way, or cut off
  std::optional<int> exit_code = {};
  Tally tally = {};
  std::string detail = {};  ///< for people and status, JSON; empty when there is nothing to say
  bool operator==(const Run&) const = default;
};

/// The mirror in a database. Every call that writes is one transaction, or part of the caller's.
/// Throws Error(storage) where the database does; one thread at a time; the database outlives it.
class Mirror {
 public:
  /// Creates heed's own tables, or lifts them to this version. In a database that is open for
  /// reading they must be there.
  explicit Mirror(store::Database& database);

  /// The org that the mirror belongs to; nullopt before the first bind.
  std::optional<Org> org() const;

  /// Makes the mirror this org's, for good. Another org id than the mirror's is
  /// Error(configuration) naming both; another instance of the same org is noted.
  void bind(const Org& org);

  /// Makes room for an object's rows: a table of its name, a column per field. Columns are added,
  /// never dropped; a field once adopted stays in the shape. `now` is the run's moment, as in
  /// Reading: a value found in a row last written before its field was adopted counts as initial.
  /// Error(answer) when a known field comes back with a type that its column cannot hold.
  void adopt(const Shape& shape, Moment now);

  /// Every field that was ever adopted, as last described; nullopt for an object never adopted.
  std::optional<Shape> shape(std::string_view object) const;

  /// When the object was last adopted; nullopt for one that never was.
  std::optional<Moment> described(std::string_view object) const;

  /// Adopted objects, by name.
  std::vector<std::string> objects() const;

  /// Notes that the CRM stopped showing a field; its column stays as it is. `since` is kept from
  /// the first call; a whole read that was to bring the field back is forgotten. Until shown(), a
  /// value that comes for it changed, at the earliest, at `since`.
  void hide(std::string_view object, std::string_view field, Moment since);

  /// Begins reading an object whole again, from its first id, because `fields` came (back) into
  /// sight: rows that did not change since would never show their values otherwise. What an
  /// unfinished load or window has read is read again. Nothing to do for an object never read.
  void read_again(std::string_view object, std::span<const std::string> fields, Moment now);

  /// Takes that back. To be called when the object has been read whole again.
  void shown(std::string_view object, std::string_view field);

  /// Hidden fields, by object and field.
  std::vector<Hidden> hidden() const;

  /// The object's cursor; all empty for one never read.
  Cursor cursor(std::string_view object) const;

  /// Stores a page of an adopted object with all that follows from it: rows that differ, changes,
  /// links, `after` as the object's cursor, and which records to assess. A row with an older stamp
  /// than the mirror's is left out, and so is one that still shows a deleted record live with the
  /// same stamp; equal rows are not written. A field not shown keeps its value. A tracked field's
  /// change lies after the latest of known_until, CreatedDate and the old row's stamp, as far as
  /// these are not later than the new stamp; in a new row, after CreatedDate, or else known_until
  /// (in a first load: or else 1970).
  Tally record(const Page& page, const Cursor& after, const Reading& reading);

  /// Stores cursors, where nothing was read.
  void save(std::span<const Cursor> cursors);
  void save(const Cursor& cursor) { save({&cursor, 1}); }

  /// Sets rows' standings, each with its change and all in one transaction; those that are not
  /// there or stand so already are passed over. One record may be marked several times, in the
  /// order of what happened. A record that is purged leaves the bin.
  Tally mark(std::string_view object, std::span<const Marking> markings, Moment seen);

  /// The same of one row, at `until`: exactly then when `reading.known_until` is the same, else
  /// after it. False when nothing was done.
  bool mark(std::string_view object, Id id, Standing standing, Moment until,
            const Reading& reading);

  /// What the mirror knows of a row without its values; nullopt where it has none.
  std::optional<Known> known(std::string_view object, Id id) const;

  /// Deleted records of an object that getDeleted named and that may still come back, by id: the
  /// evidence that one which is returned no more is purged. A record leaves this bin when it is
  /// seen live again or marked purged.
  std::vector<Deletion> bin(std::string_view object) const;

  /// Puts records into that bin, in one transaction if there are any that are not in it.
  void put_in_bin(std::string_view object, std::span<const Deletion> deletions);

  /// The object's upkeep; all empty for one never looked after.
  Upkeep upkeep(std::string_view object) const;
  void save(const Upkeep& upkeep);

  /// Adds a change as it stands, `number` aside; returns its number. The row is not touched.
  std::int64_t add(const Change& change);

  /// How many records wait to be assessed; the first `limit` of them by object and id; strikes
  /// some off.
  std::int64_t list_size() const;
  std::vector<Ref> to_assess(std::int64_t limit) const;
  void assessed(std::span<const Ref> records);

  /// Puts records on that list by hand.
  void list(std::span<const Ref> records);

  std::optional<Row> row(std::string_view object, Id id) const;

  /// The object that an id is of, as far as rows of it have been seen.
  std::optional<std::string> object_of(Id id) const;

  /// The changes of these records, in the order of their numbers.
  std::vector<Change> changes(std::span<const Id> ids) const;

  /// All changes not over before `from`, in the order of their numbers.
  void for_each_change(Moment from, const std::function<void(const Change&)>& visit) const;

  /// Links from and to a record, ended ones too, by from, field and since.
  std::vector<Link> links_of(Id id) const;

  /// The records of the person that a record belongs to at present: whatever can be reached over
  /// links, in both directions. A merge or a conversion binds for ever, the others while they last.
  /// Only records the mirror has a row of are members.
  Group person(std::string_view object, Id id) const;

  /// Visits an object's rows in the order of their ids; `fields` alone are filled in, all of them
  /// if empty. The visitor may not write. Memory does not grow with the rows.
  void for_each_row(std::string_view object, std::span<const std::string> fields,
                    const std::function<void(const Row&)>& visit) const;

  /// Up to `limit` rows with ids after `after` (from the first, without), in the order of ids.
  std::vector<Known> ids(std::string_view object, std::optional<Id> after,
                         std::int64_t limit) const;

  /// How many rows an object has, or how many that stand so.
  std::int64_t count(std::string_view object, std::optional<Standing> standing = {}) const;

  /// Writes down that a run began. A run that may find nothing to do need not: finish_run numbers
  /// it.
  Run begin_run(Moment now, std::string_view command);

  /// Writes down how a run ended, the cursors of objects that had nothing new, and how objects were
  /// looked after, in one transaction. Returns the run with its number.
  Run finish_run(Run run, std::span<const Cursor> cursors = {},
                 std::span<const Upkeep> upkeeps = {});

  std::optional<Run> last_run() const;
  /// The last one that ended with 0.
  std::optional<Run> last_complete_run() const;

 private:
  store::Database* database_;
};

}  // namespace heed::mirror
