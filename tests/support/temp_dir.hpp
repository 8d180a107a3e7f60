#pragma once

#include <filesystem>
#include <string>

namespace heed::support {

/// A folder of its own that goes away with the object. A file in it that has a secret and may not
/// fails the test then (see expect_no_secret_below).
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace heed::support
