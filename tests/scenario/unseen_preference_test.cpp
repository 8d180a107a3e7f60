#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/premises.hpp"

using Catch::Contains;
using heed::support::Premises;

TEST_CASE("a preference that no object shows a field for is named by check and sync",
          "[scenario]") {
  Premises premises;
  CHECK(premises.run({"sync"}, false) == 0);
  CHECK_THAT(premises.out(), !Contains("NOTE: text"));
  CHECK(premises.run({"check"}, false) == 0);
  CHECK_THAT(premises.out(), !Contains("text opt-outs"));

  Premises without;
  for (const auto* object : {"Contact", "Lead"}) {
    without.crm.org().hide_field(object, "Text_Opt_Out__c");
  }
  without.crm.org().hide_field("Account", "Text_Opt_Out__pc");
  const std::string told =
      "text: nobody's wish about it is read, since no object shows this user "
      "Contact.Text_Opt_Out__c";
  CHECK(without.run({"sync"}, false) == 0);
  CHECK_THAT(without.out(), Contains("NOTE: " + told) && Contains("preferences.toml"));
  CHECK(without.run({"check"}, false) == 0);
  CHECK_THAT(without.out(), Contains("note  preferences") && Contains("Text_Opt_Out__c"));
  CHECK(without.run({"sync", "--format", "json"}, false) == 0);
  CHECK_THAT(without.out(), Contains(told));
}
