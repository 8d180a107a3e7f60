#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "heed/error.hpp"

namespace heed::http {

/// What a Transport throws for an answer that it gave up because it was larger than
/// Options::largest_body.
class TooLarge final : public Error {
 public:
  /// `beginning`: the body's, unpacked, as far as it came.
  TooLarge(const std::string& host, std::int64_t largest, std::string beginning);

  std::int64_t largest() const { return largest_; }
  const std::string& beginning() const { return *beginning_; }

 private:
  std::int64_t largest_;
  std::shared_ptr<const std::string> beginning_;  ///< copying an exception must not throw
};

}  // namespace heed::http
