#include "once.hpp"

#include <string>

#include "balance.hpp"
#include "chain.hpp"
#include "columns.hpp"
#include "heed/store.hpp"
#include "raw.hpp"
#include "rules.hpp"

namespace heed::ledger {

namespace {

constexpr const char* set_aside =
    "ALTER TABLE heed_event RENAME TO heed_former_event;"
    "ALTER TABLE heed_text RENAME TO heed_former_text;"
    "ALTER TABLE heed_subject RENAME TO heed_former_subject;"
    "ALTER TABLE heed_duty RENAME TO heed_former_duty;"
    "ALTER TABLE heed_receipt RENAME TO heed_former_receipt";

// Emptied first: of a table that is dropped with its rows the engine keeps every page in memory.
constexpr const char* clear_away =
    "DROP INDEX heed_subject_handle; DELETE FROM heed_former_event; DELETE FROM heed_former_text;"
    "DELETE FROM heed_former_subject; DELETE FROM heed_former_duty;"
    "DELETE FROM heed_former_receipt; DROP TABLE heed_former_event; DROP TABLE heed_former_text;"
    "DROP TABLE heed_former_subject; DROP TABLE heed_former_duty; DROP TABLE heed_former_receipt";

// An event leaves its subject to its duty where it has one; wish, change, pack, version and rule,
// where it tells them, to its duty and its rule.
store::Table short_events() {
  return {"heed_event",
          {number("number"), wanted("at"), wanted("kind"), text("cause"), number_or_null("duty"),
           number_or_null("subject"), number_or_null("rule"), text("state"), text("start"),
           text("due"), text("old_start"), text("old_due"), text("day"), wanted_blob("author"),
           blob("reason"), blob("proof"), wanted_blob("hash"), wanted_blob("seal")},
          {"number"},
          {{"heed_events_of_duty", {"duty"}, false}}};
}

store::Table short_duties() {
  return {"heed_duty",
          {number("number"),
           number("subject"),
           number("rule"),
           number("change"),
           wanted("wish_after"),
           wanted("wish_until"),
           wanted("start"),
           wanted("start_late"),
           text("due"),
           text("strict_due"),
           text("usual_due"),
           text("lenient_due"),
           text("target"),
           number("immediate"),
           number("calendar_incomplete"),
           number("long_past"),
           number("place_unknown"),
           number("hold"),
           number("from_first_load"),
           wanted("state"),
           text("doubt"),
           text("closed_on"),
           text("closed_by"),
           wanted("opened_at"),
           text("acknowledged_on"),
           number_or_null("extended"),
           text("initial_due"),
           number_or_null("paused_days"),
           text("paused_since"),
           number_or_null("steered"),
           number_or_null("reopened"),
           number("shelf"),
           wanted("sort_on"),
           wanted_blob("seal")},
          {"number"},
          // No rule asks the same twice because of one change.
          {{"heed_duties_of_subject", {"subject", "change", "rule"}, true},
           {"heed_duties_in_order", {"shelf", "sort_on"}, false}}};
}

// Without a record: an erasure left the handle alone.
store::Table numbered_subjects() {
  return {"heed_subject",
          {number("number"), wanted("handle"), text("object"), text("id"), text("person_object"),
           text("person_id"), blob("seal")},
          {"number"},
          {{"heed_subject_of_record", {"id", "object"}, true},
           {"heed_subjects_of_person", {"person_id", "person_object"}, false}}};
}

void create_short(store::Database& database) {
  for (const auto& table : {short_events(), short_duties(), numbered_subjects()}) {
    store::create(database, table);
  }
  store::create(database,
                {"heed_rule",
                 {number("number"), wanted("object"), wanted("field"), wanted("preference"),
                  wanted("how"), wanted("pack"), wanted("version"), wanted("rule"), wanted("title"),
                  wanted("kind"), wanted("zone"), wanted("calendar"), wanted_blob("seal")},
                 {"number"},
                 {}});
  store::create(database,
                {"heed_text",
                 {wanted_blob("hash"), wanted("salt"), wanted("text"), number_or_null("event")},
                 {"hash"},
                 {{"heed_texts_of_event", {"event"}, false}}});
  store::create(database, {"heed_receipt",
                           {number("subject"), wanted("field"), number("change"), wanted("day"),
                            number("event")},
                           {"subject", "field", "change"},
                           {}});
  // Until all is copied.
  database.execute("CREATE INDEX heed_subject_handle ON heed_subject (handle)");
}

/// The bytes of digits. What somebody made of them meanwhile stays that, for verify() to find.
std::string bytes_of(std::string_view digits) {
  if (!has_digits(digits)) return std::string(digits);
  return std::string(Raw(digits).blob().bytes);
}

std::optional<std::string> optional_bytes(const store::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return bytes_of(row.text(column));
}

std::optional<store::Blob> blob_of(const std::optional<std::string>& bytes) {
  if (!bytes) return std::nullopt;
  return store::Blob{*bytes};
}

/// A seal of older heeds: "KEY SEAL".
std::string sealed_bytes(std::string_view seal) {
  const auto blank = std::min(seal.find(' '), seal.size());
  return bytes_of(seal.substr(0, blank)) + bytes_of(seal.substr(std::min(blank + 1, seal.size())));
}

void copy_subjects(store::Database& database) {
  auto row = database.query(
      "SELECT handle, object, id, person_object, person_id, seal FROM heed_former_subject "
      "ORDER BY handle");
  while (row.step()) {
    database
        .query(
            "INSERT INTO heed_subject (handle, object, id, person_object, person_id, seal) "
            "VALUES (?, ?, ?, ?, ?, ?)")
        .bind(row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
              store::Blob{sealed_bytes(row.text(5))})
        .run();
  }
  // Those of which an erasure left the handle alone.
  for (const auto* table : {"heed_former_duty", "heed_former_event", "heed_former_receipt"}) {
    database.execute("INSERT INTO heed_subject (handle) SELECT DISTINCT o.subject FROM " +
                     std::string(table) +
                     " o WHERE NOT EXISTS (SELECT 1 FROM heed_subject s WHERE s.handle = "
                     "o.subject) ORDER BY o.subject");
  }
}

Asked asked_in(const store::Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
          row.text(6), row.text(7), row.text(8), row.text(9), row.text(10)};
}

void copy_duties(Chain& chain) {
  auto& database = chain.database();
  auto row = database.query(
      "SELECT object, field, preference, how, pack, pack_version, rule, title, kind, zone, "
      "calendar, number, seal FROM heed_former_duty ORDER BY number");
  while (row.step()) {
    database
        .query(
            "INSERT INTO heed_duty SELECT d.number, s.number, ?, d.change, d.wish_after, "
            "d.wish_until, d.start, d.start_late, d.due, d.strict_due, d.usual_due, d.lenient_due, "
            "d.target, d.immediate, d.calendar_incomplete, d.long_past, d.place_unknown, d.hold, "
            "d.from_first_load, d.state, d.doubt, d.closed_on, d.closed_by, d.opened_at, "
            "d.acknowledged_on, d.extended, d.initial_due, d.paused_days, d.paused_since, "
            "d.steered, d.reopened, d.shelf, d.sort_on, ? FROM heed_former_duty d "
            "JOIN heed_subject s ON s.handle = d.subject WHERE d.number = ?")
        .bind(chain.rules().number_of(chain, asked_in(row)),
              store::Blob{sealed_bytes(row.text(12))}, row.integer(11))
        .run();
  }
}

/// A rule is named where the event tells one and its duty agrees; else its hash fits no more.
void copy_events(Chain& chain) {
  auto& database = chain.database();
  auto row = database.query(
      "SELECT d.object, d.field, d.preference, d.how, e.pack, e.version, e.rule, d.title, d.kind, "
      "d.zone, d.calendar, e.number, e.author, e.reason, e.proof, e.hash, e.key, e.seal, "
      "e.wish = d.object || '.' || d.field AND e.change = d.change AND e.pack IS NOT NULL AND "
      "e.version IS NOT NULL AND e.rule IS NOT NULL FROM heed_former_event e "
      "LEFT JOIN heed_former_duty d ON d.number = e.duty ORDER BY e.number");
  while (row.step()) {
    const auto rule =
        row.flag(18) ? std::optional(chain.rules().number_of(chain, asked_in(row))) : std::nullopt;
    const auto reason = optional_bytes(row, 13);
    const auto proof = optional_bytes(row, 14);
    database
        .query(
            "INSERT INTO heed_event SELECT e.number, e.at, e.kind, e.cause, e.duty, "
            "CASE WHEN d.subject = s.number THEN NULL ELSE s.number END, ?, e.state, e.start, "
            "e.due, e.old_start, e.old_due, e.day, ?, ?, ?, ?, ? FROM heed_former_event e "
            "LEFT JOIN heed_subject s ON s.handle = e.subject "
            "LEFT JOIN heed_duty d ON d.number = e.duty WHERE e.number = ?")
        .bind(rule, store::Blob{bytes_of(row.text(12))}, blob_of(reason), blob_of(proof),
              store::Blob{bytes_of(row.text(15))},
              store::Blob{bytes_of(row.text(16)) + bytes_of(row.text(17))}, row.integer(11))
        .run();
  }
}

void copy_texts(store::Database& database) {
  auto row = database.query("SELECT hash, salt, text, event FROM heed_former_text ORDER BY hash");
  while (row.step()) {
    database.query("INSERT INTO heed_text (hash, salt, text, event) VALUES (?, ?, ?, ?)")
        .bind(store::Blob{bytes_of(row.text(0))}, row.text(1), row.text(2), row.optional_integer(3))
        .run();
  }
  database.execute(
      "INSERT INTO heed_receipt SELECT s.number, r.field, r.change, r.day, r.event "
      "FROM heed_former_receipt r JOIN heed_subject s ON s.handle = r.subject");
}

}  // namespace

void store_once(Chain& chain) {
  auto& database = chain.database();
  database.execute(set_aside);
  create_short(database);
  copy_subjects(database);
  copy_duties(chain);
  copy_events(chain);
  copy_texts(database);
  database.execute(clear_away);
  // Of a ledger in which they were not kept before.
  if (kept_numbers(database) == Numbers{}) add_numbers(database, counted_numbers(database));
}

}  // namespace heed::ledger
