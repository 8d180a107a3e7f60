#include "http/failure.hpp"

#include <openssl/x509_vfy.h>

#include <cerrno>
#include <string_view>

namespace heed::http {

namespace {

struct Cause {
  std::string text;
  bool lasting = false;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// OpenSSL says more than libcurl about why it trusts a certificate not.
Cause distrust(const Failure& failure) {
  // libcurl compares the name itself, and OpenSSL has no reason to tell.
  if (has(failure.said, "target host name") || has(failure.said, "target ip address")) {
    return {
        "its certificate is for another name; check the host in [crm], or whether something "
        "answers in its place",
        true};
  }
  switch (failure.certificate) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {
          "its certificate has expired; the server's owner must renew it (is this machine's "
          "clock right?)",
          true};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {"its certificate is not valid yet; is this machine's clock right?", true};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return {
          "its certificate is from an authority that this machine does not know; for a private "
          "one, or a proxy that opens TLS, name its file as [http] ca_file",
          true};
    case X509_V_ERR_CERT_REVOKED:
      return {"its certificate is revoked; do not go on before its owner has explained", true};
    case X509_V_OK:
      return {
          "its certificate is for another name; check the host in [crm], or whether something "
          "answers in its place",
          true};
    default:
      return {"its certificate is not trusted (" + failure.said + ")", true};
  }
}

Cause no_tls(const Failure& failure) {
  if (failure.certificate > X509_V_ERR_UNSPECIFIED) return distrust(failure);
  const auto& said = failure.said;
  if (has(said, "protocol version") || has(said, "unsupported protocol") ||
      has(said, "no protocols available")) {
    return {"it speaks no TLS that is safe; heed wants 1.2 or newer", true};
  }
  if (has(said, "asn1 encoding routines") || has(said, "rsa routines")) {
    return {
        "its certificate is not signed by the authority that it names; is [http] ca_file the "
        "right one, or does something answer in its place?",
        true};
  }
  if (has(said, "wrong version number") || has(said, "packet length too long")) {
    return {"it does not speak TLS on this port; check the port in the address", true};
  }
  if (has(said, "handshake failure") || has(said, "certificate required")) {
    return {
        "it broke off the TLS handshake; it may want a client certificate: name one as [http] "
        "certificate (the CRM's port for that is 8443)",
        true};
  }
  if (has(said, "alert")) {
    return {"it refused the TLS handshake (" + said + "); is [http] certificate the one it wants?",
            true};
  }
  return {"the TLS handshake broke off (" + said + ")"};
}

Cause no_connection(const Failure& failure) {
  const std::string to = failure.by_proxy ? "the proxy named as [http] proxy or https_proxy" : "it";
  switch (failure.system) {
    case ECONNREFUSED:
      return {to + " refuses connections on this port; check the address, and whether it runs"};
    case ENETUNREACH:
    case EHOSTUNREACH:
      return {to + " cannot be reached from this network; check its routes and firewall"};
    case ETIMEDOUT:
      return {to + " does not answer; a firewall may swallow the connection"};
    default:
      return {"no connection to " + to + " (" + failure.said + ")"};
  }
}

Cause too_slow(const Failure& failure) {
  if (!failure.connected) {
    return {has(failure.said, "Resolving") ? "its name was not resolved in time; check DNS"
                                           : "no connection in time; a firewall may swallow it, or "
                                             "raise [http] connect_timeout"};
  }
  return {failure.began ? "the answer took too long as a whole; it may be overloaded"
                        : "no answer in time; it may be overloaded, or raise [http] "
                          "answer_timeout"};
}

Cause proxy_refusal(const Failure& failure) {
  if (failure.proxy_answer == 407) {
    return {
        "the proxy wants a user and a password, and not those given (407); set [http] "
        "proxy_user and proxy_password",
        true};
  }
  const std::string status = " (" + std::to_string(failure.proxy_answer) + ")";
  if (failure.proxy_answer >= 500) {
    return {"the proxy cannot reach it" + status +
            "; check the address, or ask who runs the proxy"};
  }
  return {"the proxy does not let heed through to it" + status + "; ask who runs the proxy", true};
}

Cause broken_off(const Failure& failure) {
  if (has(failure.said, "certificate required")) return no_tls(failure);
  if (has(failure.said, "alert")) return no_tls(failure);
  if (failure.system == ECONNRESET || has(failure.said, "reset by peer")) {
    return {"it reset the connection"};
  }
  return {failure.began ? "the answer broke off (" + failure.said + ")"
                        : "the connection broke (" + failure.said + ")"};
}

Cause cause_of(const Failure& failure) {
  if (failure.by_proxy && failure.proxy_answer >= 300) return proxy_refusal(failure);
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {"its name is not known to DNS; check the spelling and this machine's resolver"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {"the proxy's name is not known to DNS; check [http] proxy and https_proxy"};
    case CURLE_COULDNT_CONNECT:
      return no_connection(failure);
    case CURLE_PEER_FAILED_VERIFICATION:
      return distrust(failure);
    case CURLE_SSL_CONNECT_ERROR:
      return no_tls(failure);
    case CURLE_SSL_CLIENTCERT:
      return {"it wants a client certificate; name one as [http] certificate", true};
    case CURLE_OPERATION_TIMEDOUT:
      return too_slow(failure);
    case CURLE_GOT_NOTHING:
      return {"it closed the connection without an answer"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return {"what answers there does not speak HTTP; check the port in the address"};
    case CURLE_PARTIAL_FILE:
      return {"the answer is cut off: less came than was announced"};
    case CURLE_BAD_CONTENT_ENCODING:
      return {"the answer's compression is damaged"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return broken_off(failure);
    default:
      return {failure.said};
  }
}

/// Files that heed was given and cannot use: a person's to mend, not the network's.
std::string file_trouble(const Failure& failure) {
  switch (failure.code) {
    case CURLE_SSL_CACERT_BADFILE:
      return "the file named as [http] ca_file cannot be read as PEM certificates";
    case CURLE_SSL_CERTPROBLEM:
      return "the files named as [http] certificate and key are not a PEM certificate and its own "
             "key, or the key's password is wrong";
    default:
      return {};
  }
}

}  // namespace

Error error_of(const Failure& failure, const std::string& host) {
  const auto trouble = file_trouble(failure);
  if (!trouble.empty()) return {Kind::configuration, trouble};
  const Cause cause = cause_of(failure);
  const std::string line = host + ": " + cause.text;
  return cause.lasting ? Error::lasting(Kind::unreachable, line) : Error(Kind::unreachable, line);
}

}  // namespace heed::http
