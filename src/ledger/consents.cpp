#include "consents.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "heed/vault.hpp"

namespace heed::ledger {

namespace {

/// Since when the record is surely gone; nullopt for one that is there, or may be.
std::optional<Moment> gone_since(std::span<const Change> changes) {
  std::optional<Moment> since;
  for (const auto& change : changes) {
    if (change.field != mirror::standing_field) continue;
    const auto standing = parse_standing(change.new_value.value_or("live"));
    const bool gone = standing == Standing::deleted || standing == Standing::purged;
    if (!gone) since.reset();
    if (gone && !since) since = change.until;
  }
  return since;
}

/// One record: its fields over time, and what they made it say.
class Statement {
 public:
  Statement(const Lookup& lookup, const mirror::Ref& record, std::span<const Change> changes,
            const policy::Mapping& mapping)
      : lookup_(lookup),
        record_(record),
        mapping_(mapping),
        terms_(*mapping.terms),
        gone_(gone_since(changes)) {
    if (const auto* row = lookup.row(record)) row_ = *row;
    std::map<std::string_view, std::vector<const Change*>> by_field;
    for (const auto& change : changes) by_field[change.field].push_back(&change);
    for (const auto& [field, of_field] : by_field) fields_[field] = best_known(of_field);
  }

  Stated all(Moment now) {
    find_spans();
    Stated stated;
    for (auto& wished : spans_) {
      if (bound(wished, now, stated.turn)) stated.wishes.push_back(std::move(wished));
    }
    return stated;
  }

 private:
  /// The changes that may make it say something else, in the order in which they happened.
  std::vector<Seen> turning_points() const {
    std::set<std::string_view> names{mapping_.field};
    for (const auto& topic : terms_.topics) names.insert(topic.field);
    std::vector<Seen> points;
    for (const auto& name : names) {
      const auto at = fields_.find(name);
      if (at != fields_.end()) points.insert(points.end(), at->second.begin(), at->second.end());
    }
    std::sort(points.begin(), points.end(), [](const Seen& a, const Seen& b) {
      return std::tuple(a.change->until, a.change->after, a.root->number) <
             std::tuple(b.change->until, b.change->after, b.root->number);
    });
    return points;
  }

  /// What it is about at `at`. The first value that is known of a field counts for the time before.
  std::optional<Preference> about(Moment at) const {
    const auto value = [&](std::string_view field) -> std::optional<std::string> {
      const auto known = fields_.find(field);
      if (known == fields_.end()) return of_row(field);
      const auto& first = *known->second.front().change;
      auto found = first.old_value ? first.old_value : first.new_value;
      for (const auto& seen : known->second) {
        if (seen.change->until <= at) found = seen.change->new_value;
      }
      return found;
    };
    return terms_.preference(value, [this](std::string_view object, std::string_view id) {
      return lookup_.name(object, id);
    });
  }

  void find_spans() {
    std::optional<std::string> status;
    std::optional<Preference> said;
    for (const auto& point : turning_points()) {
      const auto& change = *point.change;
      if (change.field == mapping_.field) status = change.new_value;
      const auto says = mapping_.restricts(status) ? about(change.until) : std::nullopt;
      if (says == said) continue;
      if (said) {
        spans_.back().wish.withdrawn = true;
        spans_.back().over = change.until;
      }
      if (says) begin(point, *says);
      said = says;
    }
  }

  void begin(const Seen& point, Preference preference) {
    const bool again = !spans_.empty();
    auto& wished = spans_.emplace_back(wish_since(point, preference));
    wished.wish.field = mapping_.field;
    wished.again = again;
  }

  /// When it was in force, by the dates that stood last before it was over.
  policy::Force force(const Wished& wished) const {
    const auto value = [&](std::string_view field) -> std::optional<std::string> {
      const auto known = fields_.find(field);
      if (known == fields_.end()) return of_row(field);
      const auto& first = *known->second.front().change;
      auto found = first.how == How::initial ? first.new_value : first.old_value;
      for (const auto& seen : known->second) {
        if (!wished.over || seen.change->until < *wished.over) found = seen.change->new_value;
      }
      return found;
    };
    return terms_.force(value, lookup_.grounds().rulebook.zone());
  }

  /// Moves its bounds to when it was in force; false when it never was by `now`. `turn` becomes the
  /// next moment at which that changes.
  bool bound(Wished& wished, Moment now, std::optional<Moment>& turn) const {
    const auto force = this->force(wished);
    const auto wait = [&](Moment moment) {
      if (!wished.over && !gone_) turn = std::min(turn.value_or(moment), moment);
    };
    if (force.from && !begin_at(wished, *force.from, now)) {
      if (*force.from > now && !force.ended(*force.from)) wait(*force.from);
      return false;
    }
    if (!force.until) return true;
    if (*force.until <= wished.wish.after) return false;
    if (*force.until > now) {
      wait(*force.until);
    } else if (!wished.over || *wished.over > *force.until) {
      wished.wish.until = std::min(wished.wish.until, *force.until);
      wished.wish.withdrawn = true;
      wished.over = force.until;
    }
    return true;
  }

