#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/policy.hpp"
#include "support/schedules.hpp"

namespace {

using heed::Preference;
using heed::policy::PreferenceMap;

std::string complaint(const std::string& text) {
  try {
    PreferenceMap::parse(text, "preferences.toml");
  } catch (const heed::Error& error) {
    return error.what();
  }
  return {};
}

const std::string solicit =
    "[[preference]]\nobject = 'Individual'\nfield = 'F'\nrestrictive = true\n"
    "preference = 'solicit'\n";

}  // namespace

TEST_CASE("the shipped map knows every field that is a wish", "[policy]") {
  const auto map = heed::support::shipped_preferences();
  const auto preference = [&map](std::string_view object, std::string_view field) {
    const auto* mapping = map.find(object, field);
    REQUIRE(mapping != nullptr);
    return mapping->preference;
  };
  CHECK(preference("Individual", "HasOptedOutSolicit") == Preference::solicit);
  CHECK(preference("Individual", "HasOptedOutTracking") == Preference::track);
  CHECK(preference("Individual", "HasOptedOutGeoTracking") == Preference::geotrack);
  CHECK(preference("Individual", "HasOptedOutProfiling") == Preference::profile);
  CHECK(preference("Individual", "HasOptedOutProcessing") == Preference::process);
  CHECK(preference("Individual", "ShouldForget") == Preference::forget);
  CHECK(preference("Individual", "SendIndividualData") == Preference::export_data);
  CHECK(preference("Individual", "HasPrivacyHold") == Preference::hold);
  CHECK(preference("Contact", "HasOptedOutOfEmail") == Preference::email);
  CHECK(preference("Lead", "DoNotCall") == Preference::phone);
  CHECK(preference("Account", "PersonHasOptedOutOfFax") == Preference::fax);
  CHECK(preference("Contact", "Text_Opt_Out__c") == Preference::text);
  CHECK(map.find("Contact", "Name") == nullptr);
  CHECK(map.of("Individual").size() == 9);
}

TEST_CASE("only a field that may be missing may be missing", "[policy]") {
  const auto map = heed::support::shipped_preferences();
  CHECK_FALSE(map.optional("Individual", "HasOptedOutSolicit", 58));
  CHECK_FALSE(map.optional("Contact", "IndividualId", 58));
  CHECK(map.optional("Individual", "HasPrivacyHold", 58));
  CHECK(map.optional("Contact", "Text_Opt_Out__c", 58));
  CHECK(map.optional("Account", "PersonIndividualId", 58));
  CHECK(map.optional("Contact", "Description", 58));
  const auto later = PreferenceMap::parse(solicit + "since = 50\n", "preferences.toml");
  CHECK(later.optional("Individual", "F", 49));
  CHECK_FALSE(later.optional("Individual", "F", 50));
}

TEST_CASE("a flag restricts with its restrictive value, and null never does", "[policy]") {
  const auto map = heed::support::shipped_preferences();
  const auto& email = *map.find("Account", "PersonHasOptedOutOfEmail");
  CHECK(email.restricts("true"));
  CHECK_FALSE(email.restricts("false"));
  CHECK_FALSE(email.restricts(std::nullopt));
  CHECK(email.opens("false", "true", true));
  CHECK(email.opens(std::nullopt, "true", false));
  CHECK_FALSE(email.opens("true", "true", true));
  CHECK_FALSE(email.opens("true", "false", true));
}

TEST_CASE("storing elsewhere is forbidden only by a seen change to false", "[policy]") {
  const auto map = heed::support::shipped_preferences();
  const auto& elsewhere = *map.find("Individual", "CanStorePiiElsewhere");
  CHECK(elsewhere.opens("true", "false", true));
  CHECK_FALSE(elsewhere.opens(std::nullopt, "false", false));
  CHECK_FALSE(elsewhere.opens(std::nullopt, "false", true));
  CHECK_FALSE(elsewhere.opens("false", "true", true));
}

TEST_CASE("a pick list opts out with any of the texts given", "[policy]") {
  const auto map = PreferenceMap::parse(
      "[[preference]]\nobject = 'Lead'\nfield = 'Sms__c'\n"
      "restrictive_texts = ['STOP', 'Opted out']\npreference = 'text'\noptional = true\n",
      "preferences.toml");
  const auto& text = *map.find("Lead", "Sms__c");
  CHECK(text.restricts("STOP"));
  CHECK(text.restricts("Opted out"));
  CHECK_FALSE(text.restricts("Yes please"));
}

TEST_CASE("a preference map with a mistake names the line and what was expected", "[policy]") {
  CHECK(complaint(solicit + solicit) ==
        "preferences.toml:8: Individual.F is named twice; expected once");
  CHECK(complaint("[[preference]]\nobject = 'A'\nfield = 'F'\nrestrictive = true\n"
                  "preference = 'spam'\n")
            .rfind("preferences.toml:5: 'spam' is no preference; expected one of solicit", 0) == 0);
  CHECK(complaint("[[preference]]\nobject = 'A'\nfield = 'F'\npreference = 'text'\n")
            .rfind("preferences.toml:1: which value restricts is not clear", 0) == 0);
  CHECK(complaint(solicit + "optinal = true\n") ==
        "preferences.toml:6: unknown key 'optinal' in [preference]; did you mean 'optional'?");
  CHECK_FALSE(complaint("").empty());
}
