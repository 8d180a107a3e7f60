#include "report/explain.hpp"

namespace heed::report {

namespace {

std::string day_or(const std::optional<Day>& day, const char* otherwise) {
  return day ? to_text(*day) : otherwise;
}

/// "label    text", labels of one width.
void line(std::ostream& out, std::string label, const std::string& text) {
  if (text.empty()) return;
  label.resize(std::max<std::size_t>(label.size(), 11), ' ');
  out << "  " << label << "  " << text << "\n";
}

std::string due_words(const ledger::Duty& duty, Moment as_of) {
  if (!duty.due) return "no date: began before the calendar does, long past";
  std::string text = to_text(*duty.due) + ", until local midnight in " + duty.zone;
  if (at_once(duty, as_of) || (duty.immediate && !owed(duty))) {
    text = "at once (" + to_text(*duty.due) + " in " + duty.zone + ")";
  }
  if (duty.target) text += ", the office's target is " + to_text(*duty.target);
  if (duty.calendar_incomplete) text += "; the earliest possible, the calendar does not reach it";
  return text;
}

std::string extension_words(const ledger::Duty& duty) {
  if (duty.extended == 0) return {};
  return counted(duty.extended, "time", "times") + ", from " + day_or(duty.initial_due, "no date") +
         "; the person had to be told, with the reasons, by that day";
}

std::string pause_words(const ledger::Duty& duty) {
  std::string text;
  if (duty.paused_days > 0) text = counted(duty.paused_days, "day", "days") + " are added";
  if (!duty.paused_since) return text;
  return text + (text.empty() ? "" : "; ") + "the clock stands since " +
         to_text(*duty.paused_since) + ", and the date moves when it goes on";
}

void print_duty(std::ostream& out, const Account& account, Moment as_of) {
  const auto& duty = account.duty;
  out << ledger::duty_name(duty.number) << ": " << task_words(account.rulebook, duty) << ", "
      << (owed(duty) ? time_words(duty, as_of) : state_words(duty)) << "\n\n";
  line(out, "Due", due_words(duty, as_of));
  line(out, "State", state_words(duty) + (duty.closed_on ? " on " + to_text(*duty.closed_on) : ""));
  line(out, "Extended", extension_words(duty));
  line(out, "Paused", pause_words(duty));
  line(out, "Told",
       duty.acknowledged_on
           ? "the person, on " + to_text(*duty.acknowledged_on) + ", that the request came in"
           : "");
  line(out, "Remarks", remarks_of(duty));
  line(out, "Rule", duty.title + " (" + duty.pack + ", " + duty.rule + ")");
  line(out, "Wish",
       std::string(wish_words(duty.preference)) + ", by " + duty.object + "." + duty.field +
           " of " + ref_words(duty.record));
  if (duty.person && duty.person != duty.record) line(out, "Person", ref_words(duty.person));
  for (const auto& place : account.places) line(out, "Place", place);
  line(out, "Applies", account.applies.empty() ? "" : "because " + account.applies);
  line(out, "Alike",
       account.alike.empty() ? ""
                             : "by e-mail address " + alike_words(account.alike) +
                                   "; nothing of theirs moves or closes this");
  line(out, "Made",
       span_words(duty.wish_after, duty.wish_until) + " (" + how_words(duty.how) + ")");
  const Zone zone = Zone::named(duty.zone);
  const bool exact = duty.wish_after == duty.wish_until;
  const bool open = duty.wish_after.time_since_epoch().count() <= 0;
  line(out, "Local time",
       (exact  ? ""
        : open ? "not later than "
               : zone.local_text(duty.wish_after) + " to ") +
           zone.local_text(duty.wish_until) + " in " + duty.zone);
}

void print_steps(std::ostream& out, const Account& account) {
  if (!account.trace) {
    out << "\nThe date cannot be computed again: " << account.why_not
        << ". What the ledger has: start " << to_text(account.duty.start) << ", due "
        << day_or(account.duty.due, "not computed") << ".\n";
    return;
  }
  out << "\nHOW THE DATE CAME ABOUT, by the " << to_text(account.trace->profile) << " reading\n";
  Table table({{"Day"}, {"Step"}, {"Why"}});
  for (const auto& each : step_lines(account.trace->steps)) {
    table.add({each.days, each.what, each.text});
  }
  table.print(out, 2);
  const std::string different = difference_words(account);
  if (!different.empty()) out << "  " << different << ".\n";
}

/// Where the computation itself tells them, they are among its steps.
void print_readings(std::ostream& out, const Account& account) {
  const auto& duty = account.duty;
  if (account.trace) return;
  if (!duty.strict_due && !duty.usual_due && !duty.lenient_due) return;
  out << "\nOTHER READINGS\n";
  const auto reading = [&out](const std::optional<Day>& due, const char* name) {
    if (due) line(out, name, to_text(*due));
  };
  reading(duty.strict_due, "strict");
  reading(duty.usual_due, "default");
  reading(duty.lenient_due, "lenient");
}

/// The version that the dates are by, and the one that the duty was opened under.
std::string version_words(const Account& account) {
  const auto& now = account.duty.pack_version;
  for (const auto& event : account.events) {
    if (event.kind != ledger::EventKind::opened || event.pack_version == now) continue;
    return now + "; opened under " + event.pack_version;
  }
  return now + " at the opening";
}

void print_source(std::ostream& out, const Account& account) {
  out << "\nSOURCE\n";
  if (account.trace) {
    const auto& source = account.trace->duty.source;
    line(out, "Law", source.text);
    line(out, "Text", source.url);
    line(out, "Known by", std::string(to_text(source.evidence)) + " source");
    line(out, "Remark", account.trace->note);
  }
  line(out, "Pack", account.duty.pack + " " + version_words(account));
  if (account.pack != nullptr) {
    line(out, "", account.pack->title);
    line(out, "Enabled",
         account.pack->version + ", reviewed on " + to_text(account.pack->reviewed_on) + ": " +
             account.pack->reviewed_by);
  }
  line(out, "Calendar", account.duty.calendar);
  if (account.calendar == nullptr) return;
  line(out, "", account.calendar->title() + "; no other days are holidays here");
  line(out, "", account.calendar->coverage_words());
  line(out, "Days from", account.calendar->source());
}

/// An erased text is told from one that never was by the event's kind alone: nothing is guessed.
std::string texts_of(const ledger::Event& event) {
  std::string text = event.reason.value_or("");
  if (event.proof) text += (text.empty() ? "proof: " : "; proof: ") + *event.proof;
  return text;
}

void print_events(std::ostream& out, const std::vector<ledger::Event>& events) {
  out << "\nEVENTS\n";
  Table table(
      {{"Event", Table::Align::right}, {"At"}, {"What"}, {"Because"}, {"By"}, {"Due"}, {"Reason"}});
  for (const auto& event : events) {
    std::string due = or_empty(event.due);
    if (event.old_due && event.old_due != event.due) {
      due.insert(0, to_text(*event.old_due).append(" -> "));
    }
    table.add({std::to_string(event.number), to_text(event.at),
               std::string(to_text(event.kind)) + (event.day ? " " + to_text(*event.day) : ""),
               or_empty(event.cause), event.author.value_or("-"), due, texts_of(event)});
  }
  table.print(out, 2);
}

Json step_json(const policy::Step& step) {
  Json json;
  json["kind"] = std::string(to_text(step.kind));
  json["day"] = or_null(step.day);
  json["count"] = step.kind == policy::StepKind::counted ? Json(step.count) : Json(nullptr);
  json["text"] = step.text;
  return json;
}

Json extension_json(const std::optional<policy::ExtensionOffer>& offer) {
  if (!offer) return nullptr;
  Json json;
  json["notice_by"] = to_text(offer->notice_by);
  json["due"] = or_null(offer->due);
  json["lenient_due"] = or_null(offer->lenient_due);
  return json;
}

Json computed_json(const Account& account) {
  if (!account.trace) return nullptr;
  const auto& trace = *account.trace;
  Json json;
  json["reading"] = std::string(to_text(trace.profile));
  json["limit"]["value"] = trace.limit.value;
  json["limit"]["unit"] = std::string(to_text(trace.limit.unit));
  json["note"] = trace.note.empty() ? Json(nullptr) : Json(trace.note);
  json["due"] = or_null(trace.duty.due);
  json["differs"] = !difference_words(account).empty();
  json["extension"] = extension_json(trace.duty.extension);
  json["source"]["text"] = trace.duty.source.text;
  json["source"]["url"] = trace.duty.source.url;
  json["source"]["evidence"] = std::string(to_text(trace.duty.source.evidence));
  json["steps"] = Json::array();
  for (const auto& step : trace.steps) json["steps"].push_back(step_json(step));
  return json;
}

Json pack_json(const policy::Pack* pack) {
  if (pack == nullptr) return nullptr;
  Json json;
  json["id"] = pack->id;
  json["title"] = pack->title;
  json["version"] = pack->version;
  json["reviewed_on"] = to_text(pack->reviewed_on);
  json["reviewed_by"] = pack->reviewed_by;
  return json;
}

Json calendar_json(const calendar::Calendar* calendar) {
  if (calendar == nullptr) return nullptr;
  Json json;
  json["id"] = calendar->id();
  json["title"] = calendar->title();
  json["source"] = calendar->source();
  json["retrieved"] = to_text(calendar->retrieved());
  json["coverage"] = calendar->coverage_words();
  return json;
}

}  // namespace

void print_account(std::ostream& out, const Account& account, const Circumstances& circumstances) {
  print_duty(out, account, circumstances.as_of);
  print_steps(out, account);
  print_readings(out, account);
  print_source(out, account);
  print_events(out, account.events);
  out << "\n" << no_advice() << "\n";
}

Json account_json(const Account& account, Moment as_of) {
  Json json;
  json["duty"] = duty_json(account.rulebook, account.duty, as_of);
  json["computed"] = computed_json(account);
  json["not_computed_because"] = account.why_not.empty() ? Json(nullptr) : Json(account.why_not);
  json["places"] = account.places;
  json["applies_because"] = account.applies.empty() ? Json(nullptr) : Json(account.applies);
  json["may_be_same_as"] = alike_json(account.alike);
  json["pack_enabled"] = pack_json(account.pack);
  json["calendar_now"] = calendar_json(account.calendar);
  json["events"] = Json::array();
  for (const auto& event : account.events) json["events"].push_back(event_json(event));
  json["notice"] = std::string(no_advice());
  return json;
}

}  // namespace heed::report
