#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "heed/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

/// SQLite, and nothing above it: connections, statements, transactions, tables, versions. Every
/// failure is Error(storage), one line with the file, the statement's first words and the mend;
/// values that were bound are never part of it.
namespace heed::store {

/// How a file is opened.
enum class Mode {
  write,  ///< read and write; the file is created, mode 0600, if there is none
  read    ///< read alone; a file that is not there is an error. Where the file system is mounted
          ///< read-only nothing is written beside the file either
};

/// How the engine is used.
struct Options {
  std::int64_t cache_bytes = 8LL * 1024 * 1024;  ///< pages kept in memory, at most
  std::chrono::milliseconds busy{5'000};         ///< how long to wait for another connection's lock
  std::string vfs;  ///< the engine's file layer, by name; empty: the system's. For fault tests
  /// Whether the file lies on a file system that nobody can write; none: as that says. For tests
  std::optional<bool> sealed = std::nullopt;
};

/// Bytes that are no text.
struct Blob {
  std::string_view bytes;
};

struct Prepared;

/// One use of a prepared statement. Values are bound by position, from 1; columns are read by
/// position, from 0. Gives the prepared form back to its Database when it ends, and must end first.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Binds the values in their order, from the first parameter on. Texts are copied. An optional
  /// without a value, and std::nullopt, bind NULL.
  template <class... Values>
  Statement& bind(const Values&... values) & {
    int index = 0;
    (bind_at(++index, values), ...);
    return *this;
  }
  template <class... Values>
  Statement&& bind(const Values&... values) && {
    return std::move(this->bind(values...));
  }

  void bind_at(int index, std::string_view text);
  void bind_at(int index, const std::string& text) { bind_at(index, std::string_view(text)); }
  void bind_at(int index, const char* text) { bind_at(index, std::string_view(text)); }
  void bind_at(int index, Blob blob);
  void bind_at(int index, std::int64_t number);
  void bind_at(int index, int number) { bind_at(index, std::int64_t{number}); }
  void bind_at(int index, bool flag) { bind_at(index, std::int64_t{flag}); }
  void bind_at(int index, double number);
  void bind_at(int index, std::nullopt_t);
  /// As its text, RFC 3339 or YYYY-MM-DD.
  void bind_at(int index, Moment moment);
  void bind_at(int index, Day day);
  template <class Value>
  void bind_at(int index, const std::optional<Value>& value) {
    if (value) {
      bind_at(index, *value);
    } else {
      bind_at(index, std::nullopt);
    }
  }

  /// Binds without a copy: `text` must live until the statement is stepped, or bound anew.
  void bind_view(int index, std::string_view text);

  /// Goes to the next row; false when there is none. After that the statement starts anew.
  bool step();

  /// Steps to the end, for statements without an answer; ready to be bound and run again.
  void run();

  /// Back to before the first row. What was bound stays bound.
  void reset();

  bool is_null(int column) const;
  /// Texts live until the next step, reset, or the end of the statement; empty for NULL.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;  ///< as text()
  std::int64_t integer(int column) const;   ///< 0 for NULL
  double number(int column) const;          ///< 0 for NULL
  bool flag(int column) const { return integer(column) != 0; }
  std::optional<std::string> optional_text(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  /// Throws Error(storage) for NULL, and for a text that is not a moment (a day).
  Moment moment(int column) const;
  std::optional<Moment> optional_moment(int column) const;
  Day day(int column) const;
  std::optional<Day> optional_day(int column) const;

 private:
  friend class Database;
  explicit Statement(Prepared* prepared) : prepared_(prepared) {}
  [[noreturn]] void fail() const;
  [[noreturn]] void fail_text(int column, std::string_view expected) const;

  Prepared* prepared_;
};

/// One connection to one file. One thread at a time.
class Database {
 public:
  /// Opens `path`. Refuses what is not a database, is damaged, or is another program's; a new or
  /// empty file becomes heed's.
  static Database open(const std::string& path, Mode mode, const Options& options = {});

  /// A database that lives as long as the object.
  static Database in_memory();

  Database(Database&&) noexcept;
  Database& operator=(Database&&) = delete;
  ~Database();

  const std::string& path() const;
  bool read_only() const;

