#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/contents.hpp"
#include "support/terminal.hpp"

// Forgetting, and the copies that it cannot rewrite at once.

using Catch::Contains;
using heed::simulated::Simulator;
using heed::support::contents;
using heed::support::Terminal;

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// A privacy office with a mirror, a copy of it in a folder of its own, and two people to be
/// forgotten, Individuals 3 and 5.
struct Shelf {
  Shelf() {
    crm.org().advance(1h);
    REQUIRE(terminal.run({"sync"}) == 0);
    fs::create_directory(folder());
    REQUIRE(terminal.run({"backup", copy()}) == 0);
  }

  std::string mirror() const { return terminal.file("heed.db"); }
  std::string folder() const { return terminal.file("disk"); }
  std::string copy() const { return folder() + "/week.db"; }
  std::string away() const { return terminal.file("away"); }
  heed::Id person(std::uint32_t number) const { return crm.org().nth("Individual", number); }

  int run(const Words& words) {
    crm.org().advance(1h);
    return terminal.run(words);
  }

  int forget(std::uint32_t number) {
    const std::string id(person(number).text());
    run({"forget", id, "--dry-run", "--format", "json"});
    const auto records = nlohmann::json::parse(terminal.out())["records"].size();
    return run({"forget", id, "--confirm", std::to_string(records)});
  }

  bool is_in(const std::string& file, std::uint32_t number) const {
    return contents(file).find(person(number).text()) != std::string::npos;
  }

  /// Something that stands where the copy would be rewritten.
  std::string obstacle() const { return copy() + ".rewritten"; }
  void stand_in_the_way() const { fs::create_directories(obstacle() + "/full"); }

  Simulator crm{{.individuals = 10}};
  Terminal terminal{crm};
};

}  // namespace

TEST_CASE("a mirror that lives in a file which backup wrote keeps what it is told",
          "[scenario][forget]") {
  Shelf shelf;
  for (const auto* ending : {".key", ".state", ".head"}) {
    fs::copy_file(shelf.mirror() + ending, shelf.copy() + ending);
  }
  auto text = contents(shelf.terminal.config());
  const std::string file = "file = \"heed.db\"";
  REQUIRE(text.find(file) != std::string::npos);
  text.replace(text.find(file), file.size(), "file = \"disk/week.db\"");
  std::ofstream(shelf.terminal.config()) << text;
  REQUIRE(shelf.run({"sync"}) == 0);
  CHECK(shelf.forget(3) == 0);
  CHECK_THAT(shelf.terminal.out(), !Contains("will be rewritten") && !Contains("Rewrote"));
  shelf.crm.org().update(shelf.person(5), {{"HasOptedOutSolicit", true}});
  CHECK(shelf.run({"sync"}) == 0);
  CHECK(shelf.run({"verify"}) == 0);
  CHECK_FALSE(shelf.is_in(shelf.copy(), 3));
}

TEST_CASE("no command takes a file of erasures that it cannot read for none",
          "[scenario][forget]") {
  Shelf shelf;
  REQUIRE(shelf.forget(3) == 0);
  const auto file = shelf.mirror() + ".erasures";
  fs::remove(file);
  const bool folder = GENERATE(true, false);
  if (folder) {
    fs::create_directory(file);
  } else {
    fs::create_symlink(file, file);
  }
  const std::string other(shelf.person(5).text());
  for (const auto& words : {Words{"status"},
                            {"sync"},
                            {"due"},
                            {"verify", "--offline"},
                            {"backup", shelf.copy() + "2"},
                            {"forget", other, "--confirm", "2"}}) {
    CAPTURE(words);
    CHECK(shelf.run(words) == 7);
    CHECK_THAT(shelf.terminal.err(),
               Contains(file + ": cannot be read") && Contains("put it back from a backup"));
  }
  CHECK(shelf.is_in(shelf.mirror(), 5));
}
