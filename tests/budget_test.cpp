#include <catch2/catch.hpp>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "support/machine.hpp"

using heed::crm::Allowance;

namespace {

heed::Moment at(const char* text) {
  return *heed::parse_moment(text);
}

const std::string instance = "https://acme.example/services/Soap/u/62.0";

std::string time_told(std::int64_t used, std::int64_t allowed) {
  return heed::support::time_told("2026-03-02T10:00:00.000Z",
                                  "<LimitInfoHeader><limitInfo><current>" + std::to_string(used) +
                                      "</current><limit>" + std::to_string(allowed) +
                                      "</limit><type>API REQUESTS</type></limitInfo>"
                                      "</LimitInfoHeader>");
}

/// A client whose state outlives it.
struct Office {
  heed::support::TempDir folder;
  heed::support::ManualClock clock{at("2026-03-02T10:00:00Z")};
  heed::crm::Options options;

  /// Asks the time `times` times of a CRM that tells this usage; how many requests went out.
  std::size_t ask(int times, std::int64_t used, std::int64_t allowed) {
    heed::support::Scripted crm;
    crm.then(200, heed::support::logged_in(instance));
    for (int i = 0; i < times; ++i) crm.then(200, time_told(used, allowed));
    options.url = "https://acme.example";
    heed::vault::State state(folder.path() / "state");
    heed::crm::Client client(
        crm, clock, options,
        heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}}, &state);
    try {
      for (int i = 0; i < times; ++i) client.now();
    } catch (const heed::Error& error) {
      kind = error.kind();
      text = error.what();
    }
    allowance = client.allowance();
    return crm.requests.size();
  }

  std::optional<heed::Kind> kind;
  std::string text;
  Allowance allowance = Allowance::all;
};

}  // namespace

TEST_CASE("a window has whole minutes and begins where it was asked to", "[crm]") {
  const auto window = heed::crm::Window::for_deleted(
      at("2026-03-02T09:00:59Z"), at("2026-03-02T10:15:30Z"), at("2026-03-02T10:15:31Z"));
  REQUIRE(window);
  CHECK(window->from() == at("2026-03-02T09:00:00Z"));
  CHECK(window->to() == at("2026-03-02T10:15:00Z"));
  CHECK_FALSE(window->cut());
}

TEST_CASE("a window that would be empty, turned about or in the future is none", "[crm]") {
  const auto now = at("2026-03-02T10:15:00Z");
  const auto [from, to] =
      GENERATE(table<const char*, const char*>({{"2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"},
                                                {"2026-03-02T10:00:00Z", "2026-03-02T10:00:59Z"},
                                                {"2026-03-02T10:00:59Z", "2026-03-02T10:01:00Z"},
                                                {"2026-03-02T10:10:00Z", "2026-03-02T10:00:00Z"},
                                                {"2026-03-02T10:15:00Z", "2026-03-02T11:00:00Z"},
                                                {"2025-03-02T10:15:00Z", "2025-04-02T11:00:00Z"}}));
  CAPTURE(from, to);
  CHECK_FALSE(heed::crm::Window::for_updated(at(from), at(to), now));
  CHECK_FALSE(heed::crm::Window::for_deleted(at(from), at(to), now));
}

TEST_CASE("a window never reaches further back than the CRM remembers, and says that it is cut",
          "[crm]") {
  const auto now = at("2026-03-31T10:15:30Z");
  const auto exactly = heed::crm::Window::for_updated(at("2026-03-01T10:15:30Z"), now, now);
  REQUIRE(exactly);
  CHECK(exactly->cut());
  CHECK(exactly->from() == at("2026-03-01T11:16:00Z"));
  CHECK(exactly->to() == at("2026-03-31T10:15:00Z"));
  CHECK_FALSE(heed::crm::Window::for_updated(at("2026-03-01T11:16:00Z"), now, now)->cut());
  const auto deleted = heed::crm::Window::for_deleted(at("2026-03-10T00:00:00Z"), now, now);
  REQUIRE(deleted);
  CHECK(deleted->cut());
  CHECK(deleted->from() == at("2026-03-16T11:16:00Z"));
}

