#include "support/machine.hpp"

namespace {

using heed::Kind;
using heed::support::fault;
using heed::support::logged_in;
using heed::support::time_told;

const std::string instance = "https://na1.my.salesforce.com/services/Soap/u/62.0/00D000000000001";

/// A machine on which heed logs in by password, run after run.
struct Runs : heed::support::Machine {
  heed::crm::Client& start(const std::string& password) {
    return Machine::start(
        heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-" + password), {}});
  }

  /// Why a run that asks for the time fails; empty when it does not.
  std::string failure(const std::string& password) {
    try {
      start(password).now();
      return {};
    } catch (const heed::Error& error) {
      CHECK(error.kind() == Kind::login);
      return error.what();
    }
  }

  Runs& refuse(const std::string& code, const std::string& text = "no") {
    script.then(500, fault(code, text, "LoginFault"));
    return *this;
  }
  Runs& let_in() {
    script.then(200, logged_in(instance)).then(200, time_told());
    return *this;
  }
};

}  // namespace

TEST_CASE("a refused password is not sent again until it is another, whatever is restarted",
          "[session]") {
  Runs runs;
  CHECK_THAT(runs.refuse("INVALID_LOGIN").failure("wrong"), Catch::Contains("security token"));
  for (int run = 0; run < 5; ++run) {
    runs.clock.advance(std::chrono::hours(24));
    CHECK_THAT(runs.failure("wrong"), Catch::Contains("heed check --login-again"));
  }
  CHECK(runs.script.requests.size() == 1);
  CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).stopped);
  CHECK(runs.let_in().failure("right").empty());
  CHECK_FALSE(heed::crm::login_record(*runs.state, runs.clock.now()).stopped);
}

TEST_CASE("a password that has expired is not used for anything, and not sent again", "[session]") {
  Runs runs;
  runs.script.then(200, logged_in(instance, "canary-restricted", true));
  CHECK_THAT(runs.failure("right"), Catch::Contains("has expired"));
  CHECK(runs.script.requests.size() == 1);
  CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).stopped);
  runs.clock.advance(std::chrono::hours(24));
  CHECK_THAT(runs.failure("right"), Catch::Contains("heed check --login-again"));
  CHECK(runs.script.requests.size() == 1);
}

TEST_CASE("names and passwords are sent whole, whatever stands in them", "[session]") {
  Runs runs;
  runs.let_in();
  const std::string smile = "\xF0\x9F\x98\x80";
  auto& client = runs.Machine::start(
      heed::crm::Password{"u" + smile, heed::vault::Secret::parse("plain:canary-<&>" + smile), {}});
  client.now();
  const auto& body = runs.script.requests[0].body;
  CHECK_THAT(body, Catch::Contains(">u" + smile + "<") &&
                       Catch::Contains(">canary-&lt;&amp;&gt;" + smile + "<"));
}

TEST_CASE("a second wrong secret is the last within an hour: a third could lock the account",
          "[session]") {
  Runs runs;
  runs.refuse("INVALID_LOGIN").failure("one");
  runs.refuse("INVALID_LOGIN").failure("two");
  CHECK_THAT(runs.failure("three"), Catch::Contains("lock the account"));
  CHECK(runs.script.requests.size() == 2);
  const auto stopped = [&] {
    return heed::crm::login_record(*runs.state, runs.clock.now()).stopped;
  };
  CHECK(stopped());
  runs.state->drop("refused_login");  // whatever secret was the last
  CHECK(stopped());
  heed::crm::forget_refusals(*runs.state);
  CHECK_FALSE(stopped());
  CHECK(runs.let_in().failure("three").empty());
}

