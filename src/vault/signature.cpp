#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::vault {

namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<&BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;
using Signing = std::unique_ptr<EVP_MD_CTX, Freed<&EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Without a passphrase: OpenSSL would ask for one on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

Key key_of(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    throw Error(Kind::configuration,
                "the private key is not an RSA key in PEM without a passphrase; make one with: "
                "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
  }
  return key;
}

}  // namespace

std::string signature(std::string_view pem, std::string_view text) {
  const Key key = key_of(pem);
  const Signing digest(EVP_MD_CTX_new());
  std::string bytes(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
  std::size_t size = bytes.size();
  auto* to = reinterpret_cast<unsigned char*>(bytes.data());
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(digest.get(), to, &size, bytes_of(text), text.size()) != 1) {
    ERR_clear_error();
    throw Error(Kind::configuration, "the private key cannot sign; is it a whole RSA key?");
  }
  bytes.resize(size);
  return bytes;
}

std::string base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

}  // namespace heed::vault
