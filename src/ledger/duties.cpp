#include "duties.hpp"

#include "chain.hpp"
#include "heed/error.hpp"
#include "rules.hpp"
#include "sealable.hpp"

namespace heed::ledger {

namespace {

// A word that was written by this module and is read back.
template <class Word>
Word want(std::optional<Word> word, std::string_view column) {
  if (word) return *word;
  throw Error(Kind::storage, "the ledger's column " + std::string(column) +
                                 " holds a word this heed does not know; restore a backup, or use "
                                 "the version of heed that wrote it");
}

template <class Word, class Parse>
std::optional<Word> optional_word(const store::Statement& row, int column, std::string_view name,
                                  Parse parse) {
  if (row.is_null(column)) return std::nullopt;
  return want<Word>(parse(row.text(column)), name);
}

std::optional<mirror::Ref> ref(const store::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  const auto id = Id::parse(row.text(column + 1));
  return mirror::Ref{std::string(row.text(column)), want<Id>(id, "id")};
}

/// A row of sealed_rule_columns.
void read_asked(Duty& duty, const store::Statement& row) {
  duty.object = row.text(0);
  duty.field = row.text(1);
  duty.preference = want<Preference>(parse_preference(row.text(2)), "preference");
  duty.how = want<How>(parse_how(row.text(3)), "how");
  duty.pack = row.text(4);
  duty.pack_version = row.text(5);
  duty.rule = row.text(6);
  duty.title = row.text(7);
  duty.kind = want<policy::DutyKind>(policy::parse_duty_kind(row.text(8)), "kind");
  duty.zone = row.text(9);
  duty.calendar = row.text(10);
}

void read_dates(Duty& duty, const store::Statement& row) {
  duty.start = row.day(5);
  duty.start_late = row.day(6);
  duty.due = row.optional_day(7);
  duty.strict_due = row.optional_day(8);
  duty.usual_due = row.optional_day(9);
  duty.lenient_due = row.optional_day(10);
  duty.target = row.optional_day(11);
  duty.immediate = row.flag(12);
  duty.calendar_incomplete = row.flag(13);
  duty.long_past = row.flag(14);
  duty.place_unknown = row.flag(15);
  duty.hold = row.flag(16);
  duty.from_first_load = row.flag(17);
}

void read_life(Duty& duty, const store::Statement& row) {
  duty.state = want<State>(parse_state(row.text(18)), "state");
  duty.doubt = optional_word<Cause>(row, 19, "doubt", parse_cause);
  duty.closed_on = row.optional_day(20);
  duty.closed_by = optional_word<Cause>(row, 21, "closed_by", parse_cause);
}

void read_acts(Duty& duty, const store::Statement& row) {
  duty.acknowledged_on = row.optional_day(23);
  duty.extended = static_cast<int>(row.integer(24));
  duty.initial_due = row.optional_day(25);
  duty.paused_days = static_cast<int>(row.integer(26));
  duty.paused_since = row.optional_day(27);
  duty.steered = row.flag(28);
  duty.reopened = row.flag(29);
}

std::optional<std::string_view> cause_text(const std::optional<Cause>& cause) {
  if (!cause) return std::nullopt;
  return to_text(*cause);
}

Day sort_day(const Duty& duty) {
  return duty.due.value_or(duty.start);
}

/// The same text that a row of sealed_duty_columns gives.
Seal seal_of_duty(const Chain& chain, const Duty& duty) {
  Sealable text;
  text.add(duty.number, duty.subject, duty.object, duty.field, duty.change,
           to_text(duty.preference), duty.wish_after, duty.wish_until, to_text(duty.how), duty.pack,
           duty.pack_version, duty.rule, duty.title, to_text(duty.kind), duty.zone, duty.calendar,
           duty.start, duty.start_late, duty.due, duty.strict_due, duty.usual_due, duty.lenient_due,
           duty.target, duty.immediate, duty.calendar_incomplete, duty.long_past,
           duty.place_unknown, duty.hold, duty.from_first_load, to_text(duty.state),
           cause_text(duty.doubt), duty.closed_on, cause_text(duty.closed_by), duty.opened_at,
           duty.acknowledged_on, duty.extended, duty.initial_due, duty.paused_days,
           duty.paused_since, duty.steered, duty.reopened, shelf_of(duty), sort_day(duty));
  return chain.sealed(text.text());
}

/// Writes what can change about a duty.
void add_values(const Duty& duty, std::int64_t rule, Pen& pen) {
  pen.add(rule, duty.wish_after, duty.wish_until, duty.start, duty.start_late, duty.due,
          duty.strict_due, duty.usual_due, duty.lenient_due, duty.target, duty.immediate,
          duty.calendar_incomplete, duty.long_past, duty.place_unknown, duty.hold,
          to_text(duty.state), cause_text(duty.doubt), duty.closed_on, cause_text(duty.closed_by),
          duty.acknowledged_on, duty.extended, duty.initial_due, duty.paused_days,
          duty.paused_since, duty.steered, duty.reopened, shelf_of(duty), sort_day(duty));
}

}  // namespace

int shelf_of(const Duty& duty) {
  if (duty.state == State::standing) return 2;
  return owed(duty) ? 1 : 0;
}

const std::string_view duty_columns =
    "d.number, d.rule, d.change, d.wish_after, d.wish_until, d.start, d.start_late, d.due, "
    "d.strict_due, d.usual_due, d.lenient_due, d.target, d.immediate, d.calendar_incomplete, "
    "d.long_past, d.place_unknown, d.hold, d.from_first_load, d.state, d.doubt, d.closed_on, "
    "d.closed_by, d.opened_at, d.acknowledged_on, d.extended, d.initial_due, d.paused_days, "
    "d.paused_since, d.steered, d.reopened, s.handle, s.object, s.id, s.person_object, "
    "s.person_id";

const std::string_view duty_source =
    "heed_duty d LEFT JOIN heed_rule r ON r.number = d.rule "
    "LEFT JOIN heed_subject s ON s.number = d.subject";

Duty& DutyReader::of_rule(std::int64_t number) {
  const auto at = of_rule_.find(number);
  if (at != of_rule_.end()) return at->second;
  Duty duty;
  auto row =
      database_
          .query("SELECT " + std::string(sealed_rule_columns) + " FROM heed_rule WHERE number = ?")
          .bind(number);
  row.step();
  read_asked(duty, row);
  return of_rule_.emplace(number, std::move(duty)).first->second;
}

Moment DutyReader::moment_of(const store::Statement& row, int column, Same& last) {
  const auto text = row.text(column);
  if (text.empty() || text != last.text) {
    last.moment = row.moment(column);
    last.text = text;
  }
  return last.moment;
}

const Duty& DutyReader::read(const store::Statement& row) {
  auto& duty = of_rule(row.integer(1));
  duty.wish_after = moment_of(row, 3, wish_after_);
  duty.wish_until = moment_of(row, 4, wish_until_);
  duty.opened_at = moment_of(row, 22, opened_at_);
  duty.number = row.integer(0);
  duty.change = row.integer(2);
  read_dates(duty, row);
  read_life(duty, row);
  read_acts(duty, row);
  duty.subject = row.text(30);
  duty.record = ref(row, 31);
  // Most people have one record.
  const bool same = row.text(32) == row.text(34) && row.text(31) == row.text(33);
  duty.person = same ? duty.record : ref(row, 33);
  return duty;
}

std::optional<Duty> find_duty(store::Database& database, std::int64_t number) {
  static const std::string sql = "SELECT " + std::string(duty_columns) + " FROM " +
                                 std::string(duty_source) + " WHERE d.number = ?";
  auto row = database.query(sql).bind(number);
  if (!row.step()) return std::nullopt;
  return DutyReader(database).read(row);
}

std::vector<Duty> duties_of(store::Database& database, std::int64_t subject) {
  static const std::string sql = "SELECT " + std::string(duty_columns) + " FROM " +
                                 std::string(duty_source) +
                                 " WHERE d.subject = ? ORDER BY d.number";
  std::vector<Duty> duties;
  auto row = database.query(sql).bind(subject);
  DutyReader reader(database);
  while (row.step()) duties.push_back(reader.read(row));
  return duties;
}

const std::string_view sealed_duty_columns =
    "d.number, s.handle, r.object, r.field, d.change, r.preference, d.wish_after, d.wish_until, "
    "r.how, r.pack, r.version, r.rule, r.title, r.kind, r.zone, r.calendar, d.start, "
    "d.start_late, d.due, d.strict_due, d.usual_due, d.lenient_due, d.target, d.immediate, "
    "d.calendar_incomplete, d.long_past, d.place_unknown, d.hold, d.from_first_load, d.state, "
    "d.doubt, d.closed_on, d.closed_by, d.opened_at, d.acknowledged_on, d.extended, d.initial_due, "
    "d.paused_days, d.paused_since, d.steered, d.reopened, d.shelf, d.sort_on";

std::int64_t insert_duty(Chain& chain, Duty& duty, const Subject& subject) {
  duty.number = chain.next_duty();
  duty.subject = subject.handle;
  chain.balance().opens(duty, subject);
  const auto seal = seal_of_duty(chain, duty);
  auto& pen = chain.pens().duty;
  pen.take(chain.database(),
           "INSERT INTO heed_duty (number, subject, change, from_first_load, opened_at, rule, "
           "wish_after, wish_until, start, start_late, due, strict_due, usual_due, lenient_due, "
           "target, immediate, calendar_incomplete, long_past, place_unknown, hold, state, doubt, "
           "closed_on, closed_by, acknowledged_on, extended, initial_due, paused_days, "
           "paused_since, steered, reopened, shelf, sort_on, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
           "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  pen.add(duty.number, subject.number, duty.change, duty.from_first_load, duty.opened_at);
  const auto rule = chain.rule_of(duty);
  add_values(duty, rule, pen);
  pen.add(seal.blob()).write();
  return rule;
}

void update_duty(Chain& chain, const Duty& duty) {
  chain.balance().changes(duty);
  const auto seal = seal_of_duty(chain, duty);
  auto& pen = chain.pens().changed;
  pen.take(chain.database(),
           "UPDATE heed_duty SET rule = ?, wish_after = ?, wish_until = ?, start = ?, "
           "start_late = ?, due = ?, strict_due = ?, usual_due = ?, lenient_due = ?, target = ?, "
           "immediate = ?, calendar_incomplete = ?, long_past = ?, place_unknown = ?, hold = ?, "
           "state = ?, doubt = ?, closed_on = ?, closed_by = ?, acknowledged_on = ?, "
           "extended = ?, initial_due = ?, paused_days = ?, paused_since = ?, steered = ?, "
           "reopened = ?, shelf = ?, sort_on = ?, seal = ? WHERE number = ?");
  add_values(duty, chain.rule_of(duty), pen);
  pen.add(seal.blob(), duty.number).write();
}

}  // namespace heed::ledger
