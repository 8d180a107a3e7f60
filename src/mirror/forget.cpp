#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"
#include "pseudonym.hpp"

namespace heed::mirror {

namespace {

/// Both names are quoted.
std::string setting(const std::string& table, const std::string& column) {
  return "UPDATE " + table + " SET " + column + " = ? WHERE \"Id\" = ?";
}

/// Fields of every object that hold users, and nobody else who can be forgotten.
bool tells_who(std::string_view field) {
  return field == "LastModifiedById" || field == "CreatedById" || field == "OwnerId";
}

/// Puts pseudonyms in the place of records wherever the file speaks of them. Lives inside one
/// transaction.
class Forgetter {
 public:
  Forgetter(store::Database& database, const Keeping& keeping, const std::set<Id>& gone,
            std::span<const Ref> records)
      : database_(database), keeping_(keeping), gone_(gone) {
    for (const auto& record : records) {
      const Id pseudonym = pseudonym_of(keeping.key, record.id);
      names_[record.id] = pseudonym;
      pseudonyms_.insert(pseudonym);
    }
  }

  void forget(const Ref& record) {
    const Id pseudonym = names_.at(record.id);
    const auto shape = read_shape(database_, record.object);
    if (shape) {
      forget_row(*shape, record.id, pseudonym);
      forget_values(*shape, record.id);
    }
    forget_mentions(record, pseudonym);
    forget_history(record, pseudonym);
    rename("heed_change", "id", record.id, pseudonym);
    rename("heed_assess", "id", record.id, pseudonym);
    rename("heed_told", "id", record.id, pseudonym);
    rename("heed_bin", "id", record.id, pseudonym);
    rename("heed_unseen", "id", record.id, pseudonym);
    forget_place(record.id);
    forget_comparing(record.object);
  }

  /// To be called when all records were: only then is known which links stay.
  void forget_links() {
    for (const auto& [id, pseudonym] : names_) {
      for (const auto& link : links_from(id)) {
        if (names_.contains(link) || gone_.contains(link)) continue;
        run("DELETE FROM heed_link WHERE id = ? AND target = ?", id.text(), link.text());
      }
    }
    for (const auto& [id, pseudonym] : names_) {
      rename("heed_link", "id", id, pseudonym);
      rename("heed_link", "target", id, pseudonym);
    }
  }

 private:
  template <class... Values>
  void run(const std::string& sql, const Values&... values) {
    database_.query(sql).bind(values...).run();
  }

  void rename(const std::string& table, const std::string& column, Id id, Id pseudonym) {
    const auto name = store::quote(column);
    run("UPDATE " + store::quote(table) + " SET " + name + " = ? WHERE " + name + " = ?",
        pseudonym.text(), id.text());
  }

  std::vector<Id> links_from(Id id) {
    std::vector<Id> targets;
    auto row =
        database_.query("SELECT DISTINCT target FROM heed_link WHERE id = ?").bind(id.text());
    while (row.step()) {
      if (const auto target = Id::parse(row.text(0))) targets.push_back(*target);
    }
    return targets;
  }

  /// What an id is replaced with in a forgotten record: nothing, for a record that is not.
  std::optional<std::string> replaced(const std::optional<std::string>& text) const {
    const auto id = text ? Id::parse(*text) : std::nullopt;
    if (!id) return std::nullopt;
    if (gone_.contains(*id) || pseudonyms_.contains(*id)) return std::string(id->text());
    const auto at = names_.find(*id);
    return at == names_.end() ? std::nullopt : std::optional(std::string(at->second.text()));
  }

