#include "judge.hpp"
#include "remains.hpp"

namespace heed::ledger {

namespace {

bool is_channel(Preference preference) {
  return preference == Preference::email || preference == Preference::phone ||
         preference == Preference::fax || preference == Preference::text;
}

/// What erasing the records fulfils. That the request was acknowledged, it does not show.
bool fulfilled_by_erasure(const Duty& duty) {
  return duty.preference == Preference::forget &&
         (duty.kind == policy::DutyKind::effect_by || duty.kind == policy::DutyKind::respond_by);
}

}  // namespace

void Judge::settle(Duty& duty, const Dossier& dossier, const Wished* wished) {
  if (fulfilled_by_erasure(duty)) settle_erasure(duty, dossier);
  if (wished != nullptr) settle_channel(duty, *wished);
  settle_field(duty, wished);
}

void Judge::settle_erasure(Duty& duty, const Dossier& dossier) {
  auto erased = dossier.erased();
  if (erased && remains(lookup_, dossier, duty.wish_after)) erased.reset();
  if (shelf_of(duty) != 0) {
    if (!erased || dossier.person.hold || duty.reopened) return;
    const auto day = Zone::named(duty.zone).day_of(*erased);
    meet(duty, day, grade(duty, day), Cause::purged,
         "every record of the person is purged from the CRM, or emptied");
  } else if (duty.closed_by == Cause::purged && !erased) {
    open_again(duty);
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

/// A field of the CRM says that it was done. A day before the start is about another time.
void Judge::settle_field(Duty& duty, const Wished* wished) {
  const bool says = wished != nullptr && wished->done.has_value();
  if (shelf_of(duty) == 0) {
    if (duty.closed_by == Cause::evidence && !says) open_again(duty);
    return;
  }
  if (!says || duty.hold || duty.reopened) return;
  const auto zone = Zone::named(duty.zone);
  const auto& done = *wished->done;
  const auto day = done.day ? *done.day : zone.day_of(*done.since);
  if (day < duty.start || day > zone.day_of(author_.at)) return;
  meet(duty, day, grade(duty, day), Cause::evidence, done.proof);
}

/// The flag is the deed itself where a system obeys it, so it is done when it is set; and in time,
/// unless something else than the flag says when the wish came in.
void Judge::settle_channel(Duty& duty, const Wished& wished) {
  if (shelf_of(duty) == 0 || duty.doubt || duty.hold || duty.reopened) return;
  if (!is_channel(duty.preference) || duty.kind != policy::DutyKind::effect_by) return;
  const auto system = grounds_.options.enforced_by.find(duty.preference);
  if (system == grounds_.options.enforced_by.end()) return;
  const auto day = Zone::named(duty.zone).day_of(wished.flagged.value_or(wished.wish.until));
  meet(duty, day, says_when(wished) ? grade(duty, day) : State::met, Cause::enforced,
       duty.object + "." + duty.field + " is set, and " + system->second + " obeys it");
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
