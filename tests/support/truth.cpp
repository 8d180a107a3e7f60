#include "support/truth.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace heed::support {

namespace {

constexpr std::array<const char*, 4> objects{"Individual", "Contact", "Lead", "Account"};

/// The ones whose changes are looked at.
constexpr std::array<const char*, 21> tracked{
    "HasOptedOutSolicit",    "HasOptedOutTracking",      "HasOptedOutProfiling",
    "HasOptedOutProcessing", "HasOptedOutGeoTracking",   "ShouldForget",
    "SendIndividualData",    "CanStorePiiElsewhere",     "HasPrivacyHold",
    "HasOptedOutOfEmail",    "HasOptedOutOfFax",         "DoNotCall",
    "Text_Opt_Out__c",       "PersonHasOptedOutOfEmail", "PersonHasOptedOutOfFax",
    "PersonDoNotCall",       "Text_Opt_Out__pc",         "IndividualId",
    "MasterRecordId",        "ConvertedContactId",       "Household_Opt_Out__c"};

bool mirrored(const simulated::Table& table, std::uint32_t row) {
  if (table.row(row).hidden) return false;
  if (table.info().name != "Account") return true;
  return table.value(row, *table.info().find("IsPersonAccount")) == heed::Value(true);
}

std::string shown(const std::optional<std::string>& value) {
  return value.value_or("(null)");
}

std::string told(const Change& change) {
  return change.object + " " + std::string(change.id.text()) + "." + change.field + " to " +
         shown(change.new_value) + " in " + to_text(change.after) + ".." + to_text(change.until) +
         " by " + std::string(to_text(change.how));
}

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

void Truth::compare_values(const mirror::Mirror& mirror, const simulated::Table& table,
                           std::uint32_t at, const mirror::Row& row,
                           std::vector<std::string>& found) const {
  const auto shape = mirror.shape(row.object);
  for (const auto& [field, value] : row.values) {
    const auto column = table.info().find(field);
    if (!column) continue;
    const auto& info = table.info().fields[*column];
    if (!org_.field_visible(table.info(), info)) continue;
    if (shape->fields[*shape->find(field)].type != info.kind()) continue;
    const auto truth = to_text(table.value(at, *column));
    if (truth == value) continue;
    const auto since = mirror.upkeep(row.object).calculated;
    if (info.calculated && was_since({row.id, field}, value, since)) continue;
    found.push_back(row.object + " " + std::string(row.id.text()) + "." + field + ": " +
                    shown(value) + ", in truth " + shown(truth));
  }
}

/// Whether a value was there at some moment since then.
bool Truth::was_since(const Key& key, const std::optional<std::string>& value,
                      std::optional<Moment> since) const {
  const auto& values = values_.at(key);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool until = i + 1 == values.size() || !since || values[i + 1].stamp >= *since;
    if (values[i].value == value && until) return true;
  }
  return false;
}

void Truth::note(const simulated::Table& table, std::uint32_t row) {
  for (const auto* field : tracked) {
    const auto column = table.info().find(field);
    if (!column) continue;
    auto value = to_text(table.value(row, *column));
    auto& values = values_[{table.row(row).id, field}];
    if (values.empty() || values.back().value != value) {
      const bool formula = table.info().fields[*column].calculated;
      values.push_back({formula ? org_.now() : table.row(row).stamp, std::move(value)});
    }
  }
}

void Truth::look() {
  for (const auto* object : objects) {
    const auto& table = org_.table(object);
    for (std::uint32_t row = 0; row < table.size(); ++row) {
      if (!table.row(row).purged) note(table, row);
      if (table.row(row).hidden) once_hidden_.insert(table.row(row).id);
    }
  }
}

