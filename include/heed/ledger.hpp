#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "heed/mirror.hpp"
#include "heed/policy.hpp"
#include "heed/record.hpp"
#include "heed/time.hpp"

namespace heed::store {
class Database;
}

/// Duties and every step of their lives, in the mirror's own file.
///
/// The chain. Every step is an event; events are numbered from 1 without gaps and never rewritten.
/// An event's bytes are the line "heed-event 1" and then one line a field, in this order:
///
///     number at kind cause duty subject wish change pack version rule state start due
///     old_start old_due day author reason proof key previous
///
/// A field that is there is written "name LENGTH value", LENGTH counting the value's bytes; one
/// that is not, "name -". Moments are RFC 3339 in UTC, days YYYY-MM-DD, `wish` is "Object.Field",
/// `subject` a random handle. `author`, `reason` and `proof` are SHA-256 of a random salt followed
/// by the text; texts, salts and the record that a handle stands for are kept in other tables, so
/// that they can be erased and the chain still holds. `previous` is the hash of the event before,
/// empty for the first; the hash is SHA-256 over these bytes, and the seal HMAC-SHA-256 over the
/// hash under a key that is not in the file. `key` tells which key, without telling it.
namespace heed::ledger {

/// How a duty stands.
enum class State {
  open,
  standing,  ///< from a flag that was set before the first load; not owed until the office decides
  withdrawn_to_confirm,  ///< its ground is gone; owed until a person confirms that
  met,
  met_late,
  refused,
  handled  ///< the office declared what is older than its baseline to be dealt with
};

enum class EventKind {
  opened,
  received,
  acknowledged,
  extended,
  paused,
  resumed,
  met,
  met_late,
  refused,
  withdrawn_to_confirm,
  moved,
  reopened,
  noted,
  erased
};

/// Why a step happened, where a code says it.
enum class Cause {
  wish,        ///< a wish seen for the first time
  again,       ///< the same, on a field that had one before
  standing,    ///< was set on the first load
  withdrawn,   ///< the field is no longer restrictive
  evidence,    ///< better evidence of when, or whether, it was wished
  received,    ///< a person said when it came in
  place,       ///< where the person lives decides otherwise now
  calendar,    ///< holidays, zone or reading
  correction,  ///< an entry of the pack was corrected
  baseline,    ///< the office's decision on standing wishes
  enforced,    ///< the flag itself is obeyed by a system that the configuration names
  purged,      ///< every record of the person is gone for good
  act          ///< a person did or said something
};

std::string_view to_text(State state);     ///< "withdrawn-to-confirm", "met-late"
std::string_view to_text(EventKind kind);  ///< the same style
std::string_view to_text(Cause cause);
std::optional<State> parse_state(std::string_view text);
std::optional<EventKind> parse_event_kind(std::string_view text);
std::optional<Cause> parse_cause(std::string_view text);

/// "D17": a duty as people write it. Numbers go from 1 in the order of opening.
std::string duty_name(std::int64_t number);
/// Takes "D17", "d17" or "17"; nullopt for anything else.
std::optional<std::int64_t> parse_duty_name(std::string_view text);

/// Which fields of an object say where its person lives; an empty name: no such field.
struct PlaceFields {
  std::string object;
  std::string country_code;
  std::string country;
  std::string state_code;
  std::string state;
};

/// What the office decided about standing wishes.
struct Baseline {
  std::optional<Day> handled_before;  ///< surely made before this day: dealt with
  bool treat_open = false;            ///< the others are owed like any other
  std::string by;
  std::string reason;
};

struct Options {
  std::vector<PlaceFields> places;
  /// Channels whose flag some system obeys by itself, and which one: closes duties, as the proof.
  std::map<Preference, std::string> enforced_by;
  std::optional<Baseline> baseline;
  /// A digest of packs, calendars, places, preferences and settings. When it is another than at the
  /// last assessment, everybody with a preference is assessed anew. Empty: never.
  std::string digest;
  std::int64_t batch = 500;  ///< listed records a transaction
};

/// What judging rests on besides the mirror. Borrowed: all outlive the call.
struct Grounds {
  const policy::Rulebook& rulebook;
  const policy::PreferenceMap& preferences;
  const Options& options;
};

/// Who takes a step, and when.
struct Author {
  std::string by;
  Moment at;
};

/// What an assessment did.
struct Outcome {
  std::int64_t records = 0;  ///< struck off the list
  std::int64_t people = 0;
  std::int64_t opened = 0;    ///< standing ones left out
  std::int64_t standing = 0;  ///< listed as standing
  std::int64_t moved = 0;
  std::int64_t met = 0;  ///< in time or late, by evidence
  std::int64_t withdrawn = 0;
  std::int64_t reopened = 0;
  std::int64_t handled = 0;      ///< by the baseline
  std::int64_t left = 0;         ///< still on the list, because a stop was requested
  std::int64_t first_event = 0;  ///< the number of the first event it added; 0: none
  std::int64_t events = 0;
  bool operator==(const Outcome&) const = default;
};

/// A duty as it is stored.
struct Duty {
  std::int64_t number = 0;
  std::string subject;                ///< the record's handle
  std::optional<mirror::Ref> record;  ///< nullopt once erased
  std::optional<mirror::Ref> person;  ///< the first record, by object and id, of the person's group
  std::string object;
  std::string field;
  std::int64_t change = 0;  ///< the change that is the wish; the first, where better ones followed
  Preference preference = Preference::solicit;
  Moment wish_after;  ///< the wish was made later than this ...
  Moment wish_until;  ///< ... and not later than this; the same: exactly then
  How how = How::observed;
  std::string pack;
  std::string pack_version;
  std::string rule;  ///< the duty's id in the pack
  std::string title;
  policy::DutyKind kind = policy::DutyKind::effect_by;
  std::string zone;
  std::string calendar;
  Day start{};
  Day start_late{};
  std::optional<Day> due;  ///< nullopt: long past. The earliest possible if `calendar_incomplete`
  std::optional<Day> strict_due;
  std::optional<Day> usual_due;
  std::optional<Day> lenient_due;
  std::optional<Day> target;
  bool immediate = false;
  bool calendar_incomplete = false;
  bool long_past = false;
  bool place_unknown = false;
  bool hold = false;
  bool from_first_load = false;
  State state = State::open;
  std::optional<Cause> doubt;    ///< why its ground is gone: withdrawn, place or evidence
  std::optional<Day> closed_on;  ///< the day it was met, by proof
  std::optional<Cause> closed_by;
  Moment opened_at;
  bool operator==(const Duty&) const = default;
};

/// Still owed: open, or withdrawn and not confirmed.
bool owed(const Duty& duty);

/// Days from the civil day of the duty's zone at `as_of` to the due day: 0 today, negative later.
/// nullopt: long past.
std::optional<std::int64_t> days_left(const Duty& duty, Moment as_of);

/// Owed, and the due day is over in the duty's zone; for what the law wants at once and the office
/// has a target for, once the target is over. Long past counts as overdue.
bool overdue(const Duty& duty, Moment as_of);

/// One step, with its texts.
struct Event {
  std::int64_t number = 0;
  Moment at;
  EventKind kind = EventKind::noted;
  std::optional<Cause> cause;
  std::int64_t duty = 0;  ///< 0: about the subject as a whole
  std::string subject;
  std::string pack;  ///< wish, pack, version and rule: where opened or corrected, else empty
  std::string pack_version;
  std::string rule;
  std::optional<State> state;  ///< of the duty, after this event
  std::optional<Day> start;    ///< the same
  std::optional<Day> due;      ///< the same
  std::optional<Day> old_start;
  std::optional<Day> old_due;
  std::optional<Day> day;             ///< that the event speaks of: received, met
  std::optional<std::string> author;  ///< the texts; nullopt also when erased
  std::optional<std::string> reason;
  std::optional<std::string> proof;
  std::string hash;
};

/// How far the ledger goes.
struct Head {
  std::int64_t count = 0;
  std::string hash;  ///< of the last event; empty when there is none
  bool operator==(const Head&) const = default;
};

/// What verifying found.
struct Verdict {
  std::int64_t events = 0;
  std::optional<std::int64_t> first_broken;  ///< the event; one past the last when the tail is cut
  std::string problem;  ///< one line, what is wrong with it; empty when nothing is
  std::int64_t erased_texts = 0;
  Head head;
  bool sound() const { return problem.empty(); }
};

/// Which duties. Everything that is given must hold.
struct Filter {
  std::optional<Day> until;           ///< due not later, or long past
  std::optional<mirror::Ref> person;  ///< of any record of that person, as last assessed
  std::string pack;                   ///< empty: any
  std::optional<Preference> preference;
  std::vector<State> states = {State::open, State::withdrawn_to_confirm};
};

/// Standing wishes of one preference under one pack.
struct StandingCount {
  std::string pack;
  std::string rule;
  Preference preference = Preference::solicit;
  std::int64_t duties = 0;
  Day earliest{};  ///< of their starts
  Day latest{};    ///< of their late starts
  bool operator==(const StandingCount&) const = default;
};

struct Counts {
  std::int64_t owed = 0;
  std::int64_t people = 0;  ///< with something owed
  std::int64_t overdue = 0;
  std::int64_t withdrawn_to_confirm = 0;
  std::int64_t place_unknown = 0;  ///< of the owed; so the next three
  std::int64_t calendar_incomplete = 0;
  std::int64_t long_past = 0;
  std::int64_t hold = 0;
  std::int64_t standing = 0;               ///< those whose ground is gone left out
  std::vector<StandingCount> standing_by;  ///< by pack, rule and preference
  std::int64_t not_assessed = 0;
};

/// A record and the pseudonym that stands for it from now on.
struct Renamed {
  mirror::Ref record;
  mirror::Ref pseudonym;
};

/// The ledger in a mirror's database. Throws Error(storage) where the database does; one thread at
/// a time; the database outlives it.
class Ledger {
 public:
  /// Creates the ledger's tables, or lifts them to this version. `key` seals events; it may be
  /// empty for reading, and any step that adds an event is then Error(configuration).
  Ledger(store::Database& database, std::string key);
  Ledger(Ledger&&) noexcept;
  ~Ledger();

