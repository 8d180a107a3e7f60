#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "heed/mirror/words.hpp"
#include "heed/record.hpp"

namespace heed::store {
class Database;
class Statement;
}  // namespace heed::store

/// The CRM's rows as they were last seen, every change of a tracked field, the links between
/// records, and how far each object has been read.
namespace heed::mirror {

class Recorder;

/// The mirror in a database. Every call that writes is one transaction, or part of the caller's.
/// Throws Error(storage) where the database does; one thread at a time; the database outlives it.
class Mirror {
 public:
  /// Creates heed's own tables, or lifts them to this version. In a database that is open for
  /// reading they must be there.
  explicit Mirror(store::Database& database);

  /// The org that the mirror belongs to; nullopt before the first bind.
  std::optional<Org> org() const;

  /// Nothing, unless the mirror is another org's: then Error(configuration) naming both.
  void refuse_other(const Org& org) const;

  /// Makes the mirror this org's, for good. Another org id is refused; another instance of the same
  /// org is noted.
  void bind(const Org& org);

  /// Makes room for an object's rows: a table of its name, a column per field. Columns are added,
  /// never dropped; a field once adopted stays in the shape. `now` is the run's moment, as in
  /// Reading: a value found in a row last written before its field was adopted counts as initial.
  /// A field with another type than its column holds gets a new one beside heed_was_FIELD.
  void adopt(const Shape& shape, Moment now);

  /// Every field that was ever adopted, as last described; nullopt for an object never adopted.
  std::optional<Shape> shape(std::string_view object) const;

  /// When the object was last adopted; nullopt for one that never was.
  std::optional<Moment> described(std::string_view object) const;

  /// Adopted objects, by name.
  std::vector<std::string> objects() const;

  /// Takes an object out that nobody's wish is read from: its rows, links, changes, and whatever
  /// was kept of it; those whom its records were linked to are listed. The views are gone until
  /// they are published. False, and nothing is done, for one never adopted, for one that keeps
  /// changes of more than its links, and for one that other objects' records are linked to.
  bool drop(const std::string& object);

  /// Notes that the CRM stopped showing a field; its column stays as it is. `since` is kept from
  /// the first call; a whole read that was to bring the field back is forgotten. Until shown(), a
  /// value that comes for it changed, at the earliest, at `since`.
  void hide(std::string_view object, std::string_view field, Moment since);

  /// Begins reading an object whole again, from its first id, because `fields` came (back) into
  /// sight: rows that did not change since would never show their values otherwise. What an
  /// unfinished load or window has read is read again. Nothing to do for an object never read.
  void read_again(std::string_view object, std::span<const std::string> fields, Moment now);

  /// Rows of the object that were written before have not been read since one of these fields, all
  /// of them adopted, came (back) into sight: this user could not see them when all were.
  Moment read_whole_since(const Shape& shape) const;

  /// Takes that back. To be called when the object has been read whole again.
  void shown(std::string_view object, std::string_view field);

  /// Hidden fields, by object and field.
  std::vector<Hidden> hidden() const;

  /// The object's cursor; all empty for one never read.
  Cursor cursor(std::string_view object) const;

  /// Stores a page of an adopted object with all that follows from it: rows that differ, changes,
  /// links, `after` as the object's cursor, and which records to assess. A row with an older stamp
  /// than the mirror's is left out, unless that is later than the run or `reading.present` is set,
  /// and so is one that still shows a deleted record live with the same stamp; equal rows are not
  /// written. A field not shown keeps its value. A tracked field's
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

  /// What the mirror knows of a row without its values; nullopt where it has none. A forgotten
  /// record may be asked for by the CRM's id.
  std::optional<Known> known(std::string_view object, Id id) const;

  /// Deleted records of an object that getDeleted named, or that were read as deleted, and that may
  /// still come back, by id: the evidence that one which is returned no more is purged. A record
  /// leaves this bin when it is seen live again or marked purged.
  std::vector<Deletion> bin(std::string_view object) const;

  /// Puts records into that bin, in one transaction if there are any that are not in it.
  void put_in_bin(std::string_view object, std::span<const Deletion> deletions);

  /// The object's upkeep; all empty for one never looked after.
  Upkeep upkeep(std::string_view object) const;
  void save(const Upkeep& upkeep);

