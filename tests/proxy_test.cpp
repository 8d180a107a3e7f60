#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "heed/error.hpp"
#include "heed/http.hpp"
#include "support/canary.hpp"
#include "support/tls_server.hpp"

namespace {

using heed::support::Authority;
using heed::support::free_port;
using heed::support::Program;
using heed::support::TempDir;
using heed::support::TlsServer;

/// Squid, which lets the user heed through with the password "canary-right", asking in one way.
class Squid {
 public:
  enum class Asks { basic, digest, ntlm };

  explicit Squid(Asks asks, const std::string& rules = "http_access allow known")
      : port_(free_port()),
        program_({"/usr/sbin/squid", "-N", "-n", "heed" + std::to_string(port_), "-f",
                  configuration(asks, rules)},
                 port_, folder_.file("log")) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  /// Squid gives up root's rights, and must still read and write here.
  std::string open_file(const std::string& name, const std::string& text) const {
    const auto file = folder_.file(name);
    if (text.find("canary") != std::string::npos) heed::support::keep_secret_in(file);
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0666);
    return file;
  }

  std::string helper(Asks asks) const {
    switch (asks) {
      case Asks::basic:
        return "basic program /bin/sh " +
               open_file("basic",
                         "while read -r user password; do\n"
                         "  if [ \"$user $password\" = \"heed canary-right\" ]; then echo OK\n"
                         "  else echo ERR; fi\ndone\n") +
               "\nauth_param basic realm heed";
      case Asks::digest:
        return "digest program /usr/lib/squid/digest_file_auth " +
               open_file("digest", "heed:canary-right\n") + "\nauth_param digest realm heed";
      case Asks::ntlm:
        return "ntlm program /usr/lib/squid/ntlm_fake_auth";
    }
    return {};
  }

  std::string configuration(Asks asks, const std::string& rules) const {
    ::chmod(folder_.path().c_str(), 0755);
    return open_file("conf", "http_port 127.0.0.1:" + std::to_string(port_) +
                                 "\npid_filename none\npinger_enable off\naccess_log none\n"
                                 "cache deny all\ncache_mem 1 MB\nnetdb_filename none\n"
                                 "coredump_dir " +
                                 folder_.path().string() + "\ncache_log " +
                                 open_file("cache-log", "") + "\nauth_param " + helper(asks) +
                                 "\nacl known proxy_auth REQUIRED\n" + rules +
                                 "\nhttp_access deny all\n");
  }

  TempDir folder_;
  std::uint16_t port_;
  Program program_;
};

/// A server of the test's authority, and a heed that goes to it by a proxy.
struct Route {
  TempDir folder;
  Authority authority;
  TlsServer server{authority.issue("127.0.0.1")};
  heed::http::Options options;

  explicit Route(const std::string& proxy) {
    options.ca_file = heed::support::written(folder.file("ca"), authority.certificate());
    options.proxy = proxy;
    options.proxy_user = "heed";
    options.proxy_password = "canary-right";
  }

  heed::http::Response get(const std::string& url) const {
    return heed::http::Curl(options).send({url, "GET", {}, {}});
  }

  heed::Error failure(const std::string& url) const {
    try {
      get(url);
    } catch (const heed::Error& error) {
      return error;
    }
    FAIL("it got through");
    return {heed::Kind::finding, ""};
  }
};

}  // namespace

TEST_CASE("a proxy gets user and password by Basic, Digest and NTLM, as it asks", "[http][proxy]") {
  const auto asks = GENERATE(Squid::Asks::basic, Squid::Asks::digest, Squid::Asks::ntlm);
  const Squid squid(asks);
  const Route route(squid.url());
  const auto response = route.get(route.server.url());
  CHECK(response.status == 200);
  CHECK(response.line.tls == "TLSv1.3");  // with the server; the proxy sees nothing
}

TEST_CASE("an environment's proxy may have its user and password in its address", "[http][proxy]") {
  const Squid squid(Squid::Asks::digest);
  Route route("http://heed:canary-right@" + squid.url().substr(std::string("http://").size()));
  route.options.proxy_user.clear();
  CHECK(route.get(route.server.url()).status == 200);
}

TEST_CASE("what a proxy refuses is told apart from what the server does", "[http][proxy]") {
  const Squid squid(Squid::Asks::digest,
                    "acl out dst 127.0.0.2\nhttp_access deny out\n"
                    "http_access allow known");
  Route route(squid.url());
  const auto unreachable = route.failure("https://127.0.0.1:" + std::to_string(free_port()));
  CHECK_THAT(unreachable.what(), Catch::Contains("proxy cannot reach it (503)"));
  CHECK_FALSE(unreachable.is_lasting());
  CHECK_THAT(route.failure("https://127.0.0.2").what(),
             Catch::Contains("does not let heed through to it (403)"));
  route.options.proxy_password = "canary-wrong";
  const auto refused = route.failure(route.server.url());
  CHECK_THAT(refused.what(), Catch::Contains("407") && Catch::Contains("proxy_password") &&
                                 !Catch::Contains("canary"));
  CHECK(refused.is_lasting());
  route.options.proxy_user.clear();
  CHECK_THAT(route.failure(route.server.url()).what(), Catch::Contains("407"));
}

TEST_CASE("a proxy that is not there is named as such, and hosts can pass it by", "[http][proxy]") {
  Route route("http://127.0.0.1:" + std::to_string(free_port()));
  CHECK_THAT(route.failure(route.server.url()).what(),
             Catch::Contains("the proxy") && Catch::Contains("refuses connections"));
  route.options.no_proxy = "example.org,127.0.0.1";
  CHECK(route.get(route.server.url()).status == 200);
  route.options.no_proxy.clear();
  route.options.proxy = "http://heed-no-such-proxy.invalid:3128";
  CHECK_THAT(route.failure(route.server.url()).what(), Catch::Contains("proxy's name"));
}

TEST_CASE("the environment's proxy is nothing to the library", "[http][proxy]") {
  const Route route("");
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  const auto response = route.get(route.server.url());
  ::unsetenv("https_proxy");
  CHECK(response.status == 200);
}

TEST_CASE("a plain line to this machine never goes by a proxy", "[http][proxy]") {
  const Route route("http://127.0.0.1:" + std::to_string(free_port()));
  CHECK_THAT(route.failure("http://127.0.0.1:" + std::to_string(free_port())).what(),
             !Catch::Contains("proxy"));
}
