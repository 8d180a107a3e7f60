#include "heed/vault/sealer.hpp"

#include <openssl/evp.h>

#include <array>

#include "heed/error.hpp"
#include "vault/hex.hpp"

namespace heed::vault {

namespace {

constexpr std::size_t block = 64;

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

[[noreturn]] void fail() {
  throw Error(Kind::storage, "OpenSSL cannot compute an HMAC");
}

Digest begun() {
  Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) fail();
  return digest;
}

/// A digest that has taken the key, as RFC 2104 pads it.
Digest keyed(const std::array<unsigned char, block>& key, unsigned char pad) {
  auto padded = key;
  for (auto& byte : padded) byte ^= pad;
  auto digest = begun();
  if (EVP_DigestUpdate(digest.get(), padded.data(), padded.size()) != 1) fail();
  return digest;
}

/// A key that is longer than a block is its digest.
std::array<unsigned char, block> block_of(std::string_view key) {
  std::array<unsigned char, block> bytes{};
  if (key.size() > block) {
    if (EVP_Digest(key.data(), key.size(), bytes.data(), nullptr, EVP_sha256(), nullptr) != 1) {
      fail();
    }
  } else {
    key.copy(reinterpret_cast<char*>(bytes.data()), key.size());
  }
  return bytes;
}

}  // namespace

struct Sealer::Context {
  Digest inner;
  Digest outer;
  Digest work;
};

Sealer::Sealer(std::string_view key) {
  const auto bytes = block_of(key);
  context_ = std::make_unique<Context>(
      Context{keyed(bytes, 0x36), keyed(bytes, 0x5C), Digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free)});
  if (!context_->work) fail();
}

Sealer::Sealer(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

std::array<unsigned char, 32> Sealer::seal_bytes(std::string_view text) const {
  std::array<unsigned char, 32> bytes{};
  unsigned size = 0;
  auto* work = context_->work.get();
  const bool good = EVP_MD_CTX_copy_ex(work, context_->inner.get()) == 1 &&
                    EVP_DigestUpdate(work, text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(work, bytes.data(), &size) == 1 &&
                    EVP_MD_CTX_copy_ex(work, context_->outer.get()) == 1 &&
                    EVP_DigestUpdate(work, bytes.data(), size) == 1 &&
                    EVP_DigestFinal_ex(work, bytes.data(), &size) == 1;
  if (!good) fail();
  return bytes;
}

std::string Sealer::seal(std::string_view text) const {
  const auto bytes = seal_bytes(text);
  return hex(bytes.data(), bytes.size());
}

}  // namespace heed::vault