  /// Assesses every record on the mirror's list, a batch a transaction, each with the whole person
  /// it belongs to. Opens, moves, doubts, reopens and (only on evidence in the mirror) closes
  /// duties; what is as it was adds no event. Then applies a baseline that is new.
  ///
  /// Rules that are the ledger's own:
  /// - The Account and the Contact of a person account (PersonContactId) are one record for wishes:
  ///   of two wishes for one preference that stood at the same time the Account's counts, unless
  ///   the Contact's alone has duties already.
  /// - A duty is one for its wish, pack and rule. A new version of the pack moves it only where
  ///   that version has an entry in force on the duty's start (cause: correction).
  /// - A ground that goes (field set back, another place) does not close: withdrawn-to-confirm.
  /// - All records of the person purged closes what is to be done or answered about `forget`; an
  ///   enforced channel's flag closes what is to be done about it. A hold prevents both.
  /// - Closed duties are computed anew too: met can turn into met late, and back.
  Outcome assess(mirror::Mirror& mirror, const Grounds& grounds, const Author& author,
                 std::stop_token stop = {});

  /// Notes when the duty's wish came in; all duties of that wish move. Error(usage) for a duty that
  /// is not there, a day in the future, or no reason.
  void received(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t duty, Day day,
                const Author& author, std::string_view reason);

