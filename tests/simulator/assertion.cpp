#include "simulator/assertion.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace heed::simulated {

namespace {

using Json = nlohmann::json;

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};

/// RFC 4648, section 5, back again.
std::string decoded(std::string_view text) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  unsigned held = 0;
  int bits = 0;
  for (const char c : text) {
    held = (held << 6) | static_cast<unsigned>(alphabet.find(c) & 63U);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((held >> bits) & 255U);
  }
  return bytes;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_signed(const std::string& public_key, std::string_view text, const std::string& signature) {
  const std::unique_ptr<BIO, Freed<&BIO_free>> in(
      BIO_new_mem_buf(public_key.data(), static_cast<int>(public_key.size())));
  const std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>> key(
      PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
  const std::unique_ptr<EVP_MD_CTX, Freed<&EVP_MD_CTX_free>> digest(EVP_MD_CTX_new());
  return key != nullptr &&
         EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

std::string text_in(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

std::optional<Assertion> verified(std::string_view token, const std::string& public_key) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto header = Json::parse(decoded(token.substr(0, first)), nullptr, false);
  const auto claims =
      Json::parse(decoded(token.substr(first + 1, last - first - 1)), nullptr, false);
  if (!header.is_object() || text_in(header, "alg") != "RS256" || !claims.is_object()) {
    return std::nullopt;
  }
  if (!is_signed(public_key, token.substr(0, last), decoded(token.substr(last + 1)))) {
    return std::nullopt;
  }
  const auto expires = claims.find("exp");
  if (expires == claims.end() || !expires->is_number_integer()) return std::nullopt;
  return Assertion{text_in(claims, "iss"), text_in(claims, "sub"), text_in(claims, "aud"),
                   expires->get<std::int64_t>()};
}

}  // namespace heed::simulated
