#include "support/golden.hpp"

#include <cstdlib>
#include <fstream>

#include "support/contents.hpp"

namespace heed::support {

std::string golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(HEED_SOURCE_DIR) + "/tests/golden/" + name;
  const char* accept = std::getenv("HEED_ACCEPT");
  if (accept != nullptr && std::string(accept) == "1") {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << actual;
  }
  return contents(path);
}

}  // namespace heed::support
