#pragma once

#include <string>
#include <vector>

#include "support/pki.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

/// OpenSSL's own server, which answers every GET with a page about the connection.
class TlsServer {
 public:
  explicit TlsServer(const Identity& identity, std::vector<std::string> more = {},
                     std::uint16_t port = free_port())
      : port_(port), program_(words(identity, std::move(more)), port_, folder_.file("log")) {}

  std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port_);
  }

 private:
  std::vector<std::string> words(const Identity& identity, std::vector<std::string> more) {
    std::vector<std::string> all{
        "openssl", "s_server",
        "-www",    "-quiet",
        "-accept", std::to_string(port_),
        "-key",    written(folder_.file("key"), identity.key),
        "-cert",   written(folder_.file("certificate"), identity.certificate)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  TempDir folder_;
  std::uint16_t port_;
  Program program_;
};

}  // namespace heed::support
