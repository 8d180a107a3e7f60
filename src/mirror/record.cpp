#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"
#include "pseudonym.hpp"
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

void Mirror::take_masked(const Page& page, const Reading& reading, Recorder& recorder) {
  Mask mask(guard_->keeping, guard_->gone, page.shape());
  auto note = database_->query("UPDATE heed_erasure SET returned = ? WHERE pseudonym = ?");
  for (std::size_t i = 0; i < page.size(); ++i) {
    const Record record = mask.apply(page[i]);
    recorder.take(record);
    if (!mask.forgotten()) continue;
    const bool live = record.standing == Standing::live;
    note.bind(live ? std::optional(reading.seen) : std::nullopt, record.id.text());
    note.run();
  }
}

Tally Mirror::record(const Page& page, const Cursor& after, const Reading& reading) {
  store::Transaction transaction(*database_);
  const auto watermark = cursor(page.shape().object).watermark;
  Recorder recorder(*database_, page.shape(), reading, watermark);
  if (guard_ && !guard_->gone.empty()) {
    take_masked(page, reading, recorder);
  } else {
    for (std::size_t i = 0; i < page.size(); ++i) recorder.take(page[i]);
  }
  if (reading.first_load && reading.load_began) {
    database_->query("UPDATE heed_object SET loaded = ? WHERE object = ? AND loaded IS NULL")
        .bind(*reading.load_began, page.shape().object)
        .run();
  }
  write_cursor(*database_, after);
  transaction.commit();
  return recorder.tally();
}

bool Mirror::mark(std::string_view object, Id of, Standing standing, Moment until,
                  const Reading& reading) {
  const Id id = forgotten(of).value_or(of);
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
  if (id != of && standing != Standing::live) {
    database_->query("UPDATE heed_erasure SET returned = NULL WHERE pseudonym = ?")
        .bind(id.text())
        .run();
  }
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
