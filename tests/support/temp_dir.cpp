#include "temp_dir.hpp"

#include <stdlib.h>

#include <stdexcept>

#include "support/canary.hpp"

namespace heed::support {

TempDir::TempDir() {
  auto pattern = (std::filesystem::temp_directory_path() / "heed-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TempDir::~TempDir() {
  expect_no_secret_below(path_);
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace heed::support