TEST_CASE("what passes by itself is asked again after an hour, and not before", "[session]") {
  const auto code = GENERATE("LOGIN_DURING_RESTRICTED_TIME", "LOGIN_DURING_RESTRICTED_DOMAIN",
                             "INACTIVE_OWNER_OR_USER", "INVALID_OPERATION", "CODE_OF_TOMORROW");
  Runs runs;
  CHECK_THAT(runs.refuse(code).failure("right"), Catch::Contains(code));
  runs.clock.advance(std::chrono::minutes(59));
  CHECK_THAT(runs.failure("right"), Catch::Contains("2026-03-02T01:00:00Z"));
  runs.clock.advance(std::chrono::minutes(1));
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("a login that is refused for what is not its credentials is asked for by the next run",
          "[session]") {
  const auto* code =
      GENERATE("UNSUPPORTED_API_VERSION", "QUERY_TIMEOUT", "INVALID_QUERY_LOCATOR", "ORG_LOCKED",
               "MUTUAL_AUTHENTICATION_FAILED", "API_DISABLED_FOR_ORG", "TRIAL_EXPIRED");
  CAPTURE(code);
  Runs runs;
  CHECK_THAT(runs.refuse(code).failure("right"), Catch::Contains(code));
  CHECK_FALSE(heed::crm::login_record(*runs.state, runs.clock.now()).stopped);
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("what was refused at one address, or under one API version, is sent to another",
          "[session]") {
  Runs runs;
  runs.refuse("INVALID_LOGIN").failure("right");
  SECTION("another address") { runs.options.url = "https://other.my.salesforce.com"; }
  SECTION("another API version") { runs.options.version = "57.0"; }
  CHECK_THAT(runs.refuse("INVALID_LOGIN").failure("right"), Catch::Contains("INVALID_LOGIN"));
  CHECK_THAT(runs.failure("right"), Catch::Contains("does not repeat them"));
  // Those count together: one more could lock the account, if it is the same one.
  runs.options.version = "56.0";
  CHECK_THAT(runs.failure("right"), Catch::Contains("may lock the account"));
  CHECK(runs.script.requests.size() == 2);
}

TEST_CASE("logins are counted over runs and bounded by the hour", "[session]") {
  Runs runs;
  runs.options.logins_an_hour = 3;
  for (int run = 0; run < 3; ++run) CHECK(runs.let_in().failure("right").empty());
  CHECK_THAT(runs.failure("right"), Catch::Contains("logins_an_hour"));
  CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).logins == 3);
  runs.clock.advance(std::chrono::hours(1));
  CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).logins == 0);
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("a fault that is no answer to a password does not hold it back", "[session]") {
  Runs runs;
  CHECK_FALSE(runs.refuse("INVALID_SESSION_ID").failure("right").empty());
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("a CRM that is away uses up no login", "[session]") {
  Runs runs;
  runs.options.logins_an_hour = 1;
  runs.options.retries = 0;
  for (int run = 0; run < 5; ++run) {
    runs.script.then(503, "<html>", "text/html");
    CHECK_THROWS_AS(runs.start("right").now(), heed::Error);
  }
  CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).logins == 0);
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("a CRM that is away uses up no renewal", "[session]") {
  Runs runs;
  runs.options.retries = 0;
  runs.options.renewals_an_hour = 1;
  runs.let_in().failure("right");
  for (int call = 0; call < 3; ++call) {
    runs.script.then(500, fault("INVALID_SESSION_ID")).then(503, "<html>", "text/html");
    CHECK(runs.error_of([&] { runs.client->now(); }).kind() == Kind::unreachable);
    CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).renewals == 0);
    runs.let_in();
    runs.client->now();  // it is back: not a renewal that the session's end is to blame for
    runs.clock.advance(std::chrono::hours(1));
  }
}

TEST_CASE("sessions that end again and again are renewed so often an hour, then heed stops",
          "[session]") {
  Runs runs;
  runs.options.renewals_an_hour = 4;
  runs.let_in().failure("right");
  for (int call = 0; call < 4; ++call) {
    runs.script.then(500, fault("INVALID_SESSION_ID"));
    runs.let_in();
    CHECK_NOTHROW(runs.client->now());
  }
  runs.script.then(500, fault("INVALID_SESSION_ID"));
  CHECK_THROWS_WITH(runs.client->now(), Catch::Contains("logs this user out"));
  CHECK(runs.script.answers.empty());
  CHECK(heed::crm::login_record(*runs.state, runs.clock.now()).renewals == 4);
  runs.clock.advance(std::chrono::hours(1));
  CHECK_NOTHROW(runs.let_in().client->now());
}

