#include <algorithm>
#include <catch2/catch.hpp>

#include "heed/error.hpp"
#include "heed/mirror.hpp"
#include "support/office.hpp"

using heed::support::Office;
using Fault = heed::simulated::Fault;

namespace {

using namespace std::chrono_literals;

/// A mirror with ninety records changed in one second, and its next run under way.
struct Bulk {
  Bulk() : office(options()) {
    office.config.crm.retries = 0;
    office.sync();
    auto& org = office.crm.org();
    org.advance(2h);
    for (std::uint32_t i = 1; i <= 90; ++i) {
      org.update(org.nth("Individual", i), {{"HasOptedOutProfiling", true}});
    }
    org.advance(1h);
  }

  static heed::simulated::OrgOptions options() {
    heed::simulated::OrgOptions options{.individuals = 90};
    options.largest_page = 20;
    return options;
  }

  /// The number of the request that reads the first page of Individual's window.
  std::size_t first_page() const { return office.crm.requests() + 4; }

  std::int64_t mirrored() const {
    auto database = office.open();
    const heed::mirror::Mirror mirror(database);
    std::int64_t count = 0;
    for (std::uint32_t i = 1; i <= 90; ++i) {
      const auto row = mirror.row("Individual", office.crm.org().nth("Individual", i));
      if (row->value("HasOptedOutProfiling") == "true") ++count;
    }
    return count;
  }

  Office office;
};

}  // namespace

TEST_CASE("an answer too heavy for the CRM is asked for in parts, of time and then of records",
          "[scenario]") {
  const auto* const code = GENERATE("QUERY_TIMEOUT", "OPERATION_TOO_LARGE", "EXCEEDED_ID_LIMIT");
  const auto times = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{18});
  Bulk bulk;
  for (std::size_t i = 0; i < times; ++i) {
    bulk.office.crm.fail(bulk.first_page() + i, Fault::soap_fault(code));
  }
  const auto report = bulk.office.sync();
  CHECK(report.findings.empty());
  CHECK(bulk.mirrored() == 90);
}

TEST_CASE("pages that do not come while the CRM answers are asked for in parts", "[scenario]") {
  Bulk bulk;
  for (const std::size_t page : {0U, 2U, 5U}) {
    bulk.office.crm.fail(bulk.first_page() + page, Fault::http(504));
  }
  bulk.office.breaks();
  bulk.office.sync();
  CHECK(bulk.mirrored() == 90);
}

TEST_CASE("a field that is refused is described anew, and the run goes on", "[scenario]") {
  const auto* const code = GENERATE("INVALID_FIELD", "MALFORMED_QUERY");
  Bulk bulk;
  bulk.office.crm.fail(bulk.first_page(), Fault::soap_fault(code));
  bulk.office.sync();
  CHECK(bulk.mirrored() == 90);
  bool described = false;
  for (const auto& call : bulk.office.crm.calls()) {
    described = described || (call.operation == "describeSObject" && call.detail == "Individual");
  }
  CHECK(described);
}

TEST_CASE("a record that is purged between two pages makes the answer short, and it is asked again",
          "[scenario]") {
  Bulk bulk;
  auto& org = bulk.office.crm.org();
  const auto id = org.nth("Individual", 80);
  org.remove(id);
  bool purged = false;
  bulk.office.progress = [&](const heed::sync::Progress& progress) {
    if (purged || progress.object != "Individual") return;
    purged = true;
    bulk.office.crm.with_org([id](heed::simulated::Org& busy) { busy.purge(id); });
  };
  const auto report = bulk.office.sync();
  CHECK(purged);
  CHECK(report.findings.empty());
  CHECK(bulk.mirrored() >= 89);  // all but the one that is gone
}

TEST_CASE("a description that the CRM cannot give just now is asked for again", "[scenario]") {
  const auto* const code =
      GENERATE("OPERATION_TOO_LARGE", "QUERY_TIMEOUT", "INVALID_QUERY_LOCATOR");
  const heed::simulated::OrgOptions options{.individuals = 20};
  std::size_t describing = 0;
  {
    Office office(options);
    office.sync();
    const auto calls = office.crm.calls();
    const auto is = [](const auto& call) {
      return call.operation == "describeSObject" && call.detail == "Lead";
    };
    const auto at = std::find_if(calls.begin(), calls.end(), is);
    REQUIRE(at != calls.end());
    describing = static_cast<std::size_t>(at - calls.begin()) + 1;
  }
  Office office(options);
  office.config.crm.retries = 2;
  SECTION("as often as any request") {
    for (std::size_t i = 0; i < 2; ++i) {
      office.crm.fail(describing + i, Fault::soap_fault(code));
    }
    const auto report = office.sync();
    CHECK(report.findings.empty());
    CHECK(report.objects.at("Lead").created > 0);
  }
  SECTION("and no oftener: then that object alone is not read, and the call is named") {
    office.crm.org().refuse("describeSObject", "Lead", code);
    const auto report = office.sync();
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].object == "Lead");
    CHECK_THAT(report.findings[0].text,
               Catch::StartsWith("Lead: describeSObject: the CRM refuses with " +
                                 std::string(code) + "; "));
    CHECK(report.objects.at("Contact").created > 0);
    std::size_t asked = 0;
    for (const auto& call : office.crm.calls()) {
      asked += call.operation == "describeSObject" && call.detail == "Lead" ? 1U : 0U;
    }
    CHECK(asked == 3);
  }
}
