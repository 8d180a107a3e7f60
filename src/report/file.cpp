#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::report {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int cause) {
  throw Error(Kind::storage, path.string() + " cannot be written: " + std::strerror(cause));
}

/// The folder that holds `path`.
std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// Waits until what was written to a file, or to a folder's list, is on the disk.
bool flush(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool good = ::fsync(file) == 0;
  ::close(file);
  return good;
}

/// A new file beside `path`, removed again unless it took its place.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& path)
      : path_(path), name_(path.string() + ".XXXXXX") {
    const int file = ::mkostemp(name_.data(), O_CLOEXEC);  // of mode 0600
    if (file < 0) fail(path, errno);
    ::close(file);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!kept_) ::unlink(name_.c_str());
  }

  const std::string& name() const { return name_; }

  void keep() {
    if (!flush(name_) || ::rename(name_.c_str(), path_.c_str()) != 0) fail(path_, errno);
    kept_ = true;
    if (!flush(folder_of(path_))) fail(path_, errno);
  }

 private:
  std::filesystem::path path_;
  std::string name_;
  bool kept_ = false;
};

/// Neither its place nor its rights are heed's to change.
void write_in_place(const std::filesystem::path& path,
                    const std::function<void(std::ostream&)>& write) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::app);
  if (out) write(out);
  out.close();
  if (!out && errno != EPIPE) fail(path, errno != 0 ? errno : EIO);
}

}  // namespace

std::filesystem::path end_of_links(std::filesystem::path path) {
  constexpr int most_links = 40;  // as many as Linux follows
  const auto named = path;
  std::error_code none;
  for (int i = 0; std::filesystem::is_symlink(path, none); ++i) {
    if (i == most_links) fail(named, ELOOP);
    path = path.parent_path() / std::filesystem::read_symlink(path, none);
  }
  return path;
}

void write_file(const std::filesystem::path& path,
                const std::function<void(std::ostream&)>& write) {
  std::error_code unseen;  // is told when it is written
  const auto there = std::filesystem::status(path, unseen);
  if (std::filesystem::is_directory(there)) {
    throw Error(Kind::usage, path.string() + " is a folder; name a file in it");
  }
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) {
    write_in_place(path, write);
    return;
  }
  const auto target = end_of_links(path);
  Draft draft(target);
  {
    std::ofstream out(draft.name(), std::ios::binary | std::ios::trunc);
    write(out);
    out.close();
    if (!out) fail(target, errno != 0 ? errno : EIO);
  }
  draft.keep();
}

}  // namespace heed::report
