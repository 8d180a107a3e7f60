#include <algorithm>

#include "heed/error.hpp"
#include "report/alike.hpp"
#include "report/holding.hpp"
#include "report/past.hpp"

namespace heed::report {

namespace {

mirror::Ref find(const mirror::Mirror& mirror, Id id) {
  const auto object = mirror.object_of(id);
  if (object && mirror.row(*object, id)) return {*object, id};
  const std::string name(id.text());
  throw Error(Kind::finding,
              "no record " + name + " is in the mirror; look it up in the CRM, or run heed sync" +
                  (mirror.erasures().empty()
                       ? ""
                       : " (heed forget " + name + " --dry-run tells whether it was forgotten)"));
}

/// Values that may be shown: preferences, standings and ids; never what else a field may hold.
bool may_show(const Sources& sources, const Change& change) {
  if (change.field == mirror::standing_field) return true;
  if (sources.grounds.preferences.find(change.object, change.field) != nullptr) return true;
  const auto is_id = [](const std::optional<std::string>& value) {
    return !value || Id::parse(*value).has_value();
  };
  return is_id(change.old_value) && is_id(change.new_value);
}

std::vector<Change> changes_of(const mirror::Mirror& mirror, const Person& person,
                               std::optional<Moment> known_at) {
  std::vector<Id> ids;
  for (const auto& row : person.records) ids.push_back(row.id);
  auto changes = mirror.changes(ids);
  if (known_at) {
    std::erase_if(changes, [&](const Change& change) { return change.first_seen > *known_at; });
  }
  return changes;
}

std::vector<ledger::Duty> duties_of(const Sources& sources, const mirror::Ref& record,
                                    Moment as_of) {
  using ledger::State;
  ledger::Filter filter;
  filter.person = record;
  filter.states = {State::open,   State::standing, State::withdrawn_to_confirm,
                   State::met,    State::met_late, State::refused,
                   State::handled};
  std::vector<ledger::Duty> duties;
  Duties(sources, as_of).for_each(filter, [&](const ledger::Duty& duty) {
    duties.push_back(duty);
  });
  return duties;
}

/// `past`: of a record then, only the changes are known that are kept, and not every edit.
void print_records(std::ostream& out, const Person& person, const std::vector<mirror::Ref>& alike,
                   bool past) {
  out << "\nRECORDS of this person\n";
  Table table({{"Record"}, {"Standing"}, {past ? "Last change kept" : "Last changed"}});
  for (const auto& row : person.records) {
    table.add({ref_words(mirror::Ref{row.object, row.id}), std::string(to_text(row.standing)),
               to_text(row.stamp)});
  }
  table.print(out, 2);
  if (!person.whole) out << "  … and more, which are not looked at\n";
  if (!alike.empty()) {
    out << "  By e-mail address " << alike_words(alike)
        << "; what is owed to one is not done by the other\n";
  }
}

void print_preferences(std::ostream& out, const Person& person) {
  out << "\nPREFERENCES\n";
  Table table({{"Wish"}, {"Set on"}, {"Field"}, {"Since"}, {"Known by"}, {"Records agree"}});
  for (const auto& holding : person.holdings) {
    for (const auto& held : holding.held) {
      const bool first = &held == &holding.held.front();
      table.add({first ? std::string(wish_words(holding.preference)) : "", ref_words(held.record),
                 held.field + (held.hidden ? " (as last seen)" : ""),
                 held.since ? span_words(held.since->after, held.since->until) : "not known",
                 held.since ? how_words(held.since->how) : "-",
                 first ? agreement_words(holding) : ""});
    }
  }
  table.print(out, 2);
  if (table.empty()) out << "  none\n";
}

void print_changes(std::ostream& out, const Sources& sources, const std::vector<Change>& changes) {
  out << "\nCHANGES\n";
  Table table({{"When"}, {"Record"}, {"Field"}, {"From"}, {"To"}, {"Known by"}, {"By"}});
  for (const auto& change : changes) {
    const bool show = may_show(sources, change);
    const auto value = [show](const std::optional<std::string>& text) {
      return !text ? std::string("-") : show ? *text : std::string("(not shown)");
    };
    table.add({span_words(change.after, change.until),
               ref_words(mirror::Ref{change.object, change.id}),
               change.field == mirror::standing_field ? "standing" : change.field,
               value(change.old_value), value(change.new_value),
               how_words(change.how) +
                   (change.supersedes ? ", better than change " + std::to_string(*change.supersedes)
                                      : ""),
               change.by ? "User " + std::string(change.by->text()) : "-"});
  }
  table.print(out, 2);
  if (table.empty()) out << "  none\n";
}

void print_duties(std::ostream& out, const policy::Rulebook& rulebook,
                  const std::vector<ledger::Duty>& duties, Moment as_of) {
  out << "\nDUTIES\n";
  Table table({{"Duty"}, {"Due"}, {"Time left"}, {"To do"}, {"Law"}, {"Record"}, {"State"}});
  for (const auto& duty : duties) {
    const std::string remarks = remarks_of(duty);
    table.add({ledger::duty_name(duty.number), duty.due ? to_text(*duty.due) : "-",
               owed(duty) ? time_words(duty, as_of) : "-", task_words(rulebook, duty), duty.pack,
               ref_words(duty.record),
               state_words(duty) + (duty.closed_on ? " on " + to_text(*duty.closed_on) : "") +
                   (remarks.empty() ? "" : "; " + remarks)});
  }
  table.print(out, 2);
  if (table.empty()) out << "  none\n";
}

Json change_json(const Sources& sources, const Change& change) {
  const bool show = may_show(sources, change);
  Json json;
  json["change"] = change.number;
  json["object"] = change.object;
  json["id"] = std::string(change.id.text());
  json["field"] = change.field;
  json["old"] = show ? or_null(change.old_value) : Json(nullptr);
  json["new"] = show ? or_null(change.new_value) : Json(nullptr);
  json["values_shown"] = show;
  json["after"] = to_text(change.after);
  json["until"] = to_text(change.until);
  json["known_by"] = std::string(to_text(change.how));
  json["by"] = change.by ? Json(std::string(change.by->text())) : Json(nullptr);
  json["first_seen"] = to_text(change.first_seen);
  json["supersedes"] = change.supersedes ? Json(*change.supersedes) : Json(nullptr);
  return json;
}

void print_json(std::ostream& out, const Sources& sources, const Circumstances& circumstances,
                const Condition& condition, const Person& person,
                const std::vector<mirror::Ref>& alike, const std::vector<ledger::Duty>& duties) {
  Json json;
  json["meta"] = meta_json(condition, circumstances);
  json["person"] = ref_json(person.first());
  json["whole"] = person.whole;
  json["may_be_same_as"] = alike_json(alike);
  json["records"] = Json::array();
  for (const auto& row : person.records) {
    Json each = ref_json(mirror::Ref{row.object, row.id});
    each["standing"] = std::string(to_text(row.standing));
    each["stamp"] = to_text(row.stamp);
    each["hidden"] = row.hidden;
    json["records"].push_back(each);
  }
  json["preferences"] = Json::array();
  for (const auto& holding : person.holdings) json["preferences"].push_back(holding_json(holding));
  json["changes"] = Json::array();
  for (const auto& change : changes_of(sources.mirror, person, known_at(sources, circumstances))) {
    json["changes"].push_back(change_json(sources, change));
  }
  json["duties"] = Json::array();
  for (const auto& duty : duties) {
    json["duties"].push_back(duty_json(sources.grounds.rulebook, duty, circumstances.as_of));
  }
  out << json.dump(2) << "\n";
}

}  // namespace

Condition show(std::ostream& out, const Sources& sources, const Circumstances& circumstances, Id id,
               Format format) {
  auto condition = condition_of(sources, circumstances);
  const mirror::Ref record = find(sources.mirror, id);
  const auto then = known_at(sources, circumstances);
  const Person person = person_of(sources, record, circumstances.as_of, then);
  if (!knew_anything(sources.mirror, then)) {
    throw Error(Kind::incomplete, knew_nothing_words(sources.mirror, *then));
  }
  if (person.records.empty()) {
    throw Error(Kind::finding, "heed did not know " + ref_words(record) + " at " +
                                   to_text(circumstances.as_of) + "; leave --as-of out to see it");
  }
  const auto duties = duties_of(sources, person.first(), circumstances.as_of);
  note_gaps(std::count_if(duties.begin(), duties.end(),
                          [](const auto& duty) { return owed(duty) && duty.calendar_incomplete; }),
            condition);
  const auto alike = Alike(sources.mirror, circumstances.same_email && !then).of(person.first());
  if (format == Format::json) {
    print_json(out, sources, circumstances, condition, person, alike, duties);
    return condition;
  }
  print_top(out, condition);
  out << ref_words(record) << ", " << known_words(sources, circumstances, condition) << "\n";
  print_records(out, person, alike, then.has_value());
  print_preferences(out, person);
  print_changes(out, sources, changes_of(sources.mirror, person, known_at(sources, circumstances)));
  print_duties(out, sources.grounds.rulebook, duties, circumstances.as_of);
  print_head(out, condition);
  return condition;
}

}  // namespace heed::report
