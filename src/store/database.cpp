#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "connection.hpp"
#include "heed/error.hpp"
#include "medium.hpp"

namespace heed::store {

namespace {

/// What the file's header says whose it is: "heed".
constexpr std::int64_t heed_file = 0x68656564;

/// Statements kept; the hot ones are few, the others may be compiled anew.
constexpr std::size_t most_statements = 256;

/// Makes an empty file that only its owner can read. An existing one is not even opened: closing
/// it would drop the locks that another connection of this process has on it.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) {
    ::close(file);
  } else if (errno != EEXIST) {
    throw Error(Kind::storage, path + ": cannot be created (" + std::strerror(errno) +
                                   "); see that its folder exists and that this user may write it");
  }
}

/// The engine counts its memory under a lock at every allocation, and nobody asks for the sums.
/// Where it runs already, it goes on as it does.
void count_no_memory() {
  static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(code);
}

std::int64_t single(Database& database, std::string_view sql) {
  auto row = database.query(sql);
  return row.step() ? row.integer(0) : 0;
}

void prepare(Database& database, const Options& options) {
  // Temporary tables stay in memory: a sort must not leave personal data in a folder of others.
  database.execute(
      "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" +
      std::to_string(options.cache_bytes / 1024));
}

/// Takes an empty file for heed; refuses one that is somebody else's.
void identify(Database& database) {
  if (single(database, "PRAGMA application_id") == heed_file) return;
  const bool empty = single(database, "PRAGMA application_id") == 0 &&
                     single(database, "SELECT COUNT(*) FROM sqlite_schema") == 0;
  if (!empty) {
    throw Error(Kind::storage, database.path() +
                                   ": is another program's database; name another file in the "
                                   "configuration");
  }
  if (database.read_only()) {
    throw Error(Kind::storage, database.path() + ": is empty; run 'heed sync' first");
  }
  database.execute("PRAGMA application_id = " + std::to_string(heed_file));
}

}  // namespace

Database::Connection::~Connection() {
  statements.clear();
  sqlite3_close_v2(handle);
}

std::unique_ptr<Prepared> Database::Connection::prepare(std::string_view sql) const {
  auto prepared = std::make_unique<Prepared>();
  prepared->path = &path;
  const int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared->handle, nullptr);
  if (code != SQLITE_OK) fail(code, handle, path, sql);
  prepared->room.resize(static_cast<std::size_t>(sqlite3_bind_parameter_count(prepared->handle)));
  return prepared;
}

void Database::Connection::execute(const char* sql) const {
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, handle, path, sql);
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database::~Database() = default;

Database Database::open(const std::string& path, Mode mode, const Options& options) {
  const bool memory = path == ":memory:";
  if (mode == Mode::write && !memory) create_private(path);
  if (mode == Mode::read && ::access(path.c_str(), F_OK) != 0) {
    throw Error(Kind::storage, path + ": there is no mirror; run 'heed sync' first");
  }
  const bool sealed = !memory && options.sealed.value_or(is_sealed(path));
  const bool alone = sealed && mode == Mode::read;
  const auto address = alone ? sealed_address(path) : path;
  auto connection = std::make_unique<Connection>();
  connection->path = path;
  connection->read_only = mode == Mode::read;
  const int flags = (mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
                    (alone ? SQLITE_OPEN_URI : 0);
  count_no_memory();
  const int opened = sqlite3_open_v2(address.c_str(), &connection->handle, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (opened != SQLITE_OK) fail(opened, connection->handle, path, {});
  sqlite3_busy_timeout(connection->handle, static_cast<int>(options.busy.count()));
  sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  Database database(std::move(connection));
  try {
    prepare(database, options);
    identify(database);
  } catch (const Error&) {
    const int code = sqlite3_extended_errcode(database.connection_->handle);
    if (!memory) blame_place(path, mode, sealed, code);
    throw;
  }
  if (mode == Mode::write) {
    database.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "PRAGMA journal_size_limit = 16777216; PRAGMA wal_autocheckpoint = 4000");
  }
  return database;
}

Database Database::in_memory() {
  return open(":memory:", Mode::write);
}

const std::string& Database::path() const {
  return connection_->path;
}
bool Database::read_only() const {
  return connection_->read_only;
}

Statement Database::query(std::string_view sql) {
  auto& statements = connection_->statements;
  auto found = statements.find(sql);
  if (found == statements.end()) {
    if (statements.size() >= most_statements) {
      std::erase_if(statements, [](const auto& each) { return !each.second->leased; });
    }
    found = statements.emplace(std::string(sql), connection_->prepare(sql)).first;
  }
  auto* prepared = found->second.get();
  if (prepared->leased) {
    auto another = connection_->prepare(sql);
    another->cached = false;
    prepared = another.release();
  }
  prepared->leased = true;
  return Statement(prepared);
}

void Database::execute(const std::string& sql) {
  connection_->execute(sql.c_str());
}

std::int64_t Database::total_changes() const {
  return sqlite3_total_changes64(connection_->handle);
}

std::vector<std::string> Database::check_integrity() {
  std::vector<std::string> findings;
  auto row = query("PRAGMA integrity_check");
  while (row.step()) {
    if (row.text(0) != "ok") findings.emplace_back(row.text(0));
  }
  auto dangling = query("PRAGMA foreign_key_check");
  while (dangling.step()) {
    findings.push_back("table " + std::string(dangling.text(0)) + " points to a row of " +
                       std::string(dangling.text(2)) + " that is not there");
  }
  return findings;
}

std::int64_t Database::log_bytes() const {
  std::error_code none;
  const auto bytes = std::filesystem::file_size(path() + "-wal", none);
  return none ? 0 : static_cast<std::int64_t>(bytes);
}

bool Database::empty_log() {
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle, nullptr,
                                             SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  return code == SQLITE_OK;
}

}  // namespace heed::store
