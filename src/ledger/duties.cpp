#include "duties.hpp"

#include "chain.hpp"
#include "heed/error.hpp"
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

void read_wish(Duty& duty, const store::Statement& row) {
  duty.number = row.integer(0);
  duty.subject = row.text(1);
  duty.object = row.text(2);
  duty.field = row.text(3);
  duty.change = row.integer(4);
  duty.preference = want<Preference>(parse_preference(row.text(5)), "preference");
  duty.wish_after = row.moment(6);
  duty.wish_until = row.moment(7);
  duty.how = want<How>(parse_how(row.text(8)), "how");
}

void read_rule(Duty& duty, const store::Statement& row) {
  duty.pack = row.text(9);
  duty.pack_version = row.text(10);
  duty.rule = row.text(11);
  duty.title = row.text(12);
  duty.kind = want<policy::DutyKind>(policy::parse_duty_kind(row.text(13)), "kind");
  duty.zone = row.text(14);
  duty.calendar = row.text(15);
}

void read_dates(Duty& duty, const store::Statement& row) {
  duty.start = row.day(16);
  duty.start_late = row.day(17);
  duty.due = row.optional_day(18);
  duty.strict_due = row.optional_day(19);
  duty.usual_due = row.optional_day(20);
  duty.lenient_due = row.optional_day(21);
  duty.target = row.optional_day(22);
  duty.immediate = row.flag(23);
  duty.calendar_incomplete = row.flag(24);
  duty.long_past = row.flag(25);
  duty.place_unknown = row.flag(26);
  duty.hold = row.flag(27);
  duty.from_first_load = row.flag(28);
}

void read_life(Duty& duty, const store::Statement& row) {
  duty.state = want<State>(parse_state(row.text(29)), "state");
  duty.doubt = optional_word<Cause>(row, 30, "doubt", parse_cause);
  duty.closed_on = row.optional_day(31);
  duty.closed_by = optional_word<Cause>(row, 32, "closed_by", parse_cause);
  duty.opened_at = row.moment(33);
}

void read_acts(Duty& duty, const store::Statement& row) {
  duty.acknowledged_on = row.optional_day(34);
  duty.extended = static_cast<int>(row.integer(35));
  duty.initial_due = row.optional_day(36);
  duty.paused_days = static_cast<int>(row.integer(37));
  duty.paused_since = row.optional_day(38);
  duty.steered = row.flag(39);
  duty.reopened = row.flag(40);
}

std::optional<std::string_view> cause_text(const std::optional<Cause>& cause) {
  if (!cause) return std::nullopt;
  return to_text(*cause);
}

Day sort_day(const Duty& duty) {
  return duty.due.value_or(duty.start);
}

/// Gives the values of sealed_duty_columns, in their order, to whoever adds them up.
template <class Adder>
void list_values(const Duty& duty, Adder& adder) {
  adder.add(duty.number, duty.subject, duty.object, duty.field, duty.change,
            to_text(duty.preference), duty.wish_after, duty.wish_until, to_text(duty.how),
            duty.pack, duty.pack_version, duty.rule, duty.title, to_text(duty.kind), duty.zone,
            duty.calendar, duty.start, duty.start_late, duty.due, duty.strict_due, duty.usual_due,
            duty.lenient_due, duty.target, duty.immediate, duty.calendar_incomplete, duty.long_past,
            duty.place_unknown, duty.hold, duty.from_first_load, to_text(duty.state),
            cause_text(duty.doubt), duty.closed_on, cause_text(duty.closed_by), duty.opened_at,
            duty.acknowledged_on, duty.extended, duty.initial_due, duty.paused_days,
            duty.paused_since, duty.steered, duty.reopened, shelf_of(duty), sort_day(duty));
}

std::string seal_of_duty(const Chain& chain, const Duty& duty) {
  Sealable text;
  list_values(duty, text);
  return chain.sealed(text.text());
}

}  // namespace

int shelf_of(const Duty& duty) {
  if (duty.state == State::standing) return 2;
  return owed(duty) ? 1 : 0;
}

const std::string_view duty_columns =
    "d.number, d.subject, d.object, d.field, d.change, d.preference, d.wish_after, d.wish_until, "
    "d.how, d.pack, d.pack_version, d.rule, d.title, d.kind, d.zone, d.calendar, d.start, "
    "d.start_late, d.due, d.strict_due, d.usual_due, d.lenient_due, d.target, d.immediate, "
    "d.calendar_incomplete, d.long_past, d.place_unknown, d.hold, d.from_first_load, d.state, "
    "d.doubt, d.closed_on, d.closed_by, d.opened_at, d.acknowledged_on, d.extended, d.initial_due, "
    "d.paused_days, d.paused_since, d.steered, d.reopened, s.object, s.id, s.person_object, "
    "s.person_id";

