#include <algorithm>
#include <set>

#include "heed/policy.hpp"
#include "report/holding.hpp"
#include "report/past.hpp"
#include "report/print.hpp"

namespace heed::report {

namespace {

bool acknowledged(const Circumstances& circumstances, const mirror::Hidden& hidden) {
  const auto& absent = circumstances.absent;
  return std::find(absent.begin(), absent.end(), hidden.object) != absent.end() ||
         std::find(absent.begin(), absent.end(), hidden.object + "." + hidden.field) !=
             absent.end();
}

void look_at_runs(const mirror::Mirror& mirror, const Circumstances& circumstances,
                  std::vector<std::string>& incomplete) {
  const auto last = mirror.last_run();
  if (last && !last->exit_code) {
    incomplete.push_back("a run that began at " + to_text(last->began) +
                         " is under way or was cut off; run heed sync");
  } else if (last && last->exit_code != 0) {
    incomplete.push_back("the last run, begun at " + to_text(last->began) + ", ended with " +
                         std::to_string(*last->exit_code) +
                         "; run heed sync and mend what it says");
  }
  const auto whole = mirror.last_complete_run();
  if (!whole) {
    incomplete.push_back("no run has ever been complete; run heed sync");
    return;
  }
  const auto age = circumstances.now - whole->began;
  if (age > circumstances.stale_after) {
    const auto hours = std::chrono::floor<std::chrono::hours>(age).count();
    incomplete.push_back("the last complete run began at " + to_text(whole->began) + ", " +
                         counted(hours, "hour", "hours") + " ago; run heed sync");
  }
}

/// More than it may be apart from the CRM's: the same as heed check says.
constexpr std::chrono::minutes clocks_apart{5};

/// Moments of the mirror are the CRM's. A clock that is behind them is no judge of what is overdue.
void look_at_clock(const Sources& sources, Moment now, std::vector<std::string>& incomplete) {
  if (auto words = slow_clock_words(sources, now)) incomplete.push_back(std::move(*words));
}

/// Whether runs go on reading the object.
bool is_mirrored(const Circumstances& circumstances, const std::string& object) {
  return circumstances.mirrored.empty() || circumstances.mirrored.contains(object);
}

/// Whether they ask for the field.
bool is_asked_for(const Circumstances& circumstances, const mirror::Hidden& hidden) {
  if (circumstances.mirrored.empty()) return true;
  const auto at = circumstances.mirrored.find(hidden.object);
  return at != circumstances.mirrored.end() &&
         (at->second.empty() || at->second.contains(hidden.field));
}

void look_at_objects(const mirror::Mirror& mirror, const Circumstances& circumstances,
                     Condition& condition) {
  const auto& absent = circumstances.absent;
  for (const auto& object : mirror.objects()) {
    if (std::find(absent.begin(), absent.end(), object) != absent.end()) continue;
    const auto cursor = mirror.cursor(object);
    if (!is_mirrored(circumstances, object)) {
      condition.remarks.push_back(object +
                                  " is mirrored no more, by the configuration; its rows stay" +
                                  (cursor.watermark ? " as of " + to_text(*cursor.watermark) : ""));
      continue;
    }
    if (!cursor.watermark) {
      condition.incomplete.push_back(object +
                                     ": the first load is not finished; run heed sync to go on");
      continue;
    }
    if (!condition.mirrored_up_to || *cursor.watermark < *condition.mirrored_up_to) {
      condition.mirrored_up_to = cursor.watermark;
    }
  }
}

void look_at_hidden(const mirror::Mirror& mirror, const Circumstances& circumstances,
                    Condition& condition) {
  for (const auto& hidden : mirror.hidden()) {
    if (!is_asked_for(circumstances, hidden)) continue;
    const std::string what = hidden.object + "." + hidden.field +
                             " is hidden from heed's user since " + to_text(hidden.since) +
                             "; its values are as they were last seen";
    if (acknowledged(circumstances, hidden)) {
      condition.remarks.push_back(what + " (acknowledged in [absent])");
    } else {
      condition.incomplete.push_back(what + "; give that user Read on the field");
    }
  }
  if (circumstances.absent.empty()) return;
  std::string names;
  for (const auto& name : circumstances.absent) names += (names.empty() ? "" : ", ") + name;
  condition.remarks.push_back("not mirrored, by decision of the configuration: " + names);
}

/// Calendars that duties are counted by and that soon know no holidays any more.
void look_at_calendars(const policy::Rulebook& rulebook, Moment now, Condition& condition) {
  const Day today(std::chrono::floor<std::chrono::days>(now).time_since_epoch());
  for (const auto* calendar : rulebook.calendars_in_use()) {
    const auto until = calendar->covered_until(today);
    const std::string what = "calendar " + calendar->id() + " covers " + calendar->coverage_words();
    if (!until) {
      condition.incomplete.push_back(what + ", and not this year; heed calendar import adds years");
    } else if (*until <= today + std::chrono::days(60)) {
      condition.remarks.push_back(what + ", which ends on " + to_text(*until) +
                                  "; heed calendar import adds years");
    }
  }
}

/// "us-ct (process, geotrack)"
std::string unasked_words(const policy::Pack& pack) {
  std::set<Preference> preferences;
  std::string names;
  for (const auto& rule : pack.unasked) {
    for (const auto preference : rule.preferences) {
      if (!preferences.insert(preference).second) continue;
      names += (names.empty() ? "" : ", ") + std::string(to_text(preference));
    }
  }
  return pack.id + " (" + names + ")";
}

/// Wishes that an enabled pack answers only by figures that nobody has checked: nobody is told of
/// those people, so at least of that.
void look_at_unverified(const policy::Rulebook& rulebook, Condition& condition) {
  std::int64_t number = 0;
  std::string packs;
  for (const auto& pack : rulebook.packs()) {
    if (pack.unasked.empty()) continue;
    number += static_cast<std::int64_t>(pack.unasked.size());
    packs += (packs.empty() ? "" : ", ") + unasked_words(pack);
  }
  if (number == 0) return;
  condition.remarks.push_back(
      counted(number, "duty of enabled packs is not loaded because it is unverified",
              "duties of enabled packs are not loaded because they are unverified") +
      ", and these wishes open none of them: " + packs +
      "; heed check names them: check them against their sources, or take them in with [packs] "
      "allow_unverified = true");
}

/// What a report of a time that is over can say of it.
void look_at_then(const mirror::Mirror& mirror, Moment then, Condition& condition) {
  condition.mirrored_up_to.reset();  // that is today's
  if (const auto run = known_by(mirror, then)) condition.known_by_run = run->began;
  if (!knew_anything(mirror, then)) {
    condition.incomplete.push_back(knew_nothing_words(mirror, then));
  } else if (!condition.known_by_run) {
    condition.incomplete.push_back("heed knew no more than a part at " + to_text(then) +
                                   ": no complete run had ended by then; name a later moment as "
                                   "--as-of");
  }
}

}  // namespace

std::optional<std::string> slow_clock_words(const Sources& sources, Moment now) {
  const Moment latest = present(sources, now);
  if (latest <= now + clocks_apart) return std::nullopt;
  return "this machine's clock shows " + to_text(now) +
         ", and the newest run or event of the ledger is of " + to_text(latest) +
         "; set up time synchronization, heed check compares with the CRM's clock";
}

Condition condition_of(const Sources& sources, const Circumstances& circumstances) {
  Condition condition;
  condition.head = sources.ledger.head();
  look_at_clock(sources, circumstances.now, condition.incomplete);
  condition.incomplete.insert(condition.incomplete.end(), circumstances.lost.begin(),
                              circumstances.lost.end());
  look_at_runs(sources.mirror, circumstances, condition.incomplete);
  look_at_objects(sources.mirror, circumstances, condition);
  if (const auto then = known_at(sources, circumstances)) {
    look_at_then(sources.mirror, *then, condition);
  }
  look_at_hidden(sources.mirror, circumstances, condition);
  look_at_unverified(sources.grounds.rulebook, condition);
  look_at_calendars(sources.grounds.rulebook, circumstances.now, condition);
  if (const auto waiting = sources.mirror.list_size(); waiting > 0) {
    condition.incomplete.push_back(counted(waiting, "record", "records") +
                                   " not yet assessed; run heed sync");
  }
  return condition;
}

void print_condition(std::ostream& out, const Condition& condition) {
  for (const auto& line : condition.incomplete) out << "INCOMPLETE: " << line << "\n";
  for (const auto& line : condition.remarks) out << "Note: " << line << "\n";
}

void print_top(std::ostream& out, const Condition& condition) {
  print_condition(out, condition);
  if (!condition.incomplete.empty() || !condition.remarks.empty()) out << "\n";
}

void print_head(std::ostream& out, const Condition& condition) {
  out << "\nLedger: " << counted(condition.head.count, "event", "events");
  if (!condition.head.hash.empty()) out << ", head " << condition.head.hash;
  out << "\n";
}

std::string mirrored_words(const Condition& condition) {
  return condition.mirrored_up_to ? "mirrored up to " + to_text(*condition.mirrored_up_to)
                                  : "nothing mirrored yet";
}

std::string known_words(const Sources& sources, const Circumstances& circumstances,
                        const Condition& condition) {
  const auto then = known_at(sources, circumstances);
  if (!then) return mirrored_words(condition);
  const auto& run = condition.known_by_run;
  return "as heed knew it at " + to_text(*then) +
         (run ? ", by complete runs up to that of " + to_text(*run) : "");
}

void note_gaps(std::int64_t duties, Condition& condition) {
  if (duties == 0) return;
  condition.incomplete.push_back(
      counted(duties, "due date lies", "due dates lie") +
      " beyond the calendar and may be later than shown; add the holidays of those years to it");
}

Json meta_json(const Condition& condition, const Circumstances& circumstances) {
  Json meta;
  meta["as_of"] = to_text(circumstances.as_of);
  meta["mirrored_up_to"] = or_null(condition.mirrored_up_to);
  meta["known_by_run"] = or_null(condition.known_by_run);
  meta["complete"] = condition.complete();
  meta["incomplete"] = condition.incomplete;
  meta["remarks"] = condition.remarks;
  meta["ledger"]["events"] = condition.head.count;
  meta["ledger"]["head"] = condition.head.hash.empty() ? Json(nullptr) : Json(condition.head.hash);
  return meta;
}

JsonList::JsonList(std::ostream& out, const Json& before, std::string_view name) : out_(out) {
  std::string text = before.dump(2);
  text.erase(text.size() - 2);  // the line with the closing brace
  out_ << text << ",\n  \"" << name << "\": [";
}

void JsonList::add(const Json& item) {
  out_ << (empty_ ? "\n    " : ",\n    ") << item.dump();
  empty_ = false;
}

void JsonList::close() {
  out_ << (empty_ ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace heed::report
