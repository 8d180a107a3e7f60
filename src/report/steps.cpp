#include <ostream>

#include "report/print.hpp"

namespace heed::report {

namespace {

using ledger::Event;
using ledger::EventKind;

std::string what_words(const Event& event) {
  std::string text(to_text(event.kind));
  if (event.day) text += " " + to_text(*event.day);
  return text;
}

std::string because_words(const Event& event) {
  return event.cause && event.cause != ledger::Cause::act ? std::string(to_text(*event.cause)) : "";
}

/// A step in which a date moved, or a grade with it.
bool is_move(const Event& event) {
  if (event.kind == EventKind::moved) return true;
  const bool graded = event.kind == EventKind::met || event.kind == EventKind::met_late;
  return graded && event.cause != ledger::Cause::act && event.cause != ledger::Cause::enforced &&
         event.cause != ledger::Cause::purged;
}

std::string version_words(const ledger::Duty& duty) {
  return duty.pack + " " + duty.pack_version + ", " + duty.calendar;
}

}  // namespace

void steps(std::ostream& out, const ledger::Ledger& ledger, const policy::Rulebook& rulebook,
           std::int64_t from, Moment as_of, Format format) {
  Table table({{"Duty"},
               {"What"},
               {"Because"},
               {"Due before"},
               {"Due"},
               {"Time left"},
               {"To do"},
               {"State"}});
  Json json;
  json["steps"] = Json::array();
  ledger.for_each_event(from, [&](const Event& event) {
    const auto duty = ledger.duty(event.duty);
    if (!duty) return;
    if (format == Format::json) {
      Json each = event_json(event);
      each["after"] = duty_json(rulebook, *duty, as_of);
      json["steps"].push_back(std::move(each));
      return;
    }
    table.add({ledger::duty_name(event.duty), what_words(event), because_words(event),
               or_empty(event.old_due), or_empty(event.due),
               owed(*duty) ? time_words(*duty, as_of) : "-", task_words(rulebook, *duty),
               state_words(*duty)});
  });
  if (format == Format::json) {
    out << json.dump(2) << "\n";
  } else {
    table.print(out);
  }
}

std::int64_t moves(std::ostream& out, const ledger::Ledger& ledger, std::int64_t from,
                   std::size_t limit) {
  Table table({{"Duty"},
               {"What"},
               {"Because"},
               {"Due before"},
               {"Due"},
               {"Pack and calendar"},
               {"Record"}});
  std::int64_t moved = 0;
  ledger.for_each_event(from, [&](const Event& event) {
    if (!is_move(event)) return;
    if (limit != 0 && static_cast<std::size_t>(moved++) >= limit) return;
    const auto duty = ledger.duty(event.duty);
    if (!duty) return;
    table.add({ledger::duty_name(event.duty), what_words(event), because_words(event),
               or_empty(event.old_due), or_empty(event.due), version_words(*duty),
               ref_words(duty->record)});
  });
  if (table.empty()) return 0;
  out << "\nMOVED: dates that are others than before, and what that makes of what was done\n";
  table.print(out, 2);
  const auto more = moved - static_cast<std::int64_t>(limit);
  if (limit != 0 && more > 0) {
    out << "  … " << grouped(more) << " more; heed explain DUTY tells each one's steps\n";
  }
  return moved;
}

}  // namespace heed::report