TEST_CASE("optional work stops before all work, by heed's own count and by the org's", "[crm]") {
  heed::crm::Options options;
  options.calls_a_day = 500;
  options.leave_share = 0.1;
  const auto now = at("2026-03-02T10:00:00Z");
  const auto [calls, used, expected] =
      GENERATE(table<std::int64_t, std::int64_t, Allowance>({{0, 0, Allowance::all},
                                                             {399, 100, Allowance::all},
                                                             {400, 100, Allowance::needed},
                                                             {499, 100, Allowance::needed},
                                                             {500, 100, Allowance::none},
                                                             {0, 10'799, Allowance::all},
                                                             {0, 10'800, Allowance::needed},
                                                             {0, 13'500, Allowance::none},
                                                             {0, 14'400, Allowance::none}}));
  CAPTURE(calls, used);
  const heed::crm::Spending spending{*heed::parse_day("2026-03-02"), calls,
                                     heed::crm::Usage{used, 15'000}, now};
  CHECK(heed::crm::allowance_of(options, spending, now) == expected);
}

TEST_CASE("another day's count is void, and so is a usage that is an hour old", "[crm]") {
  heed::crm::Options options;
  options.calls_a_day = 500;
  const heed::crm::Spending spending{*heed::parse_day("2026-03-02"), 600,
                                     heed::crm::Usage{15'000, 15'000}, at("2026-03-02T23:50:00Z")};
  const auto allowed = [&](const char* now) {
    return heed::crm::allowance_of(options, spending, at(now));
  };
  CHECK(allowed("2026-03-02T23:55:00Z") == Allowance::none);
  CHECK(allowed("2026-03-03T00:10:00Z") == Allowance::none);
  CHECK(allowed("2026-03-03T00:50:00Z") == Allowance::all);
}

TEST_CASE("the requests of a day are counted across runs, and the last one says what to do",
          "[crm]") {
  Office office;
  office.options.calls_a_day = 10;
  CHECK(office.ask(5, 100, 15'000) == 6);
  CHECK_FALSE(office.kind);
  CHECK(office.ask(5, 100, 15'000) == 4);
  CHECK(office.kind == heed::Kind::incomplete);
  CHECK_THAT(office.text, Catch::Contains("calls_a_day"));
  CHECK(office.allowance == Allowance::none);
  CHECK(office.ask(1, 100, 15'000) == 0);
  const auto spending = heed::crm::spending_in(heed::vault::State(office.folder.path() / "state"));
  REQUIRE(spending);
  CHECK(spending->calls == 10);
  CHECK(spending->usage->used == 100);
  office.clock.advance(std::chrono::hours(24));
  office.kind.reset();
  CHECK(office.ask(1, 100, 15'000) == 2);
  CHECK_FALSE(office.kind);
}

TEST_CASE(
    "the share that is left to others ends the run, and an hour later one request looks again",
    "[crm]") {
  Office office;
  CHECK(office.ask(3, 14'400, 15'000) == 2);
  CHECK(office.kind == heed::Kind::incomplete);
  CHECK_THAT(office.text, Catch::Contains("leave_share") && Catch::Contains("14400"));
  CHECK(office.ask(3, 14'400, 15'000) == 0);
  office.clock.advance(std::chrono::hours(1));
  office.kind.reset();
  CHECK(office.ask(3, 200, 15'000) == 4);
  CHECK_FALSE(office.kind);
}

TEST_CASE("two heeds that ask by turns add up, and whoever is killed has told of most of it",
          "[crm]") {
  heed::support::Machine machine;
  machine.options.url = "https://acme.example";
  const auto file = machine.folder.file("state");
  heed::vault::State one_state(file);
  heed::vault::State other_state(file);
  const heed::crm::Credentials credentials =
      heed::crm::Password{"u", heed::vault::Secret::parse("plain:canary-p"), {}};
  heed::crm::Client one(machine.script, machine.clock, machine.options, credentials, &one_state);
  heed::crm::Client other(machine.script, machine.clock, machine.options, credentials,
                          &other_state);
  const auto ask = [&machine](heed::crm::Client& client) {
    for (int i = 0; i < 25; ++i) {
      machine.script.then(200, heed::support::time_told());
      client.now();
    }
  };
  for (auto* client : {&one, &other}) {
    machine.script.then(200, heed::support::logged_in(instance));
    ask(*client);
  }
  ask(one);
  const auto told = heed::crm::spending_in(heed::vault::State(file));
  REQUIRE(told);
  CHECK(told->calls >= 60);
  CHECK(told->calls <= 77);
}

TEST_CASE("a spending that cannot be read is none", "[crm]") {
  const heed::support::TempDir folder;
  heed::vault::State state(folder.path() / "state");
  CHECK_FALSE(heed::crm::spending_in(state));
  const auto text = GENERATE("", "2026-03-02", "2026-03-02 x", "2026-03-02 1 2 3", "x 1",
                             "2026-03-02 1 2 -3 2026-03-02T00:00:00Z", "2026-03-02 1 2 3 now");
  state.set("spending", text);
  CHECK_FALSE(heed::crm::spending_in(state));
}
