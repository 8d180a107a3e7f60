#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/desk.hpp"
#include "support/golden.hpp"

using Catch::Contains;
using heed::support::Desk;

namespace {

/// D7, to be answered by the calendar of Germany, and D4, by that of the United States, turn out to
/// have come in years before either calendar begins: so have the duties of the same two wishes that
/// the whole packs know besides, but for D5 and D9, whose days need no calendar.
void come_in_long_ago(Desk& desk) {
  REQUIRE(desk.run({"received", "D7", "2018-06-01", "--reason", "letter found"}) == 0);
  REQUIRE(desk.run({"received", "D4", "2019-02-03", "--reason", "letter found"}) == 0);
}

const std::vector<std::string> all_duties{"D5", "D3", "D6", "D9", "D7", "D8", "D4", "D10", "D11"};

std::string without_head(const std::string& text) {
  const auto head = text.find("head ");
  return head == std::string::npos ? text : text.substr(0, head) + "head HASH\n";
}

std::vector<std::string> duties_of(const nlohmann::json& json) {
  std::vector<std::string> names;
  for (const auto& duty : json["duties"]) names.push_back(duty["duty"]);
  return names;
}

std::vector<std::string> first_cells(const std::string& csv) {
  std::istringstream lines(csv);
  std::vector<std::string> cells;
  for (std::string line; std::getline(lines, line);)
    cells.push_back(line.substr(0, line.find(',')));
  return cells;
}

}  // namespace

TEST_CASE("due sums up what is long past after what has a date, and says how to deal with it",
          "[report][cli][golden]") {
  Desk desk;
  come_in_long_ago(desk);
  REQUIRE(desk.run({"due"}) == 0);
  const auto text = without_head(desk.out());
  CHECK(text == heed::support::golden("due-long-past.txt", text));
}

TEST_CASE("due lists one by one what is long past where it is asked for", "[report][cli]") {
  Desk desk;
  come_in_long_ago(desk);
  REQUIRE(desk.run({"due", "--long-past"}) == 0);
  CHECK_THAT(
      desk.out(),
      Contains("5 duties owed to 2 people: 5 overdue (5 of them long past, without a date)\n"));
  CHECK_THAT(desk.out(), Contains("LONG PAST, one line a person, oldest first"));
  CHECK(desk.out().find("D7 ") < desk.out().find("D4 "));
  CHECK_THAT(desk.out(), !Contains("D3 ") && !Contains("heed due --long-past lists them"));
  REQUIRE(desk.run({"due", "--long-past", "--format", "csv"}) == 0);
  CHECK(first_cells(desk.out()) ==
        std::vector<std::string>{"duty", "D7", "D8", "D4", "D10", "D11"});
  REQUIRE(desk.run({"due", "--long-past", "--limit", "1"}) == 0);
  CHECK_THAT(desk.out(), Contains("1 more person; heed due --long-past --format csv"));
}

TEST_CASE("the table and the JSON say the same number overdue, the long past among them",
          "[report][cli]") {
  Desk desk;
  come_in_long_ago(desk);
  REQUIRE(desk.run({"due"}) == 0);
  CHECK_THAT(desk.out(), Contains("4 people: 9 overdue (5 of them long past, without a date)\n"));
  REQUIRE(desk.run({"due", "--format", "json"}) == 0);
  CHECK(nlohmann::json::parse(desk.out())["meta"]["counts"]["overdue"] == 9);
}

TEST_CASE("CSV and JSON have what is long past after everything with a date", "[report][cli]") {
  Desk desk;
  come_in_long_ago(desk);
  REQUIRE(desk.run({"due", "--format", "json"}) == 0);
  const auto json = nlohmann::json::parse(desk.out());
  CHECK(duties_of(json) == all_duties);
  CHECK(json["meta"]["counts"]["long_past"] == 5);
  REQUIRE(json["long_past"].size() == 3);
  CHECK(json["long_past"][0]["pack"] == "eu-gdpr");
  CHECK(json["long_past"][0]["earliest"] == "2018-06-01");
  CHECK(json["long_past"][0]["duties"] == 2);
  CHECK(json["long_past"][2]["kind"] == "acknowledge_by");
  REQUIRE(desk.run({"due", "--format", "csv"}) == 0);
  auto cells = first_cells(desk.out());
  cells.erase(cells.begin());
  CHECK(cells == all_duties);
}

TEST_CASE("what is long past belongs to every span, and to no page of what has a date",
          "[report][cli]") {
  Desk desk;
  come_in_long_ago(desk);
  REQUIRE(desk.run({"due", "--within", "1d", "--limit", "1"}) == 0);
  CHECK_THAT(desk.out(), Contains("LONG PAST: 5 duties") && Contains("2 more people"));
  REQUIRE(desk.run({"due", "--pack", "us-ca-ccpa"}) == 0);
  CHECK_THAT(desk.out(), Contains("LONG PAST: 1 duty "));
  REQUIRE(desk.run({"due", "--check"}) == 1);
}

TEST_CASE("as of a day before it was known to be, nothing is long past", "[report][cli]") {
  Desk desk;
  come_in_long_ago(desk);
  REQUIRE(desk.run({"due", "--as-of", "2026-11-25T07:59:00Z"}) == 0);
  CHECK_THAT(desk.out(), !Contains("LONG PAST"));
  REQUIRE(desk.run({"due", "--as-of", "2026-11-25T07:59:00Z", "--format", "json"}) == 0);
  CHECK(duties_of(nlohmann::json::parse(desk.out())) ==
        std::vector<std::string>{"D3", "D6", "D4", "D7", "D5"});
}
