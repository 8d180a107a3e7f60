#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "heed/calendar.hpp"
#include "heed/policy/pack.hpp"
#include "heed/policy/preferences.hpp"
#include "heed/record.hpp"
#include "heed/time.hpp"

/// What is owed to a person, by when, and why: pure judgement over texts and days. Nothing here
/// reads a file, a clock or the environment; the process's time zone and locale change nothing.
namespace heed::policy {

// ---- Where a person lives ----------------------------------------------------------------------

/// Where a record says that its person lives, as it stands there. Empty: the record does not say.
struct Place {
  std::string country_code;
  std::string country;
  std::string state_code;
  std::string state;

  bool operator==(const Place&) const = default;
};

/// A place in codes. Both may be empty.
struct Region {
  std::string country;           ///< ISO 3166-1, as "DE"
  std::string state;             ///< ISO 3166-2, as "US-CA"
  bool country_unknown = false;  ///< something is written there that is not recognised
  bool state_unknown = false;    ///< no state of that country; only where its states are listed

  /// The place says nothing at all.
  bool nowhere() const { return country.empty() && !country_unknown; }

  bool operator==(const Region&) const = default;
};

/// `schedules/places.toml`: what people write for countries and states -> ISO codes. Letter case,
/// accents, punctuation and blanks do not matter. Code fields are looked at first; texts only where
/// the code is missing or not recognised.
class Places {
 public:
  static Places parse(std::string_view text, std::string_view name);

  /// Where `place` is: its country, and the state in it.
  Region locate(const Place& place) const;

  /// Where `place` is besides `located`, what locate() gave for it: a state is written there that
  /// is none of that country's but another's ("Germany" and "California"). Which of the two is
  /// wrong cannot be told, so both count. An unknown place where several countries have such a
  /// state; nullopt almost always. A text of less than four letters is read so only where the
  /// country's own states are listed: "MI" is Milan in Italy. For the same reason an unknown place
  /// besides where such a text alone tells the country, unless that is one of `home`.
  std::optional<Region> also(const Place& place, const Region& located,
                             const std::vector<std::string>& home) const;

  bool knows_country(std::string_view code) const;
  bool knows_state(std::string_view code) const;

 private:
  const std::string* written_country(const Place& place) const;
  bool spelled_out(const Place& place, const std::string& state) const;

  std::map<std::string, std::string, std::less<>> countries_;  ///< folded text -> code
  /// Country code -> folded text -> code; under "" what is unambiguous over all countries, with an
  /// empty code for what is not.
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> states_;
  std::map<std::string, std::string, std::less<>> codes_;  ///< the codes themselves -> country
  std::set<std::string, std::less<>> no_names_;            ///< folded texts that name no country
};

/// `text` without case, accents, punctuation and blanks: what Places compares. A slash stays: what
/// it parts is two things ("n/a" is not "NA").
std::string folded(std::string_view text);

// ---- Judging -----------------------------------------------------------------------------------

/// The organization that owes.
struct Controller {
  std::vector<std::string> establishments;  ///< ISO country codes
  std::string zone;                         ///< for packs whose zone is "controller"; may be empty
  std::string calendar;                     ///< for packs whose calendar is "controller"; the same
};

/// Since when a wish is known for certain, because a person or a CRM field says so.
struct Received {
  Day day{};
  std::string reason;
};

/// One record's field that went to its restrictive value.
struct Wish {
  std::string object;
  std::optional<Id> id;
  std::string field;
  Preference preference = Preference::solicit;
  std::int64_t change =
      0;         ///< the number of the change that opened it: two wishes of one field differ
  Moment after;  ///< made later than this ...
  Moment until;  ///< ... and not later than this; both the same: at that moment
  How how = How::observed;
  bool standing = false;   ///< was there on the first load
  bool withdrawn = false;  ///< the value is no longer restrictive
  std::optional<Received> received;
};

/// A clock that was stopped, by whole days of the pack's zone.
struct Standstill {
  Day from{};
  std::optional<Day> to;  ///< it goes on from that day; nullopt: it still stands
};

/// Something besides the request that came in later.
struct Arrived {
  Arrival what = Arrival::identity;
  Day day{};
};

/// More time that somebody took.
struct Extended {
  Day announced{};        ///< it counts where that was not later than the last day without it
  std::optional<Day> to;  ///< the day that the office named; Extension::named only
};

/// What was done about one duty and moves its dates. Whether the pack allows it is looked at by
/// whoever records it; what it does not allow moves nothing.
struct Course {
  std::size_t wish = 0;  ///< its place in Person::wishes
  std::string pack;
  std::string duty;                  ///< the rule's id
  std::vector<Extended> extensions;  ///< oldest first
  std::vector<Standstill> standstills;
  std::vector<Arrived> arrived;
};

/// What is known of a person on one day: the group of linked records.
struct Person {
  std::vector<Wish> wishes;
  std::vector<Course> courses;  ///< at most one a duty
  std::vector<Place> places;    ///< all of them, of every linked record
  bool hold = false;            ///< a privacy hold stands on one of the records
};

/// What more time, or still more, would mean.
struct ExtensionOffer {
  Day notice_by{};         ///< the person must be told by then: the day the duty is due without it
  std::optional<Day> due;  ///< nullopt: the calendar does not reach so far, or the office names it
  std::optional<Day> lenient_due;  ///< where the other reading gives a later day

