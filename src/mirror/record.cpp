#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"
#include "recorder.hpp"

namespace heed::mirror {

namespace {

std::optional<Standing> standing_of(store::Database& database, std::string_view object, Id id) {
  if (!read_shape(database, object)) return std::nullopt;
  auto row =
      database.query("SELECT heed_standing FROM " + store::quote(object) + " WHERE \"Id\" = ?")
          .bind(id.text());
  if (!row.step()) return std::nullopt;
  return parse_standing(row.text(0));
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  seen += other.seen;
  created += other.created;
  updated += other.updated;
  late += other.late;
  changes += other.changes;
  links += other.links;
  return *this;
}

Tally Mirror::record(const Page& page, const Cursor& after, const Reading& reading) {
  store::Transaction transaction(*database_);
  const auto watermark = cursor(page.shape().object).watermark;
  Recorder recorder(*database_, page.shape(), reading, watermark);
  for (std::size_t i = 0; i < page.size(); ++i) recorder.take(page[i]);
  write_cursor(*database_, after);
  transaction.commit();
  return recorder.tally();
}

bool Mirror::mark(std::string_view object, Id id, Standing standing, Moment until,
                  const Reading& reading) {
  const auto old = standing_of(*database_, object, id);
  if (!old || *old == standing) return false;
  store::Transaction transaction(*database_);
  database_->query("UPDATE " + store::quote(object) + " SET heed_standing = ? WHERE \"Id\" = ?")
      .bind(to_text(standing), id.text())
      .run();
  Change change;
  change.object = object;
  change.id = id;
  change.field = standing_field;
  change.old_value = to_text(*old);
  change.new_value = to_text(standing);
  change.after = std::min(reading.known_until.value_or(until), until);
  change.until = until;
  change.first_seen = reading.seen;
  Tally tally;
  History history(*database_, tally);
  history.add(change);
  history.list(object, id);
  transaction.commit();
  return true;
}

std::int64_t Mirror::add(const Change& change) {
  store::Transaction transaction(*database_);
  Tally tally;
  const auto number = History(*database_, tally).add(change);
  transaction.commit();
  return number;
}

}  // namespace heed::mirror
