#include "report/holding.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace heed::report {

namespace {

/// The changes of a person's records, without those that a better one took the place of.
class History {
 public:
  explicit History(std::vector<Change> changes) {
    std::set<std::int64_t> superseded;
    for (const auto& change : changes) {
      if (change.supersedes) superseded.insert(*change.supersedes);
    }
    for (auto& change : changes) {
      if (!superseded.contains(change.number)) changes_.push_back(std::move(change));
    }
  }

  /// The latest change by which the record's field came to `value`.
  const Change* find(const mirror::Ref& record, std::string_view field,
                     std::string_view value) const {
    const Change* found = nullptr;
    for (const auto& change : changes_) {
      if (change.object != record.object || change.id != record.id || change.field != field ||
          change.new_value != value) {
        continue;
      }
      if (found == nullptr || change.until >= found->until) found = &change;
    }
    return found;
  }

 private:
  std::vector<Change> changes_;
};

History history_of(const mirror::Mirror& mirror, const mirror::Group& group,
                   std::optional<Moment> known_at) {
  std::vector<Id> ids;
  for (const auto& member : group.members) ids.push_back(member.id);
  auto changes = mirror.changes(ids);
  if (known_at) {
    std::erase_if(changes, [&](const Change& change) { return change.first_seen > *known_at; });
  }
  return History(std::move(changes));
}

/// A value that restricts only after another one was seen there needs the change that says so.
bool holds(const policy::Mapping& mapping, const std::optional<std::string>& value,
           const Change* since) {
  if (!mapping.restricts(value)) return false;
  return !mapping.only_on_change ||
         (since != nullptr &&
          mapping.opens(since->old_value, since->new_value, since->how != How::initial));
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void look_at(const mirror::Row& row, const policy::Mapping& mapping, const History& history,
             Holding& holding) {
  const mirror::Ref record{row.object, row.id};
  const auto seen = row.value(mapping.field);
  if (!seen) return;
  const std::string value(*seen);
  const Change* since = history.find(record, mapping.field, value);
  if (holds(mapping, value, since)) {
    holding.held.push_back({record, mapping.field, row.standing, has(row.hidden, mapping.field),
                            since != nullptr ? std::optional(*since) : std::nullopt});
  } else if (row.standing == Standing::live && !mapping.only_on_change) {
    holding.against.push_back({record, mapping.field});
  }
}

}  // namespace

Person person_of(const mirror::Mirror& mirror, const policy::PreferenceMap& preferences,
                 const mirror::Ref& record, std::optional<Moment> known_at) {
  Person person;
  const auto group = mirror.person(record.object, record.id, known_at);
  const History history = history_of(mirror, group, known_at);
  person.whole = group.whole;
  std::map<Preference, Holding> holdings;
  for (const auto& member : group.members) {
    auto row = known_at ? mirror.row_as_known(member.object, member.id, *known_at)
                        : mirror.row(member.object, member.id);
    if (!row) continue;
    for (const auto* mapping : preferences.of(member.object)) {
      auto& holding = holdings[mapping->preference];
      holding.preference = mapping->preference;
      look_at(*row, *mapping, history, holding);
    }
    person.records.push_back(std::move(*row));
  }
  for (auto& [preference, holding] : holdings) {
    if (!holding.held.empty()) person.holdings.push_back(std::move(holding));
  }
  return person;
}

std::optional<Moment> known_at(const Circumstances& circumstances) {
  if (circumstances.as_of >= circumstances.now) return std::nullopt;
  return circumstances.as_of;
}

std::string agreement_words(const Holding& holding) {
  if (holding.against.empty()) return holding.held.size() > 1 ? "yes" : "one record";
  std::string text = "NO: not set on ";
  for (const auto& each : holding.against) {
    if (&each != &holding.against.front()) text += ", ";
    text += ref_words(each.record);
  }
  return text;
}

Json holding_json(const Holding& holding) {
  Json json;
  json["preference"] = std::string(to_text(holding.preference));
  json["wish"] = std::string(wish_words(holding.preference));
  json["agree"] = holding.against.empty();
  json["set_on"] = Json::array();
  for (const auto& held : holding.held) {
    Json each = ref_json(held.record);
    each["field"] = held.field;
    each["standing"] = std::string(to_text(held.standing));
    each["hidden"] = held.hidden;
    each["since_after"] = held.since ? Json(to_text(held.since->after)) : Json(nullptr);
    each["since_until"] = held.since ? Json(to_text(held.since->until)) : Json(nullptr);
    each["known_by"] = held.since ? Json(std::string(to_text(held.since->how))) : Json(nullptr);
    json["set_on"].push_back(each);
  }
  json["not_set_on"] = Json::array();
  for (const auto& against : holding.against) {
    Json each = ref_json(against.record);
    each["field"] = against.field;
    json["not_set_on"].push_back(each);
  }
  return json;
}

}  // namespace heed::report
