#include "recorder.hpp"

#include <algorithm>

#include "heed/mirror.hpp"
#include "heed/time/text.hpp"

namespace heed::mirror {

namespace {

constexpr int first_slot = 3;  // after the stamp, the standing and when the row was written

std::optional<Id> read_highest(store::Database& database, const std::string& object) {
  auto row = database.query("SELECT MAX(\"Id\") FROM " + store::quote(object));
  if (!row.step() || row.is_null(0)) return std::nullopt;
  return Id::parse(row.text(0));
}

int column_of(std::size_t slot) {
  return first_slot + static_cast<int>(slot);
}

}  // namespace

Recorder::Recorder(store::Database& database, const Shape& shape, const Reading& reading,
                   std::optional<Moment> watermark, std::optional<Moment> calculated)
    : database_(database),
      reading_(reading),
      watermark_(watermark),
      calculated_(calculated),
      layout_(layout(database, shape)),
      history_(database, tally_),
      select_(database.query(layout_.select_row())),
      insert_(database.query(layout_.insert_row())),
      update_(database.query(layout_.update_row(std::vector<bool>(layout_.slots.size(), true)))),
      cells_(layout_.slots.size()),
      shown_(layout_.slots.size(), true),
      // Never before the adoption of a field that the row has now been read for.
      seen_text_(std::max(to_text(reading.seen), layout_.newest)) {
  highest_ = read_highest(database, shape.object);
  has_history_ = read_shape(database, history_name(shape.object)).has_value();
  if (const auto of = history_of(shape)) told_parent_ = {of->object, *shape.find(of->parent)};
}

void Recorder::take(const Record& record) {
  ++tally_.seen;
  read(record);
  if (!highest_ || *highest_ < record.id) {
    highest_ = record.id;
    return create(record);
  }
  select_.reset();
  select_.bind_view(1, record.id.text());
  if (select_.step()) {
    compare(record);
    select_.reset();
  } else {
    create(record);
  }
}

void Recorder::read(const Record& record) {
  MomentText room;
  stamp_text_ = write_text(record.stamp, room);
  all_shown_ = true;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (layout_.slots[i].is_stamp) {
      cells_[i].kind = Cell::Kind::text;
      cells_[i].text = stamp_text_;
    } else {
      cells_[i].take(record.values[i], layout_.slots[i].column);
    }
    shown_[i] = cells_[i].shown();
    all_shown_ = all_shown_ && shown_[i];
  }
  created_.reset();
  if (layout_.created) {
    if (const auto* at = std::get_if<Moment>(&record.values[*layout_.created])) created_ = *at;
  }
  differing_.clear();
  worth_listing_ = false;
}

void Recorder::create(const Record& record) {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    cells_[i].bind(insert_, static_cast<int>(i) + 1);
  }
  bind_tail(insert_, static_cast<int>(cells_.size()) + 1, record, !layout_.stamp_is_slot(), true);
  insert_.run();
  learn_prefix(record.id);
  count(tally_.created, record);
  note_unseen(record, created_.value_or(record.stamp));
  // What was there when heed came stands as it is, whatever history tells of before.
  if (has_history_ && !loading()) collect_passed(record, {});
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (layout_.slots[i].field.tracked && is_set(i) && !is_collected(i)) {
      differing_.push_back({i, std::nullopt, false});
    }
  }
  for (const auto& each : differing_) change_field(record, nullptr, each);
  if (told_parent_) tell();
  if (!layout_.tracks) return;
  if (record.standing != Standing::live) change_standing(record, nullptr);
  if (worth_listing_ || !loading()) history_.list(layout_.object, record.id);
}

/// A row of field history: whose it is waits for it to be looked at.
void Recorder::tell() {
  const auto& cell = cells_[told_parent_->second];
  if (cell.kind != Cell::Kind::text) return;
  database_
      .query("INSERT INTO heed_told (object, id) VALUES (?, ?) ON CONFLICT (object, id) DO NOTHING")
      .bind(told_parent_->first, cell.text)
      .run();
}

