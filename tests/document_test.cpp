#include "heed/document.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace {

using heed::Error;
using heed::Kind;
using heed::document::Document;
using heed::document::Table;

/// What `read` complains of; empty when it does not.
template <typename Read>
std::string complaint(std::string_view text, const Read& read) {
  try {
    const auto document = Document::parse(text, "office.toml");
    read(document.root());
    document.finish();
  } catch (const Error& error) {
    REQUIRE(error.kind() == Kind::configuration);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a key that nobody asked for is named with its line and the key that was meant",
          "[document]") {
  const auto read = [](const Table& root) {
    const auto org = root.table("org");
    org.text("url");
    org.find_text("user");
  };
  CHECK(complaint("[org]\nurl = 'x'\nusr = 'y'\n", read) ==
        "office.toml:3: unknown key 'usr' in [org]; did you mean 'user'?");
  CHECK(complaint("[org]\nurl = 'x'\ncolour = 'y'\n", read) ==
        "office.toml:3: unknown key 'colour' in [org]");
  CHECK(complaint("ogr = 1\n[org]\nurl = 'x'\n", read) ==
        "office.toml:1: unknown key 'ogr' at the top of the file; did you mean 'org'?");
  CHECK(complaint("[org]\nurl = 'x'\nuser = 'y'\n", read).empty());
}

TEST_CASE("the first unknown key of the file is the one complained of", "[document]") {
  const auto read = [](const Table& root) {
    for (const auto& job : root.tables("job")) job.text("name");
  };
  CHECK(complaint("[[job]]\nname = 'a'\n[[job]]\nname = 'b'\nzz = 1\naa = 2\n", read) ==
        "office.toml:5: unknown key 'zz' in [job]");
}

TEST_CASE("a table that was asked for and not read is full of unknown keys", "[document]") {
  const auto read = [](const Table& root) { root.table("org"); };
  CHECK(complaint("[org]\nurl = 'x'\n", read) == "office.toml:2: unknown key 'url' in [org]");
}

TEST_CASE("a missing key is named with the table that wants it", "[document]") {
  CHECK(complaint("a = 1\n[org]\n", [](const Table& root) { root.table("org").text("url"); }) ==
        "office.toml:2: there is no 'url' in [org]; it is needed");
  CHECK(complaint("", [](const Table& root) { root.text("url"); }) ==
        "office.toml:1: there is no 'url'; it is needed");
}

TEST_CASE("a value of another type says what was found and what was expected", "[document]") {
  CHECK(complaint("x = 3", [](const Table& root) { root.text("x"); }) ==
        "office.toml:1: 'x' is 3; expected a text in quotes");
  CHECK(complaint("x = 'yes'", [](const Table& root) { root.flag("x"); }) ==
        "office.toml:1: 'x' is a text; expected true or false, without quotes");
  CHECK(complaint("x = 70", [](const Table& root) { root.integer("x", 1, 64); }) ==
        "office.toml:1: 'x' is 70; expected a whole number from 1 to 64");
  CHECK(complaint("x = '2026-11-25'", [](const Table& root) { root.day("x"); }) ==
        "office.toml:1: 'x' is a text; expected a date without quotes, as 2026-11-25");
  CHECK(complaint("x = 2026-11-25T10:00:00Z", [](const Table& root) { root.day("x"); }) ==
        "office.toml:1: 'x' is a date with a time; expected a date without quotes, as 2026-11-25");
  CHECK(complaint("x = ['a', 2]", [](const Table& root) { root.words("x"); }) ==
        "office.toml:1: 'x' has 2 in its list; expected texts in quotes");
  CHECK(complaint("x = 1", [](const Table& root) { root.table("x"); }) ==
        "office.toml:1: 'x' is 1; expected a table [x]");
  CHECK(complaint("x = 2.5", [](const Table& root) { root.find_number("x", 0, 1); }) ==
        "office.toml:1: 'x' is 2.500000; expected a number from 0 to 1");
}

TEST_CASE("an error never repeats a text of the file, which may be a secret", "[document]") {
  const auto said = complaint("password = 'hunter2'\n",
                              [](const Table& root) { root.integer("password", 0, 1); });
  CHECK(said.find("hunter2") == std::string::npos);
  CHECK_FALSE(said.empty());
}

TEST_CASE("a choice lists what is allowed", "[document]") {
  const auto read = [](const Table& root) { root.choice("roll", {"none", "next"}); };
  CHECK(complaint("roll = 'nxt'", read) ==
        "office.toml:1: 'roll' is 'nxt'; expected one of 'none', 'next'");
}

TEST_CASE("a syntax error is one line with the file and its line", "[document]") {
  const auto said = complaint("a = 1\nb = = 2\n", [](const Table&) {});
  CHECK(said.rfind("office.toml:2: not valid TOML: ", 0) == 0);
  CHECK(said.find('\n') == std::string::npos);
  CHECK_FALSE(complaint("a = 1\na = 2\n", [](const Table& root) { root.has("a"); }).empty());
}

TEST_CASE("values are read as they stand", "[document]") {
  const auto document = Document::parse(
      "t = 'x'\ni = -4\nf = true\nd = 2024-02-29\nw = ['a', 'b']\nn = [1, 2]\nr = 0.5\n"
      "[m]\nb = 1\na = 2\n",
      "office.toml");
  const auto root = document.root();
  CHECK(root.text("t") == "x");
  CHECK(root.integer("i", -10, 10) == -4);
  CHECK(root.flag("f"));
  CHECK(root.day("d") == heed::make_day(2024, 2, 29));
  CHECK(root.words("w") == std::vector<std::string>{"a", "b"});
  CHECK(root.integers("n", 0, 9) == std::vector<std::int64_t>{1, 2});
  CHECK(root.find_number("r", 0, 1) == 0.5);
  CHECK(root.table("m").keys() == std::vector<std::string>{"b", "a"});
  CHECK_FALSE(root.find_text("absent"));
  CHECK(root.find_words("absent").empty());
  CHECK(root.where("d") == "office.toml:4");
}

TEST_CASE("a finding of the reader's own stands at its key", "[document]") {
  const auto document = Document::parse("\n[pack]\nzone = 'Mars'\n", "pack.toml");
  const auto pack = document.root().table("pack");
  CHECK(std::string(pack.error("zone", "no such zone").what()) == "pack.toml:3: no such zone");
  CHECK(std::string(pack.error("incomplete").what()) == "pack.toml:2: incomplete");
}

TEST_CASE("the nearest word is near, or none", "[document]") {
  CHECK(heed::document::nearest("calender", {"calendar", "zone"}) == "calendar");
  CHECK_FALSE(heed::document::nearest("x", {"zone", "title"}));
  CHECK_FALSE(heed::document::nearest("zone", {}));
}

TEST_CASE("no text makes the reader do anything but read or complain", "[document]") {
  REQUIRE(rc::check([](const std::string& text) {
    try {
      Document::parse(text, "any.toml").finish();
    } catch (const Error& error) {
      RC_ASSERT(error.kind() == Kind::configuration);
    }
  }));
}
