#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "heed/ledger/duty.hpp"
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
/// `subject` a random handle. `author`, `reason` and `proof` are SHA-256 of a salt followed by the
/// text. The salt is the number of the event that the text is of alone, or "-" where others share
/// it, then ":" and 32 random digits; in texts of older heeds it is the digits alone. Texts, salts
/// and the record that a handle stands for are kept in other tables, so that they can be erased and
/// the chain still holds. `previous` is the hash of the event before, empty for the first; the hash
/// is SHA-256 over these bytes, and the seal HMAC-SHA-256 over the hash under a key that is not in
/// the file. `key` tells which key, without telling it: the first 16 digits of the HMAC of "heed
/// ledger key". Digests go into the bytes, and a hash under its seal, as hexadecimal digits.
///
/// A row of heed_event leaves out what others say. An event about a duty has its subject by the row
/// of heed_duty; one that has a `rule` (a row of heed_rule) has pack, version, rule and wish from
/// there, and `change` from its duty; heed_subject has the handles. Digests are bytes there, and a
/// seal is the bytes of `key` and those of the HMAC. tests/contract/chain.py reckons all that anew.
namespace heed::ledger {

/// Which fields of an object say where its person lives; an empty name: no such field.
struct PlaceFields {
  std::string object;
  std::string country_code;
  std::string country;
  std::string state_code;
  std::string state;
};

/// CRM fields that tell more of a wish than its own field does. They are fields of the same record.
struct Evidence {
  std::string object;
  std::string field;  ///< whose wishes it is about
  /// A date or a moment: when the request came in; empty: none. It is that of the wish which it can
  /// have come in with, and stays so when the field says something else later.
  std::string received;
  /// A date (the day, once it has come), or a flag (since the mirror saw it set, and not before the
  /// wish): done; empty: none. Of the wish that stands. Not for `forget`, which wants the records
  /// gone, nor for `export`. Where several say it, the first day counts.
  std::string done;
  /// The kinds of duties that `done` is about; empty: what was to be done, or answered.
  std::vector<policy::DutyKind> kinds = {};
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
  std::vector<Evidence> evidence;
  /// Object -> the fields that say who the person is. A record in which all of them are null is as
  /// good as purged, unless all records were so when the duty was opened, or before the wish. Of
  /// other objects only a purged record is.
  std::map<std::string, std::vector<std::string>> emptied;
  std::optional<Baseline> baseline;
  /// A digest of packs, calendars, places, preferences and settings. When it is another than at the
  /// last assessment, everybody with a preference is assessed anew. Empty: never.
  std::string digest;
  std::int64_t batch = 5000;  ///< listed records a transaction
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
  /// Packs, "eu-gdpr 2026.11", whose file is another than at the last assessment, and whose version
  /// is not.
  std::vector<std::string> unraised = {};
  bool operator==(const Outcome&) const = default;
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

/// One duty that is to be closed as met.
struct Closing {
  std::int64_t duty = 0;
  std::optional<Day> day;  ///< nullopt: the author's day, in the duty's zone
  std::string proof;
  bool shared = false;  ///< the proof is said of many duties, and of no person alone
};

/// Which duties. Everything that is given must hold.
struct Filter {
  std::optional<Day> until;           ///< due not later, or long past
  std::optional<mirror::Ref> person;  ///< of any record of that person, as last assessed
  std::string pack;                   ///< empty: any
  std::string rule;                   ///< empty: any
  std::optional<Preference> preference;
  std::optional<bool> long_past;  ///< only what is long past, or only what has a date
  std::vector<State> states = {State::open, State::withdrawn_to_confirm};
};

/// Duties of one rule because of one preference.
struct WishCount {
  std::string pack;
  std::string rule;
  policy::DutyKind kind = policy::DutyKind::effect_by;
  Preference preference = Preference::solicit;
  std::int64_t duties = 0;
  std::int64_t doubted = 0;  ///< of the duties, those whose ground is gone (Duty::doubt)
  Day earliest{};            ///< of their starts
  Day last{};                ///< of their starts
  Day latest{};              ///< of their late starts
  bool operator==(const WishCount&) const = default;
};

/// What a filter selects of what is owed, in numbers. Days are counted as overdue() does.
struct Sums {
  std::int64_t duties = 0;
  std::int64_t people = 0;   ///< with at least one of them
  std::int64_t overdue = 0;  ///< this and the next four make up `duties`
  /// The law wants it at once, its day has come, and the office's own target is not over.
  std::int64_t at_once = 0;
  std::int64_t today = 0;
  std::int64_t soon = 0;  ///< within seven days
  std::int64_t later = 0;
  std::int64_t withdrawn = 0;  ///< of all of them; so the next four
  std::int64_t place_unknown = 0;
  std::int64_t calendar_incomplete = 0;
  std::int64_t long_past = 0;
  std::int64_t hold = 0;
  bool operator==(const Sums&) const = default;
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
  std::int64_t standing = 0;
  std::vector<WishCount> standing_by;  ///< by pack, rule and preference
  std::int64_t not_assessed = 0;
};

/// Packs and rules by their ids.
struct RuleNames {
  std::set<std::string> packs;
  std::set<std::string> rules;
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
  /// - A consent is a wish while it is in force. When a date of it passes it is assessed again
  ///   though nothing of it changed: what it opens begins then, and an end withdraws the wish.
  /// - All records of the person purged or emptied closes what is to be done or answered about
  /// `forget`; an
  ///   enforced channel's flag closes what is to be done about it; where a rule stops others than
  ///   the wish names, the flags of all of these on the same record. A hold prevents both.
  /// - Closed duties are computed anew too: met can turn into met late, and back.
  Outcome assess(mirror::Mirror& mirror, const Grounds& grounds, const Author& author,
                 const std::stop_token& stop = {});

