#include "medium.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "heed/error.hpp"

namespace heed::store {

namespace {

/// The file itself, where `path` is a link to it: the engine looks beside that one.
std::filesystem::path itself(const std::string& path) {
  std::error_code none;
  const auto file = std::filesystem::canonical(path, none);
  return none ? std::filesystem::path(path) : file;
}

/// `path` as a part of an address, in which some characters mean something.
std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) {
    switch (c) {
      case '%':
        text += "%25";
        break;
      case '?':
        text += "%3f";
        break;
      case '#':
        text += "%23";
        break;
      default:
        text += c;
    }
  }
  return text;
}

/// Whether a file system of this kind is read-only for everybody where its mount says so. One that
/// lies upon another (overlay), or that another machine has (nfs), is written behind the mount.
bool lies_by_itself(std::string_view type) {
  constexpr std::array<std::string_view, 14> kinds{
      "iso9660", "udf",  "squashfs", "erofs", "cramfs", "romfs", "ext2",
      "ext3",    "ext4", "xfs",      "vfat",  "exfat",  "f2fs",  "tmpfs"};
  return std::find(kinds.begin(), kinds.end(), type) != kinds.end();
}

}  // namespace

bool is_sealed_in(std::istream& mounts, std::string_view device) {
  bool sealed = false;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string word;
    for (int i = 0; i < 3; ++i) words >> word;
    if (word != device) continue;
    while (words >> word && word != "-") {
    }
    std::string type;
    std::string options;
    words >> type >> word >> options;
    const bool closed = options == "ro" || options.starts_with("ro,");
    if (!closed || !lies_by_itself(type)) return false;
    sealed = true;
  }
  return sealed;
}

bool is_sealed(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return false;
  std::ifstream mounts("/proc/self/mountinfo");
  return is_sealed_in(
      mounts, std::to_string(major(file.st_dev)) + ":" + std::to_string(minor(file.st_dev)));
}

std::string sealed_address(const std::string& path) {
  const auto file = itself(path).string();
  for (const auto* ending : {"-wal", "-journal"}) {
    std::error_code none;
    const auto bytes = std::filesystem::file_size(file + ending, none);
    if (none || bytes == 0) continue;
    std::string text =
        path + ": its file system is mounted read-only, and its last changes are in ";
    text += file + ending;
    throw Error(Kind::storage, text +
                                   " still; copy both files to a folder that may be written, and "
                                   "read them there");
  }
  return "file:" + escaped(file) + "?immutable=1";
}

void blame_place(const std::string& path, Mode mode, bool sealed, int code) {
  const int kind = code & 0xff;
  if (kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY) return;
  if (sealed) {
    throw Error(Kind::storage, path +
                                   ": the file system is mounted read-only, and this command "
                                   "writes; mount it for writing, or name a copy elsewhere in the "
                                   "configuration");
  }
  const auto file = itself(path);
  const auto folder = file.parent_path().string();
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return;
  const bool closed = errno == EROFS;
  throw Error(Kind::storage, path +
                                 (closed ? ": nobody may write here in its folder "
                                         : ": this user may not write in its folder ") +
                                 folder + ", where " +
                                 (mode == Mode::read ? "whoever reads it keeps" : "heed keeps") +
                                 " two small files beside it (-wal and -shm); " +
                                 (closed ? "mount the file system for writing, or copy "
                                         : "let this user write in the folder, or copy ") +
                                 file.filename().string() +
                                 ", and its -wal if there is one, to another");
}

}  // namespace heed::store
