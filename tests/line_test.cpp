#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/http.hpp"
#include "support/program.hpp"
#include "support/raw_peer.hpp"
#include "support/scripted.hpp"

namespace {

using heed::Kind;
using heed::support::RawPeer;
using heed::support::Scripted;

heed::Error failure(heed::http::Transport& transport, const std::string& url) {
  try {
    transport.send({url, "POST", {}, "asked"});
  } catch (const heed::Error& error) {
    return error;
  }
  FAIL("there is a whole answer");
  return {Kind::finding, ""};
}

/// A scripted server that redirects to the places given and then answers.
Scripted redirecting(int status, const std::vector<std::string>& places) {
  Scripted script;
  for (const auto& place : places) {
    script.then(status, "");
    script.answers.back().headers.emplace_back("Location", place);
  }
  script.then(200, "arrived");
  return script;
}

}  // namespace

TEST_CASE("each way an answer can break off has its own line", "[http][line]") {
  using Then = RawPeer::Then;
  const auto [bytes, then, says] = GENERATE(table<std::string, Then, std::string>({
      {"", Then::close, "closed the connection without an answer"},
      {"", Then::reset, "reset the connection"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n<Envelope>", Then::close, "cut off"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", Then::close, "cut off"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n<Envelope>", Then::reset, "reset"},
      {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnogz", Then::close,
       "compression is damaged"},
      {"", Then::silence, "no answer in time"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n<Envelope>", Then::silence,
       "stopped coming in the middle"},
      {"SSH-2.0-OpenSSH_9.2\r\n", Then::close, "does not speak HTTP"},
  }));
  CAPTURE(bytes);
  const RawPeer peer({{bytes, then}});
  heed::http::Options options;
  // Short where it is waited for alone: a busy machine is no fault.
  if (then == Then::silence && bytes.empty()) {
    options.connect = std::chrono::milliseconds(500);
    options.first_byte = std::chrono::milliseconds(50);
  } else if (then == Then::silence) {
    options.stalled = std::chrono::milliseconds(50);
  }
  heed::http::Curl network(options);
  const auto error = failure(network, peer.url());
  CHECK(error.kind() == Kind::unreachable);
  CHECK_FALSE(error.is_lasting());
  CHECK_THAT(error.what(), Catch::StartsWith("127.0.0.1: ") && Catch::Contains(says));
  CHECK_THAT(peer.last_request(), Catch::EndsWith("\r\n\r\nasked") && !Catch::Contains("Expect"));
}

TEST_CASE("an answer that comes in drips is given up once it is too slow", "[http][line]") {
  using Then = RawPeer::Then;
  using std::chrono::milliseconds;
  heed::http::Options options;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n";
  SECTION("slower than a byte a second") {
    const RawPeer peer({{head, Then::drip, milliseconds(1200)}});
    options.stalled = milliseconds(2000);
    heed::http::Curl network(options);
    CHECK_THAT(failure(network, peer.url()).what(), Catch::Contains("stopped coming"));
  }
  SECTION("faster than that, and without an end") {
    const RawPeer peer({{head, Then::drip, milliseconds(20)}});
    options.stalled = milliseconds(400);
    options.total = milliseconds(1200);
    heed::http::Curl network(options);
    CHECK_THAT(failure(network, peer.url()).what(), !Catch::Contains("stopped coming"));
  }
  SECTION("in its first line") {
    const RawPeer peer({{"HTTP/1.1 200 ", Then::drip, milliseconds(20)}});
    options.connect = milliseconds(500);
    options.first_byte = milliseconds(50);
    heed::http::Curl network(options);
    CHECK_THAT(failure(network, peer.url()).what(), Catch::Contains("no answer in time"));
  }
}

TEST_CASE("an exchange that takes too long as a whole is given up", "[http][line]") {
  heed::http::Options options;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n";
  SECTION("in the answer") {
    options.total = std::chrono::milliseconds(500);
    const RawPeer peer({{head + "<Envelope>", RawPeer::Then::silence}});
    heed::http::Curl network(options);
    CHECK_THAT(failure(network, peer.url()).what(), Catch::Contains("took too long as a whole"));
  }
  SECTION("before the answer") {
    options.total = std::chrono::milliseconds(500);
    const RawPeer peer({{"", RawPeer::Then::silence}});
    heed::http::Curl network(options);
    CHECK_THAT(failure(network, peer.url()).what(), Catch::Contains("no answer in time"));
  }
}

TEST_CASE("a connection that is swallowed, and a network without a way there, have their own lines",
          "[http][line]") {
  heed::http::Options options;
  options.connect = std::chrono::milliseconds(50);
  heed::http::Curl network(options);
  const heed::support::FullPort full;
  const auto swallowed = failure(network, full.url());
  CHECK_THAT(swallowed.what(), Catch::StartsWith("127.0.0.1: no connection in time") &&
                                   Catch::Contains("connect_timeout"));
  // To the loopback's address for all no connection can be made: the system knows no way.
  const auto unreachable = failure(network, "https://127.255.255.255");
  CHECK_THAT(unreachable.what(), Catch::Contains("cannot be reached from this network"));
  for (const auto& error : {swallowed, unreachable}) {
    CHECK(error.kind() == Kind::unreachable);
    CHECK_FALSE(error.is_lasting());
  }
}

TEST_CASE("a bomb of an answer ends at the size that is allowed", "[http][line]") {
  const RawPeer peer({{heed::support::http_answer(std::string(4000, 'x')), RawPeer::Then::close}});
  heed::http::Options options;
  options.largest_body = 1000;
  heed::http::Curl network(options);
  CHECK(failure(network, peer.url()).kind() == Kind::answer);
}

TEST_CASE("a large request does not wait to be asked for its body", "[http][line]") {
  RawPeer peer({{heed::support::http_answer("x"), RawPeer::Then::keep}});
  heed::http::Curl network({});
  const std::string body(2 << 20, 'b');
  CHECK(network.send({peer.url(), "POST", {}, body}).body == "x");
  CHECK(peer.last_request().size() > body.size());
  CHECK_THAT(peer.last_request().substr(0, 1000), !Catch::Contains("Expect"));
}

TEST_CASE("nothing is sent to an address without TLS but to this very machine", "[http][line]") {
  heed::http::Curl network({});
  try {
    network.send({"http://acme.invalid/", "POST", {}, "canary"});
    FAIL("it was sent");
  } catch (const heed::Error& error) {
    CHECK(error.kind() == Kind::configuration);
    CHECK_THAT(error.what(), Catch::Contains("is not https") && !Catch::Contains("canary"));
  }
}

TEST_CASE("a redirect within the site gets the same request again", "[http][line]") {
  const int status = GENERATE(301, 302, 307, 308);
  const auto [to, meant] = GENERATE(table<std::string, std::string>(
      {{"https://acme.my.salesforce.com/services/b", "https://acme.my.salesforce.com/services/b"},
       {"/services/b", "https://login.salesforce.com/services/b"},
       {"b", "https://login.salesforce.com/services/b"},
       {"//eu5.salesforce.com/services/b", "https://eu5.salesforce.com/services/b"}}));
  auto script = redirecting(status, {to});
  heed::http::Following following(script);
  const auto response =
      following.send({"https://login.salesforce.com/services/a", "POST", {{"X", "y"}}, "asked"});
  CHECK(response.body == "arrived");
  REQUIRE(script.requests.size() == 2);
  CHECK(script.requests[1].url == meant);
  CHECK(script.requests[1].method == "POST");
  CHECK(script.requests[1].body == "asked");
  CHECK(script.requests[1].headers.size() == 1);
}

TEST_CASE("a redirect to another site, or off TLS, is named and not followed", "[http][line]") {
  const auto to = GENERATE(as<std::string>{}, "https://evil.example.org/services",
                           "https://salesforce.com.evil.example/", "https://acme.my.site.com/",
                           "http://acme.my.salesforce.com/services", "http://127.0.0.1/",
                           "https://login.salesforce.com@evil.example/", "ftp://x");
  auto script = redirecting(302, {to});
  heed::http::Following following(script);
  const auto error = failure(following, "https://login.salesforce.com/services/a");
  CHECK(error.kind() == Kind::unreachable);
  CHECK(error.is_lasting());
  CHECK(script.requests.size() == 1);
}

TEST_CASE("a redirect of this very machine stays with TLS and HTTP as well", "[http][line]") {
  const auto [from, to] =
      GENERATE(table<std::string, std::string>({{"https://127.0.0.1/a", "http://127.0.0.1/b"},
                                                {"http://127.0.0.1/a", "ftp://127.0.0.1/b"}}));
  auto script = redirecting(302, {to});
  heed::http::Following following(script);
  CHECK_THAT(failure(following, from).what(), Catch::Contains("not https"));
  CHECK(script.requests.size() == 1);
}

TEST_CASE("redirects end", "[http][line]") {
  auto script = redirecting(307, std::vector<std::string>(20, "/again"));
  heed::http::Following following(script);
  CHECK_THAT(failure(following, "https://crm.example/a").what(),
             Catch::Contains("again and again"));
  CHECK(script.requests.size() == 6);
}

TEST_CASE("what is no redirect to follow is passed on", "[http][line]") {
  Scripted script;
  script.then(303, "").then(304, "").then(302, "").then(302, "");  // a place is not given
  script.answers.back().headers.emplace_back("Location", "");
  heed::http::Following following(script);
  CHECK(following.send({"https://crm.example/a", "POST", {}, ""}).status == 303);
  CHECK(following.send({"https://crm.example/a", "POST", {}, ""}).status == 304);
  for (int i = 0; i < 2; ++i) {
    CHECK(following.send({"https://crm.example/a", "POST", {}, ""}).status == 302);
  }
  CHECK(script.answers.empty());
}

TEST_CASE("an address names its host, whatever else stands in it", "[http]") {
  using heed::http::host_of;
  CHECK(host_of("https://acme.my.salesforce.com/services?x=http://b/") == "acme.my.salesforce.com");
  CHECK(host_of("https://ACME.Example:8443#x") == "acme.example");
  CHECK(host_of("https://good.example@evil.example/") == "evil.example");
  CHECK(host_of("https://a:b@evil.example?@good.example") == "evil.example");
  CHECK(host_of("http://[::1]:8080/") == "::1");
  CHECK(host_of("acme.example") == "");
  CHECK(host_of("https:///path") == "");
}

TEST_CASE("plain HTTP is for this very machine alone", "[http]") {
  using heed::http::safe;
  for (const auto* url : {"https://acme.example/", "http://127.0.0.1:80/", "http://[::1]/",
                          "http://localhost:8080/x"}) {
    CHECK(safe(url));
  }
  for (const auto* url : {"http://acme.example/", "http://localhost@acme.example/", "https:///x",
                          "ftp://localhost/", "localhost", "http://127.0.0.1.acme.example/"}) {
    CAPTURE(url);
    CHECK_FALSE(safe(url));
  }
}

TEST_CASE("a header is found by its name in any case", "[http]") {
  heed::http::Response response;
  response.headers = {{"Retry-After", "5"}, {"content-TYPE", "text/xml"}};
  CHECK(response.header("retry-after") == "5");
  CHECK(response.header("Content-Type") == "text/xml");
  CHECK_FALSE(response.header("Retry"));
}

TEST_CASE("a site is a domain that somebody registered, or the CRM maker's", "[http]") {
  using heed::http::same_site;
  CHECK(same_site("crm.acme.co.uk", "login.acme.co.uk"));
  CHECK(same_site("127.0.0.1", "127.0.0.1"));
  CHECK(same_site("face.de", "api.face.de"));
  CHECK_FALSE(same_site("acme.co.uk", "evil.co.uk"));
  CHECK_FALSE(same_site("acme.com", "evil.com"));
  CHECK_FALSE(same_site("acme.github.io", "evil.github.io"));
  CHECK_FALSE(same_site("10.0.0.1", "11.0.0.1"));
  CHECK_FALSE(same_site("::1", "::2"));
  CHECK_FALSE(same_site("", ""));
  CHECK_FALSE(same_site("com", "acme.com"));
}

TEST_CASE("a login names whatever address of the CRM maker's, and none where customers run code",
          "[http]") {
  const auto [host, taken] = GENERATE(table<std::string, bool>({
      {"test.salesforce.com", true},
      {"eu5.salesforce.com", true},
      {"na1-api.salesforce.com", true},
      {"cs10.salesforce.com", true},
      {"acme.my.salesforce.com", true},
      {"acme.develop.my.salesforce.com", true},
      {"acme--uat.sandbox.my.salesforce.com", true},
      {"acme--uat.cs10.my.salesforce.com", true},
      {"acme.my.salesforce.mil", true},
      {"acme.cloudforce.com", true},
      {"acme.database.com", true},
      {"acme.my.sfcrmproducts.cn", true},
      {"acme.lightning.force.com", false},
      {"acme.secure.force.com", false},
      {"acme--c.vf.force.com", false},
      {"acme.my.site.com", false},
      {"acme.my.salesforce-sites.com", false},
      {"acme--c.visualforce.com", false},
      {"acme--c.documentforce.com", false},
      {"acme.salesforce-experience.com", false},
      {"evilsalesforce.com", false},
  }));
  CAPTURE(host);
  CHECK(heed::http::same_site("login.salesforce.com", host) == taken);
  CHECK(heed::http::same_site(host, "login.salesforce.com") == taken);
  CHECK(heed::http::same_site(host, host));
  // One customer's address is another's only where the maker answers at both.
  const auto neighbour = "evil" + host.substr(host.find('.'));
  CHECK(heed::http::same_site(host, neighbour) == taken);
}
