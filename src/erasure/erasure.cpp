#include "heed/erasure.hpp"

#include <algorithm>
#include <set>

#include "erasure/copies.hpp"
#include "erasure/file.hpp"
#include "erasure/in_file.hpp"
#include "heed/error.hpp"
#include "heed/store.hpp"

namespace heed::erasure {

namespace {

const std::string too_many_words =
    "more than 1,000 linked records, which no person has; mend the links in the CRM, or the person "
    "of an [[object]] in the configuration";

std::set<Id> pseudonyms_of(const mirror::Mirror& mirror) {
  std::set<Id> pseudonyms;
  for (const auto& erasure : mirror.erasures()) pseudonyms.insert(erasure.pseudonym);
  return pseudonyms;
}

mirror::Ref find(const mirror::Mirror& mirror, Id id) {
  if (mirror.forgotten(id) || mirror.is_pseudonym(id)) {
    throw Error(Kind::finding, std::string(id.text()) + " is forgotten already");
  }
  const auto object = mirror.object_of(id);
  if (object && mirror.row(*object, id)) return {*object, id};
  throw Error(Kind::finding, "no record " + std::string(id.text()) +
                                 " is in the mirror; look it up in the CRM, or run heed sync");
}

/// The person's records that are not forgotten yet.
std::vector<mirror::Ref> not_forgotten(const mirror::Mirror& mirror, const mirror::Group& group) {
  std::vector<mirror::Ref> records;
  for (const auto& member : group.members) {
    if (!mirror.is_pseudonym(member.id)) records.push_back(member);
  }
  return records;
}

bool holds(const mirror::Mirror& mirror, const policy::PreferenceMap& preferences,
           std::span<const mirror::Ref> records) {
  for (const auto& record : records) {
    const auto row = mirror.row(record.object, record.id);
    if (!row || row->standing == Standing::purged) continue;
    for (const auto* mapping : preferences.of(record.object)) {
      if (mapping->preference != Preference::hold) continue;
      const auto value = row->value(mapping->field);
      if (value && mapping->restricts(std::string(*value))) return true;
    }
  }
  return false;
}

std::vector<ledger::Duty> duties_of(const ledger::Ledger& ledger, const mirror::Ref& person) {
  ledger::Filter filter;
  filter.person = person;
  using ledger::State;
  filter.states = {State::open,   State::standing, State::withdrawn_to_confirm,
                   State::met,    State::met_late, State::refused,
                   State::handled};
  std::vector<ledger::Duty> duties;
  ledger.for_each_due(filter, [&](const ledger::Duty& duty) { duties.push_back(duty); });
  return duties;
}

/// The copies first: as long as they are not done, the mirror does not know these erasures, and
/// whoever opens it next begins here again.
Outcome forget_everywhere(const Place& place, const Erasing& erasing) {
  Outcome outcome;
  rewrite_copies(place, erasing, outcome);
  for (const auto& records : erasing.people) {
    outcome.records += static_cast<std::int64_t>(records.size());
    outcome.handles += forget_in(place, records, erasing.author, erasing.reason);
  }
  outcome.scrubbed = place.mirror.scrub();
  return outcome;
}

Outcome forget_people(const Place& place, const People& people, const ledger::Author& author,
                      std::string_view reason) {
  std::vector<mirror::Erasure> erasures;
  for (const auto& records : people) {
    const auto more = mirror::erasures_of(place.key, records, author.at);
    erasures.insert(erasures.end(), more.begin(), more.end());
  }
  add_to_file(place.file, place.key, erasures);
  return forget_everywhere(place, {people, erasures, author, reason});
}

}  // namespace

Scope scope_of(const Place& place, const ledger::Grounds& grounds, Id id) {
  const auto record = find(place.mirror, id);
  const auto group = place.mirror.person(record.object, record.id);
  Scope scope;
  scope.records = not_forgotten(place.mirror, group);
  scope.whole = group.whole;
  scope.hold = holds(place.mirror, grounds.preferences, scope.records);
  std::vector<Id> ids;
  for (const auto& each : scope.records) ids.push_back(each.id);
  scope.changes = static_cast<std::int64_t>(place.mirror.changes(ids).size());
  for (const auto& duty : duties_of(place.ledger, group.members.front())) {
    ++scope.duties;
    scope.owed += owed(duty) ? 1 : 0;
  }
  for (const auto& path : copies_of(place.database.path(), place.mirror)) {
    // Where it cannot even be looked at, it is not given up for gone.
    std::error_code unseen;
    if (std::filesystem::exists(path, unseen) || unseen) scope.copies.push_back(path);
  }
  return scope;
}

Outcome forget(const Place& place, const Scope& scope, const ledger::Author& author,
               std::string_view reason) {
  if (scope.hold) {
    throw Error(Kind::finding,
                "a privacy hold stands on the person's records; it has to be lifted in the CRM "
                "before anything may be forgotten");
  }
  if (!scope.whole) {
    throw Error(Kind::finding, "the person has " + too_many_words);
  }
  return forget_people(place, {scope.records}, author, reason);
}

bool wants_replay(const mirror::Mirror& mirror, const std::filesystem::path& file) {
  return first_to_replay(mirror, file).has_value();
}

std::optional<Moment> first_to_replay(const mirror::Mirror& mirror,
                                      const std::filesystem::path& file) {
  const auto known = pseudonyms_of(mirror);
  std::optional<Moment> first;
  for (const auto& each : read_file(file)) {
    if (!known.contains(each.pseudonym)) first = std::min(first.value_or(each.at), each.at);
  }
  return first;
}

Outcome replay(const Place& place, Moment now) {
  auto missing = read_sealed(place.file, place.key);
  const auto known = pseudonyms_of(place.mirror);
  std::erase_if(missing, [&](const auto& each) { return known.contains(each.pseudonym); });
  if (missing.empty()) return {};
  const auto people = find_people(place.mirror, missing);
  auto outcome = forget_everywhere(
      place, {people, missing, {"heed", now}, "forgotten before, and in this older copy again"});
  place.mirror.add_erasures(missing);
  return outcome;
}

Outcome finish(const Place& place, Moment now) {
  Outcome outcome;
  finish_copies(place, {"heed", now}, outcome);
  outcome.scrubbed = !place.mirror.wants_scrubbing();
  return outcome;
}

std::vector<std::string> unfinished(const store::Database& database, const mirror::Mirror& mirror,
                                    const std::filesystem::path& file) {
  auto lines = unfinished_copies(database.path(), mirror, file);
  if (mirror.wants_scrubbing()) {
    lines.push_back(database.path() +
                    ": old bytes of who was forgotten are left in it or its log, because another "
                    "program was reading it; once that has ended heed sync removes them");
  }
  return lines;
}

namespace {

/// What being forgotten fulfils or would make impossible: to act on the wish, and to answer it.
bool is_deed(const ledger::Duty& duty) {
  return duty.kind == policy::DutyKind::effect_by || duty.kind == policy::DutyKind::respond_by;
}

/// Nothing that is owed about the wish to be forgotten, or for a copy, stands against forgetting.
bool is_met(const std::vector<ledger::Duty>& duties) {
  return std::none_of(duties.begin(), duties.end(), [](const ledger::Duty& duty) {
    return owed(duty) && is_deed(duty) &&
           (duty.preference == Preference::forget || duty.preference == Preference::export_data);
  });
}

}  // namespace

Outcome forget_met(const Place& place, const ledger::Grounds& grounds,
                   const ledger::Author& author) {
  ledger::Filter filter;
  filter.preference = Preference::forget;
  filter.states = {ledger::State::met, ledger::State::met_late};
  std::set<mirror::Ref> candidates;
  place.ledger.for_each_due(filter, [&](const ledger::Duty& duty) {
    if (is_deed(duty) && duty.record) candidates.insert(*duty.record);
  });
  People people;
  std::vector<std::string> passed;
  std::set<mirror::Ref> taken;
  for (const auto& record : candidates) {
    if (taken.contains(record)) continue;
    const auto group = place.mirror.person(record.object, record.id);
    taken.insert(group.members.begin(), group.members.end());
    auto records = not_forgotten(place.mirror, group);
    if (records.empty() || holds(place.mirror, grounds.preferences, records) ||
        !is_met(duties_of(place.ledger, group.members.front()))) {
      continue;
    }
    if (group.whole) {
      people.push_back(std::move(records));
    } else {
      passed.push_back(record.object + " " + std::string(record.id.text()) +
                       ": the wish to be forgotten is met, and nobody is forgotten, because the "
                       "person has " +
                       too_many_words);
    }
  }
  Outcome outcome;
  if (!people.empty()) {
    outcome = forget_people(place, people, author, "the wish to be forgotten is met");
  }
  outcome.passed = std::move(passed);
  return outcome;
}

}  // namespace heed::erasure
