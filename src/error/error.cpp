#include "heed/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace heed {

int exit_code(Kind kind) {
  switch (kind) {
    case Kind::finding:
      return 1;
    case Kind::usage:
      return 2;
    case Kind::configuration:
      return 3;
    case Kind::unreachable:
      return 4;
    case Kind::login:
      return 5;
    case Kind::answer:
      return 6;
    case Kind::storage:
      return 7;
    case Kind::incomplete:
      return 8;
    case Kind::held:
      return 9;
    case Kind::interrupted:
      return 130;
  }
  return 7;
}

Error::Error(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}

Error Error::lasting(Kind kind, const std::string& text) {
  Error error(kind, text);
  error.lasting_ = true;
  return error;
}

Error Error::in(std::string_view where) const {
  Error error(kind_, std::string(where) + ": " + what());
  error.lasting_ = lasting_;
  return error;
}

int graver(int a, int b) {
  static constexpr std::array order{7, 3, 5, 6, 4, 9, 8, 1, 0};
  const auto rank = [](int code) {
    const auto* at = std::find(order.begin(), order.end(), code);
    return at == order.end() ? -1 : static_cast<int>(at - order.begin());
  };
  return rank(a) <= rank(b) ? a : b;
}

bool is_there(const std::filesystem::path& path, Kind kind) {
  std::error_code unseen;
  const bool there = std::filesystem::exists(path, unseen);
  if (!unseen) return there;
  throw Error(kind, path.string() + " cannot be looked at (" + unseen.message() +
                        "); let this user read its folder");
}

std::string read_whole(const std::filesystem::path& file, Kind kind) {
  std::error_code unseen;
  if (std::filesystem::is_directory(file, unseen)) {
    throw Error(kind, file.string() + " cannot be read: it is a folder; name the file in it");
  }
  const auto fail = [&](int cause) {
    throw Error(kind, file.string() + " cannot be read (" + std::generic_category().message(cause) +
                          "); " +
                          (cause == ENOENT ? "is the path right?" : "let this user read it"));
  };
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) fail(errno);
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(in), {});
  } catch (const std::ios_base::failure&) {  // of the file's buffer: the disk, or what is no file
    fail(EIO);
  }
  if (text.empty()) throw Error(kind, file.string() + " is empty; is it the right file?");
  return text;
}

}  // namespace heed