  void forget_row(const Shape& shape, Id id, Id pseudonym) {
    const auto table = store::quote(shape.object);
    for (const auto& field : shape.fields) {
      if (is_kept(keeping_, shape.object, field)) continue;
      const auto column = store::quote(field.name);
      std::optional<std::string> value;
      if (field.type == FieldType::id && field.tracked) {
        auto row = database_.query("SELECT " + column + " FROM " + table + " WHERE \"Id\" = ?")
                       .bind(id.text());
        if (row.step()) value = replaced(row.optional_text(0));
      }
      run(setting(table, column), value, id.text());
    }
    for (const auto& column : store::columns(database_, shape.object)) {
      if (!column.starts_with(retired_column(""))) continue;
      run(setting(table, store::quote(column)), std::nullopt, id.text());
    }
    rename(shape.object, "Id", id, pseudonym);
  }

  /// The values that changes of links have: other records.
  void forget_values(const Shape& shape, Id id) {
    struct Values {
      std::int64_t number;
      std::optional<std::string> old_value, new_value;
    };
    std::vector<Values> links;
    auto row =
        database_.query("SELECT number, field, old_value, new_value FROM heed_change WHERE id = ?")
            .bind(id.text());
    while (row.step()) {
      const auto at = shape.find(row.text(1));
      if (!at || shape.fields[*at].type != FieldType::id) continue;
      links.push_back({row.integer(0), row.optional_text(2), row.optional_text(3)});
    }
    for (const auto& each : links) {
      run("UPDATE heed_change SET old_value = ?, new_value = ? WHERE number = ?",
          replaced(each.old_value), replaced(each.new_value), each.number);
    }
  }

  /// Where other records speak of this one: in changes of their links, and in fields that are no
  /// links to heed.
  void forget_mentions(const Ref& record, Id pseudonym) {
    forget_links_to(record.id, pseudonym);
    const bool user = record.object == "User";
    if (user) rename("heed_change", "made_by", record.id, pseudonym);
    for (const auto& [object, field] : untracked_ids()) {
      if (!user && tells_who(field)) continue;
      const auto history = history_of(*read_shape(database_, object));
      if (history && (!user || field == history->parent)) continue;
      rename(object, field, record.id, pseudonym);
    }
  }

