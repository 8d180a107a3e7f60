#include <unistd.h>

#include "connection.hpp"
#include "heed/error.hpp"

namespace heed::store {

namespace {

constexpr std::string_view versions_table = "heed_schema";

/// Stands among the components, in the first step's transaction, until all of them are lifted: the
/// copy is made already, and what is in the file now is neither old nor new.
constexpr std::string_view lifting = "(lifting)";

void prepare_versions(Database& database) {
  if (table_exists(database, versions_table)) return;
  Transaction transaction(database);
  create(database, {std::string(versions_table),
                    {{"component", ColumnType::text, true}, {"version", ColumnType::integer, true}},
                    {"component"},
                    {}});
  transaction.commit();
}

void refuse(const Database& database, const Component& component, const char* state,
            const char* mend) {
  throw Error(Kind::storage,
              database.path() + ": its " + component.name + " tables are " + state + "; " + mend);
}

/// Why a file that is only read cannot be used as it is. Where nothing of the component is there
/// and no other one was being lifted, the file is no older heed's: a new one was not finished.
void refuse_old(Database& database, const Component& component, std::int64_t at) {
  if (at == 0 && version(database, lifting) == 0) {
    refuse(database, component, "not there: the first sync was cut off before it had made them",
           "run 'heed sync', which goes on from there");
  }
  refuse(database, component,
         "of an older heed than this one, or a sync was cut off before it had made all of them",
         "run 'heed sync' once, which brings them up to date");
}

void write_version(Database& database, std::string_view component, std::int64_t version) {
  database
      .query(
          "INSERT INTO heed_schema (component, version) VALUES (?, ?) "
          "ON CONFLICT (component) DO UPDATE SET version = excluded.version")
      .bind(component, version)
      .run();
}

void lift(Database& database, const Component& component, std::size_t from, bool copied) {
  Transaction transaction(database);
  component.steps[from](database);
  write_version(database, component.name, static_cast<std::int64_t>(from + 1));
  if (copied) write_version(database, lifting, 1);
  transaction.commit();
}

/// A new copy in the place of an older one.
void copy_first(Database& database) {
  if (database.path() == ":memory:") return;
  const auto copy = copy_before_lifting(database.path());
  ::unlink(copy.c_str());
  database.backup_to(copy);
}

}  // namespace

std::string copy_before_lifting(const std::string& path) {
  return path + ".before-upgrade";
}

std::int64_t version(Database& database, std::string_view component) {
  if (!table_exists(database, versions_table)) return 0;
  auto row = database.query("SELECT version FROM heed_schema WHERE component = ?").bind(component);
  return row.step() ? row.integer(0) : 0;
}

void migrate(Database& database, const Component& component) {
  const auto newest = static_cast<std::int64_t>(component.steps.size());
  auto at = version(database, component.name);
  if (at > newest) {
    refuse(database, component, "of a newer heed than this one",
           "install that version of heed, or name another file");
  }
  if (at == newest) return;
  if (database.read_only()) refuse_old(database, component, at);
  prepare_versions(database);
  const bool copied = at > 0;
  if (copied && version(database, lifting) == 0) copy_first(database);
  for (; at < newest; ++at) lift(database, component, static_cast<std::size_t>(at), copied);
}

void lifted(Database& database) {
  if (database.read_only() || version(database, lifting) == 0) return;
  database.query("DELETE FROM heed_schema WHERE component = ?").bind(lifting).run();
}

}  // namespace heed::store
