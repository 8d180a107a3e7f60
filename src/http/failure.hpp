#pragma once

#include <curl/curl.h>

#include <string>

#include "heed/error.hpp"

namespace heed::http {

/// What libcurl knows of a request that got no whole answer.
struct Failure {
  CURLcode code = CURLE_OK;
  std::string said;       ///< libcurl's own words
  long system = 0;        ///< errno of the connection
  long certificate = 0;   ///< OpenSSL's reason to distrust the peer (X509_V_ERR_...)
  long proxy_answer = 0;  ///< HTTP status of the proxy's answer to CONNECT
  bool by_proxy = false;
  bool connected = false;  ///< the connection, TLS included, stood
  bool began = false;      ///< the answer had begun
};

/// The failure in one line with its mend: a line of its own for each way a connection can fail.
/// Lasting where waiting does not mend it.
Error error_of(const Failure& failure, const std::string& host);

}  // namespace heed::http
