#include "tables.hpp"

#include <utility>

#include "parts.hpp"

namespace heed::mirror {

namespace {

store::Column text(std::string name) {
  return {std::move(name), store::ColumnType::text, true};
}
store::Column maybe_text(std::string name) {
  return {std::move(name), store::ColumnType::text, false};
}
store::Column integer(std::string name) {
  return {std::move(name), store::ColumnType::integer, true};
}
store::Column maybe_integer(std::string name) {
  return {std::move(name), store::ColumnType::integer, false};
}

void create_shapes(store::Database& database) {
  store::create(database, {"heed_org", {text("id"), text("instance")}, {"id"}, {}});
  store::create(
      database,
      {"heed_object", {text("object"), text("stamp"), text("described")}, {"object"}, {}});
  store::create(database, {"heed_shape",
                           {text("object"), text("field"), integer("place"), text("type"),
                            integer("nillable"), integer("filterable"), integer("sortable"),
                            integer("calculated"), integer("tracked"), text("since")},
                           {"object", "field"},
                           {}});
  store::create(database, {"heed_hidden",
                           {text("object"), text("field"), text("since"), maybe_text("rereading")},
                           {"object", "field"},
                           {}});
  store::create(database, {"heed_prefix", {text("prefix"), text("object")}, {"prefix"}, {}});
}

void create_history(store::Database& database) {
  store::create(database,
                {"heed_change",
                 {integer("number"), text("object"), text("id"), text("field"),
                  maybe_text("old_value"), maybe_text("new_value"), text("after"), text("until"),
                  text("how"), text("first_seen"), maybe_integer("supersedes")},
                 {"number"},
                 {{"heed_change_id", {"id"}, false}}});
  store::create(database, {"heed_link",
                           {text("id"), text("field"), text("target"), text("since"),
                            text("object"), maybe_text("ended")},
                           {"id", "field", "target", "since"},
                           {{"heed_link_target", {"target"}, false}}});
}

void create_progress(store::Database& database) {
  store::create(database,
                {"heed_cursor",
                 {text("object"), maybe_text("watermark"), maybe_text("load_began"),
                  maybe_text("load_after"), maybe_text("window_from"), maybe_text("window_to"),
                  maybe_text("window_mark"), maybe_text("last_stamp"), maybe_text("last_id")},
                 {"object"},
                 {}});
  store::create(database, {"heed_assess", {text("object"), text("id")}, {"object", "id"}, {}});
  store::create(database, {"heed_run",
                           {integer("number"), text("command"), text("began"), maybe_text("ended"),
                            maybe_integer("exit_code"), integer("seen"), integer("created"),
                            integer("updated"), integer("late"), integer("changes"),
                            integer("links"), text("detail")},
                           {"number"},
                           {}});
}

void first_version(store::Database& database) {
  create_shapes(database);
  create_history(database);
  create_progress(database);
}

/// Since when old values are known is not how far was read.
void known_until(store::Database& database) {
  store::add_column(database, "heed_cursor", maybe_text("known_until"));
}

/// Field history: who made a change, which row of the CRM's tells of it (`object`: of the record
/// that changed), the records whose rows wait, and when each object was first loaded.
void with_history(store::Database& database) {
  store::add_column(database, "heed_change", maybe_text("made_by"));
  store::add_column(database, "heed_object", maybe_text("loaded"));
  store::create(
      database,
      {"heed_evidence", {text("row"), text("object"), integer("change")}, {"row", "object"}, {}});
  store::create(database, {"heed_told", {text("object"), text("id")}, {"object", "id"}, {}});
  store::create(database,
                {"heed_followed", {text("object"), text("field")}, {"object", "field"}, {}});
  database.execute(
      "UPDATE heed_object SET loaded = (SELECT MIN(c.first_seen) FROM heed_change c "
      "WHERE c.object = heed_object.object AND c.how = 'initial')");
}

/// Who was forgotten, the copies that heed wrote of the file, and the views as they were made.
void with_erasures(store::Database& database) {
  store::create(database, {"heed_erasure",
                           {text("pseudonym"), text("object"), text("digest"), text("key_name"),
                            text("at"), maybe_text("returned"), integer("scrubbed")},
                           {"pseudonym"},
                           {}});
  store::create(database, {"heed_copy", {text("path"), text("made")}, {"path"}, {}});
  store::create(database, {"heed_view", {text("name"), text("definition")}, {"name"}, {}});
}

/// What could not be read; null in runs of before it was counted.
void with_replaced(store::Database& database) {
  store::add_column(database, "heed_run", maybe_integer("replaced"));
}

/// Fields that were hidden from `since` on and are shown again; rows written before `back` have not
/// been read for them.
void with_back(store::Database& database) {
  store::create(database, {"heed_back",
                           {text("object"), text("field"), text("since"), text("back")},
                           {"object", "field"},
                           {}});
}

}  // namespace

store::Component component() {
  return {"mirror",
          {first_version, known_until, with_history, with_erasures, with_replaced, divide_changes,
           with_back}};
}

}  // namespace heed::mirror
