#include "support/truth.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace heed::support {

namespace {

constexpr std::array<const char*, 4> objects{"Individual", "Contact", "Lead", "Account"};

/// The ones whose changes are looked at.
constexpr std::array<const char*, 20> tracked{
    "HasOptedOutSolicit",    "HasOptedOutTracking",      "HasOptedOutProfiling",
    "HasOptedOutProcessing", "HasOptedOutGeoTracking",   "ShouldForget",
    "SendIndividualData",    "CanStorePiiElsewhere",     "HasPrivacyHold",
    "HasOptedOutOfEmail",    "HasOptedOutOfFax",         "DoNotCall",
    "Text_Opt_Out__c",       "PersonHasOptedOutOfEmail", "PersonHasOptedOutOfFax",
    "PersonDoNotCall",       "Text_Opt_Out__pc",         "IndividualId",
    "MasterRecordId",        "ConvertedContactId"};

bool mirrored(const simulated::Table& table, std::uint32_t row) {
  if (table.row(row).hidden) return false;
  if (table.info().name != "Account") return true;
  return table.value(row, *table.info().find("IsPersonAccount")) == heed::Value(true);
}

std::string shown(const std::optional<std::string>& value) {
  return value.value_or("(null)");
}

/// Null and no are one before a first wish: history tells the latter where a record tells neither.
bool same(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a == b || (a.value_or("false") == "false" && b.value_or("false") == "false");
}

std::string words(const Change& change) {
  return change.object + " " + std::string(change.id.text()) + "." + change.field + " to " +
         shown(change.new_value) + " in " + to_text(change.after) + ".." + to_text(change.until) +
         " (" + std::string(to_text(change.how)) + ")";
}

std::string all_of(const std::vector<Change>& changes) {
  std::string text;
  for (const auto& change : changes) text += "\n  " + words(change);
  return text;
}

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void compare_values(const simulated::Org& org, const simulated::Table& table, std::uint32_t at,
                    const mirror::Row& row, std::vector<std::string>& found) {
  for (const auto& [field, value] : row.values) {
    const auto column = table.info().find(field);
    if (!column || !org.field_visible(table.info(), table.info().fields[*column])) continue;
    const auto truth = to_text(table.value(at, *column));
    if (truth == value) continue;
    found.push_back(row.object + " " + std::string(row.id.text()) + "." + field + ": " +
                    shown(value) + ", in truth " + shown(truth));
  }
}

}  // namespace

void Truth::note(const simulated::Table& table, std::uint32_t row) {
  for (const auto* field : tracked) {
    const auto column = table.info().find(field);
    if (!column) continue;
    auto value = to_text(table.value(row, *column));
    auto& values = values_[{table.row(row).id, field}];
    if (values.empty() || values.back().value != value) {
      values.push_back({table.row(row).stamp, std::move(value)});
    }
  }
}

void Truth::look() {
  for (const auto* object : objects) {
    const auto& table = org_.table(object);
    for (std::uint32_t row = 0; row < table.size(); ++row) {
      if (!table.row(row).purged) note(table, row);
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
      compare_values(org_, table, at, *row, found);
    }
  }
  return found;
}

/// Whether the record had the change's new value from some moment within the bounds on. A value
/// that a new record came with may be as old as the lower one.
bool Truth::was(const Change& change) const {
  const auto at = values_.find({change.id, change.field});
  if (at == values_.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(), [&](const Value& each) {
    if (each.value != change.new_value) return false;
    // A late commit is dated before the stamp that others have set.
    if (change.how == How::history) return each.stamp >= change.after;
    return each.stamp <= change.until && (change.how == How::initial || each.stamp >= change.after);
  });
}

std::vector<std::string> Truth::untruths(const mirror::Mirror& mirror) const {
  std::vector<std::string> found;
  std::map<Key, std::vector<Change>> known;
  std::set<std::int64_t> superseded;
  mirror.for_each_change({}, [&](const Change& change) {
    const Key key{change.id, change.field};
    if (!values_.contains(key)) return;
    if (!was(change)) found.push_back(words(change) + " was never so");
    if (change.supersedes && !superseded.insert(*change.supersedes).second) {
      found.push_back(words(change) + " explains what another explains");
    }
    known[key].push_back(change);
  });
  std::map<Key, Change> last;
  for (auto& [key, changes] : known) {
    std::erase_if(changes, [&](const Change& each) { return superseded.contains(each.number); });
    std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
      return std::pair(a.until, a.after) < std::pair(b.until, b.after);
    });
    for (const auto& change : changes) {
      const auto before = last.find(key);
      if (before != last.end() && !same(before->second.new_value, change.old_value)) {
        found.push_back(words(change) + " does not follow from " + shown(before->second.new_value));
      }
      last.insert_or_assign(key, change);
    }
  }
  for (const auto& [key, change] : last) {
    const auto row = mirror.row(change.object, key.first);
    const auto value = row ? row->value(key.second) : std::nullopt;
    const auto text = value ? std::optional<std::string>(*value) : std::nullopt;
    if (!same(text, change.new_value)) {
      found.push_back(change.object + " " + std::string(key.first.text()) + "." + key.second +
                      " is " + shown(text) + ", and was last changed to " +
                      shown(change.new_value) + all_of(known.at(key)));
    }
  }
  return found;
}

}  // namespace heed::support
