#pragma once

#include <memory>
#include <string>

namespace heed::support {

/// A private key and a certificate, both PEM.
struct Identity {
  std::string key;
  std::string certificate;
};

/// An RSA private key in PEM, the same for a whole test run: making one takes a while.
const std::string& rsa_key();

/// A private key under a password, both PEM.
std::string locked(const std::string& private_key, const std::string& password);

/// The public half of a private key, PEM.
std::string public_key_of(const std::string& private_key);

/// An authority that nobody but a test trusts.
class Authority {
 public:
  explicit Authority(const std::string& name = "A test's authority");
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// Its own certificate, PEM: what a ca_file holds.
  const std::string& certificate() const { return certificate_; }

  /// An identity for `name`, a DNS name or an address, good from `since` days ago until `days`
  /// from now; a negative number has expired, or is good only later.
  Identity issue(const std::string& name, int days = 30, int since = 1) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string certificate_;
};

}  // namespace heed::support
