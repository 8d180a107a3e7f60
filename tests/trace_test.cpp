#include <catch2/catch.hpp>
#include <sstream>

#include "heed/http.hpp"
#include "heed/vault.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"

using heed::http::without_secrets;

TEST_CASE("a trace has what was said, and no secret in whatever form it was told",
          "[http][trace]") {
  const std::string canary = "canary-" + heed::vault::random_hex(8);
  const auto form = GENERATE(
      as<std::string>{}, "<sessionId>@</sessionId>",
      "<tns:sessionId xsi:type=\"xsd:string\">@</tns:sessionId>", "<ns1:password>@</ns1:password>",
      "<urn:sessionId><![CDATA[@]]></urn:sessionId>", "<password>@",
      R"({"access_token":"@","x":1})", R"({ "refresh_token" : "@" })", R"({"access_token":"a\"@"})",
      "grant_type=x&assertion=@", "refresh_token=@&x=y", "client_secret=@",
      "Authorization: Bearer @\n", "Host: x\r\nset-cookie: sid=@; secure\r\n", "?sid=@ HTTP/1.1",
      "missing session hash: @</faultstring>", "Proxy-Authorization: Basic @");
  std::string text = "kept before\n" + form + "\nkept after";
  text.replace(text.find('@'), 1, canary);
  CAPTURE(text);
  const auto shown = without_secrets(text);
  CHECK_THAT(shown, !Catch::Contains(canary));
  CHECK_THAT(shown, Catch::StartsWith("kept before\n") && Catch::Contains("(removed)"));
}

TEST_CASE("whatever bears a secret is known as an element, in JSON and in a form",
          "[http][trace]") {
  const std::string canary = "canary-" + heed::vault::random_hex(8);
  for (const std::string name :
       {"sessionId", "password", "newPassword", "oldPassword", "access_token", "refresh_token",
        "client_secret", "assertion", "id_token", "signature", "sid", "session_id", "token",
        "client_assertion", "serverSessionId", "secret", "securityToken"}) {
    CAPTURE(name);
    CHECK(without_secrets("<a:" + name + ">" + canary + "</a:" + name + ">") ==
          "<a:" + name + ">(removed)</a:" + name + ">");
    CHECK(without_secrets("{\"" + name + "\": \"" + canary + "\"}") ==
          "{\"" + name + "\": \"(removed)\"}");
    CHECK(without_secrets("a=b&" + name + "=" + canary + "&c=d") ==
          "a=b&" + name + "=(removed)&c=d");
  }
  for (const std::string name :
       {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "AUTHORIZATION"}) {
    CAPTURE(name);
    CHECK(without_secrets("Host: x\r\n" + name + ": " + canary + "\r\nX: y") ==
          "Host: x\r\n" + name + ":(removed)\r\nX: y");
  }
}

TEST_CASE("what is no secret stays in a trace to the letter", "[http][trace]") {
  const auto text =
      GENERATE(as<std::string>{}, "", "<LastName>a token of love</LastName>",
               "<passwordExpired>false</passwordExpired><sessionSecondsValid>7200"
               "</sessionSecondsValid><sessionId/>",
               R"({"instance_url":"https://acme.example","token_type":"Bearer"})",
               "grant_type=refresh&client=x", "Content-Type: text/xml; charset=utf-8");
  CHECK(without_secrets(text) == text);
}

TEST_CASE("a secret seen once is removed wherever else it stands", "[http][trace]") {
  const std::string canary = heed::vault::random_hex(12);
  heed::support::Scripted script;
  script.then(200, "<sessionId>" + canary + "</sessionId>")
      .then(500, "<faultstring>no such thing: " + canary + "</faultstring>")
      .then(0, "");
  heed::support::ManualClock clock(*heed::parse_moment("2026-03-02T00:00:00Z"));
  std::ostringstream out;
  heed::http::Traced traced(script, out, clock);
  CHECK(traced.send({"https://crm.example/a", "POST", {{"X", "y"}}, "asked"}).body ==
        "<sessionId>" + canary + "</sessionId>");
  traced.send({"https://crm.example/b?" + canary, "POST", {}, ""});
  CHECK_THROWS_AS(traced.send({"https://crm.example/c", "POST", {}, ""}), heed::Error);
  CHECK_THAT(out.str(), !Catch::Contains(canary));
  CHECK_THAT(out.str(), Catch::Contains("2026-03-02T00:00:00Z request\nPOST https://crm.example/a"
                                        "\nX: y\n\nasked") &&
                            Catch::Contains("no such thing: (removed)") &&
                            Catch::Contains("no answer\nconnection reset"));
}
