#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/office.hpp"

using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

/// A mirror that missed a text opt-out on purpose while it changed; the field is visible again.
void until_it_is_back(Office& office) {
  auto& org = office.crm.org();
  for (std::uint32_t i = 1; i <= 20; ++i) {
    org.update(org.nth("Contact", i), {{"Text_Opt_Out__c", false}});
  }
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c");
  office.config.absent = {"Contact.Text_Opt_Out__c"};
  org.advance(1h);
  org.update(org.nth("Contact", 3), {{"Text_Opt_Out__c", true}});
  org.update(org.nth("Contact", 17), {{"Text_Opt_Out__c", true}});
  org.advance(1h);
  office.sync();
  org.hide_field("Contact", "Text_Opt_Out__c", false);
  office.config.absent = {};
  org.advance(1h);
}

}  // namespace

TEST_CASE("reading a field again that is back, cut at any request, ends the same", "[scenario]") {
  heed::simulated::OrgOptions options{.individuals = 20};
  options.largest_page = 8;
  Office undisturbed(options);
  undisturbed.config.crm.retries = 0;
  until_it_is_back(undisturbed);
  const std::size_t before = undisturbed.crm.requests();
  undisturbed.sync();
  const std::size_t all = undisturbed.crm.requests();
  const std::string expected = undisturbed.state();
  REQUIRE_THAT(expected, Catch::Contains("Text_Opt_Out__c"));
  REQUIRE(all > before + 5);
  for (std::size_t k = before + 1; k <= all; ++k) {
    Office office(options);
    office.config.crm.retries = 0;
    until_it_is_back(office);
    Fault lost;
    lost.kind = Fault::Kind::reset;
    office.crm.fail(k, lost);
    office.breaks();  // or asks for less, and goes on
    office.sync();
    CAPTURE(k);
    REQUIRE(office.state() == expected);
    auto database = office.open();
    CHECK(heed::mirror::Mirror(database).hidden().empty());
  }
}
