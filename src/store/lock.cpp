#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "heed/error.hpp"
#include "heed/store.hpp"

namespace heed::store {

namespace {

constexpr std::string_view since_word = " since ";

/// What the holder wrote of itself; may be empty while it is writing.
std::string holder(int file) {
  std::array<char, 128> buffer{};
  const auto length = ::pread(file, buffer.data(), buffer.size(), 0);
  if (length <= 0) return "its process is not known";
  std::string text(buffer.data(), static_cast<std::size_t>(length));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

[[noreturn]] void refuse(int file, int error, const std::string& path) {
  const auto who = holder(file);
  ::close(file);
  if (error == EWOULDBLOCK) {
    throw Error(Kind::held,
                path + ": another heed is writing it (" + who + "); wait until it ends, or end it");
  }
  throw Error(Kind::storage, path + ".lock: cannot be locked (" + std::strerror(error) +
                                 "); keep the mirror on a disk of this machine");
}

}  // namespace

WriterLock::WriterLock(const std::string& path, Moment now) {
  const auto name = path + ".lock";
  file_ = ::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) {
    throw Error(Kind::storage, name + ": cannot be opened (" + std::strerror(errno) +
                                   "); see that its folder exists and that this user may write it");
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) refuse(file_, errno, path);
  const auto text =
      "process " + std::to_string(::getpid()) + std::string(since_word) + to_text(now) + "\n";
  // A failure here costs only the holder's name in somebody's error.
  if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, text.data(), text.size(), 0) < 0) return;
}

WriterLock::~WriterLock() {
  // The next holder is not taken for this one until it has written of itself.
  static_cast<void>(::ftruncate(file_, 0));
  ::close(file_);
}

std::optional<Moment> held_since(const std::string& path) {
  const int file = ::open((path + ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return std::nullopt;
  const auto text = holder(file);
  ::close(file);
  const auto at = text.find(since_word);
  return at == std::string::npos ? std::nullopt : parse_moment(text.substr(at + since_word.size()));
}

}  // namespace heed::store
