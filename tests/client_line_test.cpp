#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <set>

#include "support/machine.hpp"
#include "support/peer.hpp"

// What the client does with its line to the CRM: where requests go, and when they go again.

using heed::Kind;
using heed::support::Asked;
using heed::support::Machine;
using heed::support::titled;

namespace {

#ifdef HEED_SANITIZED  // it takes its time
constexpr int pages = 2'000;
#else
constexpr int pages = 20'000;
#endif

/// An answer that sends the request elsewhere.
void send_on(heed::support::Scripted& script, int status, const std::string& to) {
  script.then(status, "");
  script.answers.back().headers.emplace_back("Location", to);
}

/// The address of the first call after a login by password at `url`, for an instance at `told`.
std::string called(const std::string& url, const std::string& told) {
  Machine machine;
  machine.options.url = url;
  machine.script.then(200, heed::support::logged_in(told + "/services/Soap/u/62.0/00D0"))
      .then(200, heed::support::time_told());
  machine.start(heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}}).now();
  const auto address = machine.script.requests[1].url;
  return address.substr(0, address.find('/', 8));
}

}  // namespace

TEST_CASE("a page that the CRM moves within its site is asked for there, the same", "[crm][peer]") {
  Asked asked;
  send_on(asked.crm, 307, "/services/Soap/u/62.0/moved");
  asked.crm.then(200, titled("x"));
  CHECK(std::get<heed::Page>(asked.read()).size() == 1);
  const auto& requests = asked.crm.requests;
  REQUIRE(requests.size() == 3);
  CHECK(requests[2].url == "https://acme.example/services/Soap/u/62.0/moved");
  CHECK(requests[2].method == "POST");
  CHECK(requests[2].body == requests[1].body);
}

TEST_CASE("a session does not follow a redirect to another site", "[crm][peer]") {
  Asked asked;
  send_on(asked.crm, 302, "https://evil.example/services/Soap/u/62.0");
  const auto error = Machine::error_of([&] { asked.read(); });
  CHECK(error.kind() == Kind::unreachable);
  CHECK(error.is_lasting());
  CHECK_THAT(error.what(), Catch::Contains("evil.example"));
  CHECK(asked.crm.requests.size() == 2);
  CHECK(asked.clock.slept() == std::chrono::seconds(0));
}

TEST_CASE("an app's secret does not follow a redirect to another site", "[session]") {
  Machine machine;
  machine.options.url = "https://acme.my.salesforce.com";
  send_on(machine.script, 302, "https://evil.example/services/oauth2/token");
  auto& client = machine.start(
      heed::crm::ClientCredentials{"app", heed::vault::Secret::parse("plain:canary-secret")});
  CHECK_THAT(Machine::error_of([&] { client.user(); }).what(), Catch::Contains("evil.example"));
  CHECK(machine.script.requests.size() == 1);
}

TEST_CASE("pauses are drawn anew on each machine, so that not all come back at once",
          "[crm][peer]") {
  const auto slept = [](std::uint64_t seed) {
    Asked asked;
    asked.options.seed = seed;
    for (int i = 0; i < 4; ++i) asked.crm.then(503, "<html>Maintenance</html>", "text/html");
    asked.crm.then(200, titled("x"));
    asked.read();
    return asked.clock.slept().count();
  };
  std::set<std::int64_t> pauses;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto pause = slept(seed);
    CHECK(pause == slept(seed));
    CHECK(pause >= 15);
    CHECK(pause <= 30);
    pauses.insert(pause);
  }
  CHECK(pauses.size() > 1);
}

TEST_CASE("the port that is configured holds for the instance that a login tells of", "[crm]") {
  const std::string login = "https://login.acme.example:8443";
  CHECK(called(login, "https://na1.acme.example") == "https://na1.acme.example:8443");
  CHECK(called(login, "https://na1.acme.example:9443") == "https://na1.acme.example:9443");
  CHECK(called("https://login.acme.example", "https://na1.acme.example") ==
        "https://na1.acme.example");
  CHECK(called("https://[::1]:8443", "https://[::1]") == "https://[::1]:8443");
  CHECK(called("https://[::1]:8443", "https://[::1]:9443") == "https://[::1]:9443");
  CHECK(called("https://[::1]", "https://[::1]") == "https://[::1]");
}

TEST_CASE("what a CRM says under a code of heed's own names is not shown", "[crm][session]") {
  const auto code = GENERATE(as<std::string>{}, "HTTP_503", "HTTP_500", "HTTP_418", "NOT_SOAP");
  Asked asked;
  asked.options.retries = 0;
  asked.crm.then(500, heed::support::fault(code, "canary of a person"));
  try {
    const auto answer = asked.read();
    const auto* refusal = std::get_if<heed::crm::Refusal>(&answer);
    REQUIRE(refusal != nullptr);
    CHECK_THAT(refusal->error("Contact").what(), !Catch::Contains("canary"));
  } catch (const heed::Error& error) {
    CHECK_THAT(error.what(), Catch::Contains(code) && !Catch::Contains("canary"));
  }
  Machine machine;
  machine.options.url = "https://acme.example";
  machine.options.retries = 0;
  machine.script.then(500, heed::support::fault(code, "canary of a person"));
  auto& client =
      machine.start(heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}});
  CHECK_THAT(Machine::error_of([&] { client.now(); }).what(), !Catch::Contains("canary"));
}

TEST_CASE("twenty thousand pages of one record are read in the memory of a few", "[crm]") {
  /// Gives one record a page, and always a next one until the last.
  class Pages final : public heed::http::Transport {
   public:
    heed::http::Response send(const heed::http::Request&) override {
      const int page = sent_++;
      if (page == 0) return {200, {}, heed::support::logged_in("https://acme.example/services")};
      const std::string id = std::to_string(100'000 + page);
      const std::string record =
          "<records xsi:type=\"sf:sObject\"><sf:type>Contact</sf:type><sf:Id>003000000" + id +
          "</sf:Id><sf:Title>" + std::string(2000, 't') +
          "</sf:Title><sf:SystemModstamp>2026-03-01T10:00:00Z</sf:SystemModstamp></records>";
      return {200,
              {},
              heed::support::answered(record, pages, page < pages ? "more" : "",
                                      page == 1 ? "queryAll" : "queryMore")};
    }

   private:
    int sent_ = 0;
  };
  const auto peak = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
  };
  Pages crm;
  heed::support::ManualClock clock(*heed::parse_moment("2026-03-02T00:00:00Z"));
  heed::crm::Options options;
  options.url = "https://acme.example";
  heed::crm::Client client(
      crm, clock, options,
      heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}});
  const auto selection = heed::support::contacts();
  auto page = std::get<heed::Page>(client.read(selection));
  std::int64_t rows = 1;
  long early = 0;
  while (!page.locator.empty()) {
    page = std::get<heed::Page>(client.more(selection, page.locator));
    rows += static_cast<std::int64_t>(page.size());
    if (rows == 1000) early = peak();
  }
  CHECK(rows == pages);
#ifndef HEED_SANITIZED         // which keeps what was freed
  CHECK(peak() - early < 16);  // MiB; the titles alone are 40
#else
  CHECK(early > 0);
#endif
}