  bool operator==(const ExtensionOffer&) const = default;
};

/// More time that was announced when it was too late for that.
struct LateNotice {
  Day announced{};
  Day notice_by{};

  bool operator==(const LateNotice&) const = default;
};

/// Something owed because of a wish under a pack.
struct Duty {
  std::size_t wish = 0;  ///< its place in Person::wishes
  std::string pack;
  std::string pack_version;
  std::string id;  ///< the rule's
  std::string title;
  DutyKind kind = DutyKind::effect_by;
  std::vector<Preference> channels;  ///< as Rule has them
  std::string zone;
  std::string calendar;
  Day start{};       ///< the early bound of the receipt, as a day of `zone`
  Day start_late{};  ///< the late bound; equal when the day is certain
  Day rules_of{};    ///< of these two the one whose version of the rule asks for the earlier date
  /// Where the clock started later: what had to come in did, or the rule began, after the receipt.
  std::optional<Day> counted_from;
  /// The last day on which it can be done in time, by the profile chosen. nullopt: long past. With
  /// `calendar_incomplete` it is the earliest day that it can possibly be.
  std::optional<Day> due;
  std::optional<Day> strict_due;     ///< where the pack has such a reading and it gives another day
  std::optional<Day> usual_due;      ///< where the profile chosen is another
  std::optional<Day> lenient_due;    ///< like strict_due
  bool immediate = false;            ///< the law wants it at once: due on the day of receipt
  std::optional<Day> target;         ///< the office's own limit; only for immediate duties
  bool calendar_incomplete = false;  ///< holidays are not known up to the due day
  bool long_past = false;      ///< began before the calendar's first year; no date is computed
  bool standing = false;       ///< a standing wish to be listed apart; never for forget and export
  bool place_unknown = false;  ///< the pack applies only because a place is not known
  bool hold = false;
  /// Only while the pack still allows one, and never for what is long past.
  std::optional<ExtensionOffer> extension;
  int extended = 0;                ///< how often `due` was put off
  std::optional<Day> initial_due;  ///< where it was: the day without
  /// The last extension that does not count, as the clock runs by what is known now.
  std::optional<LateNotice> late_notice;
  int paused_days = 0;              ///< days that `due` was moved by
  std::optional<Day> paused_since;  ///< the clock stands; `due` moves when it goes on
  Source source;

  bool operator==(const Duty&) const = default;
};

/// One step of how a date came about.
enum class StepKind {
  receipt,   ///< the moment, and the local day that it was
  evidence,  ///< a day that somebody stated overrides it
  in_force,  ///< the rule began later than the wish; counted from there
  waited,    ///< what had to come in did so later; counted from there
  counted,   ///< a day that counts; `count` says the how-manieth
  skipped,   ///< a day that does not, and why
  added,     ///< days or months added at once
  clamped,   ///< the month has no such day
  paused,    ///< days added because the clock stood
  rolled,    ///< a final day that moves on, and why
  due,       ///< the result
  other,     ///< what another reading gives
  extended,  ///< what an extension would give
  target,    ///< the office's own limit
  gap,       ///< the calendar does not cover the day
  note
};
std::string_view to_text(StepKind kind);

struct Step {
  StepKind kind = StepKind::note;
  std::optional<Day> day;
  int count = 0;
  std::string text;
};

/// How a duty's date came about, by the same computation that gave it.
struct Trace {
  Duty duty;
  Profile profile = Profile::usual;
  Limit limit;
  std::string note;  ///< the pack's remark on the reading chosen
  std::vector<Step> steps;
};

/// Packs, calendars, places and the controller, seen to fit together. Immutable.
class Rulebook {
 public:
  struct Parts {
    std::vector<Pack> packs;
    std::vector<calendar::Calendar> calendars;
    Places places;
    Controller controller;
    Profile profile = Profile::usual;
  };

