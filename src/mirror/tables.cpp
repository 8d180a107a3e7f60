#include "tables.hpp"

#include <utility>

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

}  // namespace

store::Component component() {
  return {"mirror", {first_version, known_until}};
}

}  // namespace heed::mirror
