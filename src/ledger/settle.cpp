#include <algorithm>

#include "judge.hpp"
#include "remains.hpp"
#include "steer.hpp"

namespace heed::ledger {

namespace {

/// Whether a field that says it is done says so of duties of that kind. That recipients were told,
/// or the person, no field shows unless the office says so.
bool speaks_of(const Evidence& evidence, policy::DutyKind kind) {
  const auto& kinds = evidence.kinds;
  if (!kinds.empty()) return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  return kind == policy::DutyKind::effect_by || kind == policy::DutyKind::respond_by;
}

bool speak_of(const std::vector<const Evidence*>& fields, policy::DutyKind kind) {
  return std::any_of(fields.begin(), fields.end(),
                     [kind](const Evidence* each) { return speaks_of(*each, kind); });
}

/// What fields of the CRM say of a duty.
struct Told {
  const Done* by = nullptr;         ///< shows that it was done; nullptr: none does
  Day day{};                        ///< on which; the first, where several do
  std::optional<Day> to_come = {};  ///< the first day that has not come
};

/// A day before the start is about another time, and stands in no other field's way.
Told told_of(const Duty& duty, const Wished& wished, Moment now) {
  Told told;
  if (wished.done.empty()) return told;
  const auto zone = Zone::named(duty.zone);
  const auto today = zone.day_of(now);
  for (const auto& done : wished.done) {
    if (!speaks_of(*done.by, duty.kind)) continue;
    const auto day = done.day ? *done.day : zone.day_of(*done.since);
    if (day < duty.start) continue;
    if (day > today) {
      told.to_come = std::min(told.to_come.value_or(day), day);
    } else if (told.by == nullptr || day < told.day) {
      told.by = &done;
      told.day = day;
    }
  }
  return told;
}

/// The flags of one record that stop what a duty stops, and since when all of them are set.
struct Obeyed {
  Moment since;
  std::string proof;
};

/// The wish whose flag stops that channel now: its own, or a standing one of the same record.
const Wished* flag_of(Preference channel, const Dossier& dossier, const Wished& own) {
  if (own.wish.preference == channel) return &own;
  for (const auto& other : dossier.wished) {
    const auto& wish = other.wish;
    const bool same = wish.id == own.wish.id && wish.object == own.wish.object;
    if (same && wish.preference == channel && !other.over) return &other;
  }
  return nullptr;
}

/// nullopt where one of the channels is obeyed by no system that the office names, or its flag is
/// not set: a dialer that obeys its own flag does not know of the one for text messages.
std::optional<Obeyed> obeyed(const std::map<Preference, std::string>& systems,
                             const std::vector<Preference>& channels, const Dossier& dossier,
                             const Wished& own) {
  Obeyed all{flagged_at(own), {}};
  for (const auto channel : channels) {
    const auto system = systems.find(channel);
    const auto* flag = flag_of(channel, dossier, own);
    if (system == systems.end() || flag == nullptr) return std::nullopt;
    all.since = std::max(all.since, flagged_at(*flag));
    all.proof += (all.proof.empty() ? "" : "; ") + flag->wish.object + "." + flag->wish.field +
                 " is set, and " + system->second + " obeys it";
  }
  return all;
}

/// Whether it was noted that the records were empty when the duty was opened. Older heeds did not,
/// and closed it at once.
bool opened_empty(store::Database& database, const Duty& duty) {
  return database
      .query(
          "SELECT 1 FROM heed_event WHERE duty = ? AND ((kind = ? AND cause = ?) OR "
          "(cause = ? AND at = ?))")
      .bind(duty.number, to_text(EventKind::noted), to_text(Cause::evidence),
            to_text(Cause::purged), duty.opened_at)
      .step();
}

/// Whether the office names a system for each of them.
bool named(const std::map<Preference, std::string>& systems,
           const std::vector<Preference>& channels) {
  return std::all_of(channels.begin(), channels.end(),
                     [&systems](Preference channel) { return systems.contains(channel); });
}

/// What erasing the records fulfils. That the request was acknowledged, it does not show.
bool fulfilled_by_erasure(const Duty& duty) {
  return duty.preference == Preference::forget &&
         (duty.kind == policy::DutyKind::effect_by || duty.kind == policy::DutyKind::respond_by);
}

}  // namespace

void Judge::settle(Duty& duty, Dossier& dossier, const Wished* wished, const policy::Duty* found) {
  if (fulfilled_by_erasure(duty)) settle_erasure(duty, dossier);
  if (wished != nullptr && found != nullptr) settle_channel(duty, dossier, *wished, *found);
  settle_field(duty, dossier, wished);
}

/// Records that are empty show an erasure where heed saw them filled when the duty was opened, and
/// empty after the wish. Those that never had such fields look the same.
void Judge::note_emptiness(const Duty& duty, const Dossier& dossier) {
  if (!fulfilled_by_erasure(duty) || !dossier.emptied() || !dossier.erased()) return;
  step({.kind = EventKind::noted,
        .cause = Cause::evidence,
        .reason = Text{"the fields that show an erasure are empty already, so they show none: this "
                       "closes when every record is purged, or when somebody says that it is done",
                       true}},
       duty);
}

void Judge::settle_erasure(Duty& duty, const Dossier& dossier) {
  auto erased = dossier.erased();
  if (erased && remains(lookup_, dossier, duty.wish_after)) erased.reset();
  if (erased && dossier.emptied() &&
      (*erased <= duty.wish_until || opened_empty(chain_.database(), duty))) {
    erased.reset();
  }
  if (shelf_of(duty) != 0) {
    if (!erased || dossier.person.hold || duty.reopened) return;
    const auto day = Zone::named(duty.zone).day_of(*erased);
    meet(duty, day, grade(duty, day), Cause::purged,
         "every record of the person is purged from the CRM, or emptied");
  } else if (duty.closed_by == Cause::purged && !erased) {
    open_again(duty);
    note_emptiness(duty, dossier);
  }
}

/// The evidence that closed it is there no more.
void Judge::open_again(Duty& duty) {
  duty.state = duty.doubt ? State::withdrawn_to_confirm : State::open;
  duty.closed_on.reset();
  duty.closed_by.reset();
  ++outcome_.reopened;
  step({.kind = EventKind::reopened, .cause = Cause::evidence}, duty);
}

/// A field of the CRM says that it was done; of several the first day counts. Only what the fields
/// say of a wish that stands can be taken back, and not while one of them is out of sight. A day
/// that is still to come has the record judged again when it is there, since nothing of the record
/// need change then.
void Judge::settle_field(Duty& duty, Dossier& dossier, const Wished* wished) {
  if (wished == nullptr) return;
  const auto told = told_of(duty, *wished, author_.at);
  if (shelf_of(duty) == 0) {
    const bool taken_back = speak_of(wished->undone, duty.kind) &&
                            !speak_of(wished->unseen, duty.kind) && told.by == nullptr;
    if (duty.closed_by != Cause::evidence || !taken_back) return;
    open_again(duty);
  }
  if (duty.hold || duty.reopened) return;
  if (told.by != nullptr) {
    meet(duty, told.day, grade(duty, told.day), Cause::evidence, told.by->proof);
  } else if (told.to_come) {
    const auto& wish = wished->wish;
    dossier.turns.emplace_back(mirror::Ref{wish.object, *wish.id},
                               Zone::named(duty.zone).start_of(*told.to_come));
  }
}

/// The flag is the deed itself where a system obeys it, so it is done when it is set; and in time,
/// unless something else than the flag says when the wish came in. A rule that stops other channels
/// than the wish names is met when the flags of these are set. Once met it stays so, whatever
/// becomes of the wish and the flags; but not when no system is said to have obeyed them any more.
void Judge::settle_channel(Duty& duty, const Dossier& dossier, const Wished& wished,
                           const policy::Duty& found) {
  const auto& systems = grounds_.options.enforced_by;
  const auto channels = found.channels.empty() ? std::vector{duty.preference} : found.channels;
  if (duty.closed_by == Cause::enforced) {
    const bool stands = !duty.doubt && !wished.over;
    const bool own_rule = !keeps_its_rule(grounds_.rulebook, duty, found);
    if (stands && own_rule && !named(systems, channels)) open_again(duty);
    return;
  }
  if (shelf_of(duty) == 0 || duty.doubt || duty.hold || duty.reopened) return;
  if (systems.empty() || duty.kind != policy::DutyKind::effect_by) return;
  const auto kept = obeyed(systems, channels, dossier, wished);
  if (!kept) return;
  const auto day = Zone::named(duty.zone).day_of(kept->since);
  const bool own = kept->since == flagged_at(wished) && !says_when(wished);
  meet(duty, day, own ? State::met : grade(duty, day), Cause::enforced, kept->proof);
}

void Judge::meet(Duty& duty, Day day, State state, Cause cause, const std::string& proof) {
  duty.state = state;
  duty.closed_on = day;
  duty.closed_by = cause;
  ++outcome_.met;
  step({.kind = duty.state == State::met ? EventKind::met : EventKind::met_late,
        .cause = cause,
        .day = day,
        .proof = Text{proof, true}},
       duty);
}

}  // namespace heed::ledger
