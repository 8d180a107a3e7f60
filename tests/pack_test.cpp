#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::policy::Pack;
using heed::policy::Rulebook;

const std::string head =
    "id = 'xx'\ntitle = 'X'\nversion = '1'\nreviewed_on = 2026-11-25\nreviewed_by = 'nobody'\n"
    "zone = 'Europe/Berlin'\ncalendar = 'DE'\n[applies]\ncountries = ['DE']\n";
const std::string origin = "source = 's'\nsource_url = 'u'\nevidence = 'primary'\n";
const std::string duty =
    "[[duty]]\nid = 'd'\ntitle = 'D'\nkind = 'respond_by'\npreferences = ['forget']\n"
    "limit = { value = 1, unit = 'calendar_month' }\n" +
    origin + "effective_from = 2020-01-01\n";

std::string complaint(const std::string& text, bool allow_unverified = false) {
  try {
    Pack::parse(text, "xx.toml", allow_unverified);
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  return {};
}

/// `text` with `from` replaced by `to`; it must be there.
std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string refused(Rulebook::Parts parts) {
  try {
    Rulebook{std::move(parts)};
  } catch (const heed::Error& error) {
    CHECK(error.kind() == heed::Kind::configuration);
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("the shipped packs load without unverified figures and fit together", "[policy]") {
  const Rulebook rulebook(heed::support::shipped_parts());
  REQUIRE(rulebook.packs().size() == 3);
  for (const auto& pack : rulebook.packs()) {
    INFO(pack.id);
    CHECK(pack.version == "2026.11");
    for (const auto& rule : pack.rules) {
      CHECK_FALSE(rule.usual.source.text.empty());
      CHECK(rule.usual.source.url.rfind("https://", 0) == 0);
    }
  }
}

TEST_CASE("a pack names the line of a mistake and what was expected", "[policy]") {
  CHECK(complaint(head + duty).empty());
  CHECK(complaint(head + duty + "rol = 'none'\n") ==
        "xx.toml:20: unknown key 'rol' in [duty]; did you mean 'roll'?");
  CHECK(complaint(with(head, "Europe/Berlin", "Europe/Berlim") + duty) ==
        "xx.toml:6: no time zone is called 'Europe/Berlim'; use a name of the tz database, as "
        "Europe/Berlin");
  CHECK(complaint(head + with(duty, "calendar_month", "month")) ==
        "xx.toml:15: 'unit' is 'month'; expected one of 'immediate', 'calendar_day', "
        "'calendar_month', 'business_day'");
  CHECK(complaint(head + with(duty, "value = 1", "value = 0")) ==
        "xx.toml:15: 'value' is 0; expected a whole number from 1 to 3650");
  CHECK(complaint(head + with(duty, "'forget'", "'hold'"))
            .rfind("xx.toml:14: 'hold' is no wish; expected one of", 0) == 0);
  CHECK(complaint(with(head, "['DE']", "[]") + duty) ==
        "xx.toml:8: the pack applies to nobody; expected countries, states or establishments");
  CHECK(complaint(head) == "xx.toml:1: the pack has no [[duty]]; expected at least one");
}

TEST_CASE("a pack that contradicts itself does not load", "[policy]") {
  CHECK(complaint(head + duty + "effective_to = 2019-01-01\n") ==
        "xx.toml:20: the rule ends on 2019-01-01, not after its beginning on 2020-01-01");
  CHECK(complaint(head + duty + duty).rfind("xx.toml:21: two duties 'd' are in force", 0) == 0);
  const auto now = with(duty, "value = 1, unit = 'calendar_month'", "unit = 'immediate'");
  CHECK(complaint(head + now).find("needs an 'internal_target'") != std::string::npos);
  CHECK(complaint(head + now + "roll = 'next_workday'\n").rfind("xx.toml:20: a limit in", 0) == 0);
  CHECK(complaint(head + with(duty, "{ value = 1, unit = 'calendar_month' }",
                              "{ value = 1, unit = 'immediate' }"))
            .find("leave 'value' out") != std::string::npos);
  CHECK(complaint(head + duty + "count_anchor_day = true\n").rfind("xx.toml:20: ", 0) == 0);
  CHECK(complaint(head + duty + "[[reading]]\nduty = 'e'\nprofile = 'strict'\n" + origin)
            .rfind("xx.toml:21: there is no [[duty]] 'e' in this pack", 0) == 0);
}

TEST_CASE("versions of a duty follow each other in time", "[policy]") {
  const auto later = with(duty, "2020-01-01", "2024-01-01");
  CHECK(complaint(head + duty + "effective_to = 2024-01-01\n" + later).empty());
  CHECK_FALSE(complaint(head + duty + "effective_to = 2024-01-02\n" + later).empty());
}

TEST_CASE("an unverified figure is not loaded unless allowed", "[policy]") {
  const auto text = head + with(duty, "'primary'", "'unverified'");
  CHECK(complaint(text).rfind("xx.toml:18: the figure is unverified", 0) == 0);
  CHECK(complaint(text, true).empty());
}

TEST_CASE("packs, calendars, places and controller must fit together", "[policy]") {
  const auto whole = heed::support::shipped_parts();
  auto parts = whole;
  parts.controller.zone.clear();
  CHECK(refused(parts).find("[controller] zone") != std::string::npos);
  parts = whole;
  parts.controller.calendar.clear();
  CHECK(refused(parts).find("[controller] calendar") != std::string::npos);
  parts = whole;
  parts.controller.calendar = "ATLANTIS";
  CHECK(refused(parts).find("'ATLANTIS' is not there") != std::string::npos);
  parts = whole;
  parts.packs.push_back(parts.packs.front());
  CHECK(refused(parts).find("two packs have this id") != std::string::npos);
  parts = whole;
  parts.packs.front().countries.push_back("EL");
  CHECK(refused(parts).find("'EL' is no country") != std::string::npos);
  parts = whole;
  parts.packs.back().rules.front().usual.calendar = "CA-XX";
  CHECK(refused(parts).find("calendar 'CA-XX', which is not there") != std::string::npos);
}