  /// In a copy, records that have left the person since are linked to it still.
  void forget_links_to(Id id, Id pseudonym) {
    struct From {
      std::string object, field, id;
    };
    std::vector<From> others;
    auto row = database_.query("SELECT DISTINCT object, field, id FROM heed_link WHERE target = ?")
                   .bind(id.text());
    while (row.step()) {
      others.push_back(
          {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
    }
    for (const auto& other : others) {
      for (const auto* column : {"old_value", "new_value"}) {
        run(std::string("UPDATE heed_change SET ") + column + " = ? WHERE id = ? AND " + column +
                " = ?",
            pseudonym.text(), other.id, id.text());
      }
      const auto shape = read_shape(database_, other.object);
      if (!shape || !shape->find(other.field)) continue;
      const auto field = store::quote(other.field);
      run("UPDATE " + store::quote(other.object) + " SET " + field + " = ? WHERE \"Id\" = ? AND " +
              field + " = ?",
          pseudonym.text(), other.id, id.text());
    }
  }

  /// Objects and fields of theirs that hold ids and are no links to heed.
  std::vector<std::pair<std::string, std::string>> untracked_ids() {
    std::vector<std::pair<std::string, std::string>> places;
    auto field = database_.query(
        "SELECT object, field FROM heed_shape WHERE type = 'id' AND tracked = 0 AND object IN "
        "(SELECT object FROM heed_object) ORDER BY object, place");
    while (field.step()) places.emplace_back(field.text(0), field.text(1));
    return places;
  }

  /// The rows of field history: they count once, under their pseudonyms as well.
  void forget_history(const Ref& record, Id pseudonym) {
    const auto shape = read_shape(database_, history_name(record.object));
    const auto of = shape ? history_of(*shape) : std::nullopt;
    if (!of) return;
    const auto table = store::quote(shape->object);
    std::vector<Id> rows;
    auto row =
        database_
            .query("SELECT \"Id\" FROM " + table + " WHERE " + store::quote(of->parent) + " = ?")
            .bind(record.id.text());
    while (row.step()) {
      if (const auto id = Id::parse(row.text(0))) rows.push_back(*id);
    }
    for (const auto& id : rows) {
      const Id stands_for = pseudonym_of(keeping_.key, id);
      rename(shape->object, "Id", id, stands_for);
      rename("heed_evidence", "row", id, stands_for);
      if (shape->find("CreatedById")) {
        run("UPDATE " + table + " SET \"CreatedById\" = NULL WHERE \"Id\" = ?", stands_for.text());
      }
      forget_place(id);
    }
    rename(shape->object, of->parent, record.id, pseudonym);
    forget_comparing(shape->object);
  }

  /// A reading that would go on after this record goes on from a little earlier.
  void forget_place(Id id) {
    run("UPDATE heed_cursor SET load_after = NULL WHERE load_after = ?", id.text());
    run("UPDATE heed_cursor SET last_stamp = NULL, last_id = NULL WHERE last_id = ?", id.text());
  }

  /// A comparison under way begins anew: it knew the record by its id.
  void forget_comparing(const std::string& object) {
    run("UPDATE heed_upkeep SET compared_to = NULL WHERE object = ?", object);
    run("DELETE FROM heed_compared WHERE object = ?", object);
  }

  store::Database& database_;
  const Keeping& keeping_;
  const std::set<Id>& gone_;
  std::map<Id, Id> names_;
  std::set<Id> pseudonyms_;  ///< the new ones
};

Erasure read_erasure(const store::Database& database, const store::Statement& row) {
  const auto id = Id::parse(row.text(1));
  if (!id) {
    throw Error(Kind::storage, database.path() +
                                   ": holds a pseudonym that heed cannot have written; put a "
                                   "backup in its place");
  }
  return {std::string(row.text(0)), *id,           std::string(row.text(2)),
          std::string(row.text(3)), row.moment(4), row.optional_moment(5)};
}

std::vector<Copy> read_copies(store::Statement row) {
  std::vector<Copy> copies;
  while (row.step()) copies.push_back({std::string(row.text(0)), row.moment(1)});
  return copies;
}

}  // namespace

void Mirror::guard(Keeping keeping) {
  Guard guard{std::move(keeping), {}};
  for (const auto& erasure : erasures()) guard.gone.insert(erasure.pseudonym);
  guard_ = std::move(guard);
}

const Keeping& Mirror::keeping() const {
  if (!guard_) throw std::logic_error("there is no guard");
  return guard_->keeping;
}

std::optional<Id> Mirror::forgotten(Id id) const {
  if (!guard_ || guard_->gone.empty()) return std::nullopt;
  const Id pseudonym = pseudonym_of(guard_->keeping.key, id);
  return guard_->gone.contains(pseudonym) ? std::optional(pseudonym) : std::nullopt;
}

std::optional<Id> Mirror::concealed_as(const Shape& shape, const Record& record) const {
  if (!guard_ || guard_->gone.empty()) return std::nullopt;
  const auto history = history_of(shape);
  if (!history) return forgotten(record.id);
  const auto* parent = std::get_if<std::string_view>(&record.values[*shape.find(history->parent)]);
  const auto of = parent != nullptr ? Id::parse(*parent) : std::nullopt;
  if (!of || !forgotten(*of)) return std::nullopt;
  return pseudonym_of(guard_->keeping.key, record.id);
}

bool Mirror::is_pseudonym(Id id) const {
  return database_->query("SELECT 1 FROM heed_erasure WHERE pseudonym = ?").bind(id.text()).step();
}

std::vector<Erasure> Mirror::forget(std::span<const Ref> records, Moment now) {
  if (!guard_) throw std::logic_error("forgetting wants a guard");
  auto erasures = erasures_of(guard_->keeping.key, records, now);
  store::Transaction transaction(*database_);
  Forgetter forgetter(*database_, guard_->keeping, guard_->gone, records);
  for (const auto& record : records) forgetter.forget(record);
  forgetter.forget_links();
  add_erasures(erasures);
  for (auto& each : erasures) {
    const auto row = known(each.object, each.pseudonym);
    if (!row || row->standing != Standing::live) continue;
    note_returned(each.pseudonym, row->standing, now);
    each.returned = now;
  }
  transaction.commit();
  return erasures;
}

void Mirror::add_erasures(std::span<const Erasure> erasures) {
  store::Transaction transaction(*database_);
  auto add = database_->query(
      "INSERT INTO heed_erasure (object, pseudonym, digest, key_name, at, scrubbed) "
      "VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (pseudonym) DO NOTHING");
  for (const auto& each : erasures) {
    add.bind(each.object, each.pseudonym.text(), each.digest, each.key, each.at);
    add.run();
    if (guard_) guard_->gone.insert(each.pseudonym);
  }
  transaction.commit();
}

std::vector<Ref> Mirror::find_unforgotten(std::span<const Erasure> erasures) const {
  if (!guard_) throw std::logic_error("forgetting wants a guard");
  std::map<std::string, std::set<Id>, std::less<>> wanted;
  for (const auto& each : erasures) wanted[each.object].insert(each.pseudonym);
  std::vector<Ref> found;
  constexpr std::int64_t page = 1000;
  for (const auto& [object, pseudonyms] : wanted) {
    std::optional<Id> after;
    for (;;) {
      const auto rows = ids(object, after, page);
      if (rows.empty()) break;
      after = rows.back().id;
      for (const auto& row : rows) {
        if (pseudonyms.contains(pseudonym_of(guard_->keeping.key, row.id))) {
          found.push_back({object, row.id});
        }
      }
    }
  }
  return found;
}

std::vector<Erasure> Mirror::erasures() const {
  std::vector<Erasure> erasures;
  auto row = database_->query(
      "SELECT object, pseudonym, digest, key_name, at, returned FROM heed_erasure "
      "ORDER BY at, pseudonym");
  while (row.step()) erasures.push_back(read_erasure(*database_, row));
  return erasures;
}

std::int64_t Mirror::returned() const {
  auto row = database_->query(
      "SELECT COUNT(*) FROM heed_erasure WHERE returned IS NOT NULL AND object IN "
      "(SELECT object FROM heed_object)");
  return row.step() ? row.integer(0) : 0;
}

std::vector<Ref> Mirror::leading_to_forgotten() const {
  std::vector<Ref> records;
  auto row = database_->query(
      "SELECT DISTINCT l.object, l.id FROM heed_erasure e JOIN heed_link l ON l.target = "
      "e.pseudonym WHERE l.ended IS NULL AND NOT EXISTS (SELECT 1 FROM heed_erasure o WHERE "
      "o.pseudonym = l.id) ORDER BY l.object, l.id");
  while (row.step()) {
    if (const auto id = Id::parse(row.text(1))) records.push_back({std::string(row.text(0)), *id});
  }
  return records;
}

void Mirror::note_copy(const std::string& path, Moment made) {
  database_
      ->query(
          "INSERT INTO heed_copy (path, made) VALUES (?, ?) "
          "ON CONFLICT (path) DO UPDATE SET made = excluded.made")
      .bind(path, made)
      .run();
}

void Mirror::strike_copy(const std::string& path) {
  database_->query("DELETE FROM heed_copy WHERE path = ?").bind(path).run();
}

std::vector<Copy> Mirror::copies() const {
  return read_copies(database_->query("SELECT path, made FROM heed_copy ORDER BY path"));
}

std::vector<Copy> Mirror::copies_behind() const {
  return read_copies(database_->query(
      "SELECT path, made FROM heed_copy WHERE made < (SELECT MAX(at) FROM heed_erasure) "
      "ORDER BY path"));
}

}  // namespace heed::mirror
