#include <algorithm>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "history.hpp"
#include "layout.hpp"
#include "pseudonym.hpp"
#include "recorder.hpp"
#include "upkeep.hpp"

namespace heed::mirror {

namespace {

/// Sets the standing of rows of one object, each with its change.
class Marker {
 public:
  Marker(store::Database& database, std::string_view object, Moment seen)
      : database_(database),
        object_(object),
        seen_(seen),
        history_(database, tally_),
        select_(database.query("SELECT heed_standing FROM " + store::quote(object) +
                               " WHERE \"Id\" = ?")),
        update_(database.query("UPDATE " + store::quote(object) +
                               " SET heed_standing = ? WHERE \"Id\" = ?")) {}

  void mark(const Marking& marking) {
    select_.bind(marking.id.text());
    if (!select_.step()) return;
    const std::string old(select_.text(0));
    select_.reset();
    if (old == to_text(marking.standing)) return;
    update_.bind(to_text(marking.standing), marking.id.text());
    update_.run();
    note(marking, old);
    ++tally_.updated;
    if (marking.standing == Standing::purged) leave_bin(database_, object_, marking.id);
    history_.list(object_, marking.id);
  }

  const Tally& tally() const { return tally_; }

 private:
  void note(const Marking& marking, const std::string& old) {
    Change change;
    change.object = object_;
    change.id = marking.id;
    change.field = standing_field;
    change.old_value = old;
    change.new_value = to_text(marking.standing);
    change.after = std::min(marking.after, marking.until);
    change.until = marking.until;
    change.first_seen = seen_;
    history_.note(change);
  }

  store::Database& database_;
  std::string object_;
  Moment seen_;
  Tally tally_;
  History history_;
  store::Statement select_;
  store::Statement update_;
};

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  seen += other.seen;
  created += other.created;
  updated += other.updated;
  late += other.late;
  changes += other.changes;
  links += other.links;
  replaced += other.replaced;
  return *this;
}

void Mirror::take_masked(const Page& page, const Reading& reading, Recorder& recorder) {
  Mask mask(guard_->keeping, guard_->gone, page.shape());
  for (std::size_t i = 0; i < page.size(); ++i) {
    const Record record = mask.apply(page[i]);
    recorder.take(record);
    if (mask.forgotten()) note_returned(record.id, record.standing, reading.seen);
  }
}

/// A forgotten record that is live in the CRM has to be forgotten there.
void Mirror::note_returned(Id pseudonym, Standing standing, Moment seen) {
  database_->query("UPDATE heed_erasure SET returned = ? WHERE pseudonym = ?")
      .bind(standing == Standing::live ? std::optional(seen) : std::nullopt, pseudonym.text())
      .run();
}

Tally Mirror::record(const Page& page, const Cursor& after, const Reading& reading) {
  store::Transaction transaction(*database_);
  const auto& object = page.shape().object;
  Recorder recorder(*database_, page.shape(), reading, cursor(object).watermark,
                    upkeep(object).calculated);
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
  Tally tally = recorder.tally();
  tally.replaced = page.replaced;
  return tally;
}

Tally Mirror::mark(std::string_view object, std::span<const Marking> markings, Moment seen) {
  if (markings.empty() || !read_shape(*database_, object)) return {};
  store::Transaction transaction(*database_);
  Marker marker(*database_, object, seen);
  for (const auto& marking : markings) {
    Marking masked = marking;
    masked.id = known_as(marking.id);
    marker.mark(masked);
    if (is_pseudonym(masked.id)) note_returned(masked.id, marking.standing, seen);
  }
  transaction.commit();
  return marker.tally();
}

bool Mirror::mark(std::string_view object, Id id, Standing standing, Moment until,
                  const Reading& reading) {
  const Marking marking{id, standing, reading.known_until.value_or(until), until};
  return mark(object, {&marking, 1}, reading.seen).changes > 0;
}

std::int64_t Mirror::add(const Change& change) {
  store::Transaction transaction(*database_);
  Tally tally;
  const auto number = History(*database_, tally).add(change);
  transaction.commit();
  return number;
}

}  // namespace heed::mirror
