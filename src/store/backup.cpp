#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "connection.hpp"
#include "heed/error.hpp"

namespace heed::store {

namespace {

[[noreturn]] void fail_file(const std::string& path, const char* what, int error) {
  throw Error(Kind::storage, path + ": " + what + " (" + std::strerror(error) +
                                 "); name a file that does not exist yet, in a folder that this "
                                 "user may write");
}

/// How the name of half a copy goes on after that of the whole one.
constexpr const char* half_mark = ".unfinished-";

/// A file beside the wanted one, that goes away unless it was given its name.
class Unfinished {
 public:
  explicit Unfinished(const std::string& wanted)
      : wanted_(wanted), path_(wanted + half_mark + "XXXXXX") {
    const int file = ::mkostemp(path_.data(), O_CLOEXEC);  // 0600, whatever the umask
    if (file < 0) fail_file(wanted, "the copy cannot be created", errno);
    ::close(file);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    // What the engine puts beside it stays where the disk breaks off.
    for (const auto* ending : {"", "-journal", "-wal", "-shm"}) ::unlink((path_ + ending).c_str());
  }

  const std::string& path() const { return path_; }

  /// Gives the copy its name; a link, unlike a rename, replaces nothing.
  void keep() const {
    if (::link(path_.c_str(), wanted_.c_str()) != 0) {
      fail_file(wanted_, "the copy cannot be put there", errno);
    }
  }

 private:
  std::string wanted_;
  std::string path_;
};

void copy(sqlite3* from, sqlite3* to, const std::string& path) {
  auto* backup = sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) fail(sqlite3_extended_errcode(to), to, path, "backup");
  const int code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) fail(code, to, path, "backup");
}

}  // namespace

std::vector<std::string> half_copies(const std::string& path) {
  const std::filesystem::path wanted(path);
  const auto begins = wanted.filename().string() + half_mark;
  std::error_code unseen;  // nothing can be left where nothing can be seen
  std::vector<std::string> found;
  for (const auto& each : std::filesystem::directory_iterator(wanted.parent_path(), unseen)) {
    if (each.path().filename().string().starts_with(begins)) found.push_back(each.path().string());
  }
  return found;
}

void Database::backup_to(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) fail_file(path, "exists already", EEXIST);
  const Unfinished file(path);
  {
    Connection target;
    target.path = file.path();
    const int code = sqlite3_open_v2(file.path().c_str(), &target.handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) fail(code, target.handle, path, {});
    copy(connection_->handle, target.handle, path);
    // One file that can be read from anywhere, without the two that accompany it in WAL mode.
    target.execute("PRAGMA journal_mode = DELETE");
  }
  file.keep();
}

}  // namespace heed::store
