#include "policy/words.hpp"

#include "record/words.hpp"

namespace heed::policy {

namespace {

constexpr Words<Unit, 4> units{{{Unit::immediate, "immediate"},
                                {Unit::calendar_day, "calendar_day"},
                                {Unit::calendar_month, "calendar_month"},
                                {Unit::business_day, "business_day"}}};
constexpr Words<DutyKind, 8> kinds{{{DutyKind::acknowledge_by, "acknowledge_by"},
                                    {DutyKind::effect_by, "effect_by"},
                                    {DutyKind::respond_by, "respond_by"},
                                    {DutyKind::extension_notice_by, "extension_notice_by"},
                                    {DutyKind::notify_recipients_by, "notify_recipients_by"},
                                    {DutyKind::confirm_by, "confirm_by"},
                                    {DutyKind::appeal_by, "appeal_by"},
                                    {DutyKind::reask_not_before, "reask_not_before"}}};
constexpr Words<Start, 3> starts{
    {{Start::receipt, "receipt"}, {Start::sent, "sent"}, {Start::latest_event, "latest_event"}}};
constexpr Words<Arrival, 2> arrivals{{{Arrival::identity, "identity"}, {Arrival::fee, "fee"}}};
constexpr Words<Roll, 3> rolls{{{Roll::none, "none"},
                                {Roll::next_workday, "next_workday"},
                                {Roll::next_non_holiday, "next_non_holiday"}}};
constexpr Words<SourceEvidence, 3> evidences{{{SourceEvidence::primary, "primary"},
                                              {SourceEvidence::secondary, "secondary"},
                                              {SourceEvidence::unverified, "unverified"}}};
constexpr Words<Profile, 3> profiles{
    {{Profile::usual, "default"}, {Profile::strict, "strict"}, {Profile::lenient, "lenient"}}};
constexpr Words<StepKind, 16> steps{{{StepKind::receipt, "receipt"},
                                     {StepKind::evidence, "evidence"},
                                     {StepKind::in_force, "in-force"},
                                     {StepKind::waited, "waited"},
                                     {StepKind::counted, "counted"},
                                     {StepKind::skipped, "skipped"},
                                     {StepKind::added, "added"},
                                     {StepKind::clamped, "clamped"},
                                     {StepKind::paused, "paused"},
                                     {StepKind::rolled, "rolled"},
                                     {StepKind::due, "due"},
                                     {StepKind::other, "other-reading"},
                                     {StepKind::extended, "extended"},
                                     {StepKind::target, "target"},
                                     {StepKind::gap, "gap"},
                                     {StepKind::note, "note"}}};

}  // namespace

std::string_view to_text(Unit unit) {
  return word_of(units, unit);
}
std::string_view to_text(DutyKind kind) {
  return word_of(kinds, kind);
}
std::string_view to_text(Start start) {
  return word_of(starts, start);
}
std::string_view to_text(Arrival arrival) {
  return word_of(arrivals, arrival);
}
std::string_view to_text(Roll roll) {
  return word_of(rolls, roll);
}
std::string_view to_text(SourceEvidence evidence) {
  return word_of(evidences, evidence);
}
std::string_view to_text(Profile profile) {
  return word_of(profiles, profile);
}
std::string_view to_text(StepKind kind) {
  return word_of(steps, kind);
}

std::optional<Unit> parse_unit(std::string_view text) {
  return value_of(units, text);
}
std::optional<DutyKind> parse_duty_kind(std::string_view text) {
  return value_of(kinds, text);
}
std::optional<Start> parse_start(std::string_view text) {
  return value_of(starts, text);
}
std::optional<Arrival> parse_arrival(std::string_view text) {
  return value_of(arrivals, text);
}
std::optional<Roll> parse_roll(std::string_view text) {
  return value_of(rolls, text);
}
std::optional<SourceEvidence> parse_source_evidence(std::string_view text) {
  return value_of(evidences, text);
}
std::optional<Profile> parse_profile(std::string_view text) {
  return value_of(profiles, text);
}

}  // namespace heed::policy
