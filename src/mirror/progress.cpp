#include <algorithm>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"

namespace heed::mirror {

namespace {

std::optional<Id> maybe_id(const store::Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : Id::parse(row.text(column));
}

}  // namespace

void write_cursor(store::Database& database, const Cursor& cursor) {
  database
      .query(
          "INSERT INTO heed_cursor (object, watermark, load_began, load_after, window_from, "
          "window_to, window_mark, last_stamp, last_id, known_until) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (object) DO UPDATE SET watermark = excluded.watermark, "
          "load_began = excluded.load_began, load_after = excluded.load_after, "
          "window_from = excluded.window_from, window_to = excluded.window_to, "
          "window_mark = excluded.window_mark, "
          "last_stamp = excluded.last_stamp, last_id = excluded.last_id, "
          "known_until = excluded.known_until")
      .bind(cursor.object, cursor.watermark, cursor.load_began, text_of(cursor.load_after),
            cursor.window_from, cursor.window_to, cursor.window_mark, cursor.last_stamp,
            text_of(cursor.last_id), cursor.known_until)
      .run();
}

Cursor Mirror::cursor(std::string_view object) const {
  Cursor cursor;
  cursor.object = object;
  auto row =
      database_
          ->query(
              "SELECT watermark, load_began, load_after, window_from, window_to, "
              "window_mark, last_stamp, last_id, known_until FROM heed_cursor WHERE object = ?")
          .bind(object);
  if (!row.step()) return cursor;
  cursor.watermark = row.optional_moment(0);
  cursor.load_began = row.optional_moment(1);
  cursor.load_after = maybe_id(row, 2);
  cursor.window_from = row.optional_moment(3);
  cursor.window_to = row.optional_moment(4);
  cursor.window_mark = row.optional_moment(5);
  cursor.last_stamp = row.optional_moment(6);
  cursor.last_id = maybe_id(row, 7);
  cursor.known_until = row.optional_moment(8);
  return cursor;
}

void Mirror::save(std::span<const Cursor> cursors) {
  store::Transaction transaction(*database_);
  for (const auto& cursor : cursors) write_cursor(*database_, cursor);
  transaction.commit();
}

void Mirror::hide(std::string_view object, std::string_view field, Moment since) {
  const auto known = hidden();
  const auto at = std::find_if(known.begin(), known.end(), [&](const Hidden& each) {
    return each.object == object && each.field == field;
  });
  if (at != known.end() && !at->rereading) return;
  store::Transaction transaction(*database_);
  database_
      ->query(
          "INSERT INTO heed_hidden (object, field, since) VALUES (?, ?, ?) "
          "ON CONFLICT (object, field) DO UPDATE SET rereading = NULL")
      .bind(object, field, since)
      .run();
  transaction.commit();
}

void Mirror::read_again(std::string_view object, std::span<const std::string> fields, Moment now) {
  store::Transaction transaction(*database_);
  const Cursor fresh = cursor(object);
  if (fresh.watermark || fresh.load_began) {
    // A first load keeps its beginning: what is there by then is there before heed was.
    const auto began = fresh.watermark ? now : *fresh.load_began;
    const Cursor again{.object = std::string(object),
                       .watermark = fresh.watermark,
                       .load_began = began,
                       .known_until = fresh.known_until};
    write_cursor(*database_, again);
  }
  auto mark =
      database_->query("UPDATE heed_hidden SET rereading = ? WHERE object = ? AND field = ?");
  const bool adopted = !fields.empty() && read_shape(*database_, object);
  const auto back = adopted ? after_all_rows(*database_, object, now) : now;
  for (const auto& field : fields) {
    mark.bind(back, object, field);
    mark.run();
  }
  transaction.commit();
}

void Mirror::shown(std::string_view object, std::string_view field) {
  if (hidden().empty()) return;
  store::Transaction transaction(*database_);
  // A record that this user could not see while all others were read keeps its old value until it
  // comes into sight.
  database_
      ->query(
          "INSERT INTO heed_back (object, field, since, back) "
          "SELECT object, field, since, rereading FROM heed_hidden "
          "WHERE object = ? AND field = ? AND rereading IS NOT NULL "
          "ON CONFLICT (object, field) DO UPDATE SET since = CASE WHEN "
          "excluded.since < heed_back.since THEN excluded.since ELSE heed_back.since END, "
          "back = excluded.back")
      .bind(object, field)
      .run();
  database_->query("DELETE FROM heed_hidden WHERE object = ? AND field = ?")
      .bind(object, field)
      .run();
  transaction.commit();
}

Moment Mirror::read_whole_since(const Shape& shape) const {
  const auto known = layout(*database_, shape);
  return parse_moment(known.newest).value_or(Moment{});
}

std::vector<Hidden> Mirror::hidden() const {
  std::vector<Hidden> fields;
  auto row = database_->query(
      "SELECT object, field, since, rereading FROM heed_hidden ORDER BY object, field");
  while (row.step()) {
    fields.push_back({std::string(row.text(0)), std::string(row.text(1)), row.moment(2),
                      row.optional_moment(3)});
  }
  return fields;
}

std::int64_t Mirror::list_size() const {
  auto row = database_->query("SELECT COUNT(*) FROM heed_assess");
  return row.step() ? row.integer(0) : 0;
}

std::vector<Ref> Mirror::to_assess(std::int64_t limit) const {
  std::vector<Ref> records;
  auto row = database_->query("SELECT object, id FROM heed_assess ORDER BY object, id LIMIT ?")
                 .bind(limit);
  while (row.step()) {
    if (const auto id = Id::parse(row.text(1))) {
      records.push_back({std::string(row.text(0)), *id});
    }
  }
  return records;
}

void Mirror::assessed(std::span<const Ref> records) {
  store::Transaction transaction(*database_);
  auto strike = database_->query("DELETE FROM heed_assess WHERE object = ? AND id = ?");
  for (const auto& each : records) {
    strike.bind(each.object, each.id.text());
    strike.run();
  }
  transaction.commit();
}

void Mirror::list(std::span<const Ref> records) {
  store::Transaction transaction(*database_);
  Tally tally;
  History history(*database_, tally);
  for (const auto& each : records) history.list(each.object, each.id);
  transaction.commit();
}

}  // namespace heed::mirror