const std::string_view duty_source = "heed_duty d LEFT JOIN heed_subject s ON s.handle = d.subject";

void read_duty(const store::Statement& row, Duty& duty) {
  read_wish(duty, row);
  read_rule(duty, row);
  read_dates(duty, row);
  read_life(duty, row);
  read_acts(duty, row);
  duty.record = ref(row, 41);
  // Most people have one record.
  const bool same = row.text(42) == row.text(44) && row.text(41) == row.text(43);
  duty.person = same ? duty.record : ref(row, 43);
}

Duty read_duty(const store::Statement& row) {
  Duty duty;
  read_duty(row, duty);
  return duty;
}

std::optional<Duty> find_duty(store::Database& database, std::int64_t number) {
  static const std::string sql = "SELECT " + std::string(duty_columns) + " FROM " +
                                 std::string(duty_source) + " WHERE d.number = ?";
  auto row = database.query(sql).bind(number);
  if (!row.step()) return std::nullopt;
  return read_duty(row);
}

std::vector<Duty> duties_of(store::Database& database, std::string_view subject) {
  static const std::string sql = "SELECT " + std::string(duty_columns) + " FROM " +
                                 std::string(duty_source) +
                                 " WHERE d.subject = ? ORDER BY d.number";
  std::vector<Duty> duties;
  auto row = database.query(sql).bind(subject);
  while (row.step()) duties.push_back(read_duty(row));
  return duties;
}

const std::string_view sealed_duty_columns =
    "number, subject, object, field, change, preference, wish_after, wish_until, how, pack, "
    "pack_version, rule, title, kind, zone, calendar, start, start_late, due, strict_due, "
    "usual_due, lenient_due, target, immediate, calendar_incomplete, long_past, place_unknown, "
    "hold, from_first_load, state, doubt, closed_on, closed_by, opened_at, acknowledged_on, "
    "extended, initial_due, paused_days, paused_since, steered, reopened, shelf, sort_on";

void insert_duty(Chain& chain, Duty& duty, const Subject& subject) {
  duty.number = chain.next_duty();
  duty.subject = subject.handle;
  chain.balance().opens(duty, subject);
  static const std::string query =
      "INSERT INTO heed_duty (" + std::string(sealed_duty_columns) +
      ", seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?)";
  const auto seal = seal_of_duty(chain, duty);
  auto& pen = chain.pens().duty;
  pen.take(chain.database(), query);
  list_values(duty, pen);
  pen.add(seal).write();
}

void update_duty(Chain& chain, const Duty& duty) {
  chain.balance().changes(duty);
  chain.database()
      .query(
          "UPDATE heed_duty SET wish_after = ?, wish_until = ?, how = ?, pack_version = ?, "
          "title = ?, kind = ?, zone = ?, calendar = ?, start = ?, start_late = ?, due = ?, "
          "strict_due = ?, usual_due = ?, lenient_due = ?, target = ?, immediate = ?, "
          "calendar_incomplete = ?, long_past = ?, place_unknown = ?, hold = ?, state = ?, "
          "doubt = ?, closed_on = ?, closed_by = ?, acknowledged_on = ?, extended = ?, "
          "initial_due = ?, paused_days = ?, paused_since = ?, steered = ?, reopened = ?, "
          "shelf = ?, sort_on = ?, seal = ? WHERE number = ?")
      .bind(duty.wish_after, duty.wish_until, to_text(duty.how), duty.pack_version, duty.title,
            to_text(duty.kind), duty.zone, duty.calendar, duty.start, duty.start_late, duty.due,
            duty.strict_due, duty.usual_due, duty.lenient_due, duty.target, duty.immediate,
            duty.calendar_incomplete, duty.long_past, duty.place_unknown, duty.hold,
            to_text(duty.state), cause_text(duty.doubt), duty.closed_on, cause_text(duty.closed_by),
            duty.acknowledged_on, duty.extended, duty.initial_due, duty.paused_days,
            duty.paused_since, duty.steered, duty.reopened, shelf_of(duty), sort_day(duty),
            seal_of_duty(chain, duty), duty.number)
      .run();
}

}  // namespace heed::ledger
