#include "history.hpp"

#include <vector>

namespace heed::mirror {

std::optional<std::string_view> text_of(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->text();
}

History::History(store::Database& database, Tally& tally)
    : database_(database),
      tally_(tally),
      add_(
          database.query("INSERT INTO heed_change (object, id, field, old_value, new_value, after, "
                         "until, how, first_seen, supersedes, made_by) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number")),
      begin_(database.query(
          "INSERT INTO heed_link (object, id, field, target, since) "
          "SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM heed_link WHERE id = ? "
          "AND field = ? AND target = ? AND ended IS NULL) "
          "ON CONFLICT (id, field, target, since) DO UPDATE SET ended = NULL RETURNING id")),
      end_(database.query("UPDATE heed_link SET ended = ? WHERE id = ? AND field = ? "
                          "AND ended IS NULL AND target <> ? RETURNING target")),
      list_(database.query("INSERT INTO heed_assess (object, id) VALUES (?, ?) "
                           "ON CONFLICT (object, id) DO NOTHING")) {}

std::int64_t History::add(const Change& change) {
  add_.bind(change.object, change.id.text(), change.field, change.old_value, change.new_value,
            change.after, change.until, to_text(change.how), change.first_seen, change.supersedes,
            text_of(change.by));
  std::int64_t number = 0;
  while (add_.step()) number = add_.integer(0);
  ++tally_.changes;
  return number;
}

void History::begin_link(std::string_view object, Id from, std::string_view field, Id to,
                         Moment since) {
  begin_.bind(object, from.text(), field, to.text(), since, from.text(), field, to.text());
  while (begin_.step()) ++tally_.links;
}

void History::end_links(Id from, std::string_view field, std::optional<Id> kept, Moment ended) {
  std::vector<Id> left;
  end_.bind(ended, from.text(), field, kept ? kept->text() : std::string_view());
  while (end_.step()) {
    ++tally_.links;
    if (const auto id = Id::parse(end_.text(0))) left.push_back(*id);
  }
  for (const auto& id : left) {
    if (const auto object = object_of_prefix(database_, id.prefix())) list(*object, id);
  }
}

void History::list(std::string_view object, Id id) {
  list_.bind(object, id.text());
  list_.run();
}

std::optional<std::string> object_of_prefix(store::Database& database, std::string_view prefix) {
  auto row = database.query("SELECT object FROM heed_prefix WHERE prefix = ?").bind(prefix);
  if (!row.step()) return std::nullopt;
  return std::string(row.text(0));
}

}  // namespace heed::mirror
