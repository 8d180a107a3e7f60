#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "heed/record.hpp"

/// The words of the mirror: what it takes, and what it gives.
namespace heed::mirror {

/// The name under which a record's standing has its changes, as if it were a tracked field.
inline constexpr std::string_view standing_field = "heed_standing";

/// A mirror that was not brought up to date for longer is stale: reports and verify say so.
inline constexpr std::chrono::hours stale_after{24};

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
  /// What the watermark becomes when the window, or the load, is read: a load that takes several
  /// runs has seen nothing of what was still under way when it began.
  std::optional<Moment> window_mark = {};
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
  std::int64_t seen = 0;      ///< records in the pages
  std::int64_t created = 0;   ///< rows the mirror did not have
  std::int64_t updated = 0;   ///< rows that differed
  std::int64_t late = 0;      ///< of those two, the ones that an earlier window should have shown
  std::int64_t changes = 0;   ///< changes of tracked fields, standings included
  std::int64_t links = 0;     ///< links begun or ended
  std::int64_t replaced = 0;  ///< values that could not be read, and were replaced or left as old
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
  /// The rows were asked for by id and are the CRM's present: an older stamp than the mirror's is
  /// taken as well, for the CRM's clock may have been set back.
  bool present = false;
  /// Up to here windows before this one were read: what is news and stamped no later was committed
  /// late. None: up to the stored watermark.
  std::optional<Moment> read_until = {};
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
  /// When the comparison that is under way began; none: none is.
  std::optional<Moment> comparing_since = {};
  std::optional<Id> compared_to = {};  ///< the last id of the CRM's that it has compared
  /// Which fields were wanted when the object was last described; a digest, empty if never.
  std::string wanted = {};
  bool operator==(const Upkeep&) const = default;
};

/// What a comparison that is under way has found of one record.
struct Compared {
  enum class As {
    again,    ///< differs, and is to be read again
    missing,  ///< did not come
    shown,    ///< a forgotten record that came: its pseudonym
    settled   ///< nothing is left to be done about it
  };
  Id id;
  As as = As::settled;
  bool operator==(const Compared&) const = default;
};

/// A record that is deleted, and when: as getDeleted tells, or by its stamp.
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

/// Whose changes an object of field history tells, and the field that names the changed record.
struct HistoryOf {
  std::string object;
  std::string parent;
};

/// nullopt for a shape that is no field history: that has a Field and a parent.
std::optional<HistoryOf> history_of(const Shape& shape);

/// The name of an object's field history: "ContactHistory", "Visit__History".
std::string history_name(std::string_view object);

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
  Moment written = {};  ///< by a run that had the record with all fields it knew then
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

/// Which records of an object say a preference: those whose field has one of these values or, with
/// `of`, leads to a record of that object whose Name is one of them (to any, if there are none).
struct Topic {
  std::string field;
  std::string of;
  std::vector<std::string> is;
  std::string preference;
};

/// One field that says a preference, for the views.
struct Published {
  std::string object;
  std::string field;
  std::string preference;                ///< where no topic fits; empty: none then
  std::vector<std::string> restrictive;  ///< the values that restrict, as changes write them
  std::vector<Topic> topics = {};        ///< the first that fits
  std::string from = {};                 ///< fields that bound when it restricts; empty: none
  std::string to = {};
  bool only_on_change = false;  ///< restricts only after it was seen to change from what does not
};

/// What outlives the forgetting of a record.
struct Keeping {
  std::string key;  ///< of the pseudonyms; never in the mirror's file
  /// By object: fields that say nothing of who somebody is. Stamps and tracked flags are kept
  /// anyway.
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> fields;
};

/// That a record was forgotten: no more than its pseudonym.
struct Erasure {
  std::string object;
  Id pseudonym;        ///< as an id of the same object
  std::string digest;  ///< HMAC-SHA-256 of the id, in hexadecimal digits
  std::string key;     ///< which key, without telling it
  Moment at;
  std::optional<Moment> returned = {};  ///< by what was known then, the CRM still had it
  bool operator==(const Erasure&) const = default;
};

/// Stands for `id` where it is forgotten: an id with the same prefix, made of the first bits of
/// the HMAC-SHA-256 of `id` under `key`.
Id pseudonym_of(std::string_view key, Id id);

/// How erasures name a key, without telling it.
std::string pseudonym_key_name(std::string_view key);

/// The erasures that forgetting `records` at `at` makes, in their order.
std::vector<Erasure> erasures_of(std::string_view key, std::span<const Ref> records, Moment at);

/// A copy of the mirror's file. Whoever was forgotten up to `made` is forgotten in it.
struct Copy {
  std::string path;
  Moment made;
};

}  // namespace heed::mirror