  /// Saves the upkeep of an object whose comparison begins, and strikes off what an earlier one had
  /// found. What a comparison finds goes with it: when it is no more under way in a saved upkeep.
  void begin_comparing(const Upkeep& upkeep);

  /// Takes down, in one transaction, how far a comparison has come and what it has found since; a
  /// later finding takes the place of an earlier one about the same record.
  void note_compared(std::string_view object, std::optional<Id> to,
                     std::span<const Compared> found);

  /// The first `limit` records after `after` (from the first, without) of which it was found so and
  /// is not settled, by id.
  std::vector<Id> compared(std::string_view object, Compared::As as, std::optional<Id> after,
                           std::int64_t limit) const;

  /// The first `limit` records of an object, by id, that were out of sight and are back: what the
  /// CRM's history tells of them is to be read again, whenever it was. The recording of a record
  /// takes it down; a forgotten one is under its pseudonym.
  std::vector<Id> unseen(std::string_view object, std::int64_t limit) const;
  void strike_unseen(std::string_view object, std::span<const Id> ids);

  /// Adds a change as it stands, `number` aside; returns its number. The row is not touched.
  std::int64_t add(const Change& change);

  /// When the object's first load began: what happened by then happened before heed was. nullopt
  /// for one never read.
  std::optional<Moment> loaded(std::string_view object) const;
  /// To be called when a first load ends: one that found no record has left no other trace.
  void note_loaded(std::string_view object, Moment began);

  /// Says which fields of `object` its field history is read for. When there are new ones among
  /// them, what was read of the history is read again, from its first row.
  void follow_history(std::string_view object, std::span<const std::string> fields, Moment now);

  /// Makes changes of the rows of field history that came in since the last call: for up to `limit`
  /// of the object's records, in one transaction, and lists these to be assessed. A row that
  /// explains a change known by estimate supersedes it; any other is a change of its own; a value
  /// that a row says was there before, and that nothing else tells of, came at some time since the
  /// last that was known. No row counts twice. A Contact's rows explain its person Account's
  /// changes, too. To be called when records and history have been read up to the same moment;
  /// `seen` in what it returns is how many records it took, none when nothing waits.
  Tally take_history(std::string_view object, std::int64_t limit, Moment seen);

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

  /// The records of the person that a record belongs to at present, or as heed knew it at
  /// `known_at`: whatever can be reached over links, in both directions. A merge or a conversion
  /// binds for ever, the others while they last. Only records the mirror has a row of are members.
  Group person(std::string_view object, Id id, std::optional<Moment> known_at = {}) const;

  /// A row as heed knew it at `known_at`: its standing and its tracked fields, from the changes
  /// first seen by then. nullopt for one that heed did not know. A record that never had a change
  /// counts as known since it was created, but not before its object was loaded.
  std::optional<Row> row_as_known(std::string_view object, Id id, Moment known_at) const;

  /// Visits an object's rows in the order of their ids; `fields` alone are filled in, all of them
  /// if empty. The visitor may not write. Memory does not grow with the rows.
  void for_each_row(std::string_view object, std::span<const std::string> fields,
                    const std::function<void(const Row&)>& visit) const;

  /// Up to `limit` rows with ids after `after` (from the first, without), in the order of ids.
  std::vector<Known> ids(std::string_view object, std::optional<Id> after,
                         std::int64_t limit) const;

  /// How many rows an object has, or how many that stand so.
  std::int64_t count(std::string_view object, std::optional<Standing> standing = {}) const;

  /// How many of an object's rows stand as vanished, and were found to have since `since`.
  std::int64_t vanished_since(std::string_view object, Moment since) const;

  /// Writes down how a run ended, the cursors of objects that had nothing new, and how objects were
  /// looked after, in one transaction. Returns the run with its number.
  Run finish_run(Run run, std::span<const Cursor> cursors = {},
                 std::span<const Upkeep> upkeeps = {});

  /// Makes the views `people`, `preferences`, `changes` and `runs`, for whoever asks in SQL; they
  /// are made anew only where they differ.
  void publish(std::span<const Published> preferences);

  /// Knows forgotten records by their pseudonyms from now on: a record that comes in again is kept
  /// under its pseudonym with the fields that are kept, and nothing else of it.
  void guard(Keeping keeping);
  const Keeping& keeping() const;

