#include "former.hpp"

namespace heed::support {

namespace {

constexpr const char* set_aside =
    "DROP INDEX heed_events_of_duty; DROP INDEX heed_texts_of_event;"
    "DROP INDEX heed_subject_of_record; DROP INDEX heed_subjects_of_others;"
    "DROP INDEX heed_duties_of_subject; DROP INDEX heed_duties_in_order;"
    "ALTER TABLE heed_event RENAME TO now_event; ALTER TABLE heed_text RENAME TO now_text;"
    "ALTER TABLE heed_subject RENAME TO now_subject; ALTER TABLE heed_duty RENAME TO now_duty;"
    "ALTER TABLE heed_receipt RENAME TO now_receipt";

constexpr const char* former_tables =
    "CREATE TABLE heed_event (number INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, "
    "cause TEXT, duty INTEGER, subject TEXT NOT NULL, wish TEXT, change INTEGER, pack TEXT, "
    "version TEXT, rule TEXT, state TEXT, start TEXT, due TEXT, old_start TEXT, old_due TEXT, "
    "day TEXT, author TEXT NOT NULL, reason TEXT, proof TEXT, key TEXT NOT NULL, "
    "previous TEXT NOT NULL, hash TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (number)) STRICT;"
    "CREATE INDEX heed_event_duty ON heed_event (duty, number);"
    "CREATE TABLE heed_text (hash TEXT NOT NULL, salt TEXT NOT NULL, text TEXT NOT NULL, "
    "event INTEGER, PRIMARY KEY (hash)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX heed_text_event ON heed_text (event);"
    "CREATE TABLE heed_subject (handle TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL, "
    "person_object TEXT NOT NULL, person_id TEXT NOT NULL, seal TEXT, PRIMARY KEY (handle)) "
    "STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX heed_subject_record ON heed_subject (id, object);"
    "CREATE INDEX heed_subject_person ON heed_subject (person_id, person_object);"
    "CREATE TABLE heed_duty (number INTEGER NOT NULL, subject TEXT NOT NULL, object TEXT NOT NULL, "
    "field TEXT NOT NULL, change INTEGER NOT NULL, preference TEXT NOT NULL, "
    "wish_after TEXT NOT NULL, wish_until TEXT NOT NULL, how TEXT NOT NULL, pack TEXT NOT NULL, "
    "pack_version TEXT NOT NULL, rule TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, "
    "zone TEXT NOT NULL, calendar TEXT NOT NULL, start TEXT NOT NULL, start_late TEXT NOT NULL, "
    "due TEXT, strict_due TEXT, usual_due TEXT, lenient_due TEXT, target TEXT, "
    "immediate INTEGER NOT NULL, calendar_incomplete INTEGER NOT NULL, "
    "long_past INTEGER NOT NULL, place_unknown INTEGER NOT NULL, hold INTEGER NOT NULL, "
    "from_first_load INTEGER NOT NULL, state TEXT NOT NULL, doubt TEXT, closed_on TEXT, "
    "closed_by TEXT, opened_at TEXT NOT NULL, shelf INTEGER NOT NULL, sort_on TEXT NOT NULL, "
    "extended INTEGER, paused_days INTEGER, steered INTEGER, reopened INTEGER, "
    "acknowledged_on TEXT, initial_due TEXT, paused_since TEXT, seal TEXT, PRIMARY KEY (number)) "
    "STRICT;"
    "CREATE UNIQUE INDEX heed_duty_wish ON heed_duty (subject, field, change, pack, rule);"
    "CREATE INDEX heed_duty_order ON heed_duty (shelf, sort_on, number);"
    "CREATE TABLE heed_receipt (subject TEXT NOT NULL, field TEXT NOT NULL, "
    "change INTEGER NOT NULL, day TEXT NOT NULL, event INTEGER NOT NULL, "
    "PRIMARY KEY (subject, field, change)) STRICT, WITHOUT ROWID";

constexpr const char* copy =
    "INSERT INTO heed_event SELECT e.number, e.at, e.kind, e.cause, e.duty, s.handle, "
    "r.object || '.' || r.field, CASE WHEN e.rule IS NOT NULL THEN d.change END, r.pack, "
    "r.version, r.rule, e.state, e.start, e.due, e.old_start, e.old_due, e.day, "
    "lower(hex(e.author)), CASE WHEN e.reason IS NOT NULL THEN lower(hex(e.reason)) END, "
    "CASE WHEN e.proof IS NOT NULL THEN lower(hex(e.proof)) END, "
    "lower(hex(substr(e.seal, 1, 8))), COALESCE((SELECT lower(hex(p.hash)) FROM now_event p "
    "WHERE p.number = e.number - 1), ''), lower(hex(e.hash)), lower(hex(substr(e.seal, 9))) "
    "FROM now_event e LEFT JOIN now_duty d ON d.number = e.duty LEFT JOIN heed_rule r ON "
    "r.number = e.rule LEFT JOIN now_subject s ON s.number = COALESCE(e.subject, d.subject);"
    "INSERT INTO heed_text SELECT lower(hex(hash)), salt, text, event FROM now_text;"
    "INSERT INTO heed_subject SELECT handle, object, id, person_object, person_id, "
    "lower(hex(substr(seal, 1, 8))) || ' ' || lower(hex(substr(seal, 9))) FROM now_subject "
    "WHERE id IS NOT NULL;"
    "INSERT INTO heed_duty SELECT d.number, s.handle, r.object, r.field, d.change, r.preference, "
    "d.wish_after, d.wish_until, r.how, r.pack, r.version, r.rule, r.title, r.kind, r.zone, "
    "r.calendar, d.start, d.start_late, d.due, d.strict_due, d.usual_due, d.lenient_due, "
    "d.target, d.immediate, d.calendar_incomplete, d.long_past, d.place_unknown, d.hold, "
    "d.from_first_load, d.state, d.doubt, d.closed_on, d.closed_by, d.opened_at, d.shelf, "
    "d.sort_on, d.extended, d.paused_days, d.steered, d.reopened, d.acknowledged_on, "
    "d.initial_due, d.paused_since, lower(hex(substr(d.seal, 1, 8))) || ' ' || "
    "lower(hex(substr(d.seal, 9))) FROM now_duty d JOIN now_subject s ON s.number = d.subject "
    "JOIN heed_rule r ON r.number = d.rule;"
    "INSERT INTO heed_receipt SELECT s.handle, t.field, t.change, t.day, t.event "
    "FROM now_receipt t JOIN now_subject s ON s.number = t.subject;"
    "DROP TABLE now_event; DROP TABLE now_text; DROP TABLE now_subject; DROP TABLE now_duty;"
    "DROP TABLE now_receipt; DROP TABLE heed_rule;"
    "UPDATE heed_schema SET version = 4 WHERE component = 'ledger'";

}  // namespace

void write_former_ledger(store::Database& database) {
  database.execute(set_aside);
  database.execute(former_tables);
  database.execute(copy);
}

}  // namespace heed::support