  /// What is in force later than it is said begins then: also for heed, where that is later than
  /// the first load.
  bool begin_at(Wished& wished, Moment from, Moment now) const {
    auto& wish = wished.wish;
    if (from <= wish.after) return true;
    if (from > now || (wished.over && *wished.over <= from) || (gone_ && *gone_ <= from)) {
      return false;
    }
    const auto loaded = lookup_.loaded(record_.object);
    if (from > wish.until && loaded && from > *loaded) wish.standing = false;
    wish.after = std::max(wish.after, from);
    wish.until = std::max(wish.until, from);
    wished.not_before = from;
    return true;
  }

  std::optional<std::string> of_row(std::string_view field) const {
    const auto value = row_ ? row_->value(field) : std::nullopt;
    return value ? std::optional(std::string(*value)) : std::nullopt;
  }

  const Lookup& lookup_;
  const mirror::Ref& record_;
  const policy::Mapping& mapping_;
  const policy::Terms& terms_;
  std::optional<mirror::Row> row_;
  std::optional<Moment> gone_;
  std::map<std::string_view, std::vector<Seen>> fields_;
  std::vector<Wished> spans_;
};

/// The names that a consent may be about, as they stand.
std::string names_of(const mirror::Mirror& mirror, const policy::Terms& terms) {
  std::set<std::string> objects;
  for (const auto& topic : terms.topics) {
    if (!topic.of.empty() && !topic.is.empty()) objects.insert(topic.of);
  }
  std::string text;
  const std::vector<std::string> field{"Name"};
  for (const auto& object : objects) {
    mirror.for_each_row(object, field, [&text](const mirror::Row& row) {
      text.append(row.id.text()).append(" ").append(row.value("Name").value_or("")).append("\n");
    });
  }
  return text;
}

constexpr std::int64_t ids_at_once = 1000;

}  // namespace

Stated stated_by(const Lookup& lookup, const mirror::Ref& record, std::span<const Change> changes,
                 const policy::Mapping& mapping, Moment now) {
  return Statement(lookup, record, changes, mapping).all(now);
}

void save_turn(store::Database& database, const mirror::Ref& record, std::optional<Moment> turn) {
  if (!turn) {
    database.query("DELETE FROM heed_turn WHERE object = ? AND id = ?")
        .bind(record.object, record.id.text())
        .run();
    return;
  }
  database
      .query(
          "INSERT INTO heed_turn (object, id, at) VALUES (?, ?, ?) "
          "ON CONFLICT (object, id) DO UPDATE SET at = excluded.at")
      .bind(record.object, record.id.text(), *turn)
      .run();
}

void list_turned(store::Database& database, mirror::Mirror& mirror, Moment now) {
  std::vector<mirror::Ref> turned;
  {
    auto row = database.query("SELECT object, id FROM heed_turn WHERE at <= ? ORDER BY object, id")
                   .bind(now);
    while (row.step()) {
      if (const auto id = Id::parse(row.text(1))) turned.push_back({std::string(row.text(0)), *id});
    }
  }
  if (turned.empty()) return;
  store::Transaction transaction(database);
  mirror.list(turned);
  database.query("DELETE FROM heed_turn WHERE at <= ?").bind(now).run();
  transaction.commit();
}

void list_for_new_names(Chain& chain, mirror::Mirror& mirror, const Grounds& grounds) {
  for (const auto* consent : grounds.preferences.consents()) {
    const auto names = names_of(mirror, *consent->terms);
    const auto digest = names.empty() ? std::string() : vault::digest(names);
    const auto key = "names of " + consent->object + "." + consent->field;
    if (setting(chain, key) == digest) continue;
    list_object(mirror, grounds.preferences, consent->object);
    set_setting(chain, key, digest);
  }
}

void list_object(mirror::Mirror& mirror, const policy::PreferenceMap& preferences,
                 const std::string& object) {
  std::optional<Id> after;
  while (true) {
    std::vector<Id> ids;
    for (const auto& known : mirror.ids(object, after, ids_at_once)) ids.push_back(known.id);
    if (ids.empty()) return;
    after = ids.back();
    std::set<mirror::Ref> wishing;
    for (const auto& change : mirror.changes(ids)) {
      if (preferences.find(object, change.field) != nullptr) wishing.insert({object, change.id});
    }
    mirror.list(std::vector<mirror::Ref>(wishing.begin(), wishing.end()));
  }
}

}  // namespace heed::ledger
