#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "vault/owner.hpp"

namespace heed::vault {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(Kind::storage, file.string() + ": " + what + " (" + std::strerror(errno) + ")");
}

/// Until its folder is synced as well, a power cut may bring the old file back.
void sync_folder(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

bool write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return ::fsync(fd) == 0;
}

}  // namespace

void write_whole(const std::filesystem::path& file, const std::string& text) {
  const std::string draft = file.string() + ".new";
  // What a killed run left there goes, and what somebody else put there is not written through.
  ::unlink(draft.c_str());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail(file, "cannot be written");
  try {
    leave_to_owner(fd, file);
  } catch (const Error&) {
    ::close(fd);
    ::unlink(draft.c_str());
    throw;
  }
  const bool good = write_all(fd, text);
  ::close(fd);
  if (!good || ::rename(draft.c_str(), file.c_str()) != 0) {
    ::unlink(draft.c_str());
    fail(file, "cannot be written");
  }
  sync_folder(file);
}

State::State(std::filesystem::path file) : file_(std::move(file)) {
  read();
}

void State::read() {
  std::ifstream in(file_);
  if (!in) {
    if (is_there(file_, Kind::storage)) fail(file_, "cannot be read");
    values_.clear();
    return;
  }
  std::ostringstream text;
  text << in.rdbuf();
  try {
    values_ = nlohmann::json::parse(text.str()).get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw Error(Kind::storage, file_.string() +
                                   ": not heed's state file, or damaged; move it away and log in "
                                   "again");
  }
}

State::Hold::Hold(State& state) : state_(state) {
  state_.take_lock();
  try {
    state_.read();
  } catch (...) {
    state_.give_lock();
    throw;
  }
}

State::Hold::~Hold() {
  state_.give_lock();
}

void State::take_lock() {
  // Not the state's own file: that one is replaced, and a lock on it would be left behind.
  const std::filesystem::path beside = file_.string() + ".lock";
  lock_ = ::open(beside.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (lock_ >= 0) {
    try {
      leave_to_owner(lock_, file_);
    } catch (const Error&) {
      ::unlink(beside.c_str());
      give_lock();
      throw;
    }
  } else if (errno == EEXIST) {
    lock_ = ::open(beside.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  }
  if (lock_ < 0) fail(beside, "cannot be written");
  int taken = -1;
  do {
    taken = ::flock(lock_, LOCK_EX);
  } while (taken != 0 && errno == EINTR);
  if (taken == 0) return;
  give_lock();
  fail(beside, "cannot be locked");
}

void State::give_lock() {
  ::close(lock_);
  lock_ = -1;
}

template <class Change>
void State::change(Change change) {
  std::optional<Hold> hold;
  if (lock_ < 0) hold.emplace(*this);
  auto changed = values_;
  change(changed);
  if (changed == values_) return;
  std::swap(values_, changed);
  write();
}

std::optional<std::string> State::get(const std::string& key) const {
  const auto at = values_.find(key);
  return at == values_.end() ? std::nullopt : std::optional(at->second);
}

void State::set(const std::string& key, const std::string& value) {
  change([&](auto& values) { values[key] = value; });
}

void State::drop(const std::string& key) {
  change([&](auto& values) { values.erase(key); });
}

void State::write() const {
  write_whole(file_, nlohmann::json(values_).dump(1) + "\n");
}

std::string key_in(const std::filesystem::path& file) {
  if (!is_there(file, Kind::storage)) write_whole(file, random_hex(32) + "\n");
  return Secret::parse("file:" + file.string()).reveal();
}

}  // namespace heed::vault
