#include "http/failure.hpp"

#include <openssl/x509_vfy.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <vector>

using heed::Kind;
using heed::http::Failure;

// Each way a connection can fail has its line, with what mends it, and says whether to try again.
// What libcurl can be brought to say is tried against real programs in line_test, proxy_test and
// tls_test; here is the whole table, with what no machine can be asked to play.

namespace {

struct Row {
  const char* what;
  Failure failure;
  const char* line;  ///< a part of it
  bool lasting;
  Kind kind = Kind::unreachable;
};

Failure failing(CURLcode code, const char* said = "libcurl's words") {
  Failure failure;
  failure.code = code;
  failure.said = said;
  return failure;
}

Failure distrusted(long certificate, const char* said = "libcurl's words") {
  auto failure = failing(CURLE_PEER_FAILED_VERIFICATION, said);
  failure.certificate = certificate;
  return failure;
}

Failure no_tls(const char* said, long certificate = 0) {
  auto failure = failing(CURLE_SSL_CONNECT_ERROR, said);
  failure.certificate = certificate;
  return failure;
}

Failure unconnected(long system, bool by_proxy = false) {
  auto failure = failing(CURLE_COULDNT_CONNECT);
  failure.system = system;
  failure.by_proxy = by_proxy;
  return failure;
}

Failure late(bool connected, bool began, const char* said = "Operation timed out") {
  auto failure = failing(CURLE_OPERATION_TIMEDOUT, said);
  failure.connected = connected;
  failure.began = began;
  return failure;
}

Failure by_proxy(long answer) {
  auto failure = failing(CURLE_RECV_ERROR);
  failure.by_proxy = true;
  failure.proxy_answer = answer;
  return failure;
}

Failure broken(CURLcode code, bool began, const char* said = "libcurl's words", long system = 0) {
  auto failure = failing(code, said);
  failure.began = began;
  failure.system = system;
  return failure;
}

const std::vector<Row>& rows() {
  constexpr const char* unknown_authority = "an authority that this machine does not know";
  constexpr const char* other_name = "its certificate is for another name";
  constexpr const char* old_tls = "it speaks no TLS that is safe";
  constexpr const char* not_tls = "it does not speak TLS on this port";
  constexpr const char* forged = "is not signed by the authority that it names";
  constexpr const char* wants_one = "it may want a client certificate";
  static const std::vector<Row> all{
      {"no such name", failing(CURLE_COULDNT_RESOLVE_HOST), "not known to DNS", false},
      {"no such proxy", failing(CURLE_COULDNT_RESOLVE_PROXY), "the proxy's name", false},
      {"refused", unconnected(ECONNREFUSED), "it refuses connections", false},
      {"proxy refuses", unconnected(ECONNREFUSED, true), "the proxy named as", false},
      {"no network", unconnected(ENETUNREACH), "cannot be reached from this network", false},
      {"no route", unconnected(EHOSTUNREACH), "cannot be reached from this network", false},
      {"swallowed", unconnected(ETIMEDOUT), "a firewall may swallow", false},
      {"something else", unconnected(EACCES), "no connection to it (libcurl's words)", false},
      {"expired", distrusted(X509_V_ERR_CERT_HAS_EXPIRED), "has expired", true},
      {"not yet", distrusted(X509_V_ERR_CERT_NOT_YET_VALID), "not valid yet", true},
      {"self-signed", distrusted(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT), unknown_authority, true},
      {"own root", distrusted(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN), unknown_authority, true},
      {"no issuer", distrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT), unknown_authority, true},
      {"no issuer here", distrusted(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY),
       unknown_authority, true},
      {"leaf alone", distrusted(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE), unknown_authority,
       true},
      {"revoked", distrusted(X509_V_ERR_CERT_REVOKED), "is revoked", true},
      {"trusted, and another's", distrusted(X509_V_OK), other_name, true},
      {"another name", distrusted(X509_V_ERR_UNSPECIFIED, "no match for target host name 'a'"),
       other_name, true},
      {"another address", distrusted(X509_V_ERR_UNSPECIFIED, "target ip address '::1'"), other_name,
       true},
      {"another reason", distrusted(X509_V_ERR_INVALID_PURPOSE), "is not trusted (libcurl's words)",
       true},
      {"a handshake that the certificate ended",
       no_tls("certificate verify failed", X509_V_ERR_CERT_HAS_EXPIRED), "has expired", true},
      {"old protocol", no_tls("alert protocol version"), old_tls, true},
      {"unsupported", no_tls("unsupported protocol"), old_tls, true},
      {"none left", no_tls("no protocols available"), old_tls, true},
      {"bad signature", no_tls("error in asn1 encoding routines"), forged, true},
      {"bad RSA", no_tls("error in rsa routines"), forged, true},
      {"plain HTTP", no_tls("wrong version number"), not_tls, true},
      {"another protocol", no_tls("packet length too long"), not_tls, true},
      {"handshake failure", no_tls("alert handshake failure"), wants_one, true},
      {"required", no_tls("alert certificate required"), wants_one, true},
      {"another alert", no_tls("tlsv1 alert unknown ca"), "it refused the TLS handshake", true},
      {"broken handshake", no_tls("unexpected eof"), "the TLS handshake broke off", false},
      {"wants a certificate", failing(CURLE_SSL_CLIENTCERT), "it wants a client certificate", true},
      {"no name in time", late(false, false, "Resolving timed out"), "not resolved in time", false},
      {"no connection in time", late(false, false), "no connection in time", false},
      {"no answer in time", late(true, false), "no answer in time", false},
      {"an endless answer", late(true, true), "took too long as a whole", false},
      {"proxy wants a user", by_proxy(407), "wants a user and a password", true},
      {"proxy cannot", by_proxy(502), "the proxy cannot reach it (502)", false},
      {"proxy will not", by_proxy(403), "does not let heed through to it (403)", true},
      {"nothing", failing(CURLE_GOT_NOTHING), "closed the connection without an answer", false},
      {"no HTTP", failing(CURLE_UNSUPPORTED_PROTOCOL), "does not speak HTTP", false},
      {"odd HTTP", failing(CURLE_WEIRD_SERVER_REPLY), "does not speak HTTP", false},
      {"cut off", failing(CURLE_PARTIAL_FILE), "the answer is cut off", false},
      {"bad gzip", failing(CURLE_BAD_CONTENT_ENCODING), "compression is damaged", false},
      {"reset while sending", broken(CURLE_SEND_ERROR, false, "", ECONNRESET), "it reset", false},
      {"reset while reading", broken(CURLE_RECV_ERROR, true, "Connection reset by peer"),
       "it reset", false},
      {"HTTP/2 broke", broken(CURLE_HTTP2, true), "the answer broke off", false},
      {"a stream broke", broken(CURLE_HTTP2_STREAM, false), "the connection broke", false},
      {"alert while reading", broken(CURLE_RECV_ERROR, false, "alert bad certificate"),
       "it refused the TLS handshake", true},
      {"certificate required while reading",
       broken(CURLE_RECV_ERROR, false, "tlsv13 alert certificate required"), wants_one, true},
      {"certificate required, without an alert",
       broken(CURLE_RECV_ERROR, true, "peer said: certificate required"), wants_one, true},
      {"anything else", failing(CURLE_OUT_OF_MEMORY), "libcurl's words", false},
      {"bad ca_file", failing(CURLE_SSL_CACERT_BADFILE), "ca_file cannot be read", false,
       Kind::configuration},
      {"bad certificate", failing(CURLE_SSL_CERTPROBLEM), "are not a PEM certificate", false,
       Kind::configuration}};
  return all;
}

}  // namespace

TEST_CASE("each way a connection can fail has a line that says what mends it", "[http][line]") {
  for (const auto& row : rows()) {
    CAPTURE(row.what);
    const auto error = heed::http::error_of(row.failure, "crm.example");
    CHECK_THAT(error.what(), Catch::Contains(row.line));
    CHECK(error.kind() == row.kind);
    CHECK(error.is_lasting() == row.lasting);
    if (row.kind == Kind::unreachable) {
      CHECK_THAT(error.what(), Catch::StartsWith("crm.example: "));
    }
  }
}
