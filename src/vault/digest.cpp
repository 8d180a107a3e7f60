#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <vector>

#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "vault/hex.hpp"

namespace heed::vault {

namespace {

/// The algorithm, looked up once: for a short text that takes longer than the digest does.
const EVP_MD* sha256() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> found(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  return found.get();
}

void fill_random(unsigned char* to, std::size_t bytes) {
  if (RAND_bytes(to, static_cast<int>(bytes)) != 1) {
    throw Error(Kind::storage, "the system's random generator gives nothing");
  }
}

/// Random bytes fetched ahead, since a fetch takes ten times as long as the few bytes of one name.
/// Each is given once, and not by a process that was forked from this one.
class RandomStock {
 public:
  std::string hex(std::size_t bytes) {
    if (bytes > bytes_.size() / 4) return fresh(bytes);
    if (left_ < bytes || owner_ != ::getpid()) refill();
    left_ -= bytes;
    auto* at = bytes_.data() + left_;
    auto text = vault::hex(at, bytes);
    OPENSSL_cleanse(at, bytes);
    return text;
  }

 private:
  static std::string fresh(std::size_t bytes) {
    std::vector<unsigned char> buffer(bytes);
    fill_random(buffer.data(), bytes);
    return vault::hex(buffer.data(), bytes);
  }
  void refill() {
    left_ = 0;
    fill_random(bytes_.data(), bytes_.size());
    left_ = bytes_.size();
    owner_ = ::getpid();
  }

  std::array<unsigned char, 1024> bytes_{};
  std::size_t left_ = 0;
  pid_t owner_ = 0;
};

}  // namespace

std::string digest(std::string_view text) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> work(EVP_MD_CTX_new(),
                                                                                  &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  const bool good = work && EVP_DigestInit_ex(work.get(), sha256(), nullptr) == 1 &&
                    EVP_DigestUpdate(work.get(), text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(work.get(), bytes.data(), &size) == 1;
  if (!good) throw Error(Kind::storage, "OpenSSL cannot compute SHA-256");
  return hex(bytes.data(), size);
}

std::string keyed_digest(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, text.size(), bytes.data(),
           &size) == nullptr) {
    throw Error(Kind::storage, "OpenSSL cannot compute an HMAC");
  }
  return hex(bytes.data(), size);
}

std::string random_hex(std::size_t bytes) {
  thread_local RandomStock stock;
  return stock.hex(bytes);
}

}  // namespace heed::vault
