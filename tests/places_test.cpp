#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::policy::folded;
using heed::policy::Places;
using heed::policy::Region;

Region by_text(std::string_view country, std::string_view state = "") {
  static const Places places = heed::support::shipped_places();
  return places.locate({"", std::string(country), "", std::string(state)});
}

Region by_code(std::string_view country, std::string_view state = "") {
  static const Places places = heed::support::shipped_places();
  return places.locate({std::string(country), "", std::string(state), ""});
}

std::string complaint(const std::string& text) {
  try {
    Places::parse(text, "places.toml");
  } catch (const heed::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("case, accents, punctuation and blanks do not tell two texts apart", "[policy]") {
  CHECK(folded("U.S.A.") == folded(" usa "));
  CHECK(folded("Québec") == "quebec");
  CHECK(folded("Que\xCC\x81"
               "bec") == "quebec");
  CHECK(folded("ÖSTERREICH") == "osterreich");
  CHECK(folded("Straße") == "strasse");
  CHECK(folded("ΕΛΛΆΔΑ") == folded("Ελλάδα"));
  CHECK(folded("РОССИЯ") == folded("Россия"));
  CHECK(folded("日本") == "日本");
  CHECK(folded(" - ").empty());
}

TEST_CASE("folding twice is folding once, whatever the bytes", "[policy]") {
  for (char32_t c = 0x80; c < 0x800; ++c) {
    const std::string text{static_cast<char>(0xC0U | (c >> 6U)),
                           static_cast<char>(0x80U | (c & 0x3FU))};
    INFO(static_cast<std::uint32_t>(c));
    CHECK(folded(folded(text)) == folded(text));
  }
  REQUIRE(
      rc::check([](const std::string& text) { RC_ASSERT(folded(folded(text)) == folded(text)); }));
}

TEST_CASE("a name of punctuation and blanks alone is refused, for it would be nobody's place",
          "[policy]") {
  const std::string expected =
      "is punctuation and blanks alone, and names no place; expected a name as people write it";
  for (const auto* text : {"...", " - ", ".", "  "}) {
    const std::string quoted = "'" + std::string(text) + "' ";
    const std::string list = "[\"Name\", \"" + std::string(text) + "\"]\n";
    CHECK(complaint("[countries]\nDE = []\nFI = " + list + "[states]\n") ==
          "places.toml:3: " + quoted + expected);
    CHECK(complaint("[countries]\nUS = []\n[states]\nUS-CA = " + list) ==
          "places.toml:4: " + quoted + expected);
    CHECK(complaint("no_names = " + list + "[countries]\n[states]\n") ==
          "places.toml:1: " + quoted + expected);
  }
}

TEST_CASE("countries are recognised as people write them", "[policy]") {
  for (const auto* text :
       {"Germany", "germany ", "Deutschland", "DEUTSCHLAND", "DE", "deu", "BRD"}) {
    INFO(text);
    CHECK(by_text(text).country == "DE");
  }
  for (const auto* text : {"USA", "U.S.", "United States of America", "us", "Vereinigte Staaten"}) {
    INFO(text);
    CHECK(by_text(text).country == "US");
  }
  CHECK(by_text("España").country == "ES");
  CHECK(by_text("Ελλάδα").country == "GR");
  CHECK(by_text("Österreich").country == "AT");
  CHECK(by_text("The Netherlands").country == "NL");
  CHECK(by_text("England").country == "GB");
  CHECK(by_text("中国").country == "CN");
  CHECK(by_text("مصر").country == "EG");
}

TEST_CASE("states are recognised within their country, and alone where only one has them",
          "[policy]") {
  CHECK(by_text("USA", "Calif.").state == "US-CA");
  CHECK(by_text("USA", "CA").state == "US-CA");
  CHECK(by_text("CA", "BC").state == "CA-BC");
  CHECK(by_text("Canada", "Québec").state == "CA-QC");
  CHECK(by_text("", "california") == Region{"US", "US-CA", false, false});
  CHECK(by_text("", "WA").country_unknown);
  CHECK(by_text("Italia", "MI") == Region{"IT", "", false, false});
  CHECK(by_text("USA", "Atlantis") == Region{"US", "", false, true});
}

TEST_CASE("a state of another country than the one written is told besides", "[policy]") {
  const auto places = heed::support::shipped_places();
  const auto also = [&places](const heed::policy::Place& place) {
    return places.also(place, places.locate(place), {});
  };
  CHECK(also({"", "Germany", "", "California"}) == Region{"US", "US-CA"});
  CHECK(also({"DE", "", "US-CA", ""}) == Region{"US", "US-CA"});
  CHECK(also({"DE", "", "BY", "Calif."}) == Region{"US", "US-CA"});
  CHECK(also({"", "USA", "", "Ontario"}) == Region{"CA", "CA-ON"});
  CHECK(also({"US", "", "ON", ""}) == Region{"CA", "CA-ON"});
  CHECK(also({"CA", "", "WA", ""}) == Region{"", "", true});  // of two other countries
  CHECK_FALSE(also({"", "USA", "", "California"}));
  CHECK_FALSE(also({"", "Canada", "QC", "Texas"}));  // the code tells
  CHECK_FALSE(also({"", "USA", "", "Atlantis"}));
  CHECK_FALSE(also({"", "Italia", "", "MI"}));
  CHECK_FALSE(also({"", "Deutschland", "", "Bayern"}));
  CHECK_FALSE(also({"", "Atlantis", "", "California"}));
  CHECK_FALSE(also({"", "", "", "California"}));
  CHECK_FALSE(also({"DE", "", "", " - "}));
  CHECK_FALSE(also({"JE", "", "", "Jersey"}));  // the country once more, and a name of New Jersey
  CHECK_FALSE(also({"GE", "", "", "Georgia"}));
}

TEST_CASE("a state's short name alone may be elsewhere, but where the organization is at home",
          "[policy]") {
  const auto places = heed::support::shipped_places();
  const auto also = [&places](const heed::policy::Place& place,
                              const std::vector<std::string>& home = {"DE", "CN"}) {
    return places.also(place, places.locate(place), home);
  };
  const Region elsewhere{"", "", true};
  CHECK(also({"", "", "", "MI"}) == elsewhere);  // Milan
  CHECK(also({"", "", "MI", ""}) == elsewhere);
  CHECK(also({"", "", "MI", "Milano"}) == elsewhere);
  CHECK(places.locate({"", "Georgia", "", "IN"}).country_unknown);  // not said which
  CHECK(also({"", "", "", "D.E."}) == elsewhere);  // Germany, in the field of the state
  CHECK_FALSE(also({"", "", "", "MI"}, {"US"}));
  CHECK_FALSE(also({"", "", "", "Michigan"}));
  CHECK_FALSE(also({"", "", "MI", "Michigan"}));
  CHECK_FALSE(also({"", "", "", "US-MI"}));
  CHECK_FALSE(also({"", "USA", "", "MI"}));
  CHECK_FALSE(also({"US", "", "MI", ""}));
}

TEST_CASE("code fields come first, and texts where the code is not recognised", "[policy]") {
  const auto places = heed::support::shipped_places();
  CHECK(by_code("DE").country == "DE");
  CHECK(by_code("US", "CA").state == "US-CA");
  CHECK(by_code("US", "US-CA").state == "US-CA");
  CHECK(places.locate({"FR", "Germany", "", ""}).country == "FR");
  CHECK(places.locate({"ZZ", "Germany", "", ""}).country == "DE");
}

TEST_CASE("a text that is not recognised is unknown, and no text is nowhere", "[policy]") {
  CHECK(by_text("n/a").country_unknown);
  CHECK(by_text("NA").country_unknown);
  CHECK(by_code("NA").country == "NA");
  CHECK_FALSE(by_text("n/a").nowhere());
  CHECK(by_text("").nowhere());
  CHECK(by_text(" - ").nowhere());
  CHECK(by_text("", "Bayern").country_unknown);
}

TEST_CASE("a country's name that is a state's as well is unknown, unless the code tells",
          "[policy]") {
  const auto places = heed::support::shipped_places();
  CHECK(by_text("Georgia").country_unknown);
  CHECK(by_text("georgia ", "GA").country_unknown);
  CHECK(by_text("Georgia", "Tbilisi").country_unknown);
  CHECK(places.locate({"GE", "Georgia", "", ""}) == Region{"GE", "", false, false});
  CHECK(places.locate({"US", "Georgia", "GA", ""}) == Region{"US", "US-GA", false, false});
  CHECK(by_text("GEO").country == "GE");
  CHECK(by_text("", "Georgia").state == "US-GA");
  CHECK(by_text("USA", "Georgia").state == "US-GA");
  for (const auto* state :
       {"Alabama",       "Alaska",      "Arizona",        "Arkansas",      "California",
        "Colorado",      "Connecticut", "Delaware",       "Florida",       "Georgia",
        "Hawaii",        "Idaho",       "Illinois",       "Indiana",       "Iowa",
        "Kansas",        "Kentucky",    "Louisiana",      "Maine",         "Maryland",
        "Massachusetts", "Michigan",    "Minnesota",      "Mississippi",   "Missouri",
        "Montana",       "Nebraska",    "Nevada",         "New Hampshire", "New Jersey",
        "New Mexico",    "New York",    "North Carolina", "North Dakota",  "Ohio",
        "Oklahoma",      "Oregon",      "Pennsylvania",   "Rhode Island",  "South Carolina",
        "South Dakota",  "Tennessee",   "Texas",          "Utah",          "Vermont",
        "Virginia",      "Washington",  "West Virginia",  "Wisconsin",     "Wyoming"}) {
    INFO(state);
    CHECK(by_text(state).country_unknown);
  }
}

TEST_CASE("places that contradict each other do not load", "[policy]") {
  CHECK(complaint("[countries]\nDE = ['Germany']\nFR = ['germany']\n[states]\n") ==
        "places.toml:3: 'germany' is a name of both DE and FR; expected one of them");
  CHECK(complaint("[countries]\nDEU = []\n[states]\n") ==
        "places.toml:2: 'DEU' is no country code; expected two capitals, as DE");
  CHECK(complaint("[countries]\nDE = []\n[states]\nUS-CA = []\n") ==
        "places.toml:4: 'US-CA' is no state code; expected one as US-CA, its country listed in "
        "[countries]");
}
