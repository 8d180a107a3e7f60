#include "balance.hpp"

#include <algorithm>
#include <set>

#include "columns.hpp"
#include "filter.hpp"
#include "heed/error.hpp"

namespace heed::ledger {

namespace {

/// The columns of duty_source that Alike is read from, and the owed state.
constexpr std::string_view alike_columns =
    "d.sort_on, r.zone, r.pack, r.rule, r.preference, d.target, d.long_past, d.immediate, "
    "CASE WHEN d.state = 'withdrawn-to-confirm' THEN 1 ELSE 0 END, d.place_unknown, "
    "d.calendar_incomplete, d.hold";

Preference want_preference(std::string_view text) {
  if (const auto preference = parse_preference(text)) return *preference;
  throw Error(Kind::storage,
              "the ledger holds a preference this heed does not know; restore a backup, or use the "
              "version of heed that wrote it");
}

/// Another number than these two would read as a flag and not be what was written.
bool want_flag(const store::Statement& row, int column) {
  const auto number = row.integer(column);
  if (number == 0 || number == 1) return number == 1;
  throw Error(
      Kind::storage,
      "the ledger holds a flag that is neither 0 nor 1; heed verify tells what was changed");
}

Alike read_alike(const store::Statement& row) {
  Alike alike;
  alike.sort_on = row.day(0);
  alike.zone = row.text(1);
  alike.pack = row.text(2);
  alike.rule = row.text(3);
  alike.preference = want_preference(row.text(4));
  if (!row.text(5).empty()) alike.target = row.day(5);
  alike.long_past = want_flag(row, 6);
  alike.immediate = want_flag(row, 7);
  alike.withdrawn = want_flag(row, 8);
  alike.place_unknown = want_flag(row, 9);
  alike.calendar_incomplete = want_flag(row, 10);
  alike.hold = want_flag(row, 11);
  return alike;
}

Alike alike_of(const Duty& duty) {
  return {duty.due.value_or(duty.start),
          duty.zone,
          duty.pack,
          duty.rule,
          duty.preference,
          duty.target,
          duty.long_past,
          duty.immediate,
          duty.state == State::withdrawn_to_confirm,
          duty.place_unknown,
          duty.calendar_incomplete,
          duty.hold};
}

std::string text_of(const std::optional<Day>& day) {
  return day ? to_text(*day) : std::string();
}

void add_duties(store::Database& database, const std::map<Alike, std::int64_t>& duties) {
  auto add = database.query(
      "INSERT INTO heed_owed_duty (sort_on, zone, pack, rule, preference, target, long_past, "
      "immediate, withdrawn, place_unknown, calendar_incomplete, hold, duties) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sort_on, zone, pack, rule, "
      "preference, target, long_past, immediate, withdrawn, place_unknown, calendar_incomplete, "
      "hold) DO UPDATE SET duties = heed_owed_duty.duties + excluded.duties");
  bool fewer = false;
  for (const auto& [alike, number] : duties) {
    if (number == 0) continue;
    fewer = fewer || number < 0;
    add.bind(alike.sort_on, alike.zone, alike.pack, alike.rule, to_text(alike.preference),
             text_of(alike.target), alike.long_past, alike.immediate, alike.withdrawn,
             alike.place_unknown, alike.calendar_incomplete, alike.hold, number);
    add.run();
  }
  if (fewer) database.query("DELETE FROM heed_owed_duty WHERE duties = 0").run();
}

void add_people(store::Database& database, const std::map<First, std::int64_t>& people) {
  auto add = database.query(
      "INSERT INTO heed_owed_person (due, zones, long_past, people) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (due, zones, long_past) DO UPDATE SET people = heed_owed_person.people + "
      "excluded.people");
  bool fewer = false;
  for (const auto& [first, number] : people) {
    if (number == 0) continue;
    fewer = fewer || number < 0;
    add.bind(text_of(first.due), first.zones, first.long_past, number);
    add.run();
  }
  if (fewer) database.query("DELETE FROM heed_owed_person WHERE people = 0").run();
}

/// Gathers what is owed to one person after the other.
class Firsts {
 public:
  explicit Firsts(std::map<First, std::int64_t>& people) : people_(people) {}

