#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "heed/mirror.hpp"
#include "heed/policy.hpp"
#include "heed/record.hpp"
#include "heed/time.hpp"

/// A duty and the steps of its life. Part of heed/ledger.hpp; include that.
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
  calendar,    ///< another calendar, more years of it, or a holiday new where it was due
  correction,  ///< of what it is counted by: an entry of the pack, reading, zone, holidays
  baseline,    ///< the office's decision on standing wishes
  enforced,    ///< the flag itself is obeyed by a system that the configuration names
  purged,      ///< every record of the person is gone for good
  act,         ///< a person did or said something
  identity,    ///< what shows who the person is came in
  fee          ///< the fee came in
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
  std::optional<Day> closed_on;  ///< the day it was met or refused
  std::optional<Cause> closed_by;
  std::optional<Day> acknowledged_on;  ///< the person was told that the request came in
  int extended = 0;                    ///< how often `due` was put off
  std::optional<Day> initial_due;      ///< extended: where it was; the person must be told by then
  int paused_days = 0;                 ///< days that `due` was moved by
  std::optional<Day> paused_since;     ///< the clock stands; `due` moves when it goes on
  bool steered = false;   ///< it was extended or paused, or something had to come in first
  bool reopened = false;  ///< by a person; evidence that was there closes it no more
  Moment opened_at;
  bool operator==(const Duty&) const = default;
};

/// Still owed: open, or withdrawn and not confirmed.
bool owed(const Duty& duty);

/// Days from the civil day of the duty's zone at `as_of` to the due day: 0 today, negative later.
/// nullopt: long past.
std::optional<std::int64_t> days_left(const Duty& duty, Moment as_of);

/// The last day before it is overdue: the due day, or the office's target for what the law wants at
/// once. What is done later than the due day is met late all the same. nullopt: long past.
std::optional<Day> last_day(const Duty& duty);

/// Owed, and last_day() is over in the duty's zone. Long past counts as overdue.
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

}  // namespace heed::ledger