  /// The statement `sql`, prepared once for its text. `sql` is one statement.
  Statement query(std::string_view sql);

  /// Runs `sql`, one statement or several without parameters, to the end.
  void execute(const std::string& sql);

  /// Rows that were inserted, updated or deleted through this connection since it was opened.
  std::int64_t total_changes() const;

  /// Writes a consistent copy to `path`, mode 0600, while others read and write. `path` holds the
  /// whole copy or nothing; Error(storage) if it exists already.
  void backup_to(const std::string& path);

  /// Writes the whole file anew, by way of its log: once empty_log() succeeds, nothing of what was
  /// deleted is left in either.
  void rewrite();

  /// Looks at every page, index and foreign key. What is wrong, a line each; empty when sound.
  std::vector<std::string> check_integrity();

  /// The size of the log that is not yet part of the file. It grows as long as some program reads
  /// one moment's state.
  std::int64_t log_bytes() const;

  /// Makes the log part of the file and empties it; false where a reader stands in the way, or
  /// there is another cause to leave it for the next time.
  bool empty_log();

 private:
  friend class Statement;
  friend class Transaction;
  struct Connection;
  explicit Database(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

/// What happens between construction and commit() happens wholly or not at all. One inside another
/// joins it: the outer one decides. If an inner one ends without commit(), the outer cannot commit.
class Transaction {
 public:
  enum class Kind {
    write,  ///< the file's one writer from the start
    read    ///< what is read is one moment's state, whatever others write meanwhile
  };
  explicit Transaction(Database& database, Kind kind = Kind::write);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Database::Connection* connection_;
  bool committed_ = false;
};

enum class ColumnType { text, integer, real, blob };

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  bool not_null = false;
};

struct Index {
  std::string name;
  std::vector<std::string> columns;
  bool unique = false;
};

/// A table to be. A key of one integer column numbers rows by itself when the column is left out of
/// an insert. Columns take only values of their type.
struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::string> key;
  std::vector<Index> indexes;
};

/// `identifier` as SQL writes a name, whatever characters it has.
std::string quote(std::string_view identifier);

void create(Database& database, const Table& table);
/// Adds a column that is NULL in every row there is.
void add_column(Database& database, std::string_view table, const Column& column);
/// Gives a column another name, in indexes and views as well. The values stay.
void rename_column(Database& database, std::string_view table, std::string_view from,
                   std::string_view to);
bool table_exists(Database& database, std::string_view table);
/// The columns' names in order; none where there is no such table.
std::vector<std::string> columns(Database& database, std::string_view table);

/// One part of the file with a version of its own. `steps[n]` lifts version n to n + 1; steps that
/// were released are never edited or removed.
struct Component {
  std::string name;
  std::vector<std::function<void(Database&)>> steps;
};

/// What copies to `path` left beside it that were killed before they were whole, or that are being
/// made now. `path` has a folder; one that cannot be read has none.
std::vector<std::string> half_copies(const std::string& path);

/// Where the copy lies that is made of the file at `path` before its tables are lifted. There is
/// one at most, the newest.
std::string copy_before_lifting(const std::string& path);

/// Brings `component` up to its newest version, one transaction a step, the version written last.
/// Tables that hold something are copied first, once for all components: until lifted() is called.
/// Error(storage) when the file's version is newer than the steps, or older in a file that is open
/// for reading alone.
void migrate(Database& database, const Component& component);

/// Says that every component is of this version now: the copy is of the file before all of it.
void lifted(Database& database);

/// The version `component` has in the file; 0 when it was never there.
std::int64_t version(Database& database, std::string_view component);

/// The right to write one mirror, held until destroyed; the kernel frees it if the process dies.
/// A file "<path>.lock" is left behind; it means nothing by itself.
class WriterLock {
 public:
  /// Error(held) naming the holder's process and since when, if another process, or another
  /// WriterLock in this one, has it.
  WriterLock(const std::string& path, Moment now);
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

 private:
  int file_;
};

/// Since when the holder of the right to write `path` has it, in its own words; nullopt when it has
/// not said so yet. To be asked when WriterLock was refused.
std::optional<Moment> held_since(const std::string& path);

}  // namespace heed::store
