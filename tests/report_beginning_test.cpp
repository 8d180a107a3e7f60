#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "support/desk.hpp"

// What a report says of a time before heed was, and of one between two runs.

using Catch::Contains;
using heed::support::Desk;

namespace {

/// A desk whose mirror was loaded first at 09:00 on 1 November 2026.
struct Office : Desk {
  Office() {
    auto database = heed::store::Database::open(file("heed.db"), heed::store::Mode::write);
    heed::mirror::Mirror mirror(database);
    mirror.note_loaded("Individual", heed::parse_moment("2026-11-01T09:00:00Z").value());
    mirror.note_loaded("Contact", heed::parse_moment("2026-11-01T09:10:00Z").value());
  }
};

}  // namespace

TEST_CASE("a report of a time before heed's first load says that it knew nothing",
          "[report][cli]") {
  Office office;
  const std::string then = "2026-11-01T08:59:59Z";
  const auto knew_nothing = "heed knew nothing at " + then +
                            ": its first load began at 2026-11-01T09:00:00Z; name a moment after "
                            "that load as --as-of";
  for (const auto* command : {"due", "people"}) {
    CAPTURE(command);
    CHECK(office.run({command, "--as-of", then}) == 8);
    CHECK_THAT(office.out(), Contains("INCOMPLETE: " + knew_nothing));
    CHECK_THAT(office.out(), !Contains("Nothing is owed") && !Contains("0 people") &&
                                 !Contains("mirrored up to"));
    CHECK(office.run({command, "--as-of", then, "--format", "csv"}) == 8);
    CHECK_THAT(office.err(), Contains(knew_nothing));
    CHECK(office.run({command, "--as-of", then, "--format", "json"}) == 8);
    const auto meta = nlohmann::json::parse(office.out())["meta"];
    CHECK(meta["complete"] == false);
    CHECK(meta["incomplete"][0] == knew_nothing);
    CHECK(meta["mirrored_up_to"].is_null());
    CHECK(meta["known_by_run"].is_null());
  }
  CHECK(office.run({"show", "0PK000000000001", "--as-of", then}) == 8);
  CHECK_THAT(office.err(), Contains(knew_nothing));
}

TEST_CASE("a report of a time when the first load was under way says that heed knew a part",
          "[report][cli]") {
  Office office;
  for (const auto* command : {"due", "people"}) {
    for (const std::string then : {"2026-11-01T09:00:00Z", "2026-11-01T09:19:59Z"}) {
      CAPTURE(command, then);
      CHECK(office.run({command, "--as-of", then}) == 8);
      CHECK_THAT(office.out(), Contains("INCOMPLETE: heed knew no more than a part at " + then) &&
                                   !Contains("by complete runs"));
    }
    CHECK(office.run({command, "--as-of", "2026-11-01T09:20:00Z"}) == 0);
  }
}

TEST_CASE("a report of a day gone by claims no more than was mirrored by then", "[report][cli]") {
  Office office;
  const auto known = [&office](const char* command, const char* then) {
    REQUIRE(office.run({command, "--as-of", then}) == 0);
    CHECK_THAT(office.out(), !Contains("mirrored up to"));
    return office.out();
  };
  for (const auto* command : {"due", "people"}) {
    CAPTURE(command);
    CHECK_THAT(known(command, "2026-11-20"),
               Contains(", as heed knew it at 2026-11-20T00:00:00Z, by complete runs up to that of "
                        "2026-11-01T09:00:00Z\n"));
    CHECK_THAT(known(command, "2026-11-01T09:20:00Z"), Contains("that of 2026-11-01T09:00:00Z\n"));
    REQUIRE(office.run({command}) == 0);
    CHECK_THAT(office.out(), Contains(", mirrored up to 2026-11-25T07:50:00Z\n"));
  }
}
