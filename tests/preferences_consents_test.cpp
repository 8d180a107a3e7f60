#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::parse_moment;
using heed::Preference;
using heed::Zone;
using heed::policy::PreferenceMap;
using Values = std::map<std::string, std::string, std::less<>>;

std::string complaint(const std::string& text) {
  try {
    PreferenceMap::parse(text, "preferences.toml");
  } catch (const heed::Error& error) {
    return error.what();
  }
  return {};
}

heed::policy::FieldValue of(const Values& values) {
  return [values](std::string_view field) -> std::optional<std::string> {
    const auto at = values.find(field);
    return at == values.end() ? std::nullopt : std::optional(at->second);
  };
}

/// "purpose" leads to a DataUsePurpose named Marketing, "mail" to a ContactPointEmail.
std::optional<std::string> name(std::string_view object, std::string_view id) {
  if (object == "DataUsePurpose" && id == "purpose") return "Marketing";
  if (object == "ContactPointEmail" && id == "mail") return "";
  return std::nullopt;
}

const std::string consent =
    "[[consent]]\nobject = 'C'\nstatus = 'S'\nrestrictive_texts = ['OptOut']\nperson = 'P'\n";

}  // namespace

TEST_CASE("no consent object is mapped as shipped, and the ones in comments are right",
          "[policy][consent]") {
  CHECK(heed::support::shipped_preferences().consents().empty());
  const auto map = heed::support::preferences_with_consents();
  CHECK(map.consents().size() == 4);
  const auto* status = map.find("ContactPointTypeConsent", "PrivacyConsentStatus");
  REQUIRE(status != nullptr);
  CHECK(status->restricts("OptOut"));
  CHECK_FALSE(status->restricts("NotSeen"));
  CHECK_FALSE(status->restricts(std::nullopt));
  CHECK(status->permits("OptIn"));
  CHECK_FALSE(status->permits("Seen"));
  CHECK_FALSE(map.optional("ContactPointTypeConsent", "PrivacyConsentStatus", 45));
  CHECK(map.optional("CommSubscriptionConsent", "PrivacyConsentStatus", 56));
}

TEST_CASE("the first topic that fits tells what a consent is about", "[policy][consent]") {
  const auto map = heed::support::preferences_with_consents();
  const auto about = [&map](std::string_view object, const Values& values) {
    return map.find(object, "PrivacyConsentStatus")->terms->preference(of(values), name);
  };
  CHECK(about("ContactPointTypeConsent", {{"ContactPointType", "Email"},
                                          {"DataUsePurposeId", "purpose"}}) == Preference::email);
  CHECK(about("ContactPointTypeConsent", {{"DataUsePurposeId", "purpose"}}) == Preference::solicit);
  CHECK(about("ContactPointTypeConsent", {{"ContactPointType", "Web"}}) == std::nullopt);
  CHECK(about("ContactPointConsent", {{"ContactPointId", "mail"}}) == Preference::email);
  CHECK(about("ContactPointConsent", {{"ContactPointId", "elsewhere"}}) == std::nullopt);
  CHECK(about("CommSubscriptionConsent", {}) == Preference::solicit);
}

TEST_CASE("a moment bounds a consent as it is, a date by whole days of the office's zone",
          "[policy][consent]") {
  const auto map = heed::support::preferences_with_consents();
  const auto berlin = Zone::named("Europe/Berlin");
  const auto moments = map.find("ContactPointTypeConsent", "PrivacyConsentStatus")
                           ->terms->force(of({{"EffectiveFrom", "2026-11-26T10:00:00Z"},
                                              {"EffectiveTo", "2026-11-28T10:00:00Z"}}),
                                          berlin);
  CHECK(moments.from == parse_moment("2026-11-26T10:00:00Z"));
  CHECK(moments.until == parse_moment("2026-11-28T10:00:00Z"));
  const auto days =
      map.find("CommSubscriptionConsent", "PrivacyConsentStatus")
          ->terms->force(
              of({{"EffectiveFromDate", "2026-11-26"}, {"EffectiveToDate", "2026-11-28"}}), berlin);
  CHECK(days.from == parse_moment("2026-11-25T23:00:00Z"));
  CHECK(days.until == parse_moment("2026-11-28T23:00:00Z"));
  CHECK_FALSE(days.at(*parse_moment("2026-11-25T22:59:59Z")));
  CHECK(days.at(*parse_moment("2026-11-28T22:59:59Z")));
  CHECK_FALSE(days.at(*parse_moment("2026-11-28T23:00:00Z")));
  const auto unbounded =
      map.find("PartyConsent", "PrivacyConsentStatus")->terms->force(of({}), berlin);
  CHECK(unbounded.at(*parse_moment("1970-01-01T00:00:00Z")));
}

TEST_CASE("a consent with a mistake is refused by line, key and what was expected",
          "[policy][consent]") {
  struct Mistake {
    std::string text;
    std::string said;
  };
  const auto mistake = GENERATE(values<Mistake>(
      {{consent, "preferences.toml:1: what it is a consent to is not said"},
       {consent + "preference = 'forget'\n",
        "preferences.toml:6: 'forget' is nothing to consent to; expected one of "
        "solicit"},
       {consent + "preference = 'emial'\n", "preferences.toml:6: 'emial' is nothing"},
       {consent + "preference = 'email'\nform = 'F'\n",
        "preferences.toml:7: unknown key 'form' in [consent]; did you mean 'from'?"},
       {consent + "about = [{ field = 'F', preference = 'email' }]\n",
        "preferences.toml:6: which records it is about is not clear"},
       {consent + "about = [{ field = 'F', is = ['x'], prefrence = 'email' }]\n", "'preference'"},
       {consent + "preference = 'email'\npermissive_texts = ['OptOut']\n",
        "preferences.toml:7: 'OptOut' is among restrictive_texts, too"},
       {consent + "preference = 'email'\n" + consent + "preference = 'email'\n",
        "preferences.toml:9: C.S is named twice; expected once"},
       {"[[consent]]\nobject = 'C'\nstatus = 'S'\nrestrictive_texts = []\n"
        "person = 'P'\npreference = 'email'\n",
        "preferences.toml:4: no status restricts"},
       {"[[consent]]\nobject = 'C'\nstatus = 'S'\nrestrictive_texts = ['x']\n"
        "preference = 'email'\n",
        "'person'"}}));
  CAPTURE(mistake.text);
  CHECK_THAT(complaint(mistake.text), Catch::Contains(mistake.said));
}
