#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/desk.hpp"
#include "support/mirrored.hpp"

using heed::support::Desk;

namespace {

nlohmann::json steps_of(const Desk& desk) {
  return nlohmann::json::parse(desk.out())["steps"];
}

/// The answer that is owed under a pack.
std::string owed(Desk& desk, const std::string& pack) {
  REQUIRE(desk.run({"due", "--format", "json", "--pack", pack}) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  for (const auto& each : json["duties"]) {
    if (each["rule"] == "request.respond") return each["duty"];
  }
  FAIL("no answer is owed");
  return {};
}

}  // namespace

TEST_CASE("received moves a date and tells the old and the new one", "[cli][acts]") {
  Desk desk;
  REQUIRE(desk.run({"received", "D3", "2026-11-10", "--reason", "a letter", "--by", "bob",
                    "--format", "json"}) == 0);
  const auto steps = steps_of(desk);
  REQUIRE(steps.size() >= 2);
  CHECK(steps[0]["kind"] == "received");
  CHECK(steps[0]["author"] == "bob");
  CHECK(steps[0]["reason"] == "a letter");
  CHECK(steps[1]["kind"] == "moved");
  CHECK(steps[1]["old_due"] != steps[1]["due"]);
  CHECK(steps[1]["after"]["start"] == "2026-11-10");
}

TEST_CASE("a duty is closed, reopened and refused from the command line", "[cli][acts]") {
  Desk desk;
  const auto duty = owed(desk, "us-ca-ccpa");
  REQUIRE(desk.run({"done", duty, "--evidence", "ticket 5"}) == 0);
  CHECK(desk.out().find("met") != std::string::npos);
  CHECK(desk.run({"done", duty, "--evidence", "ticket 5"}) == 1);
  CHECK(desk.err().find("closed already") != std::string::npos);
  REQUIRE(desk.run({"reopen", duty, "--reason", "it was another's", "--format", "json"}) == 0);
  CHECK(steps_of(desk)[0]["author"] == "ann");
  REQUIRE(desk.run({"refuse", duty, "--reason", "cannot be verified", "--on", "2026-11-24"}) == 0);
  REQUIRE(desk.run({"note", duty, "--reason", "appeal possible"}) == 0);
  REQUIRE(desk.run({"explain", duty}) == 0);
  CHECK(desk.out().find("appeal possible") != std::string::npos);
}

TEST_CASE("an extension is announced, dated and explained", "[cli][acts]") {
  Desk desk;
  const auto duty = owed(desk, "us-ca-ccpa");
  REQUIRE(desk.run({"extend", duty, "--reason", "many systems", "--format", "json"}) == 0);
  const auto step = steps_of(desk)[0];
  CHECK(step["kind"] == "extended");
  CHECK(step["old_due"] < step["due"]);
  CHECK(step["after"]["initial_due"] == step["old_due"]);
  REQUIRE(desk.run({"explain", duty}) == 0);
  CHECK(desk.out().find("Extended     1 time, from ") != std::string::npos);
  REQUIRE(desk.run({"explain", duty, "--format", "json"}) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  CHECK(json["duty"]["extended"] == 1);
  CHECK(json["computed"]["differs"] == false);
  CHECK(desk.run({"extend", duty, "--reason", "again"}) == 1);
  CHECK(desk.run({"pause", duty, "--reason", "asked"}) == 1);
  CHECK(desk.run({"resume", duty, "--reason", "answered"}) == 1);
}

TEST_CASE("many duties are closed from a file, or none", "[cli][acts]") {
  Desk desk;
  REQUIRE(desk.run({"due", "--format", "csv", "--out", desk.file("due.csv")}) == 0);
  REQUIRE(desk.run({"done", "--file", desk.file("due.csv"), "--evidence", "list 9", "--dry-run"}) ==
          0);
  CHECK(desk.out().find("would be closed") != std::string::npos);
  const auto bad = desk.write("bad.csv",
                              "duty;on;evidence\r\nD3;2026-11-24;letter\r\nD999;;\r\n"
                              "D3;;again\r\nthree;;x\r\nD4;24.11.2026;x\r\n");
  CHECK(desk.run({"done", "--file", bad}) == 1);
  for (const auto* where : {"bad.csv:3: there is no evidence", "bad.csv:4: is on line 2 already",
                            "bad.csv:5: 'three' is no duty", "bad.csv:6: on is '24.11.2026'"}) {
    INFO(where << " in " << desk.err());
    CHECK(desk.err().find(where) != std::string::npos);
  }
  CHECK(desk.run({"done", "D3", "--evidence", "still open"}) == 0);
  const auto unknown = desk.write("unknown.csv", "D4\nD999\n");
  CHECK(desk.run({"done", "--file", unknown, "--evidence", "x"}) == 1);
  CHECK(desk.err().find("unknown.csv:2: there is no duty D999") != std::string::npos);
  CHECK(desk.run({"done", "--file", desk.write("none.csv", "name\nx\n"), "--evidence", "x"}) == 1);
  CHECK(desk.run({"done", "--file", desk.file("not.csv"), "--evidence", "x"}) == 2);
  for (const auto* empty : {"", "duty\n", "duty,on\n\n"}) {
    const auto file = desk.write("empty.csv", empty);
    CHECK(desk.run({"done", "--file", file, "--evidence", "x"}) == 2);
    CHECK_THAT(desk.err(), Catch::Contains("empty.csv has titles alone") ||
                               Catch::Contains("empty.csv is empty"));
  }
  const auto quoted = desk.write("good.csv",
                                 "\xEF\xBB\xBF\"duty\",\"on\",\"evidence\"\n"
                                 "\"D4\",2026-11-24,\"a \"\"letter\"\",\n17\"\n");
  REQUIRE(desk.run({"done", "--file", quoted, "--format", "json"}) == 0);
  CHECK(nlohmann::json::parse(desk.out())["closed"] == 1);
  REQUIRE(desk.run({"explain", "D4", "--format", "json"}) == 0);
  const auto events = nlohmann::json::parse(desk.out())["events"];
  CHECK(events.back()["proof"] == "a \"letter\",\n17");
}

TEST_CASE("a file whose cells are not all understood closes nothing", "[cli][acts]") {
  Desk desk;
  struct Case {
    const char* text;
    const char* said;
  };
  for (const auto& [text, said] :
       {Case{"D4,2026-12-30,letter\n", "list.csv:1: there are 3 cells and no titles"},
        Case{"D4\nD3,2026-11-24\n", "list.csv:2: there are 2 cells and no titles"},
        Case{"duty,date,proof\nD4,2026-11-24,letter\n", "list.csv:1: 'date' is no title"},
        Case{"duty,on ,evidnce\nD4,2026-11-24,x\n", "did you mean 'evidence'?"},
        Case{"duty,done_on\nD4,2026-11-24\n", "list.csv:1: 'done_on' is no title"},
        Case{"duty,,on\nD4,,2026-11-24\n", "list.csv:1: '' is no title"},
        Case{"duty,\nD4,2026-11-24\n", "list.csv:2: there are 2 cells, and titles for 1"},
        Case{"duty,on,on\nD4,2026-11-23,2026-11-24\n", "list.csv:1: two columns are called 'on'"},
        Case{"duty,On,ON\nD4,2026-11-23,2026-11-24\n", "list.csv:1: two columns are called 'on'"},
        Case{"duty,on\nD4,2026-11-24,letter\n",
             "list.csv:2: there are 3 cells, and titles for 2"}}) {
    CAPTURE(text);
    const auto file = desk.write("list.csv", text);
    CHECK(desk.run({"done", "--file", file, "--evidence", "x"}) == 1);
    CHECK_THAT(desk.err(), Catch::Contains(said));
    if (std::string(said).find("is no title") != std::string::npos) {
      CHECK_THAT(desk.err(), Catch::Contains("duty, on, evidence"));
    }
  }
  desk.run({"due", "--format", "csv"});
  CHECK_THAT(desk.out(), Catch::Contains("\r\nD4,") && Catch::Contains("\r\nD3,"));
}

TEST_CASE("titles of a file are read in any letter case, and a future day is refused",
          "[cli][acts]") {
  Desk desk;
  const auto future = desk.write("future.csv", "Duty;ON;Evidence\nD4;2026-12-30;letter\n");
  CHECK(desk.run({"done", "--file", future}) == 1);
  CHECK_THAT(desk.err(), Catch::Contains("future.csv:2: "));
  const auto bare = desk.write("bare.csv", "D4,,\nD3\n");  // empty cells say nothing
  CHECK(desk.run({"done", "--file", bare, "--evidence", "x", "--dry-run"}) == 0);
  const auto past = desk.write("past.csv", "Duty;ON;Evidence\nD4;2026-11-24;letter 7\n");
  REQUIRE(desk.run({"done", "--file", past}) == 0);
  REQUIRE(desk.run({"explain", "D4", "--format", "json"}) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  CHECK(json["duty"]["closed_on"] == "2026-11-24");
  CHECK(json["events"].back()["proof"] == "letter 7");
}

TEST_CASE("a filter with an empty value or a key twice selects nothing", "[cli][acts]") {
  Desk desk;
  for (const auto* words : {"pack=", "pack= preference=email",
                            "preference=", "rule=", "person=", "until=", "state=", "pack",
                            "pack=us-ca-ccpa pack=eu-gdpr", "preference=email preference=email"}) {
    CAPTURE(words);
    CHECK(desk.run({"done", "--filter", words, "--evidence", "x", "--dry-run"}) == 2);
    CHECK_THAT(desk.err(), Catch::Contains("--filter: "));
  }
}

TEST_CASE("a filter can be looked at without evidence, and closes nothing without it",
          "[cli][acts]") {
  Desk desk;
  const std::string filter = "pack=us-ca-ccpa";
  for (const auto& evidence : {std::vector<std::string>{}, {"--evidence", " "}}) {
    std::vector<std::string> look{"done", "--filter", filter, "--dry-run"};
    look.insert(look.end(), evidence.begin(), evidence.end());
    CHECK(desk.run(look) == 0);
    CHECK_THAT(desk.out(), Catch::Contains("would be closed as met"));
    CHECK_THAT(desk.err(), Catch::Contains("--evidence"));
    look[3] = "--confirm=1";
    CHECK(desk.run(look) == 2);
    CHECK_THAT(desk.err(), Catch::Contains("--evidence") && !Catch::Contains("let --filter find"));
  }
  CHECK(desk.run({"done", "--filter", filter, "--dry-run", "--evidence", "list 9"}) == 0);
  CHECK(desk.err().empty());
  CHECK(desk.run({"done", "D3"}) == 2);
}

TEST_CASE("a filter says what may stand there where it names what is not", "[cli][acts]") {
  Desk desk;
  const auto* packs = "there is ca-casl, eu-gdpr, us-ca-ccpa";
  const std::vector<std::pair<std::string, std::string>> rows{
      {"pack=nosuch", packs},
      {"pack=eu-gdpr,us-ca-ccpa", packs},
      {"rule=zzz", " marketing.stop, "},
      {"state=zzz", "expected open, standing, withdrawn-to-confirm, "},
      {"preference=zzz", "expected solicit, track, "},
      {" ", "give at least one of pack, rule, preference, until, person and state"},
      {"", "is empty; give it a value"}};
  for (const auto& [words, says] : rows) {
    CAPTURE(words);
    CHECK(desk.run({"done", "--filter", words, "--evidence", "x", "--dry-run"}) == 2);
    CHECK_THAT(desk.err(), Catch::Contains("--filter") && Catch::Contains(says));
  }
}

TEST_CASE("a filter takes a pack of which the ledger has duties though it is enabled no more",
          "[cli][acts]") {
  Desk desk;
  desk.write("heed.toml",
             "[crm]\nurl = 'https://crm.example'\n[mirror]\nfile = 'heed.db'\n"
             "[controller]\nestablishments = ['DE']\nzone = 'Europe/Berlin'\ncalendar = 'DE'\n"
             "[packs]\nenabled = ['eu-gdpr']\n");
  const std::vector<std::string> filter{
      "done",       "--filter", "pack=us-ca-ccpa rule=request.acknowledge",
      "--evidence", "x",        "--dry-run"};
  CHECK(desk.run(filter) == 0);
  CHECK_THAT(desk.out(), Catch::Contains("1 duty"));
  CHECK(desk.run({"done", "--filter", "pack=ca-casl", "--evidence", "x", "--dry-run"}) == 2);
}

TEST_CASE("who did it is not told by blanks", "[cli][acts]") {
  Desk desk;
  for (const auto* by : {" ", "   ", "\t"}) {
    CHECK(desk.run({"note", "D3", "--reason", "x", "--by", by}) == 2);
    CHECK_THAT(desk.err(), Catch::Contains("--by is blank; expected who did it"));
  }
  CHECK(desk.run({"note", "D3", "--reason", "x", "--by", " bob "}) == 0);
}

TEST_CASE("a filter closes what it finds only when the number is confirmed", "[cli][acts]") {
  Desk desk;
  const std::vector<std::string> filter{"done", "--filter", "pack=us-ca-ccpa", "--evidence",
                                        "ticket 5"};
  auto dry = filter;
  dry.emplace_back("--dry-run");
  REQUIRE(desk.run(dry) == 0);
  const auto found = desk.out().substr(0, desk.out().find(' '));
  CHECK(desk.run(filter) == 2);
  CHECK(desk.err().find("--confirm " + found) != std::string::npos);
  auto wrong = filter;
  wrong.insert(wrong.end(), {"--confirm", "77"});
  CHECK(desk.run(wrong) == 1);
  auto right = filter;
  right.insert(right.end(), {"--confirm", found});
  REQUIRE(desk.run(right) == 0);
  CHECK(desk.out().find(found + " dut") == 0);
  REQUIRE(desk.run({"due", "--format", "json", "--pack", "us-ca-ccpa"}) == 0);
  CHECK(nlohmann::json::parse(desk.out())["duties"].empty());
  for (const auto* words : {"colour=red", "preference=mail", "until=soon", "state=late", ""}) {
    CHECK(desk.run({"done", "--filter", words, "--evidence", "x"}) == 2);
  }
  CHECK(desk.run({"done", "D3", "--filter", "pack=eu-gdpr", "--evidence", "x"}) == 2);
  CHECK(desk.run({"done", "D3", "--dry-run", "--evidence", "x"}) == 2);
}

TEST_CASE("what a filter found and cannot be closed is named once", "[cli][acts]") {
  Desk desk;
  const auto duty = owed(desk, "us-ca-ccpa");
  CHECK(desk.run({"done", "--filter", "pack=us-ca-ccpa rule=request.respond", "--evidence", "x",
                  "--on", "2020-01-01", "--dry-run"}) == 1);
  const auto said = desk.err();
  CAPTURE(said);
  CHECK_THAT(said, Catch::Contains(duty + ": "));
  CHECK_THAT(said, !Catch::Contains(duty + ": " + duty + ": "));
  CHECK_THAT(said, Catch::Contains("nothing was closed, because of 1 duty") &&
                       Catch::Contains("--filter"));
  CHECK_THAT(said, !Catch::Contains("line"));
  const auto file = desk.write("closed.csv", duty + "\n");
  CHECK(desk.run({"done", "--file", file, "--evidence", "x", "--on", "2020-01-01"}) == 1);
  CHECK_THAT(desk.err(), Catch::Contains("closed.csv:1: " + duty + ": "));
  CHECK_THAT(desk.err(), Catch::Contains("nothing was closed, because of 1 line; mend or remove"));
}

TEST_CASE("an act that lacks something says what, and does nothing", "[cli][acts]") {
  Desk desk;
  CHECK(desk.run({"done", "D3"}) == 2);
  CHECK(desk.err().find("the proof") != std::string::npos);
  CHECK(desk.run({"done"}) == 2);
  CHECK(desk.run({"done", "three", "--evidence", "x"}) == 2);
  CHECK(desk.run({"done", "D999", "--evidence", "x"}) == 1);
  CHECK(desk.run({"received", "D3", "--reason", "x"}) == 2);
  CHECK(desk.run({"received", "D3", "10.11.2026", "--reason", "x"}) == 2);
  CHECK(desk.run({"received", "D3", "2027-01-01", "--reason", "x"}) == 2);
  CHECK(desk.run({"refuse", "D3", "--reason", "x", "--by", ""}) == 2);
  CHECK(desk.run({"reopen", "D3", "--reason", "x"}) == 1);
}

TEST_CASE("without its key nothing is added to the ledger", "[cli][acts]") {
  Desk desk;
  std::filesystem::remove(desk.file("heed.db.key"));
  CHECK(desk.run({"note", "D3", "--reason", "x"}) == 3);
  CHECK_FALSE(std::filesystem::exists(desk.file("heed.db.key")));
}

TEST_CASE("each act records how far the ledger goes", "[cli][acts]") {
  Desk desk;
  const auto before = heed::support::contents(desk.file("heed.db.head"));
  REQUIRE(desk.run({"note", "D3", "--reason", "x"}) == 0);
  CHECK(heed::support::contents(desk.file("heed.db.head")) != before);
}

namespace {

/// What a person does about the answer that is owed; most of it can be done, one after the other.
std::vector<std::vector<std::string>> acts_on(const std::string& duty, const std::string& file) {
  return {{"note", duty, "--reason", "called"},
          {"received", duty, "2026-11-10", "--reason", "a letter"},
          {"acknowledge", duty},
          {"pause", duty, "--reason", "asked"},
          {"resume", duty, "--reason", "answered"},
          {"extend", duty, "--reason", "many systems"},
          {"done", duty, "--evidence", "ticket 5"},
          {"reopen", duty, "--reason", "it was another's"},
          {"refuse", duty, "--reason", "cannot be verified", "--on", "2026-11-24"},
          {"done", "--filter", "pack=ca-casl", "--evidence", "x", "--dry-run"},
          {"done", "--file", file, "--evidence", "list 9"}};
}

nlohmann::json events_of(Desk& desk, const std::string& duty) {
  REQUIRE(desk.run({"explain", duty, "--format", "json"}) != 1);
  auto events = nlohmann::json::parse(desk.out())["events"];
  for (auto& event : events) event.erase("hash");  // salted
  return events;
}

}  // namespace

TEST_CASE("what a person does is of the newest moment known, however slow the machine's clock is",
          "[cli][acts]") {
  Desk right("2026-11-25T07:55:00Z");
  const auto duty = owed(right, "us-ca-ccpa");
  for (const auto* now : {"2026-11-25T07:54:30Z", "2026-11-20T08:00:00Z", "1970-01-01T00:00:00Z"}) {
    Desk slow(now);
    Desk other("2026-11-25T07:55:00Z");
    const auto file = other.write("list.csv", "D4\n");
    const bool told = std::string(now) != "2026-11-25T07:54:30Z";
    for (const auto& act : acts_on(duty, file)) {
      CAPTURE(now, act.front(), slow.err());
      CHECK(slow.run(act) == other.run(act));
      const auto said = Catch::Contains(std::string("this machine's clock shows ") + now);
      if (told) CHECK_THAT(slow.err(), said && Catch::Contains("2026-11-25T07:55:00Z"));
      if (!told) CHECK_THAT(slow.err(), !said);
    }
    CHECK(events_of(slow, duty) == events_of(other, duty));
    CHECK(events_of(slow, "D4") == events_of(other, "D4"));
    CHECK(events_of(slow, "D4").back()["at"] == "2026-11-25T07:55:00Z");
  }
}

TEST_CASE("who is forgotten is so at the newest moment known, however slow the machine's clock is",
          "[cli][acts][forget]") {
  Desk slow("2026-11-20T08:00:00Z");
  const std::string id(heed::support::make_id("003", 2).text());
  CHECK(slow.run({"forget", id, "--confirm", "1", "--by", ""}) == 2);
  REQUIRE(slow.run({"forget", id, "--confirm", "1", "--reason", "case 7"}) == 0);
  CHECK_THAT(slow.err(), Catch::Contains("this machine's clock shows 2026-11-20T08:00:00Z"));
  const auto known = heed::parse_moment("2026-11-25T07:55:00Z");
  {
    auto database = heed::store::Database::open(slow.file("heed.db"), heed::store::Mode::read);
    const auto erasures = heed::mirror::Mirror(database).erasures();
    REQUIRE(erasures.size() == 1);
    CHECK(erasures[0].at == known);
    const heed::ledger::Ledger ledger(database, {});
    ledger.for_each_event(ledger.head().count,
                          [&](const heed::ledger::Event& event) { CHECK(event.at == known); });
  }
  // A copy that is made afterwards has nobody in it whom it would have to forget.
  REQUIRE(slow.run({"backup", slow.file("week.db")}) == 0);
  slow.run({"status"});
  CHECK_THAT(slow.out(), !Catch::Contains("week.db"));
}