  /// The pseudonym of a record that was forgotten; nullopt for any other, and without a guard.
  std::optional<Id> forgotten(Id id) const;

  /// The pseudonym that a record of this shape which comes in is kept under: it is forgotten, or a
  /// row of the history of one that is. nullopt for one that keeps its own id.
  std::optional<Id> concealed_as(const Shape& shape, const Record& record) const;

  /// Whether `id` is such a pseudonym: a row under it was emptied by heed, not by the CRM.
  bool is_pseudonym(Id id) const;

  /// Forgets records of one person, wherever the mirror speaks of them: they go on under their
  /// pseudonyms, with the fields that are kept. A link to a record that is not among them goes.
  /// Returns the erasures, in the order of `records`. Wants a guard. What the file's free pages
  /// still hold goes with store::Database::scrub().
  std::vector<Erasure> forget(std::span<const Ref> records, Moment now);

  /// The records of this file, an older copy, that `erasures` say were forgotten. Wants a guard.
  std::vector<Ref> find_unforgotten(std::span<const Erasure> erasures) const;

  /// Takes down erasures of records that this file need not have; known ones are left out.
  void add_erasures(std::span<const Erasure> erasures);
  std::vector<Erasure> erasures() const;
  /// Whether every pseudonym in the mirror was made with this key.
  bool are_pseudonyms_of(std::string_view key) const;
  /// Forgotten records that the CRM still had when it last spoke of them, of objects that the mirror
  /// has.
  std::int64_t returned() const;
  /// Records that are not forgotten, and are linked to one that is: they came later, and say who
  /// that is. By object and id.
  std::vector<Ref> leading_to_forgotten() const;

  /// Copies of this file that heed wrote, and that `forget` must know of. A copy that is noted
  /// again is as of then.
  void note_copy(const std::string& path, Moment made);
  /// Takes a note back, of a copy that was not made.
  void strike_copy(const std::string& path);
  std::vector<Copy> copies() const;
  /// Those that are as of before somebody was forgotten.
  std::vector<Copy> copies_behind() const;

  /// Erased bytes may be left in the file or its log.
  bool wants_scrubbing() const;
  /// Removes them where there are any. The file is written anew once; as long as another connection
  /// reads an older state, its log keeps that, and emptying it has to be tried again: false.
  bool scrub();

  std::optional<Run> last_run() const;
  /// The last one that ended with 0.
  std::optional<Run> last_complete_run() const;
  /// The last one of those that began by `until`.
  std::optional<Run> last_complete_run(Moment until) const;

  /// The longest time from one complete run to the next, or from the last one to `now`, of which
  /// some lies after `since`; it may have begun before. nullopt where no run was ever complete.
  std::optional<std::pair<Moment, Moment>> longest_gap(Moment since, Moment now) const;

  /// What in the file points to what is not there: changes, links and evidence without what they
  /// are of, and links that rows show and that are not kept. A line each; empty when sound.
  std::vector<std::string> dangling() const;

 private:
  struct Guard {
    Keeping keeping;
    std::set<Id> gone;  ///< the pseudonyms
  };
  /// The id that a record of the CRM has here: its own, or its pseudonym.
  Id known_as(Id id) const { return forgotten(id).value_or(id); }
  void note_returned(Id pseudonym, Standing standing, Moment seen);
  void take_masked(const Page& page, const Reading& reading, Recorder& recorder);
  friend class Rows;
  store::Database* database_;
  std::optional<Guard> guard_;
};

/// Who is forgotten for good in a file of this heed or of an older one, which is not lifted: the
/// pseudonyms without those that wait for scrubbing.
std::set<Id> scrubbed_pseudonyms(store::Database& database);

/// Reads rows of one object by their ids, many in a row. What it knows of the shape and of hidden
/// fields is that of its construction: not to be kept over adopt(), hide() and shown().
class Rows {
 public:
  /// `fields` alone are filled in, as far as the object has them.
  Rows(const Mirror& mirror, std::string_view object, std::span<const std::string> fields);
  Rows(Rows&&) noexcept;
  ~Rows();

  /// Null where the mirror has none. What is found stays until the next one is looked for.
  const Row* find(Id id);

 private:
  store::Database* database_;
  std::vector<Field> fields_;
  std::unique_ptr<store::Statement> query_;  ///< null: the object was never adopted
  Row row_;
};

}  // namespace heed::mirror