  void add(std::string_view person, const Alike& alike) {
    if (person != person_) end();
    person_ = person;
    if (alike.long_past) {
      long_past_ = true;
      return;
    }
    if (zones_.empty() || alike.sort_on < due_) zones_.clear();
    if (zones_.empty()) due_ = alike.sort_on;
    if (alike.sort_on == due_) zones_.insert(alike.zone);
  }

  void end() {
    if (const auto first = this->first()) ++people_[*first];
    long_past_ = false;
    zones_.clear();
  }

  std::optional<First> first() const {
    if (zones_.empty() && !long_past_) return std::nullopt;
    First first{zones_.empty() ? std::nullopt : std::optional(due_), {}, long_past_};
    for (const auto& zone : zones_) first.zones += (first.zones.empty() ? "" : " ") + zone;
    return first;
  }

 private:
  std::map<First, std::int64_t>& people_;
  std::string person_;
  bool long_past_ = false;
  Day due_{};
  std::set<std::string> zones_;
};

}  // namespace

void create_balance(store::Database& database) {
  store::create(
      database,
      {"heed_owed_duty",
       {wanted("sort_on"), wanted("zone"), wanted("pack"), wanted("rule"), wanted("preference"),
        wanted("target"), number("long_past"), number("immediate"), number("withdrawn"),
        number("place_unknown"), number("calendar_incomplete"), number("hold"), number("duties")},
       {"sort_on", "zone", "pack", "rule", "preference", "target", "long_past", "immediate",
        "withdrawn", "place_unknown", "calendar_incomplete", "hold"},
       {}});
  store::create(database, {"heed_owed_person",
                           {wanted("due"), wanted("zones"), number("long_past"), number("people")},
                           {"due", "zones", "long_past"},
                           {}});
}

Numbers kept_numbers(store::Database& database) {
  Numbers numbers;
  auto duties = database.query(
      "SELECT sort_on, zone, pack, rule, preference, target, long_past, immediate, withdrawn, "
      "place_unknown, calendar_incomplete, hold, duties FROM heed_owed_duty");
  while (duties.step()) numbers.duties[read_alike(duties)] += duties.integer(12);
  auto people = database.query("SELECT due, zones, long_past, people FROM heed_owed_person");
  while (people.step()) {
    First first;
    if (!people.text(0).empty()) first.due = people.day(0);
    first.zones = people.text(1);
    first.long_past = want_flag(people, 2);
    numbers.people[first] += people.integer(3);
  }
  return numbers;
}

void add_numbers(store::Database& database, const Numbers& numbers) {
  add_duties(database, numbers.duties);
  add_people(database, numbers.people);
}

Numbers counted_numbers(store::Database& database) {
  Numbers numbers;
  Firsts firsts(numbers.people);
  const auto owed = [](const std::string& person, const std::string& which) {
    return "SELECT " + std::string(alike_columns) + ", " + person +
           " FROM heed_subject s CROSS JOIN heed_duty d CROSS JOIN heed_rule r "
           "WHERE d.subject = s.number AND r.number = d.rule AND +d.shelf = 1 AND " +
           which;
  };
  // By person as two indexes have them, side by side; an erased record is a person of its own.
  const auto by_person =
      owed("s.id AS person", "s.id > '' AND s.person_id = s.id") + " UNION ALL " +
      owed("s.person_id", "s.person_id > '' AND s.person_id <> s.id") + " ORDER BY person";
  for (const auto& query : {by_person, owed("s.number", "s.person_id IS NULL")}) {
    auto row = database.query(query);
    while (row.step()) {
      const auto alike = read_alike(row);
      ++numbers.duties[alike];
      firsts.add(row.text(12), alike);
    }
  }
  firsts.end();
  return numbers;
}

Numbers counted_numbers(store::Database& database, const Filter& filter) {
  Numbers numbers;
  Firsts firsts(numbers.people);
  auto row =
      database.query("SELECT " + std::string(alike_columns) + " FROM " + std::string(duty_source) +
                     " WHERE " + where_of(filter) + " AND d.shelf + 0 = 1");
  bind_filter(row, filter, database, 0);
  while (row.step()) {
    const auto alike = read_alike(row);
    ++numbers.duties[alike];
    firsts.add({}, alike);
  }
  firsts.end();
  return numbers;
}

Balance::Item Balance::item(const Duty& duty) {
  return {duty.number, duty.long_past ? std::nullopt : duty.due, duty.zone};
}

std::optional<First> Balance::first_of(const std::vector<Item>& owed) {
  std::map<First, std::int64_t> none;
  Firsts firsts(none);
  for (const auto& one : owed) {
    Alike alike;
    alike.long_past = !one.due;
    alike.sort_on = one.due.value_or(Day{});
    alike.zone = one.zone;
    firsts.add({}, alike);
  }
  return firsts.first();
}

/// Of most people that a first assessment comes to nothing is known.
bool Balance::is_new(std::string_view person) {
  if (!Id::parse(person)) return false;
  if (!known_) {
    // As of_person() says it, but one after the other: nothing is gathered.
    known_.emplace(
        database_.query("SELECT 1 FROM heed_subject WHERE id = ? AND person_id = id UNION ALL "
                        "SELECT 1 FROM heed_subject WHERE person_id = ? AND person_id <> id"));
  }
  known_->bind_view(1, person);
  known_->bind_view(2, person);
  const bool known = known_->step();
  known_->reset();
  return !known;
}

std::vector<Balance::Item> Balance::owed_to(std::string_view person) const {
  // Once erased, a subject is a person of its own, under its number.
  const bool erased = !Id::parse(person);
  auto row = database_.query(
      "SELECT d.number, d.due, r.zone FROM heed_subject s JOIN heed_duty d ON d.subject = s.number "
      "JOIN heed_rule r ON r.number = d.rule WHERE +d.shelf = 1 AND " +
      (erased ? "s.number = CAST(? AS INTEGER) AND s.person_id IS NULL" : of_person("s")));
  erased ? row.bind(person) : row.bind(person, person);
  std::vector<Item> owed;
  while (row.step()) {
    owed.push_back({row.integer(0), row.optional_day(1), std::string(row.text(2))});
  }
  return owed;
}

Balance::Person& Balance::look_up(std::string_view key, bool stranger) {
  Person person;
  person.key = key;
  if (!stranger && !is_new(key)) person.owed = owed_to(key);
  person.before = first_of(person.owed);
  return at_hand_.emplace_back(std::move(person));
}

Balance::Person& Balance::person(std::string_view key, bool stranger) {
  for (auto& person : at_hand_) {
    if (person.key == key) return person;
  }
  settle();
  return look_up(key, stranger);
}

void Balance::settle() {
  for (const auto& person : at_hand_) {
    const auto now = first_of(person.known ? person.owed : owed_to(person.key));
    if (now == person.before) continue;
    if (person.before) --numbers_.people[*person.before];
    if (now) ++numbers_.people[*now];
  }
  at_hand_.clear();
}

void Balance::meets(const mirror::Ref& person, bool stranger) {
  this->person(person.id.text(), stranger);
}

void Balance::opens(const Duty& duty, const Subject& subject) {
  if (!owed(duty)) return;
  ++numbers_.duties[alike_of(duty)];
  person(subject.person.id.text()).owed.push_back(item(duty));
}

void Balance::changes(const Duty& duty) {
  static const std::string query = "SELECT " + std::string(alike_columns) +
                                   ", d.shelf, COALESCE(s.person_id, s.number) FROM " +
                                   std::string(duty_source) + " WHERE d.number = ?";
  auto row = database_.query(query).bind(duty.number);
  if (!row.step()) return;
  const bool was_owed = row.integer(12) == 1;
  if (!was_owed && !owed(duty)) return;
  if (was_owed) --numbers_.duties[read_alike(row)];
  auto& person = this->person(row.text(13));
  std::erase_if(person.owed, [&duty](const Item& one) { return one.duty == duty.number; });
  if (!owed(duty)) return;
  ++numbers_.duties[alike_of(duty)];
  person.owed.push_back(item(duty));
}

/// Both are told of before the subject moves.
void Balance::moves(std::int64_t subject, const std::optional<mirror::Ref>& to) {
  settle();
  std::string from;
  {
    auto row = database_.query("SELECT person_id FROM heed_subject WHERE number = ?").bind(subject);
    if (!row.step()) return;
    from = row.text(0);
  }
  const auto now = to ? std::string(to->id.text()) : std::to_string(subject);
  look_up(from, false).known = false;
  if (now != from) look_up(now, false).known = false;
}

void Balance::write() {
  settle();
  add_numbers(database_, numbers_);
  forget();
}

void Balance::forget() {
  numbers_ = {};
  at_hand_.clear();
}

}  // namespace heed::ledger
