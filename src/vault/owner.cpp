#include "vault/owner.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::vault {

namespace {

using Status = struct stat;

/// Of a file, not of a link to one: whoever may put a link there could name any owner by it.
std::optional<Status> status_of_file(const std::filesystem::path& file) {
  Status status{};
  if (::lstat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status;
}

/// The file itself, or the nearest that it is named after: heed.db.state.lock, heed.db.state,
/// heed.db.
std::optional<Status> owned_before(std::filesystem::path file) {
  for (;;) {
    if (const auto status = status_of_file(file)) return status;
    if (!file.has_extension()) return std::nullopt;
    file.replace_extension();
  }
}

std::string name_of(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : "user " + std::to_string(user);
}

bool is_of(const Status& status, const Status& like) {
  return status.st_uid == like.st_uid && status.st_gid == like.st_gid;
}

}  // namespace

void leave_to_owner(int fd, const std::filesystem::path& file) {
  const auto before = owned_before(file);
  Status now{};
  if (!before || ::fstat(fd, &now) != 0 || is_of(now, *before)) return;
  if (::fchown(fd, before->st_uid, before->st_gid) == 0) return;
  // In a group of whoever wrote it, a file that its owner alone may read is as good.
  if (now.st_uid == before->st_uid) return;
  const auto owner = name_of(before->st_uid);
  throw Error(Kind::storage, file.string() + ": belongs to " + owner +
                                 ", to whom this user cannot leave what would take its place; run "
                                 "heed as that user, as with sudo -u " +
                                 owner + " heed");
}

void give_to_owner_of(const std::filesystem::path& like, const std::filesystem::path& file) {
  const auto owner = status_of_file(like);
  const int fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  Status now{};
  // What this user made, and nothing that another name leads to as well: whoever may write in the
  // folder could get any file by that.
  const bool own = ::fstat(fd, &now) == 0 && S_ISREG(now.st_mode) && now.st_nlink == 1 &&
                   now.st_uid == ::geteuid();
  if (owner && own && !is_of(now, *owner)) {
    const int given = ::fchown(fd, owner->st_uid, owner->st_gid);
    static_cast<void>(given);  // who may not give it away keeps it
  }
  ::close(fd);
}

}  // namespace heed::vault
