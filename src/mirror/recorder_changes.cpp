#include <algorithm>
#include <map>

#include "recorder.hpp"
#include "upkeep.hpp"
#include "weave.hpp"

namespace heed::mirror {

/// Whether a value says anything: null and false do not.
bool Recorder::is_set(std::size_t slot) const {
  const auto& cell = cells_[slot];
  if (!cell.shown() || cell.kind == Cell::Kind::null) return false;
  return layout_.slots[slot].field.type != FieldType::flag || cell.integer != 0;
}

/// Whether a new row is one that was there before heed was. A record that was created while the
/// load went on is not.
bool Recorder::loading() const {
  if (!reading_.first_load) return false;
  return !created_ || !reading_.load_began || *created_ <= *reading_.load_began;
}

/// A record whose stamp was set back changes after the changes that are known of it all the same.
Change Recorder::begin_change(const Record& record, const Old* old, std::string_view field) const {
  Change change;
  change.object = layout_.object;
  change.id = record.id;
  change.field = field;
  change.until = record.stamp;
  if (old != nullptr && stamp_text_ < old->stamp) {
    change.until = parse_moment(old->stamp).value_or(record.stamp);
  }
  change.first_seen = reading_.seen;
  return change;
}

/// The user who last modified the record: of what was seen to change the likeliest author.
std::optional<Id> Recorder::author() const {
  if (!layout_.author) return std::nullopt;
  const auto& cell = cells_[*layout_.author];
  return cell.kind == Cell::Kind::text ? Id::parse(cell.text) : std::nullopt;
}

/// Whether field history has told of the change before the record showed it: the last that is known
/// of the field up to then is a row that leads to the same value.
bool Recorder::told(const Change& change) {
  if (!has_history_) return false;
  auto row = database_
                 .query(
                     "SELECT new_value, how, after, until FROM heed_change c WHERE id = ? AND "
                     "field = ? AND until <= ? AND NOT EXISTS (SELECT 1 FROM heed_change b WHERE "
                     "b.id = c.id AND b.supersedes = c.number) "
                     "ORDER BY until DESC, number DESC LIMIT 1")
                 .bind(change.id.text(), change.field, change.until);
  if (!row.step() || row.text(1) != to_text(How::history)) return false;
  return row.text(2) == row.text(3) && row.optional_text(0) == change.new_value;
}

bool Recorder::is_collected(std::size_t slot) const {
  return std::any_of(differing_.begin(), differing_.end(),
                     [slot](const Differing& each) { return each.slot == slot; });
}

/// History may have told of a change that no row has shown, after the stamp of the last one (empty:
/// there was none): where the row now has the value from before it, that was changed back in
/// between, and history need not tell of that.
void Recorder::collect_passed(const Record& record, std::string_view after) {
  std::map<std::string, Differing> passed;
  auto row = database_
                 .query(
                     "SELECT field, new_value, until FROM heed_change c WHERE id = ? AND "
                     "how = ? AND until > ? AND until < ? AND NOT EXISTS (SELECT 1 FROM "
                     "heed_change b WHERE b.id = c.id AND b.supersedes = c.number) "
                     "ORDER BY until, number")
                 .bind(record.id.text(), to_text(How::history), after, stamp_text_);
  while (row.step()) {
    passed[std::string(row.text(0))] = {0, row.optional_text(1), false, row.moment(2)};
  }
  for (std::size_t i = 0; i < cells_.size() && !passed.empty(); ++i) {
    const auto& slot = layout_.slots[i];
    const auto last = passed.find(slot.field.name);
    if (last == passed.end() || !shown_[i] || !slot.field.tracked) continue;
    if (is_collected(i) || say_same(last->second.old_value, to_text(record.values[i]))) continue;
    differing_.push_back(last->second);
    differing_.back().slot = i;
  }
}

/// The moment after which the change lies. The latest evidence of the old value counts, but none
/// later than the record's stamp: a row that was committed late was not visible before.
Moment Recorder::lower_bound(const Record& record, const Old* old, const Slot* slot,
                             bool initial) const {
  std::optional<Moment> best;
  const auto consider = [&](std::optional<Moment> moment) {
    if (moment && *moment <= record.stamp) best = std::max(best, moment);
  };
  consider(created_);
  if (initial) return best.value_or(Moment{});
  if (slot != nullptr && slot->field.calculated && old != nullptr) {
    best = std::max(best, std::optional(calculated_after(*old)));
  } else if (old != nullptr) {
    // A record that had vanished may have changed out of sight, whatever was read meanwhile.
    const bool unseen = old->standing == Standing::vanished;
    consider(unseen ? parse_moment(old->seen) : reading_.known_until);
    consider(parse_moment(old->stamp));
  } else if (!best) {
    consider(reading_.known_until);
  }
  if (slot != nullptr && slot->hidden_since) best = std::min(best, slot->hidden_since);
  // Read for the first time since the field is back: out of sight when all others were.
  if (slot != nullptr && old != nullptr && old->seen < slot->back) {
    best = std::min(best, slot->absent_since);
  }
  return best.value_or(record.stamp);
}

/// A calculated field changes under the same stamp, and no window shows it: the old value is known
/// from when the row was written, or from the last reading of every row. That one passed over a row
/// that was out of this user's sight, which only a comparison of all ids finds out.
Moment Recorder::calculated_after(const Old& old) const {
  const auto written = parse_moment(old.seen).value_or(Moment{});
  if (old.standing == Standing::vanished) return written;
  return std::max(written, calculated_.value_or(written));
}

/// Whether the record may never have been read with a field that was hidden: it came meanwhile, and
/// what it has it may have had from the first. A flag that was read is not null.
bool Recorder::never_seen(const Old& old, const Differing& differing) const {
  const auto& slot = layout_.slots[differing.slot];
  return !differing.old_value && (slot.hidden_since || old.seen < slot.back);
}

void Recorder::change_field(const Record& record, const Old* old, const Differing& differing) {
  const auto& slot = layout_.slots[differing.slot];
  const bool initial = differing.fresh || (old == nullptr && loading());
  auto change = begin_change(record, old, slot.field.name);
  change.old_value = differing.old_value;
  change.new_value = to_text(record.values[differing.slot]);
  change.how = initial ? How::initial : How::observed;
  change.after = lower_bound(record, old, &slot, initial);
  if (old != nullptr && never_seen(*old, differing)) {
    change.after = std::min(change.after, created_.value_or(Moment{}));
  }
  if (differing.after) change.after = std::max(change.after, *differing.after);
  if (slot.field.calculated) change.until = std::max(record.stamp, reading_.seen);
  if (!initial) change.by = author();
  if (initial || slot.field.type == FieldType::id || !told(change)) history_.note(change);
  if (slot.field.type == FieldType::id) {
    point(record, old, differing.slot);
  } else {
    worth_listing_ = true;
  }
}

/// A record comes into sight again when a permission is given back, of which it shows nothing: some
/// time between the comparison that missed it and now.
void Recorder::came_back(Change& change) const {
  auto row = database_.query("SELECT MAX(until) FROM heed_change WHERE id = ? AND field = ?")
                 .bind(change.id.text(), standing_field);
  const auto missed = row.step() ? row.optional_moment(0) : std::nullopt;
  change.until = std::max(change.until, reading_.seen);
  change.after = std::clamp(missed.value_or(change.after), change.after, change.until);
  change.by.reset();
}

void Recorder::change_standing(const Record& record, const Old* old) {
  const bool initial = old == nullptr && loading();
  auto change = begin_change(record, old, standing_field);
  if (old != nullptr) change.old_value = to_text(old->standing);
  change.new_value = to_text(record.standing);
  change.how = initial ? How::initial : How::observed;
  change.after = lower_bound(record, old, nullptr, initial);
  if (!initial) change.by = author();
  if (old != nullptr && old->standing == Standing::vanished) came_back(change);
  history_.note(change);
  if (record.standing == Standing::deleted) {
    enter_bin(database_, layout_.object, {record.id, record.stamp});
  } else if (old != nullptr && record.standing == Standing::live) {
    leave_bin(database_, layout_.object, record.id);
  }
}

void Recorder::point(const Record& record, const Old* old, std::size_t slot) {
  const auto& field = layout_.slots[slot].field.name;
  const auto& cell = cells_[slot];
  const auto target = cell.kind == Cell::Kind::text ? Id::parse(cell.text) : std::nullopt;
  if (old != nullptr) history_.end_links(record.id, field, target, record.stamp);
  if (target) history_.begin_link(layout_.object, record.id, field, *target, record.stamp);
}

}  // namespace heed::mirror
