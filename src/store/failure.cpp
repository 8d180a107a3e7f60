#include <cerrno>
#include <string>

#include "connection.hpp"
#include "heed/error.hpp"

namespace heed::store {

namespace {

struct Reason {
  int code;
  const char* cause;
  const char* mend;
};

constexpr Reason reasons[] = {
    {SQLITE_FULL, "the disk is full",
     "free some space and run again; what was stored before stands"},
    {SQLITE_READONLY, "it cannot be written",
     "let this user write the file and its folder, and see that the disk is not mounted read-only"},
    {SQLITE_CORRUPT, "the file is damaged",
     "put a backup in its place, or move it away and let heed read the CRM again"},
    {SQLITE_NOTADB, "the file is not a database", "name another file in the configuration"},
    {SQLITE_CANTOPEN, "it cannot be opened",
     "see that the path is right and that this user may read and write there"},
    {SQLITE_PERM, "this user may not use it", "see who owns the file and its folder"},
    {SQLITE_BUSY, "another program keeps it locked", "wait for that program, or end it"},
    {SQLITE_LOCKED, "another program keeps it locked", "wait for that program, or end it"},
    {SQLITE_IOERR, "the disk failed to read or write", "look at the system's log for the disk"},
    {SQLITE_NOMEM, "there is no memory left", "end other programs and run again"},
};
constexpr Reason unforeseen{SQLITE_ERROR, "the database refused",
                            "this is heed's mistake: please report it"};

constexpr Reason robbed{SQLITE_ERROR, "another program took out what heed keeps",
                        "put a backup in its place"};

/// Whether a table is gone that heed made itself: its steps have made all of these before any
/// statement names them.
bool misses_own_table(std::string_view engine_says) {
  return engine_says.starts_with("no such table: heed_") ||
         engine_says.starts_with("no such table: main.heed_");
}

/// What the system says of a file that it did not let the engine open or write, by its errno.
constexpr Reason system_reasons[] = {
    {EFBIG, "the file may not grow any more",
     "there is a limit on the size of files (ulimit -f, LimitFSIZE= of the service): raise it and "
     "run again; what was stored before stands"},
    {ENOSPC, "the disk is full", "free some space and run again; what was stored before stands"},
    {EDQUOT, "this user's quota of the disk is used up",
     "free some space or raise the quota, and run again; what was stored before stands"},
    {EROFS, "the file system is mounted read-only",
     "mount it for writing, or name a file elsewhere in the configuration"},
    {EACCES, "this user may not use it", "see who owns the file and its folder"},
};

/// `system` is the system's errno, where that had a part in it.
const Reason& reason_for(int code, int system, std::string_view engine_says) {
  const int kind = code & 0xff;
  if (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) {
    for (const auto& each : system_reasons) {
      if (each.code == system) return each;
    }
  }
  for (const auto& each : reasons) {
    if (each.code == (code & 0xff)) return each;
  }
  return misses_own_table(engine_says) ? robbed : unforeseen;
}

/// The beginning of a statement, enough to find it: it never holds a value.
std::string first_words(std::string_view sql) {
  std::string words;
  int spaces = 0;
  for (const char c : sql.substr(0, 60)) {
    const bool space = c == ' ' || c == '\n';
    if (c == '(' || (space && ++spaces == 4)) break;
    words += space ? ' ' : c;
  }
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

}  // namespace

void fail(int code, sqlite3* handle, const std::string& path, std::string_view sql) {
  // Of a COMMIT the engine does not keep what the system said; it is the last error still.
  const int latest = errno;
  const int kept = handle != nullptr ? sqlite3_system_errno(handle) : 0;
  const std::string says = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  const auto& reason = reason_for(code, kept != 0 ? kept : latest, says);
  std::string text = path + ": " + reason.cause + " (";
  if (!sql.empty()) text += first_words(sql) + ": ";
  text += says + ", code " + std::to_string(code) + "); " + reason.mend;
  throw Error(Kind::storage, text);
}

}  // namespace heed::store
