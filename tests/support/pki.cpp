#include "support/pki.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace heed::support {

namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<&X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<&BIO_free>>;

constexpr long day = 24L * 3600;

void must(bool good) {
  if (!good) throw std::runtime_error("OpenSSL made no test certificate");
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_of(bio);
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio);
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"));
  must(key != nullptr);
  return key;
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freed<&X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
  must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate blank(EVP_PKEY* key, const std::string& name, int days, int since = 1) {
  static long number = 0;
  Certificate certificate(X509_new());
  X509* x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x), ++number);
  X509_gmtime_adj(X509_getm_notBefore(x), days < 0 ? 2 * days * day : -since * day);
  X509_gmtime_adj(X509_getm_notAfter(x), days * day);
  X509_set_pubkey(x, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

struct Authority::Keys {
  explicit Keys(const std::string& name) : certificate(blank(key.get(), name, 365)) {}
  Key key = new_key();
  Certificate certificate;
};

Authority::Authority(const std::string& name) : keys_(std::make_unique<Keys>(name)) {
  X509* x = keys_->certificate.get();
  X509_set_issuer_name(x, X509_get_subject_name(x));
  extend(x, x, NID_basic_constraints, "critical,CA:TRUE");
  must(X509_sign(x, keys_->key.get(), EVP_sha256()) != 0);
  certificate_ = pem_of(x);
}

Authority::~Authority() = default;

Identity Authority::issue(const std::string& name, int days, int since) const {
  const Key key = new_key();
  const auto certificate = blank(key.get(), name, days, since);
  X509* x = certificate.get();
  X509_set_issuer_name(x, X509_get_subject_name(keys_->certificate.get()));
  const bool address = name.find(':') != std::string::npos ||
                       name.find_first_not_of("0123456789.") == std::string::npos;
  extend(x, keys_->certificate.get(), NID_subject_alt_name, (address ? "IP:" : "DNS:") + name);
  must(X509_sign(x, keys_->key.get(), EVP_sha256()) != 0);
  return {pem_of(key.get()), pem_of(x)};
}

const std::string& rsa_key() {
  static const std::string pem = [] {
    const Key key(EVP_RSA_gen(2048));
    must(key != nullptr);
    return pem_of(key.get());
  }();
  return pem;
}

std::string locked(const std::string& private_key, const std::string& password) {
  const Bio in(BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())));
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const Bio out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(),
                                reinterpret_cast<const unsigned char*>(password.data()),
                                static_cast<int>(password.size()), nullptr, nullptr) == 1);
  return text_of(out);
}

std::string public_key_of(const std::string& private_key) {
  const Bio in(BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())));
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const Bio out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PUBKEY(out.get(), key.get()) == 1);
  return text_of(out);
}

}  // namespace heed::support
