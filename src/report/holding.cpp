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
      if (change.how == How::initial) initial_.insert(change.number);
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

  /// Whether the record's field came from another value to one that restricts, as heed looked: by
  /// the last change that did so. What the first load found is no such change, unless it was made
  /// after that began at `loaded`.
  bool turned(const mirror::Ref& record, const policy::Mapping& mapping,
              std::optional<Moment> loaded) const {
    const Change* last = nullptr;
    for (const auto& change : changes_) {
      const bool turns =
          mapping.restricts(change.new_value) && !mapping.restricts(change.old_value);
      if (!turns || change.id != record.id || change.field != mapping.field) continue;
      if (last == nullptr || change.until >= last->until) last = &change;
    }
    if (last == nullptr || !last->old_value) return false;
    const bool found = initial_.contains(last->supersedes.value_or(last->number));
    return !found || (last->how == How::history && last->after == last->until && loaded &&
                      last->until > *loaded);
  }

 private:
  std::vector<Change> changes_;
  std::set<std::int64_t> initial_;  ///< numbers of what the first load found
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

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void look_at(const mirror::Row& row, const mirror::Mirror& mirror, const policy::Mapping& mapping,
             const History& history, Holding& holding) {
  const mirror::Ref record{row.object, row.id};
  const auto seen = row.value(mapping.field);
  if (!seen) return;
  const std::string value(*seen);
  const Change* since = history.find(record, mapping.field, value);
  const bool restricts =
      mapping.restricts(value) &&
      (!mapping.only_on_change || history.turned(record, mapping, mirror.loaded(row.object)));
  if (restricts) {
    holding.held.push_back({record, mapping.field, row.standing, has(row.hidden, mapping.field),
                            since != nullptr ? std::optional(*since) : std::nullopt});
  } else if (row.standing == Standing::live && !mapping.only_on_change) {
    holding.against.push_back({record, mapping.field});
  }
}

/// What the records of consents say at one moment.
class Consents {
 public:
  Consents(const Sources& sources, Moment at, std::optional<Moment> known_at)
      : mirror_(sources.mirror),
        zone_(sources.grounds.rulebook.zone()),
        at_(at),
        past_(known_at.has_value()) {}

  void look_at(const mirror::Row& row, const policy::Mapping& mapping, const History& history,
               std::map<Preference, Holding>& holdings) const {
    const auto seen = row.value(mapping.field);
    if (!seen) return;
    // What is a reference and no link is known as it stands now.
    const auto now = past_ ? mirror_.row(row.object, row.id) : std::nullopt;
    const auto value = [&](std::string_view field) { return value_of(row, now, field); };
    const auto force = mapping.terms->force(value, zone_);
    const auto preference = mapping.terms->preference(
        value, [this](std::string_view object, std::string_view id) { return name(object, id); });
    if (!preference || !force.at(at_)) return;
    const std::string status(*seen);
    if (!mapping.restricts(status) && !mapping.permits(status)) return;
    auto& holding = holdings[*preference];
    holding.preference = *preference;
    const mirror::Ref record{row.object, row.id};
    if (mapping.restricts(status)) {
      holding.held.push_back({record, mapping.field, row.standing, has(row.hidden, mapping.field),
                              since(history.find(record, mapping.field, status), force)});
    } else if (row.standing == Standing::live) {
      holding.against.push_back({record, mapping.field});
    }
  }

 private:
  static std::optional<std::string> value_of(const mirror::Row& row,
                                             const std::optional<mirror::Row>& now,
                                             std::string_view field) {
    const bool known = std::any_of(row.values.begin(), row.values.end(),
                                   [field](const auto& each) { return each.first == field; });
    const auto value = known || !now ? row.value(field) : now->value(field);
    return value ? std::optional(std::string(*value)) : std::nullopt;
  }

  std::optional<std::string> name(std::string_view object, std::string_view id) const {
    const auto parsed = Id::parse(id);
    const auto row = parsed ? mirror_.row(object, *parsed) : std::nullopt;
    if (!row) return std::nullopt;
    return std::string(row->value("Name").value_or(""));
  }

  /// The status says it, and the date puts it in force.
  static std::optional<Change> since(const Change* change, const policy::Force& force) {
    if (change == nullptr) return std::nullopt;
    Change since = *change;
    if (force.from) {
      since.after = std::max(since.after, *force.from);
      since.until = std::max(since.until, *force.from);
    }
    return since;
  }

  const mirror::Mirror& mirror_;
  Zone zone_;
  Moment at_;
  bool past_;
};

}  // namespace

Person person_of(const Sources& sources, const mirror::Ref& record, Moment at,
                 std::optional<Moment> known_at) {
  const auto& mirror = sources.mirror;
  const auto& preferences = sources.grounds.preferences;
  const Consents consents(sources, at, known_at);
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
      if (mapping->terms) {
        consents.look_at(*row, *mapping, history, holdings);
        continue;
      }
      auto& holding = holdings[mapping->preference];
      holding.preference = mapping->preference;
      look_at(*row, mirror, *mapping, history, holding);
    }
    person.records.push_back(std::move(*row));
  }
  for (auto& [preference, holding] : holdings) {
    if (!holding.held.empty()) person.holdings.push_back(std::move(holding));
  }
  return person;
}

std::optional<Moment> known_at(const Sources& sources, const Circumstances& circumstances) {
  if (circumstances.as_of >= present(sources, circumstances.now)) return std::nullopt;
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