  /// Closes a duty as met on `day`, or late. Error(usage) for a duty that is not there or already
  /// closed, that a hold protects, for a day in the future, or without a proof.
  void done(std::int64_t duty, Day day, const Author& author, std::string_view proof);

  /// Adds a remark. Error(usage) for a duty that is not there, or an empty remark.
  void note(std::int64_t duty, const Author& author, std::string_view reason);

  /// Forgets which record a handle stands for and every text about it; duties and events stay as a
  /// pseudonym's. Error(usage) for a record without a handle.
  void erase(const mirror::Ref& record, const Author& author);

  /// Forgets every text about the records of one person; their handles stand for the pseudonyms
  /// from now on, so that what is owed goes on under these. One event a handle, with the reason if
  /// there is one. Records without a handle are skipped. Returns how many had one.
  std::int64_t erase(std::span<const Renamed> records, const Author& author,
                     std::string_view reason);

  std::optional<Duty> duty(std::int64_t number) const;

  /// A duty's events, oldest first.
  std::vector<Event> events(std::int64_t duty) const;

  /// All events from `from` on, in order: what a run did. The visitor may not write.
  void for_each_event(std::int64_t from, const std::function<void(const Event&)>& visit) const;

  /// Duties in the order of due day (long past: of start) and number. The visitor may not write and
  /// may not call this again. Memory does not grow with the duties.
  void for_each_due(const Filter& filter, const std::function<void(const Duty&)>& visit) const;

  Counts counts(const mirror::Mirror& mirror, Moment as_of) const;

  /// The person a record belongs to, as assess() judges it: for policy::Rulebook::explain.
  policy::Person person_of(const mirror::Mirror& mirror, const Grounds& grounds,
                           const mirror::Ref& record) const;

  /// The place of a duty's wish in person.wishes; nullopt when it is not a wish any more.
  static std::optional<std::size_t> wish_of(const policy::Person& person, const Duty& duty);

  Head head() const;

  /// The head as a line for a file beside the database, sealed with the key.
  std::string head_text() const;

  /// Walks the whole chain: hashes, seals, order, texts, and that each duty stands as its last
  /// event says. `recorded` is what head_text() gave some time ago, empty if nothing was recorded;
  /// `former_keys` are keys that sealed earlier events.
  Verdict verify(std::string_view recorded = {},
                 std::span<const std::string> former_keys = {}) const;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace heed::ledger
