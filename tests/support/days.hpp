#pragma once

#include "simulator/org.hpp"

namespace heed::support {

/// What happens in the CRM between two runs: one of everything.
inline void a_few_days(simulated::Org& org) {
  using namespace std::chrono_literals;
  org.advance(26h);
  org.update(org.nth("Individual", 3), {{"HasOptedOutSolicit", true}});
  org.update(org.nth("Individual", 4), {{"ShouldForget", true}});
  org.advance(1h);
  org.update(org.nth("Contact", 5), {{"HasOptedOutOfEmail", true}});
  org.remove(org.nth("Contact", 6));
  org.merge(org.nth("Contact", 7), {org.nth("Contact", 8)});
  org.create("Lead", {{"LastName", std::string_view("Neu")},
                      {"Company", std::string_view("Acme")},
                      {"HasOptedOutOfEmail", true},
                      {"Country", std::string_view("Deutschland")}});
  org.advance(30min);
}

}  // namespace heed::support
