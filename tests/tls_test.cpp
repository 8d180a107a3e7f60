#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/http.hpp"
#include "support/pki.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_server.hpp"

namespace {

using heed::support::Authority;
using heed::support::free_port;
using heed::support::Identity;
using heed::support::TempDir;
using heed::support::TlsServer;
using heed::support::written;

/// A heed that trusts one test's authority.
struct Caller {
  TempDir folder;
  heed::http::Options options;

  explicit Caller(const Authority& trusted) {
    options.ca_file = written(folder.file("ca"), trusted.certificate());
  }

  heed::http::Response get(const std::string& url) const {
    heed::http::Request request;
    request.method = "GET";
    request.url = url;
    return heed::http::Curl(options).send(request);
  }

  heed::Error failure(const std::string& url) const {
    try {
      get(url);
    } catch (const heed::Error& error) {
      return error;
    }
    FAIL("the connection stands");
    return {heed::Kind::finding, ""};
  }
};

}  // namespace

TEST_CASE("a certificate of a private authority that is named is trusted", "[http][tls]") {
  const Authority authority;
  const TlsServer server(authority.issue("127.0.0.1"));
  const auto response = Caller(authority).get(server.url());
  CHECK(response.status == 200);
  CHECK(response.line.tls == "TLSv1.3");
  CHECK(response.line.address == "127.0.0.1");
  REQUIRE(response.line.certificate_until);
  const auto left = *response.line.certificate_until - heed::SystemClock().now();
  CHECK(left > std::chrono::hours(29 * 24));
  CHECK(left <= std::chrono::hours(30 * 24));
}

TEST_CASE("the host is named to a server that answers for several", "[http][tls]") {
  const Authority authority;
  const Authority other("Somebody else's authority");
  const Caller caller(authority);
  const auto named = authority.issue("localhost");
  const TlsServer server(other.issue("elsewhere.example"),
                         {"-servername", "localhost", "-cert2",
                          written(caller.folder.file("named"), named.certificate), "-key2",
                          written(caller.folder.file("named-key"), named.key)});
  CHECK(caller.get(server.url("localhost")).status == 200);
}

TEST_CASE("an address of IPv6 is as good as another", "[http][tls]") {
  const Authority authority;
  const TlsServer server(authority.issue("::1"));
  const auto response = Caller(authority).get(server.url("[::1]"));
  CHECK(response.status == 200);
  CHECK(response.line.address == "::1");
}

TEST_CASE("a certificate that cannot be trusted has its own line, and is not tried again",
          "[http][tls]") {
  const Authority authority, impostor;
  const Authority other("Somebody else's authority");
  const Caller caller(authority);
  struct Row {
    Identity identity;
    std::vector<std::string> options;
    std::string says;
  };
  const std::vector<Row> rows{
      {other.issue("127.0.0.1"), {}, "authority that this machine does not know"},
      {impostor.issue("127.0.0.1"), {}, "not signed by the authority that it names"},
      {authority.issue("127.0.0.1", -2), {}, "has expired"},
      {authority.issue("127.0.0.1", 30, -2), {}, "is not valid yet"},
      {authority.issue("crm.example"), {}, "is for another name"},
      {authority.issue("127.0.0.1"),
       {"-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"},
       "speaks no TLS that is safe"},
      {authority.issue("127.0.0.1"),
       {"-Verify", "1", "-verify_return_error"},
       "client certificate"},
      {authority.issue("127.0.0.1"),
       {"-Verify", "1", "-verify_return_error", "-tls1_2"},
       "client certificate"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.says);
    const TlsServer server(row.identity, row.options);
    const auto error = caller.failure(server.url());
    CHECK_THAT(error.what(), Catch::StartsWith("127.0.0.1: ") && Catch::Contains(row.says));
    CHECK(error.kind() == heed::Kind::unreachable);
    CHECK(error.is_lasting());
  }
}

