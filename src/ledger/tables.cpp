#include "tables.hpp"

#include <algorithm>

#include "balance.hpp"
#include "chain.hpp"
#include "columns.hpp"
#include "duties.hpp"
#include "heed/store.hpp"
#include "once.hpp"
#include "sealable.hpp"

namespace heed::ledger {

namespace {

// The chained fields in the order in which they are hashed, then what is made of them.
store::Table event_table() {
  return {"heed_event",
          {number("number"),
           wanted("at"),
           wanted("kind"),
           text("cause"),
           number_or_null("duty"),
           wanted("subject"),
           text("wish"),
           number_or_null("change"),
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
          {wanted("hash"), wanted("salt"), wanted("text"), number_or_null("event")},
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
           // Beyond the first three, what sums() asks: numbers are read from the index alone.
           {"heed_duty_shelf",
            {"shelf", "sort_on", "number", "zone", "due", "immediate", "target", "state",
             "place_unknown", "calendar_incomplete", "long_past", "hold", "subject"},
            false}}};
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

/// Records that are to be judged again at some moment, whether or not they change until then.
void add_turns(store::Database& database) {
  store::create(database, {"heed_turn",
                           {wanted("object"), wanted("id"), wanted("at")},
                           {"object", "id"},
                           {{"heed_turn_at", {"at"}, false}}});
}

void create_tables(store::Database& database) {
  for (const auto& table : {event_table(), text_table(), subject_table(), duty_table(),
                            receipt_table(), setting_table()}) {
    store::create(database, table);
  }
}

/// What people do about a duty. Null: nothing was done.
void add_acts(store::Database& database) {
  for (const auto* name : {"extended", "paused_days", "steered", "reopened"}) {
    store::add_column(database, "heed_duty", number_or_null(name));
  }
  for (const auto* name : {"acknowledged_on", "initial_due", "paused_since"}) {
    store::add_column(database, "heed_duty", text(name));
  }
}

/// What seals are made of: the columns of their time, in their order.
constexpr std::string_view sealed_first_of_duties =
    "number, subject, object, field, change, preference, wish_after, wish_until, how, pack, "
    "pack_version, rule, title, kind, zone, calendar, start, start_late, due, strict_due, "
    "usual_due, lenient_due, target, immediate, calendar_incomplete, long_past, place_unknown, "
    "hold, from_first_load, state, doubt, closed_on, closed_by, opened_at, acknowledged_on, "
    "extended, initial_due, paused_days, paused_since, steered, reopened, shelf, sort_on";

/// The columns and, where there are rows, their seals: rows without one would be taken for forged.
void add_seals(Chain& chain, const char* table, std::string_view columns, const char* key,
               bool numbered) {
  auto& database = chain.database();
  store::add_column(database, table, text("seal"));
  const std::string name(table);
  const auto number = static_cast<int>(std::count(columns.begin(), columns.end(), ',') + 1);
  std::vector<std::pair<std::string, std::string>> seals;
  {
    auto row = database.query("SELECT " + std::string(columns) + " FROM " + name);
    while (row.step()) {
      Sealable text;
      seals.emplace_back(row.text(0), chain.key_name() + " " +
                                          chain.sealer().seal(text.add_row(row, number).text()));
    }
  }
  for (const auto& [row_key, seal] : seals) {
    auto update = database.query("UPDATE " + name + " SET seal = ? WHERE " + key + " = ?");
    update.bind_at(1, seal);
    if (numbered) {
      update.bind_at(2, static_cast<std::int64_t>(std::stoll(row_key)));
    } else {
      update.bind_at(2, row_key);
    }
    update.run();
  }
}

/// Numbers are kept, so the index of duties is for reading them in order alone. The last step
/// counts them.
void keep_numbers(store::Database& database) {
  database.execute(
      "DROP INDEX heed_duty_shelf;"
      "CREATE INDEX heed_duty_order ON heed_duty (shelf, sort_on, number)");
  create_balance(database);
}

/// Most records are persons of their own: who these are, the index of records tells.
void find_others(store::Database& database) {
  database.execute(
      "DROP INDEX heed_subjects_of_person;"
      "CREATE INDEX heed_subjects_of_others ON heed_subject (person_id, person_object) "
      "WHERE person_id <> id");
}

}  // namespace

void prepare_tables(Chain& chain) {
  const auto seal_rows = [&chain](store::Database& database) {
    add_acts(database);
    add_seals(chain, "heed_duty", sealed_first_of_duties, "number", true);
    add_seals(chain, "heed_subject", sealed_subject_columns, "handle", false);
  };
  const auto once = [&chain](store::Database&) { store_once(chain); };
  store::migrate(
      chain.database(),
      {"ledger", {&create_tables, seal_rows, &keep_numbers, &add_turns, once, &find_others}});
  store::lifted(chain.database());  // the mirror's tables were before
}

}  // namespace heed::ledger
