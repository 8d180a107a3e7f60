#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

/// Part of the module vault.
namespace heed::vault {

/// keyed_digest() under one key, many times: what goes before the text is done once. One thread at
/// a time. The key may be empty.
class Sealer {
 public:
  explicit Sealer(std::string_view key);
  Sealer(Sealer&&) noexcept;
  ~Sealer();

  /// HMAC-SHA-256.
  std::array<unsigned char, 32> seal_bytes(std::string_view text) const;

  /// The same in hexadecimal digits.
  std::string seal(std::string_view text) const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace heed::vault
