#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::vault {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(Kind::storage, file.string() + ": " + what + " (" + std::strerror(errno) + ")");
}

}  // namespace

void write_whole(const std::filesystem::path& file, const std::string& text) {
  const std::string draft = file.string() + ".new";
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) fail(file, "cannot be written");
  std::size_t done = 0;
  while (done < text.size()) {
    const auto n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0) break;
    done += static_cast<std::size_t>(n);
  }
  const bool good = done == text.size() && ::fsync(fd) == 0;
  ::close(fd);
  if (!good || ::rename(draft.c_str(), file.c_str()) != 0) {
    ::unlink(draft.c_str());
    fail(file, "cannot be written");
  }
}

State::State(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream in(file_);
  if (!in) {
    if (std::filesystem::exists(file_)) fail(file_, "cannot be read");
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

std::optional<std::string> State::get(const std::string& key) const {
  const auto at = values_.find(key);
  return at == values_.end() ? std::nullopt : std::optional(at->second);
}

void State::set(const std::string& key, const std::string& value) {
  if (get(key) == value) return;
  values_[key] = value;
  write();
}

void State::drop(const std::string& key) {
  if (values_.erase(key) > 0) write();
}

void State::write() const {
  write_whole(file_, nlohmann::json(values_).dump(1) + "\n");
}

std::string key_in(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) write_whole(file, random_hex(32) + "\n");
  return Secret::parse("file:" + file.string()).reveal();
}

}  // namespace heed::vault