void Recorder::compare(const Record& record) {
  const Old old{std::string(select_.text(0)), std::string(select_.text(2)),
                parse_standing(select_.text(1)).value_or(Standing::live)};
  if (outdated(record, old)) return;
  const bool stands_otherwise = old.standing != record.standing;
  const bool differs = collect(old) || stands_otherwise || old.stamp != stamp_text_;
  if (has_history_ && old.stamp < stamp_text_) collect_passed(record, old.stamp);
  if (!differs && differing_.empty() && old.seen >= layout_.newest) return;
  rewrite(record);
  for (const auto& each : differing_) change_field(record, &old, each);
  if (stands_otherwise && layout_.tracks) change_standing(record, &old);
  if (!differs && differing_.empty()) return;
  count(tally_.updated, record);
  note_unseen(record, old.standing == Standing::vanished ? Moment{} : record.stamp);
  if (!layout_.tracks) return;
  if (worth_listing_ || stands_otherwise || !reading_.first_load) {
    history_.list(layout_.object, record.id);
  }
}

/// A page may be older than what the mirror has, but not than a stamp that is still to come: that
/// one a clock has given that was ahead. Coming back from the recycle bin moves the stamp,
/// so with the same stamp a record that was found to be deleted otherwise than by its row cannot be
/// live. Where the row said so, it came back within the second.
bool Recorder::outdated(const Record& record, const Old& old) const {
  if (stamp_text_ != old.stamp) {
    return stamp_text_ < old.stamp && !reading_.present && old.stamp <= seen_text_;
  }
  if (record.standing != Standing::live) return false;
  if (old.standing != Standing::deleted && old.standing != Standing::purged) return false;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (layout_.slots[i].field.name == "IsDeleted") return !select_.flag(column_of(i));
  }
  return true;
}

/// Finds the tracked fields that have a change; true if any field at all differs.
bool Recorder::collect(const Old& old) {
  bool differs = false;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (!shown_[i]) continue;
    const auto& slot = layout_.slots[i];
    const bool equal = cells_[i].equals(select_, column_of(i));
    differs = differs || !equal;
    if (!slot.field.tracked) continue;
    if (old.seen < slot.known_since) {
      if (is_set(i)) differing_.push_back({i, std::nullopt, true});
    } else if (!equal) {
      differing_.push_back({i, stored_text(select_, column_of(i), slot.field.type), false});
    }
  }
  return differs;
}

void Recorder::rewrite(const Record& record) {
  select_.reset();
  std::optional<store::Statement> partial;
  if (!all_shown_) partial.emplace(database_.query(layout_.update_row(shown_)));
  auto& statement = all_shown_ ? update_ : *partial;
  int index = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (shown_[i]) cells_[i].bind(statement, ++index);
  }
  bind_tail(statement, index + 1, record, !layout_.stamp_is_slot(), false);
  statement.run();
}

void Recorder::bind_tail(store::Statement& statement, int index, const Record& record,
                         bool with_stamp, bool id_first) {
  if (id_first) statement.bind_view(index++, record.id.text());
  statement.bind_view(index++, to_text(record.standing));
  statement.bind_view(index++, seen_text_);
  if (with_stamp) statement.bind_view(index++, stamp_text_);
  if (!id_first) statement.bind_view(index, record.id.text());
}

/// Remembers whose ids begin so; all of an object's do.
void Recorder::learn_prefix(Id id) {
  if (prefix_ == id.prefix() || told_parent_) return;  // one prefix serves all field histories
  prefix_ = id.prefix();
  database_
      .query(
          "INSERT INTO heed_prefix (prefix, object) VALUES (?, ?) ON CONFLICT (prefix) DO NOTHING")
      .bind(prefix_, layout_.object)
      .run();
}

void Recorder::count(std::int64_t& counter, const Record& record) {
  ++counter;
  const auto until = std::max(watermark_, reading_.read_until);
  if (watermark_ && record.stamp <= *until) ++tally_.late;
}

/// A record that is news since a moment that was read long ago was out of sight then, and so was
/// what the CRM's history tells of it: that is to be read again.
void Recorder::note_unseen(const Record& record, Moment since) {
  if (!layout_.tracks || !watermark_ || since >= *watermark_) return;
  database_.query("INSERT INTO heed_unseen (object, id) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .bind(layout_.object, record.id.text())
      .run();
}

}  // namespace heed::mirror
