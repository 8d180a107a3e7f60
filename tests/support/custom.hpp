#pragma once

#include <string>
#include <string_view>

#include "simulator/simulator.hpp"
#include "support/terminal.hpp"

namespace heed::support {

/// An office whose administrator has made objects of their own: requests of persons, and notes.
struct Custom {
  /// What the configuration says of requests.
  static const std::string& requests();

  explicit Custom(const std::string& more = requests()) { configure("", more); }

  /// Puts `to` in the place of `from` in the configuration; at its beginning where that is empty.
  void configure(const std::string& from, const std::string& to) const;

  /// A request of the contact of that number.
  Id request(std::uint32_t of, std::string_view email = "ida@example.org");

  /// The first value of a query of the mirror; empty where there is none.
  std::string one(const std::string& sql) const;

  /// Whether any byte of the mirror, or of its log, says so.
  bool says(const std::string& text) const;

  simulated::Simulator crm{{.individuals = 10}};
  Terminal terminal{crm};
  simulated::Org& org = crm.org();
};

}  // namespace heed::support