TEST_CASE("an instance that is not the org's any more is named, without a loop", "[session]") {
  const auto [code, text] = GENERATE(table<std::string, std::string>(
      {{"UNKNOWN_EXCEPTION",
        "UNKNOWN_EXCEPTION: Destination URL not reset. The URL returned from login must be set in "
        "the SforceService"},
       {"ORG_NOT_OWNED_BY_INSTANCE", "the organization is not owned by this instance"}}));
  Runs runs;
  for (int i = 0; i < 2; ++i) {
    runs.script.then(200, logged_in(instance)).then(500, fault(code, text));
  }
  const auto says = runs.failure("right");
  CHECK_THAT(says, Catch::Contains(code) && Catch::Contains("na1.my.salesforce.com") &&
                       Catch::Contains("was moved"));
  CHECK(runs.script.requests.size() <= 4);
}

TEST_CASE("too many logins of others are not the password's fault", "[session]") {
  const auto* text =
      GENERATE("INVALID_LOGIN: maximum number of logins exceeded", "Login rate exceeded.");
  Runs runs;
  runs.refuse("INVALID_LOGIN", text);
  const auto error = runs.error_of([&] { runs.start("right").now(); });
  CHECK(error.kind() == Kind::unreachable);
  CHECK(runs.script.requests.size() == 1);
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("a login that the CRM has no time or no requests left for is not the password's fault",
          "[session]") {
  const auto [code, says] = GENERATE(table<std::string, std::string>(
      {{"SERVER_UNAVAILABLE", "the CRM's login answers with SERVER_UNAVAILABLE"},
       {"REQUEST_LIMIT_EXCEEDED", "takes no more logins for now"}}));
  CAPTURE(code);
  Runs runs;
  runs.options.retries = 0;
  runs.refuse(code);
  const auto error = runs.error_of([&] { runs.start("right").now(); });
  CHECK(error.kind() == Kind::unreachable);
  CHECK_THAT(error.what(), Catch::Contains(says));
  runs.script.answers.clear();
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("a locked account is not asked again when an hour is over", "[session]") {
  const auto* code = GENERATE("INVALID_LOGIN", "PASSWORD_LOCKOUT");
  Runs runs;
  runs.refuse(code).failure("wrong");
  runs.clock.advance(std::chrono::hours(2));
  CHECK_THAT(runs.failure("wrong"), Catch::Contains("does not repeat them"));
  CHECK(runs.script.requests.size() == 1);
}

TEST_CASE("after two refusals heed's record says that it has stopped", "[session]") {
  Runs runs;
  const auto stopped = [&runs] {
    return heed::crm::login_record(*runs.state, runs.clock.now()).stopped;
  };
  runs.refuse("INVALID_LOGIN").failure("one");
  runs.refuse("INVALID_LOGIN").failure("two");
  CHECK(stopped());
  runs.state->drop("refused_login");  // as when the second secret is configured anew
  CHECK(stopped());
  runs.clock.advance(std::chrono::hours(2));
  CHECK_FALSE(stopped());
}

TEST_CASE("a login that is none is the address's fault, not the password's", "[session]") {
  const auto [status, says] = GENERATE(
      table<int, std::string>({{404, "[crm] url"}, {400, "[http] certificate"}, {403, "HTML"}}));
  Runs runs;
  runs.script.then(status, "<html>No required SSL certificate was sent</html>", "text/html");
  const auto error = runs.error_of([&] { runs.start("right").now(); });
  CHECK(error.kind() == Kind::unreachable);
  CHECK_THAT(error.what(), Catch::Contains(says));
  CHECK(runs.script.requests.size() == 1);
  CHECK(runs.let_in().failure("right").empty());
}

TEST_CASE("the state tells nothing of a password, and two heeds do not undo each other",
          "[session][vault]") {
  const heed::support::TempDir folder;
  heed::vault::State one(folder.file("state"));
  heed::vault::State two(folder.file("state"));
  one.set("a", "1");
  two.set("b", "2");
  one.set("c", "3");
  two.drop("a");
  const heed::vault::State seen(folder.file("state"));
  CHECK_FALSE(seen.get("a"));
  CHECK(seen.get("b") == "2");
  CHECK(seen.get("c") == "3");
}

TEST_CASE("each refusal of a login is one line with its mend", "[session]") {
  const auto [code, text, mend] = GENERATE(table<std::string, std::string, std::string>({
      {"INVALID_LOGIN", "no", "check user, password and security token"},
      {"LOGIN_MUST_USE_SECURITY_TOKEN", "no", "[crm] token"},
      {"LOGIN_DURING_RESTRICTED_TIME", "no", "login hours"},
      {"LOGIN_DURING_RESTRICTED_DOMAIN", "no", "IP ranges"},
      {"PASSWORD_LOCKOUT", "no", "unlock the user"},
      {"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "no", "has expired"},
      {"INSUFFICIENT_ACCESS", "no", "Use Any API Auth"},
      {"INACTIVE_OWNER_OR_USER", "no", "activate it"},
      {"INVALID_OPERATION", "SOAP API login() is disabled by default in this org.",
       "use an OAuth access token"},
      {"INVALID_OPERATION", "SOAP API login() is not available in this API version",
       "use an OAuth access token"},
      {"UNSUPPORTED_API_VERSION", "no", "set [crm] api_version"},
      {"CLIENT_NOT_ACCESSIBLE_FOR_USER", "no", "allow heed's connected app"},
      {"CLIENT_REQUIRE_UPDATE_FOR_USER", "no", "allow heed's connected app"},
      {"API_DISABLED_FOR_ORG", "no", "API Enabled"},
      {"MUTUAL_AUTHENTICATION_FAILED", "no", "client certificate"},
      {"TXN_SECURITY_NO_ACCESS", "no", "except the integration user"},
      {"TXN_SECURITY_TWO_FA_REQUIRED", "no", "second factor"},
      {"TXN_SECURITY_END_A_SESSION", "no", "ends this user's sessions"},
      {"EXCEEDED_QUOTA", "no", "System Overview"},
      {"ORG_LOCKED", "no", "the org is locked"},
      {"TRIAL_EXPIRED", "no", "trial is over"},
      {"LOGIN_OF_TOMORROW", "no", "ask its administrator"},
  }));
  CAPTURE(code);
  Runs runs;
  const auto says = runs.refuse(code, text).failure("right");
  CHECK_THAT(says, Catch::Contains(code) && Catch::Contains(mend));
  CHECK(says.find('\n') == std::string::npos);
  CHECK(runs.script.requests.size() == 1);
}

TEST_CASE("a security token is sent behind the password", "[session]") {
  Runs runs;
  runs.let_in();
  runs.Machine::start(heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"),
                                          heed::vault::Secret::parse("plain:canary-token")})
      .now();
  CHECK_THAT(runs.script.requests[0].body, Catch::Contains(">canary-pcanary-token<"));
}

TEST_CASE("a given access token that has ended is named by its place, and waits for another",
          "[session]") {
  const std::string opaque = "canary-ended", jwt = "eyJhbGciOi.J9.canary";
  const auto [token, says] = GENERATE_COPY(
      table<std::string, std::string>({{opaque, "put a fresh one in the configuration file"},
                                       {jwt, "Issue JSON Web Token (JWT)-based access tokens"}}));
  Runs runs;
  const auto refused = [&runs](const std::string& given) {
    return runs.error_of([&] {
      runs.Machine::start(heed::crm::AccessToken{heed::vault::Secret::parse("plain:" + given),
                                                 "https://acme.my.salesforce.com"})
          .user();
    });
  };
  runs.refuse("INVALID_SESSION_ID");
  const auto error = refused(token);
  CHECK(error.kind() == Kind::login);
  CHECK_THAT(error.what(), Catch::Contains(says) && !Catch::Contains("canary"));
  refused(token);  // within the hour it is not even sent
  CHECK(runs.script.requests.size() == 1);
  runs.refuse("INVALID_SESSION_ID");
  refused("canary-another");
  CHECK(runs.script.requests.size() == 2);
}

TEST_CASE("a given access token that ends in the run is not asked for a second time", "[session]") {
  Runs runs;
  runs.script.then(200, heed::support::user_told())
      .then(200, time_told())
      .then(500, fault("INVALID_SESSION_ID"));
  auto& client = runs.Machine::start(heed::crm::AccessToken{
      heed::vault::Secret::parse("plain:canary-token"), "https://acme.my.salesforce.com"});
  client.now();
  CHECK_THAT(runs.error_of([&] { client.now(); }).what(), Catch::Contains("put a fresh one in"));
  CHECK(runs.script.requests.size() == 3);
}
