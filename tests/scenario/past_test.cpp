#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "simulator/office.hpp"
#include "support/contents.hpp"
#include "support/program.hpp"
#include "support/terminal.hpp"

// What a report of a moment gone by says is what heed said at that moment.

using heed::simulated::Simulator;
using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;

std::string said(Terminal& terminal, std::vector<std::string> words) {
  words.insert(words.end(), {"--format", "csv"});
  const int code = terminal.run(words);
  CHECK((code == 0 || code == 8));
  return terminal.out();
}

/// The first duty of a line that has the text, in a list of what is owed.
std::string duty_with(const std::string& list, const std::string& text) {
  const auto at = list.find(text);
  REQUIRE(at != std::string::npos);
  const auto line = list.rfind('\n', at) + 1;
  return list.substr(line, list.find(',', line) - line);
}

/// Privacy holds come and go, and people move to where nobody knows; a duty of each kind is dealt
/// with: its request was older, it is done, it is put off.
void work(heed::simulated::Org& org, Terminal& terminal, std::uint32_t week) {
  org.update(org.nth("Individual", week + 1), {{"HasPrivacyHold", true}});
  org.update(org.nth("Individual", week), {{"HasPrivacyHold", false}});
  org.advance(1min);
  terminal.run({"sync"});
  const auto list = said(terminal, {"due"});
  const auto day = heed::to_text(org.now() - 24h * 9).substr(0, 10);
  terminal.run({"received", duty_with(list, ",stop e-mail,"), day, "--reason", "letter"});
  const auto other = said(terminal, {"due", "--preference", "phone"});
  terminal.run({"received", duty_with(other, ",stop calls,"), day, "--reason", "call"});
  terminal.run({"done", duty_with(said(terminal, {"due"}), ",stop "), "--evidence", "list 3"});
  terminal.run({"extend", duty_with(said(terminal, {"due"}), ",answer the request to be forgotten"),
                "--reason", "much to read"});
}

}  // namespace

TEST_CASE("reports as of a moment gone by are those that heed made then", "[scenario][report]") {
  Simulator crm{{.individuals = 60}};
  Terminal terminal{crm};
  auto& org = crm.org();
  terminal.run({"sync"});
  struct Told {
    std::string at, due, people;
  };
  std::vector<Told> told;
  std::set<std::string> different;
  for (std::uint32_t week = 1; week <= 5; ++week) {
    heed::simulated::office_works(org, 7, week);
    work(org, terminal, week);
    org.advance(1min);
    const auto now = heed::to_text(org.now());
    told.push_back({now, said(terminal, {"due"}), said(terminal, {"people"})});
    different.insert(told.back().due);
    org.advance(1h);
  }
  CHECK(different.size() == told.size());
  heed::simulated::office_works(org, 7, 6);
  terminal.run({"sync"});
  std::string last;
  for (const auto& each : told) {
    CAPTURE(each.at);
    CHECK(said(terminal, {"due", "--as-of", each.at}) == each.due);
    CHECK(said(terminal, {"people", "--as-of", each.at}) == each.people);
    terminal.run({"due", "--as-of", each.at, "--format", "json"});
    const auto meta = nlohmann::json::parse(terminal.out())["meta"];
    CHECK(meta["known_by_run"].get<std::string>() < each.at);
    CHECK(meta["known_by_run"].get<std::string>() > last);
    last = meta["known_by_run"];
  }
}

TEST_CASE("what counts by change alone is held by who changed it while heed looked",
          "[scenario][report]") {
  Simulator crm{{.individuals = 20}};
  Terminal terminal{crm};
  auto& org = crm.org();
  const std::string shipped = HEED_SOURCE_DIR "/schedules/preferences.toml";
  auto text = heed::support::contents(shipped);
  const std::string line = "field = \"HasOptedOutSolicit\"\n";
  text.insert(text.find(line) + line.size(), "only_on_change = true\n");
  std::filesystem::create_directory(terminal.file("own"));
  heed::support::written(terminal.file("own/preferences.toml"), text);
  auto config = heed::support::contents(terminal.config());
  config.insert(config.find("[mirror]\n") + 9, "schedules = \"own\"\n");
  heed::support::written(terminal.config(), config);
  const auto before = org.nth("Individual", 5);
  const auto after = org.nth("Individual", 6);
  for (const auto& who : {before, after}) org.update(who, {{"HasOptedOutSolicit", false}});
  org.advance(1h);
  org.update(before,
             {{"HasOptedOutSolicit", true}});  // history tells of it, and heed was not there
  org.advance(1h);
  terminal.run({"sync"});
  org.update(after, {{"HasOptedOutSolicit", true}});
  org.advance(1h);
  terminal.run({"sync"});
  const auto list = said(terminal, {"people", "--preference", "solicit"});
  CHECK(list.find(before.text()) == std::string::npos);
  CHECK(list.find(after.text()) != std::string::npos);
}