std::vector<std::string> Truth::differences(const mirror::Mirror& mirror,
                                            const std::vector<std::string>& stopped) const {
  std::vector<std::string> found;
  for (const auto* object : objects) {
    if (has(stopped, object) || org_.visible(object) == nullptr) continue;
    const auto& table = org_.table(object);
    for (std::uint32_t at = 0; at < table.size(); ++at) {
      if (!mirrored(table, at)) continue;
      const auto& head = table.row(at);
      const std::string name = std::string(object) + " " + std::string(head.id.text());
      const auto row = mirror.row(object, head.id);
      if (head.purged) {
        // getDeleted cuts its window to the minute: the last one is told of by the next run.
        const bool told = head.stamp < std::chrono::floor<std::chrono::minutes>(org_.now());
        if (told && row && row->standing == Standing::live) {
          found.push_back(name + " lives, and is purged");
        }
        continue;
      }
      if (!row) {
        found.push_back(name + " is missing");
        continue;
      }
      const auto standing = head.deleted ? Standing::deleted : Standing::live;
      if (row->standing != standing) {
        found.push_back(name + " is " + std::string(to_text(row->standing)) + ", in truth " +
                        std::string(to_text(standing)));
      }
      if (row->stamp != head.stamp) found.push_back(name + " has another stamp");
      compare_values(mirror, table, at, *row, found);
    }
  }
  return found;
}

/// Whether the record had the change's new value from some moment within the bounds on. A value
/// that a new record came with may be as old as the lower one, and so may one that came while the
/// record was out of sight and heed had no sign of that.
bool Truth::was(const Change& change) const {
  const auto at = values_.find({change.id, change.field});
  if (at == values_.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(), [&](const Value& each) {
    if (each.value != change.new_value) return false;
    const bool bounded = change.how != How::initial && !once_hidden_.contains(change.id);
    return each.stamp <= change.until && (!bounded || each.stamp >= change.after);
  });
}

std::vector<std::string> Truth::untruths(const mirror::Mirror& mirror,
                                         const std::vector<std::string>& stopped) const {
  std::map<Key, std::vector<Change>> changes;
  std::set<std::int64_t> superseded;
  mirror.for_each_change({}, [&](const Change& change) {
    const Key key{change.id, change.field};
    if (values_.contains(key)) changes[key].push_back(change);
    if (change.supersedes) superseded.insert(*change.supersedes);
  });
  std::vector<std::string> found;
  for (auto& [key, list] : changes) {
    for (const auto& change : list) {
      if (!was(change)) found.push_back(told(change) + " was never so");
    }
    std::erase_if(list, [&](const Change& each) { return superseded.contains(each.number); });
    check_order(list, found);
    // The history of a record that is hidden or purged goes on being told, and the record does not;
    // one that was read before its object was stopped may have told of what no row has shown.
    const bool shows = !list.empty() && !has(stopped, list.front().object);
    if (shows && !out_of_sight(key.first)) check_last(mirror, list, found);
  }
  return found;
}

bool Truth::out_of_sight(const Id& id) const {
  return std::any_of(objects.begin(), objects.end(), [&](const char* object) {
    const auto& table = org_.table(object);
    const auto row = table.find(id);
    return row && (table.row(*row).hidden || table.row(*row).purged);
  });
}

/// Each change follows from the one before. Where the CRM's history told of some, they came later
/// than the others that heed had seen by itself, and stand among them.
void Truth::check_order(const std::vector<Change>& list, std::vector<std::string>& found) {
  const auto by_history = [](const Change& each) { return each.how == How::history; };
  if (std::any_of(list.begin(), list.end(), by_history)) return;
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (list[i - 1].new_value == list[i].old_value) continue;
    found.push_back(told(list[i]) + " does not follow from " + shown(list[i - 1].new_value));
  }
}

/// What was true last is what the row says.
void Truth::check_last(const mirror::Mirror& mirror, const std::vector<Change>& list,
                       std::vector<std::string>& found) {
  if (list.empty()) return;
  Moment latest{};
  for (const auto& each : list) latest = std::max(latest, each.until);
  const auto row = mirror.row(list[0].object, list[0].id);
  if (!row) return;
  const auto value = row->value(list[0].field);
  const auto text = value ? std::optional<std::string>(*value) : std::nullopt;
  // Several changes of one second have no order that the CRM would vouch for.
  const bool same = std::any_of(list.begin(), list.end(), [&](const Change& each) {
    return each.until == latest && each.new_value == text;
  });
  if (!same) found.push_back(told(list.back()) + " came last, and the row says " + shown(text));
}

}  // namespace heed::support
