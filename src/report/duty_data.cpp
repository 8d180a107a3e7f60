#include "report/print.hpp"

namespace heed::report {

namespace {

Json number_or_null(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

void put_dates(Json& json, const ledger::Duty& duty, Moment as_of) {
  json["due"] = or_null(duty.due);
  json["days_left"] = number_or_null(ledger::days_left(duty, as_of));
  json["overdue"] = ledger::overdue(duty, as_of);
  json["immediate"] = duty.immediate;
  json["target"] = or_null(duty.target);
  json["zone"] = duty.zone;
  json["calendar"] = duty.calendar;
  json["start"] = to_text(duty.start);
  json["start_late"] = to_text(duty.start_late);
  json["strict_due"] = or_null(duty.strict_due);
  json["default_due"] = or_null(duty.usual_due);
  json["lenient_due"] = or_null(duty.lenient_due);
}

void put_wish(Json& json, const ledger::Duty& duty) {
  json["preference"] = std::string(to_text(duty.preference));
  json["wish"] = std::string(wish_words(duty.preference));
  json["record"] = ref_json(duty.record);
  json["person"] = ref_json(duty.person);
  json["field"] = duty.object + "." + duty.field;
  json["wished_after"] = to_text(duty.wish_after);
  json["wished_until"] = to_text(duty.wish_until);
  json["known_by"] = std::string(to_text(duty.how));
}

void put_state(Json& json, const ledger::Duty& duty) {
  json["state"] = std::string(to_text(duty.state));
  json["doubt"] = or_null(duty.doubt);
  json["closed_on"] = or_null(duty.closed_on);
  json["closed_by"] = or_null(duty.closed_by);
  json["acknowledged_on"] = or_null(duty.acknowledged_on);
  json["extended"] = duty.extended;
  json["initial_due"] = or_null(duty.initial_due);
  json["paused_days"] = duty.paused_days;
  json["paused_since"] = or_null(duty.paused_since);
  json["opened_at"] = to_text(duty.opened_at);
  json["hold"] = duty.hold;
  json["place_unknown"] = duty.place_unknown;
  json["calendar_incomplete"] = duty.calendar_incomplete;
  json["long_past"] = duty.long_past;
}

}  // namespace

Json ref_json(const std::optional<mirror::Ref>& ref) {
  if (!ref) return nullptr;
  Json json;
  json["object"] = ref->object;
  json["id"] = std::string(ref->id.text());
  return json;
}

Json event_json(const ledger::Event& event) {
  Json json;
  json["event"] = event.number;
  json["at"] = to_text(event.at);
  json["duty"] = event.duty == 0 ? Json(nullptr) : Json(ledger::duty_name(event.duty));
  json["kind"] = std::string(to_text(event.kind));
  json["cause"] = or_null(event.cause);
  json["state"] = or_null(event.state);
  json["start"] = or_null(event.start);
  json["due"] = or_null(event.due);
  json["old_start"] = or_null(event.old_start);
  json["old_due"] = or_null(event.old_due);
  json["day"] = or_null(event.day);
  json["author"] = or_null(event.author);
  json["reason"] = or_null(event.reason);
  json["proof"] = or_null(event.proof);
  json["hash"] = event.hash;
  return json;
}

Json duty_json(const policy::Rulebook& rulebook, const ledger::Duty& duty, Moment as_of) {
  Json json;
  json["duty"] = ledger::duty_name(duty.number);
  json["task"] = task_words(rulebook, duty);
  json["kind"] = std::string(to_text(duty.kind));
  json["pack"] = duty.pack;
  json["pack_version"] = duty.pack_version;
  json["rule"] = duty.rule;
  json["title"] = duty.title;
  put_dates(json, duty, as_of);
  put_wish(json, duty);
  put_state(json, duty);
  return json;
}

}  // namespace heed::report
