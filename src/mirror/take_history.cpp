#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "cell.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"
#include "weave.hpp"

namespace heed::mirror {

namespace {

constexpr std::string_view ending = "History";

/// How a person account names a field of its contact.
std::string account_field(std::string_view field) {
  if (field.ends_with("__c")) return std::string(field.substr(0, field.size() - 1)) + "pc";
  return "Person" + std::string(field);
}

/// Works off the records whose history rows wait. Lives inside one transaction.
class Taker {
 public:
  Taker(store::Database& database, std::string_view object, const Shape& history, Moment seen)
      : database_(database),
        object_(object),
        rows_(*history_of(history)),
        table_(history.object),
        with_author_(history.find("CreatedById").has_value()),
        seen_(seen),
        history_(database, tally_) {}

  void take(Id id) {
    ++tally_.seen;
    look_at(object_, id, true);
    if (object_ != "Contact") return;
    auto row = database_
                   .query(
                       "SELECT id FROM heed_link WHERE target = ? AND "
                       "field = 'PersonContactId' AND ended IS NULL")
                   .bind(id.text());
    while (row.step()) {
      account_ = Id::parse(row.text(0));
      if (account_) look_at("Account", id, false);
    }
  }

  const Tally& tally() const { return tally_; }

 private:
  /// Makes changes of `id`'s rows: of its own, or of its account's.
  void look_at(const std::string& object, Id id, bool own) {
    const auto shape = read_shape(database_, object);
    if (!shape) return;
    const Id of = own ? id : *account_;
    bool changed = false;
    for (auto& [field, rows] : told(object, id)) {
      const auto name = own ? field : account_field(field);
      const auto at = shape->find(name);
      if (!at || !shape->fields[*at].tracked || shape->fields[*at].type == FieldType::id) continue;
      Change model;
      model.object = object;
      model.id = of;
      model.field = name;
      model.first_seen = seen_;
      for (auto& row : rows) in_words_of(shape->fields[*at].type, row);
      const auto known = changes_of(of, name);
      keep(own ? weave(known, std::move(rows), model, shown(*shape, of, shape->fields[*at]))
               : explain_only(known, std::move(rows), model),
           changed);
    }
    if (changed) history_.list(object, of);
  }

  static void in_words_of(FieldType type, Told& row) {
    for (auto* value : {&row.old_value, &row.new_value}) {
      if (*value) *value = told_text(type, **value);
    }
  }

  void keep(const std::vector<Woven>& woven, bool& changed) {
    for (const auto& each : woven) {
      changed = true;
      const auto number = history_.add(each.change);
      if (!each.row) continue;
      database_.query("INSERT INTO heed_evidence (row, object, change) VALUES (?, ?, ?)")
          .bind(each.row->text(), each.change.object, number)
          .run();
    }
  }

  /// The record's rows that no change of `object` was made of yet, by field.
  std::map<std::string, std::vector<Told>> told(const std::string& object, Id id) {
    std::map<std::string, std::vector<Told>> by_field;
    auto row = database_
                   .query(
                       "SELECT h.\"Id\", h.\"Field\", h.\"CreatedDate\", h.\"OldValue\", "
                       "h.\"NewValue\", " +
                       std::string(with_author_ ? "h.\"CreatedById\"" : "NULL") + " FROM " +
                       store::quote(table_) + " h WHERE h." + store::quote(rows_.parent) +
                       " = ? AND NOT EXISTS (SELECT 1 FROM heed_evidence e WHERE e.row = h.\"Id\" "
                       "AND e.object = ?)")
                   .bind(id.text(), object);
    while (row.step()) {
      const auto number = Id::parse(row.text(0));
      if (!number || row.is_null(1)) continue;
      by_field[std::string(row.text(1))].push_back(
          {*number, row.moment(2), row.optional_text(3), row.optional_text(4),
           row.is_null(5) ? std::nullopt : Id::parse(row.text(5))});
    }
    return by_field;
  }

  std::vector<Change> changes_of(Id id, const std::string& field) {
    std::vector<Change> changes;
    auto row = database_.query(changes_query() + "WHERE id = ? AND field = ? ORDER BY number")
                   .bind(id.text(), field);
    while (row.step()) changes.push_back(read_change(database_, row));
    return changes;
  }

