#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/policy.hpp"
#include "heed/store.hpp"

/// A small org in a mirror, and a ledger over it with the shipped schedules.
namespace heed::support {

/// One row to be put into the mirror. Values are as the mirror writes them; what is left out is
/// false for a flag and null for the rest.
struct Put {
  std::string object;
  int number = 1;
  std::string stamp = "2026-11-25T10:00:00Z";
  std::map<std::string, std::string> values = {};
  Standing standing = Standing::live;
};

/// The `number`-th record of an object, by name.
mirror::Ref ref(std::string_view object, int number);

/// Individual, Contact and Account with preferences, holds, links, countries and names; Contact
/// also with what an office may note of its own (Received__c, DoneOn__c and Done__c, a checkbox);
/// and ContactPointTypeConsent with DataUsePurpose, which preferences_with_consents() maps.
class Ledgered {
 public:
  explicit Ledgered(store::Database opened = store::Database::in_memory(),
                    std::string key = "a key for tests");

  /// As a first load finds it.
  void load(const Put& row);
  /// As a later window finds it; what it shows changed after `known_until`.
  void see(const Put& row, std::string_view known_until = "2026-11-25T09:00:00Z");
  /// Gone for good.
  void purge(std::string_view object, int number, std::string_view moment);

  /// Assesses at `now` with the options below.
  ledger::Outcome assess(std::string_view now = "2026-11-26T12:00:00Z");

  ledger::Grounds grounds() const { return {rulebook, preferences, options}; }
  std::vector<ledger::Duty> duties(const ledger::Filter& filter = every()) const;
  /// The one duty of that rule; it must be there.
  ledger::Duty duty(std::string_view pack, std::string_view rule) const;
  /// The kinds of a duty's events, with causes: "opened/wish moved/evidence".
  std::string story(std::int64_t duty) const;
  /// Duties and events in one text, handles numbered in order and digests left out.
  std::string dump() const;

  /// Of every state.
  static ledger::Filter every();

  store::Database database;
  mirror::Mirror mirror;
  ledger::Ledger ledger;
  policy::Rulebook rulebook;
  policy::PreferenceMap preferences;
  ledger::Options options;

 private:
  void record(const Put& row, const mirror::Reading& reading);
};

}  // namespace heed::support