TEST_CASE("a server that wants a client certificate gets the one that is configured",
          "[http][tls]") {
  const Authority authority;
  Caller caller(authority);
  const auto own = authority.issue("heed");
  caller.options.certificate = written(caller.folder.file("own"), own.certificate);
  caller.options.key = written(caller.folder.file("own-key"), own.key);
  const TlsServer server(authority.issue("127.0.0.1"), {"-Verify", "1", "-verify_return_error",
                                                        "-CAfile", caller.options.ca_file});
  CHECK(caller.get(server.url()).status == 200);
  // A key under a password: never asked for on the terminal, which nobody sits at.
  caller.options.key =
      written(caller.folder.file("locked"), heed::support::locked(own.key, "canary-right"));
  caller.options.key_password = "canary-right";
  CHECK(caller.get(server.url()).status == 200);
  for (const auto* wrong : {"canary-wrong", ""}) {
    caller.options.key_password = wrong;
    const auto error = caller.failure(server.url());
    CHECK(error.kind() == heed::Kind::configuration);
    CHECK_THAT(error.what(),
               Catch::Contains("key's password is wrong") && !Catch::Contains("canary"));
  }
  caller.options.key = written(caller.folder.file("other-key"), authority.issue("heed").key);
  const auto error = caller.failure(server.url());
  CHECK_THAT(error.what(), Catch::Contains("[http] certificate and key"));
  CHECK(error.kind() == heed::Kind::configuration);
}

TEST_CASE("a port without TLS, and one where nobody listens, are told apart", "[http][tls]") {
  const Authority authority;
  const Caller caller(authority);
  const auto port = std::to_string(free_port());
  CHECK_THAT(caller.failure("https://127.0.0.1:" + port).what(), Catch::Contains("refuses"));
  CHECK_THAT(caller.failure("https://heed-no-such-host.invalid").what(), Catch::Contains("DNS"));
}

TEST_CASE("HTTP/2 is spoken where the server does, and HTTP/1.1 elsewhere", "[http][tls]") {
  const bool second = GENERATE(true, false);
  const Authority authority;
  const Caller caller(authority);
  const auto identity = authority.issue("127.0.0.1");
  const auto port = free_port();
  const TempDir folder;
  const auto conf =
      written(folder.file("conf"),
              "daemon off;\nmaster_process off;\npid " + folder.file("pid") + ";\nerror_log " +
                  folder.file("error-log") +
                  ";\nevents {}\nhttp {\naccess_log off;\nclient_body_temp_path " +
                  folder.file("body") + ";\nproxy_temp_path " + folder.file("proxy") +
                  ";\nfastcgi_temp_path " + folder.file("fastcgi") + ";\nuwsgi_temp_path " +
                  folder.file("uwsgi") + ";\nscgi_temp_path " + folder.file("scgi") +
                  ";\nserver {\nlisten 127.0.0.1:" + std::to_string(port) + " ssl" +
                  (second ? " http2" : "") + ";\nssl_protocols TLSv1.2;\nssl_certificate " +
                  written(folder.file("certificate"), identity.certificate) +
                  ";\nssl_certificate_key " + written(folder.file("key"), identity.key) +
                  ";\nlocation / { proxy_pass http://unix:" + folder.file("inner") +
                  ":/; }\n}\nserver {\nlisten unix:" + folder.file("inner") +
                  ";\nlocation / { return 200 $request_method; }\n}\n}\n");
  const heed::support::Program nginx(
      {"/usr/sbin/nginx", "-c", conf, "-e", folder.file("error-log")}, port, folder.file("log"));
  const auto url = "https://127.0.0.1:" + std::to_string(port);
  heed::http::Curl network(caller.options);
  for (int request = 0; request < 3; ++request) {
    const auto response = network.send({url, "POST", {{"X", "y"}}, std::string(100'000, 'x')});
    CHECK(response.body == "POST");
    CHECK(response.line.protocol == (second ? "HTTP/2" : "HTTP/1.1"));
    CHECK(response.line.tls == "TLSv1.2");
  }
}
