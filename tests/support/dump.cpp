#include "dump.hpp"

#include <vector>

namespace heed::support {

namespace {

/// The answer to `sql`, a line a row.
void write(std::string& text, store::Database& database, const std::string& sql, int width) {
  auto row = database.query(sql);
  while (row.step()) {
    for (int i = 0; i < width; ++i) {
      text += i == 0 ? "" : "|";
      text += row.is_null(i) ? std::string("~") : std::string(row.text(i));
    }
    text += '\n';
  }
}

void write_table(std::string& text, store::Database& database, const std::string& object) {
  std::string names;
  int width = 0;
  for (const auto& column : store::columns(database, object)) {
    if (column == "heed_seen") continue;
    names += (names.empty() ? "" : ", ") + store::quote(column);
    ++width;
  }
  text += "# " + object + ": " + names + "\n";
  write(text, database,
        "SELECT " + names + " FROM " + store::quote(object) + " ORDER BY " + store::quote("Id"),
        width);
}

}  // namespace

std::string dump(store::Database& database) {
  std::vector<std::string> objects;
  auto row = database.query("SELECT object FROM heed_object ORDER BY object");
  while (row.step()) objects.emplace_back(row.text(0));
  std::string text;
  for (const auto& object : objects) write_table(text, database, object);
  text += "# changes\n";
  write(text, database,
        "SELECT object, id, field, old_value, new_value, after, until, how, "
        "supersedes IS NOT NULL, made_by FROM heed_change ORDER BY object, id, number",
        10);
  text += "# hidden\n";
  write(text, database, "SELECT object, field FROM heed_hidden ORDER BY object, field", 2);
  text += "# links\n";
  write(text, database,
        "SELECT object, id, field, target, since, ended FROM heed_link "
        "ORDER BY id, field, since, target",
        6);
  return text;
}

std::string dump_progress(store::Database& database) {
  std::string text = "# to assess\n";
  write(text, database, "SELECT object, id FROM heed_assess ORDER BY object, id", 2);
  text += "# cursors\n";
  write(text, database,
        "SELECT object, watermark, load_began, load_after, window_from, window_to, last_stamp, "
        "last_id FROM heed_cursor ORDER BY object",
        8);
  return text;
}

}  // namespace heed::support