  /// What the row shows of the field; nothing where there is no row, or the CRM hides the field.
  Shown shown(const Shape& shape, Id id, const Field& field) {
    Shown shown;
    const bool dated = shape.find("CreatedDate").has_value();
    auto row = database_
                   .query("SELECT " + store::quote(shape.stamp) + ", " + store::quote(field.name) +
                          ", " + (dated ? "\"CreatedDate\"" : "NULL") + " FROM " +
                          store::quote(shape.object) + " WHERE \"Id\" = ?")
                   .bind(id.text());
    if (!row.step()) return shown;
    shown.created = row.optional_moment(2);
    if (is_hidden(shape.object, field.name)) return shown;
    shown.stamp = row.optional_moment(0);
    shown.value = stored_text(row, 1, field.type);
    return shown;
  }

  bool is_hidden(const std::string& object, const std::string& field) {
    return database_.query("SELECT 1 FROM heed_hidden WHERE object = ? AND field = ?")
        .bind(object, field)
        .step();
  }

  store::Database& database_;
  std::string object_;
  HistoryOf rows_;
  std::string table_;
  bool with_author_;
  Moment seen_;
  Tally tally_;
  History history_;
  std::optional<Id> account_;
};

std::vector<Id> waiting(store::Database& database, std::string_view object, std::int64_t limit) {
  std::vector<Id> ids;
  auto row = database.query("SELECT id FROM heed_told WHERE object = ? ORDER BY id LIMIT ?")
                 .bind(object, limit);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(0))) ids.push_back(*id);
  }
  return ids;
}

}  // namespace

std::string history_name(std::string_view object) {
  if (object.ends_with("__c")) {
    return std::string(object.substr(0, object.size() - 1)) + std::string(ending);
  }
  return std::string(object) + std::string(ending);
}

std::optional<HistoryOf> history_of(const Shape& shape) {
  const std::string_view name = shape.object;
  if (!name.ends_with(ending)) return std::nullopt;
  std::string object(name.substr(0, name.size() - ending.size()));
  std::string parent = object + "Id";
  if (object.ends_with("__")) {
    object += "c";
    parent = "ParentId";
  }
  if (!shape.find("Field") || !shape.find(parent)) return std::nullopt;
  return HistoryOf{std::move(object), std::move(parent)};
}

std::optional<Moment> Mirror::loaded(std::string_view object) const {
  auto row = database_->query("SELECT loaded FROM heed_object WHERE object = ?").bind(object);
  return row.step() ? row.optional_moment(0) : std::nullopt;
}

void Mirror::note_loaded(std::string_view object, Moment began) {
  store::Transaction transaction(*database_);
  database_->query("UPDATE heed_object SET loaded = ? WHERE object = ? AND loaded IS NULL")
      .bind(began, object)
      .run();
  transaction.commit();
}

void Mirror::follow_history(std::string_view object, std::span<const std::string> fields,
                            Moment now) {
  std::set<std::string, std::less<>> known;
  auto row = database_->query("SELECT field FROM heed_followed WHERE object = ?").bind(object);
  while (row.step()) known.emplace(row.text(0));
  const auto is_new = [&known](const std::string& field) { return !known.contains(field); };
  if (std::none_of(fields.begin(), fields.end(), is_new)) return;
  store::Transaction transaction(*database_);
  auto add = database_->query(
      "INSERT INTO heed_followed (object, field) VALUES (?, ?) "
      "ON CONFLICT (object, field) DO NOTHING");
  for (const auto& field : fields) {
    add.bind(object, field);
    add.run();
  }
  read_again(history_name(object), {}, now);
  transaction.commit();
}

Tally Mirror::take_history(std::string_view object, std::int64_t limit, Moment seen) {
  const auto history = read_shape(*database_, history_name(object));
  if (!history || !history_of(*history)) return {};
  const auto ids = waiting(*database_, object, limit);
  if (ids.empty()) return {};
  store::Transaction transaction(*database_);
  Taker taker(*database_, object, *history, seen);
  auto strike = database_->query("DELETE FROM heed_told WHERE object = ? AND id = ?");
  for (const auto& id : ids) {
    taker.take(id);
    strike.bind(object, id.text());
    strike.run();
  }
  transaction.commit();
  return taker.tally();
}

}  // namespace heed::mirror