  // What a person did or knows. Each is an event, or several, in one transaction. Days are civil
  // days of the duty's zone. Error(finding) where the duty is not there or stands so that the act
  // makes no sense; Error(usage) for a day in the future, or without the words that are wanted.

  /// Notes when the duty's wish came in; all duties of that wish move.
  void received(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t duty, Day day,
                const Author& author, std::string_view reason);

  /// Notes that the person was told that the request came in. Closes a duty that is owed to do just
  /// that; of any other it is remembered.
  void acknowledge(std::int64_t duty, Day day, const Author& author, std::string_view reason);

  /// Closes a duty as met on `day`, or late. Not while a hold protects the person's records.
  void done(std::int64_t duty, Day day, const Author& author, std::string_view proof);

  /// Closes all of them, or none: the first that cannot be closed is the error. `progress` is told
  /// from time to time how many are closed.
  void done(std::span<const Closing> closings, const Author& author,
            const std::function<void(std::size_t)>& progress = {});

  /// Why done() would throw for this one by itself; nullopt where it would not.
  std::optional<std::string> why_not_done(const Closing& closing, Moment now) const;

  /// Takes more time, as often and as long as the pack lets it and only while there is still time
  /// to tell the person. `to`: the new day, where the pack leaves it to the office, and only there.
  /// Where a start that is known better shows later that there was none, it counts no more.
  void extend(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t duty,
              std::optional<Day> to, const Author& author, std::string_view reason);

  /// Stops the clock from that day on, where the pack lets it stand still; `due` moves on resume().
  void pause(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t duty, Day day,
             const Author& author, std::string_view reason);
  void resume(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t duty, Day day,
              const Author& author, std::string_view reason);

  /// Notes that what the clock waits for besides the request came in, where the pack lets it wait.
  void arrived(mirror::Mirror& mirror, const Grounds& grounds, std::int64_t duty,
               policy::Arrival what, Day day, const Author& author, std::string_view reason);

  /// Closes a duty as refused. Not while a hold protects the person's records.
  void refuse(std::int64_t duty, Day day, const Author& author, std::string_view reason);

  /// Makes a closed duty owed again. What evidence there was closes it no more.
  void reopen(std::int64_t duty, const Author& author, std::string_view reason);

  /// Adds a remark.
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

  /// The same, until the visitor says false: a first page costs no more than it shows.
  void walk_due(const Filter& filter, const std::function<bool(const Duty&)>& visit) const;

  /// What for_each_due() would visit and is owed, in numbers, as far as each is due within `within`
  /// days of `as_of` in its own zone (without: all of it). They are kept and not counted, but for
  /// the people where a pack, a rule or a preference is asked for.
  Sums sums(const Filter& filter, Moment as_of, std::optional<int> within = {}) const;

  /// The standing wishes that a filter selects, whatever states it names, by pack, rule and
  /// preference.
  std::vector<WishCount> standing(const Filter& filter) const;

  /// What a filter selects of what is long past, the same way.
  std::vector<WishCount> long_past(const Filter& filter) const;

  /// What duties were ever of, whether or not the rulebook still has it.
  RuleNames rule_names() const;

  Counts counts(const mirror::Mirror& mirror, Moment as_of) const;

  /// The person a record belongs to, as assess() judges it at `now`: for policy::Rulebook::explain.
  policy::Person person_of(const mirror::Mirror& mirror, const Grounds& grounds,
                           const mirror::Ref& record, Moment now) const;

  /// The place of a duty's wish in person.wishes; nullopt when it is not a wish any more.
  static std::optional<std::size_t> wish_of(const policy::Person& person, const Duty& duty);

  Head head() const;

  /// The head as a line for a file beside the database, sealed with the key.
  std::string head_text() const;

  /// Whether that is what head_text() gives, of whatever ledger.
  static bool is_head(std::string_view recorded);

  /// Whether the ledger goes on from what head_text() gave some time ago: it has that event, as it
  /// was. False for a text that cannot be read, or that somebody without the key wrote.
  bool follows(std::string_view recorded) const;

  /// The public name of a key, and of the one that sealed the last event.
  static std::string key_name(std::string_view key);
  std::optional<std::string> last_key() const;

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
