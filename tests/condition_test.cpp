#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/desk.hpp"
#include "support/mirrored.hpp"
#include "support/reported.hpp"

/// How far a report can be relied upon, as each command that reports says it.

using Catch::Contains;
using heed::support::Desk;
using heed::support::make_id;

namespace {

/// What a report says besides its condition, for two to be compared.
std::string body_of(Desk& desk, std::vector<std::string> words) {
  words.insert(words.end(), {"--format", "json"});
  desk.run(words);
  auto json = nlohmann::json::parse(desk.out());
  json.erase("meta");
  for (auto& event : json["events"]) event.erase("hash");  // salted
  return json.dump();
}

const std::vector<std::vector<std::string>>& reports() {
  static const std::vector<std::vector<std::string>> all{
      {"due"}, {"people"}, {"show", std::string(make_id("003", 4).text())}, {"explain", "D3"}};
  return all;
}

/// The configuration with these packs, by which people are judged from now on.
void enable(const Desk& desk, const std::string& packs, const std::string& more = "") {
  auto config = heed::support::contents(desk.config());
  const auto at = config.find("\nenabled = [") + 1;
  config.replace(at, config.find(']', at) + 1 - at, "enabled = [" + packs + "]\n" + more);
  desk.write("heed.toml", config);
}

}  // namespace

TEST_CASE("a report without --as-of tells all that heed knows, however slow the machine's clock is",
          "[report][cli]") {
  Desk right("2026-11-25T07:58:00Z");
  for (const auto* now : {"2026-11-25T07:54:30Z", "2026-11-25T07:00:00Z", "2026-11-20T08:00:00Z",
                          "1970-01-01T00:00:00Z"}) {
    Desk slow(now);
    for (const auto& words : reports()) {
      CAPTURE(now, words.front());
      CHECK(body_of(slow, words) == body_of(right, words));
    }
  }
}

TEST_CASE(
    "a clock that is behind the last run is told with both moments, and makes a report "
    "incomplete",
    "[report][cli]") {
  Desk slow("2026-11-25T06:50:00Z");
  auto words = reports();
  words.push_back({"status"});
  for (const auto& one : words) {
    CAPTURE(one.front());
    CHECK(slow.run(one) == 8);
    CHECK_THAT(slow.out(),
               Contains("INCOMPLETE: this machine's clock shows 2026-11-25T06:50:00Z") &&
                   Contains("2026-11-25T07:55:00Z"));
  }
  CHECK(slow.run({"due", "--check", "--format", "csv"}) == 8);
  CHECK_THAT(slow.err(), Contains("this machine's clock shows 2026-11-25T06:50:00Z"));
}

TEST_CASE("a clock that is behind by seconds is as good as right", "[report][cli]") {
  Desk slow("2026-11-25T07:54:30Z");
  CHECK(slow.run({"due"}) == 0);
  CHECK_THAT(slow.out(), !Contains("INCOMPLETE"));
}

TEST_CASE("with a slow clock --as-of still tells what was known then", "[report][cli]") {
  Desk slow("2026-11-25T07:00:00Z");
  Desk right;
  for (const auto* then : {"2026-11-24T00:00:00Z", "2026-11-25T07:30:00Z"}) {
    for (auto words : reports()) {
      if (words.front() == "explain") continue;  // it has no --as-of
      const auto present = body_of(right, words);
      words.insert(words.end(), {"--as-of", then});
      CAPTURE(then, words.front());
      CHECK(body_of(slow, words) == body_of(right, words));
      CHECK(body_of(slow, words) != present);
    }
  }
}

TEST_CASE("status of an old mirror says so, and exits as the reports do", "[report][cli]") {
  Desk fresh;
  CHECK(fresh.run({"status"}) == 0);
  CHECK(fresh.run({"status", "--format", "json"}) == 0);
  CHECK(nlohmann::json::parse(fresh.out())["incomplete"].empty());
  Desk late("2026-11-28T08:00:00Z");
  CHECK(late.run({"status"}) == 8);
  CHECK_THAT(late.out(), Contains("INCOMPLETE: the last complete run began at "
                                  "2026-11-25T07:50:00Z, 72 hours ago; run heed sync"));
  CHECK(late.run({"status", "--format", "json"}) == 8);
  CHECK(nlohmann::json::parse(late.out())["incomplete"].size() == 1);
}

TEST_CASE("status exits as the reports do, whatever makes them incomplete", "[report][cli]") {
  Desk desk;
  {
    auto file = heed::store::Database::open(desk.file("heed.db"), heed::store::Mode::write);
    heed::mirror::Mirror mirror(file);
    mirror.hide("Individual", "ShouldForget", heed::support::moment("2026-11-20T00:00:00Z"));
  }
  CHECK(desk.run({"due"}) == 8);
  CHECK(desk.run({"status"}) == 8);
  CHECK_THAT(desk.out(), Contains("INCOMPLETE: Individual.ShouldForget is hidden"));
}

TEST_CASE("a report says which wishes open no duty because figures are unverified",
          "[report][cli][policy]") {
  Desk desk;
  const std::string id(make_id("003", 4).text());
  desk.run({"due"});
  CHECK_THAT(desk.out(), !Contains("unverified"));  // nothing of the packs is left out
  enable(desk, "'eu-gdpr', 'us-ct', 'us-canspam', 'au-privacy'");
  const auto check_said = [](const std::string& text) {
    CHECK_THAT(text,
               Contains("3 duties of enabled packs are not loaded because they are unverified"));
    CHECK_THAT(text, Contains("us-ct (process, geotrack)") && Contains("au-privacy ("));
    CHECK_THAT(text, Contains("allow_unverified") && Contains("heed check"));
    CHECK_THAT(text, !Contains("us-canspam ("));  // of a reading nobody is lost
  };
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"due"}, {"status"}, {"people"}, {"show", id}}) {
    CAPTURE(words.front());
    desk.run(words);
    check_said(desk.out());
  }
  for (const auto* command : {"due", "status"}) {
    desk.run({command, "--format", "json"});
    const auto json = nlohmann::json::parse(desk.out());
    const auto& meta = json.contains("meta") ? json["meta"] : json;
    check_said(meta["remarks"].dump());
  }
  desk.run({"due", "--format", "csv"});
  check_said(desk.err());
  enable(desk, "'eu-gdpr', 'us-ct'", "allow_unverified = true\n");
  desk.run({"due"});
  CHECK_THAT(desk.out(), !Contains("not loaded"));
}
