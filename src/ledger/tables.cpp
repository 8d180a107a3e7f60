#include "tables.hpp"

#include "heed/store.hpp"

namespace heed::ledger {

namespace {

using store::Column;
using store::ColumnType;

Column text(const char* name) {
  return {name, ColumnType::text, false};
}
Column wanted(const char* name) {
  return {name, ColumnType::text, true};
}
Column number(const char* name) {
  return {name, ColumnType::integer, true};
}

// The chained fields in the order in which they are hashed, then what is made of them.
store::Table event_table() {
  return {"heed_event",
          {number("number"),
           wanted("at"),
           wanted("kind"),
           text("cause"),
           {"duty", ColumnType::integer, false},
           wanted("subject"),
           text("wish"),
           {"change", ColumnType::integer, false},
           text("pack"),
           text("version"),
           text("rule"),
           text("state"),
           text("start"),
           text("due"),
           text("old_start"),
           text("old_due"),
           text("day"),
           wanted("author"),
           text("reason"),
           text("proof"),
           wanted("key"),
           wanted("previous"),
           wanted("hash"),
           wanted("seal")},
          {"number"},
          {{"heed_event_duty", {"duty", "number"}, false}}};
}

// `event` is null for texts that many events share and that say nothing of a person mirrored.
store::Table text_table() {
  return {"heed_text",
          {wanted("hash"), wanted("salt"), wanted("text"), {"event", ColumnType::integer, false}},
          {"hash"},
          {{"heed_text_event", {"event"}, false}}};
}

store::Table subject_table() {
  return {"heed_subject",
          {wanted("handle"), wanted("object"), wanted("id"), wanted("person_object"),
           wanted("person_id")},
          {"handle"},
          {{"heed_subject_record", {"id", "object"}, true},
           {"heed_subject_person", {"person_id", "person_object"}, false}}};
}

// `shelf` sorts duties for reading: 0 closed, 1 owed, 2 standing; `sort_on` is the due day or, for
// long past ones, the start.
store::Table duty_table() {
  return {"heed_duty",
          {number("number"),
           wanted("subject"),
           wanted("object"),
           wanted("field"),
           number("change"),
           wanted("preference"),
           wanted("wish_after"),
           wanted("wish_until"),
           wanted("how"),
           wanted("pack"),
           wanted("pack_version"),
           wanted("rule"),
           wanted("title"),
           wanted("kind"),
           wanted("zone"),
           wanted("calendar"),
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
           number("shelf"),
           wanted("sort_on")},
          {"number"},
          {{"heed_duty_wish", {"subject", "field", "change", "pack", "rule"}, true},
           {"heed_duty_shelf", {"shelf", "sort_on", "number"}, false}}};
}

// What a person said of when a wish came in; the reason is that event's text.
store::Table receipt_table() {
  return {"heed_receipt",
          {wanted("subject"), wanted("field"), number("change"), wanted("day"), number("event")},
          {"subject", "field", "change"},
          {}};
}

store::Table setting_table() {
  return {"heed_ledger", {wanted("name"), wanted("value")}, {"name"}, {}};
}

}  // namespace

void prepare_tables(store::Database& database) {
  store::migrate(database,
                 {"ledger", {[](store::Database& db) {
                    for (const auto& table : {event_table(), text_table(), subject_table(),
                                              duty_table(), receipt_table(), setting_table()}) {
                      store::create(db, table);
                    }
                  }}});
}

}  // namespace heed::ledger
