#pragma once

#include <filesystem>
#include <string>

#include "support/temp_dir.hpp"

namespace heed::support {

/// A database file as it is now, to be put back as often as needed. Nobody may have it open. A file
/// that is not there is put back by taking away what came since.
class Kept {
 public:
  explicit Kept(std::string file) : file_(std::move(file)), there_(std::filesystem::exists(file_)) {
    if (there_) std::filesystem::copy_file(file_, copy());
  }

  void put_back() const {
    for (const auto* ending : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(file_ + ending);
    }
    if (there_) std::filesystem::copy_file(copy(), file_);
  }

 private:
  std::string copy() const { return folder_.file("kept.db"); }

  TempDir folder_;
  std::string file_;
  bool there_;
};

}  // namespace heed::support
