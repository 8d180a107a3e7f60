#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/calendar.hpp"
#include "heed/record.hpp"
#include "heed/time.hpp"

/// What a regulation asks, as its file says it. Part of heed/policy.hpp; include that.
namespace heed::policy {

enum class Unit { immediate, calendar_day, calendar_month, business_day };
enum class DutyKind {
  acknowledge_by,       ///< confirm that the request came in
  effect_by,            ///< stop, or make it so
  respond_by,           ///< tell the person what was done
  extension_notice_by,  ///< tell the person that it takes longer, and why; see Extension
  notify_recipients_by,
  confirm_by,
  appeal_by,
  reask_not_before  ///< of older ledgers only: nothing to be done by a day, so no file has it
};
enum class Start {
  receipt,
  sent,
  latest_event  ///< the latest of the receipt and of what had to come in besides: Rule::waits_for
};
/// What may have to come in before a clock starts.
enum class Arrival {
  identity,  ///< what shows who the person is
  fee        ///< a fee that may be asked
};
enum class Roll {
  none,
  next_workday,     ///< off weekends and holidays
  next_non_holiday  ///< off holidays and Sundays; a Saturday stands
};
/// How well a figure of a pack is known.
enum class SourceEvidence { primary, secondary, unverified };
enum class Profile { usual, strict, lenient };

using heed::to_text;
std::string_view to_text(Unit unit);
std::string_view to_text(DutyKind kind);
std::string_view to_text(Start start);
std::string_view to_text(Arrival arrival);
std::string_view to_text(Roll roll);
std::string_view to_text(SourceEvidence evidence);
std::string_view to_text(Profile profile);  ///< "default" for usual
std::optional<DutyKind> parse_duty_kind(std::string_view text);
std::optional<Arrival> parse_arrival(std::string_view text);
std::optional<Profile> parse_profile(std::string_view text);

struct Limit {
  int value = 0;
  Unit unit = Unit::immediate;

  bool operator==(const Limit&) const = default;
};

/// Where a figure comes from.
struct Source {
  std::string text;
  std::string url;
  SourceEvidence evidence = SourceEvidence::primary;

  bool operator==(const Source&) const = default;
};

/// One defensible way to count a duty's time.
struct Reading {
  Limit limit;
  bool count_anchor_day = false;  ///< the day of the start is the first day of the time
  Roll roll = Roll::none;
  std::string calendar;                      ///< an id, or "controller"
  std::optional<calendar::Weekend> weekend;  ///< nullopt: the calendar's
  Source source;
  std::string note;
  std::string calendar_at;  ///< "FILE:LINE" where `calendar` is said; empty: in no file
};

/// More time, once notice of it was given before the duty is due: each brings its pack a rule
/// "<id>.extension", which asks from whom takes it to tell the person by that day.
struct Extension {
  Limit limit;                    ///< of each time; not for `named`
  bool named = false;             ///< the office names the new day instead; Extended::to
  bool from_receipt = false;      ///< reading: the whole time runs from the receipt
  bool from_initial_end = false;  ///< reading: it is added to the unrolled end of the first time
  int max_times = 1;
  bool reason_required = false;
  Source source;
};

/// When the clock may stand still, as while the person is asked what exactly is meant. The whole
/// days between the stop and the going on are added; the day of the stop itself is not, which is
/// the shorter of the two ways to count them.
struct Pause {
  std::vector<Preference> preferences;  ///< whose duties it may stop; some or all of the rule's
  Source source;

  bool concerns(Preference preference) const;
};

/// One `[[duty]]` of a pack: what a wish makes somebody owe, within its validity dates.
struct Rule {
  std::string id;
  std::string title;
  DutyKind kind = DutyKind::effect_by;
  std::vector<Preference> preferences;
  /// The channels that it stops, whichever of its preferences was wished. Empty: the wish's own.
  std::vector<Preference> channels;
  Start start = Start::receipt;
  std::vector<Arrival> waits_for;  ///< for Start::latest_event only
  /// The duty with which this one is due, and whose extensions and pauses are its own too; for what
  /// was received before effective_from there is none. Empty: it has a limit of its own.
  std::string with;
  Reading usual;
  std::optional<Reading> strict;         ///< earlier than usual
  std::optional<Reading> lenient;        ///< later than usual
  std::optional<Limit> internal_target;  ///< the office's own limit for what the law wants at once
  std::optional<Extension> extension;
  std::optional<Pause> pause;
  Day effective_from{};
  std::optional<Day> effective_to;  ///< the first day on which it is no longer in force

  bool concerns(Preference preference) const;

  /// Whether it stops something else, or more, than the wish names.
  bool reaches_beyond(Preference wish) const;
};

/// One regulation, as a file under `schedules/packs/`.
struct Pack {
  /// Where the pack says what only others can tell to be right, each as "FILE:LINE"; empty: in no
  /// file.
  struct Written {
    std::string id;
    std::string zone;
    std::string countries;
    std::string states;
    std::string establishments;
  };

  std::string id;
  std::string title;
  std::string version;
  std::string digest;  ///< of the file it was read from; empty: from none
  Day reviewed_on{};
  std::string reviewed_by;
  std::string zone;                         ///< a tz database name, or "controller"
  std::string calendar;                     ///< an id, or "controller"
  std::vector<std::string> countries;       ///< persons there
  std::vector<std::string> states;          ///< persons there, narrower than a country
  std::vector<std::string> establishments;  ///< everybody, if the controller is established there
  std::vector<Rule> rules;
  /// What was not taken because it is unverified: "duty ID", "strict reading of ID", "extension of
  /// ID". With no rule left the pack asks nothing.
  std::vector<std::string> left_out;
  std::vector<Rule> unasked;  ///< the duties among these: their wishes open none of them
  Written at;

  /// `name` is that of the file, whose stem the id must be. Throws Error(configuration) for
  /// anything unknown, missing or contradictory: keys, units, zones, periods that overlap or leave
  /// a gap, an end before its beginning, a duty due with one that ends earlier. What is marked
  /// `unverified` is left out unless `allow_unverified`. Whether its calendars exist is seen by
  /// Rulebook.
  static Pack parse(std::string_view text, std::string_view name, bool allow_unverified = false);

  /// The version of duty `id` for what was received on `day`: the one in force then, or else the
  /// first to come, since a wish that still stands when a law begins is owed from then on. nullptr
  /// when there is none.
  const Rule* rule(std::string_view id, Day day) const;

  /// The least known of its figures.
  SourceEvidence evidence() const;
};

}  // namespace heed::policy
