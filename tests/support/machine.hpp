#pragma once

#include <catch2/catch.hpp>
#include <optional>

#include "heed/crm.hpp"
#include "heed/error.hpp"
#include "heed/vault.hpp"
#include "support/clock.hpp"
#include "support/scripted.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

/// A machine with a state file, on which heed is started again and again before a scripted CRM.
struct Machine {
  TempDir folder;
  ManualClock clock{*parse_moment("2026-03-02T00:00:00Z")};
  Scripted script;
  crm::Options options;
  std::optional<vault::State> state;
  std::optional<crm::Client> client;

  /// A new process: what was not in the file is forgotten.
  crm::Client& start(crm::Credentials credentials) {
    client.reset();
    state.emplace(folder.file("state"));
    return client.emplace(script, clock, options, std::move(credentials), &*state);
  }

  /// Why `act` fails; fails the test if it does not.
  template <class Act>
  static Error error_of(Act act) {
    try {
      act();
    } catch (const Error& error) {
      return error;
    }
    FAIL("nothing was thrown");
    return {Kind::finding, ""};
  }
};

}  // namespace heed::support