  /// Throws Error(configuration) when a pack names a calendar that is not there or wants the
  /// controller's zone or calendar and there is none, when two packs or calendars share an id, and
  /// for country or state codes that `places` does not know.
  explicit Rulebook(Parts parts);

  const std::vector<Pack>& packs() const { return parts_.packs; }

  /// nullptr when there is none of that id.
  const Pack* pack(std::string_view id) const;
  const std::vector<calendar::Calendar>& calendars() const { return parts_.calendars; }

  /// The calendars that some reading of a rule counts by, by id.
  std::vector<const calendar::Calendar*> calendars_in_use() const;

  /// Whether a reading of `pack` counts by `calendar`.
  bool uses(const Pack& pack, const calendar::Calendar& calendar) const;

  const Places& places() const { return parts_.places; }

  /// What a record says of a place and what that is taken for, as "'USA, Calif.' is US-CA"; empty
  /// where it says nothing.
  std::string place_words(const Place& place) const;

  /// Whether it is known for sure where a place is that a record names. One that says nothing is.
  bool knows(const Place& place) const;

  /// Why a pack applies to a person, the surest cause; empty where it does not, or there is none
  /// of that id.
  std::string why_applies(const Person& person, std::string_view id) const;

  /// The controller's zone; UTC where none is configured.
  Zone zone() const;
  Profile profile() const { return parts_.profile; }

  /// Everything owed to `person`, in the order of wishes, packs and their rules. A `hold` is no
  /// wish and opens nothing. Never throws for a date that cannot be computed: see Duty.
  std::vector<Duty> assess(const Person& person) const;

  /// What was found last under each rule: wishes that come in on one day, and about which nobody
  /// has done anything yet, have the same dates. Of one rulebook alone.
  class Recent {
    friend class Rulebook;
    /// All that a duty depends on then.
    struct Asked {
      Day early{};
      Day late{};
      Preference preference = Preference::hold;
      bool standing = false;
      bool operator==(const Asked&) const = default;
    };
    struct Answer {
      std::optional<Asked> asked;
      std::optional<Duty> duty;
    };
    Answer& of(std::size_t pack, std::size_t rule);
    std::vector<std::vector<Answer>> answers_;  ///< by pack and rule
  };
  /// The same, with what is remembered of others.
  std::vector<Duty> assess(const Person& person, Recent& recent) const;

  /// How the date of one duty came about; nullopt when that pack and duty owe nothing for the wish.
  std::optional<Trace> explain(const Person& person, std::size_t wish, std::string_view pack,
                               std::string_view duty) const;

 private:
  struct Found;
  /// A duty's id, and as bits the preferences that some version of it concerns.
  struct Known {
    std::string id;
    std::uint32_t preferences = 0;
    bool notice = false;  ///< owed only once somebody has taken more time
  };
  const calendar::Calendar& calendar_of(const Reading& reading) const;
  void list_places(std::size_t pack);
  std::optional<Duty> judge_like(const Person& person, std::size_t wish, const Found& found,
                                 std::size_t known, Recent& recent) const;
  std::vector<Found> apply(const Person& person) const;
  /// A rule as it was on a day.
  struct RuleOf {
    std::string_view rule;
    Day day{};
  };
  std::optional<Duty> judge(const Person& person, std::size_t wish, const Found& found,
                            std::string_view rule, Trace* trace) const;
  std::optional<Duty> judge(const Person& person, std::size_t wish, const Found& found,
                            const RuleOf& asked, Trace* trace) const;

  Parts parts_;
  std::vector<std::vector<Known>> known_;  ///< one list a pack, each id once
  std::vector<Zone> zones_;                ///< one a pack
  std::map<std::string, std::size_t, std::less<>> calendar_index_;  ///< "controller" is one of them
  /// By the code of a country or a state, the packs that it is named in; by the code of a country,
  /// those in which one of its states is; and whether a pack reaches all by the controller's own.
  std::map<std::string, std::vector<std::size_t>, std::less<>> of_place_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> of_some_state_;
  std::vector<bool> at_home_;
};

}  // namespace heed::policy
