#include "history.hpp"

#include <array>
#include <vector>

#include "heed/time/text.hpp"
#include "parts.hpp"

namespace heed::mirror {

std::optional<std::string_view> text_of(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->text();
}

namespace {

const std::string insert_change =
    "INSERT INTO heed_change (object, id, field, old_value, new_value, after, until, how, "
    "first_seen, supersedes, made_by, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Binds a change without copying its texts. Both must live until the statement has run.
class Binding {
 public:
  Binding(store::Statement& to, const Change& change, std::optional<std::int64_t> part) : to_(to) {
    text(1, change.object);
    text(2, change.id.text());
    text(3, change.field);
    text(4, change.old_value);
    text(5, change.new_value);
    moment(6, change.after);
    moment(7, change.until);
    text(8, to_text(change.how));
    moment(9, change.first_seen);
    to_.bind_at(10, change.supersedes);
    text(11, text_of(change.by));
    to_.bind_at(12, part);
  }

 private:
  void text(int at, std::optional<std::string_view> text) {
    if (text) {
      to_.bind_view(at, *text);
    } else {
      to_.bind_at(at, std::nullopt);
    }
  }

  void moment(int at, Moment moment) { to_.bind_view(at, write_text(moment, rooms_[used_++])); }

  store::Statement& to_;
  std::array<MomentText, 3> rooms_{};
  std::size_t used_ = 0;
};

}  // namespace

Error foreign(const store::Database& database, const char* what) {
  return {Kind::storage, database.path() + ": holds " + what +
                             " that heed cannot have written; put a backup in its place"};
}

Id read_id(const store::Database& database, std::string_view text) {
  if (const auto id = Id::parse(text)) return *id;
  throw foreign(database, "an id");
}

History::History(store::Database& database, Tally& tally)
    : database_(database),
      tally_(tally),
      part_(newest_part(database)),
      add_(database.query(insert_change + " RETURNING number")),
      note_(database.query(insert_change)),
      begin_(database.query(
          "INSERT INTO heed_link (object, id, field, target, since) "
          "SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM heed_link WHERE id = ? "
          "AND field = ? AND target = ? AND ended IS NULL) "
          "ON CONFLICT (id, field, target, since) DO UPDATE SET ended = NULL")),
      end_(database.query("UPDATE heed_link SET ended = ? WHERE id = ? AND field = ? "
                          "AND ended IS NULL AND target <> ? RETURNING target")),
      list_(database.query("INSERT INTO heed_assess (object, id) VALUES (?, ?) "
                           "ON CONFLICT (object, id) DO NOTHING")) {}

std::int64_t History::add(const Change& change) {
  const Binding binding(add_, change, part_);
  std::int64_t number = 0;
  while (add_.step()) number = add_.integer(0);
  ++tally_.changes;
  return number;
}

void History::note(const Change& change) {
  const Binding binding(note_, change, part_);
  note_.run();
  ++tally_.changes;
}

void History::begin_link(std::string_view object, Id from, std::string_view field, Id to,
                         Moment since) {
  const auto before = database_.total_changes();
  begin_.bind(object, from.text(), field, to.text(), since, from.text(), field, to.text());
  begin_.run();
  tally_.links += database_.total_changes() - before;
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
