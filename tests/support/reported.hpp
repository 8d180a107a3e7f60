#pragma once

#include <map>
#include <string>
#include <string_view>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/policy.hpp"
#include "heed/store.hpp"

/// A small office with a history: what reports are made from in tests.
namespace heed::support {

Moment moment(std::string_view text);

/// Mirror and ledger of an office in Berlin: one load on 1 November 2026, one window up to 25
/// November, both assessed.
///
///   person 1  Germany; Individual without marketing since before the load, then no e-mail
///   contact 2 Germany; no e-mail since before the load
///   person 3  California, two Contacts; asks to be forgotten; the Contacts disagree on e-mail
///   person 5  Germany; asks to be forgotten, and field history says when exactly
///   contact 6 lives somewhere that nobody recognises; no calls
class Reported {
 public:
  static constexpr const char* key = "key of the test";

  explicit Reported(store::Database opened = store::Database::in_memory());

  ledger::Grounds grounds() const { return {rulebook, preferences, options}; }

  store::Database database;
  mirror::Mirror mirror;
  ledger::Ledger ledger;
  policy::Rulebook rulebook;
  policy::PreferenceMap preferences;
  ledger::Options options;

 private:
  using Values = std::map<std::string, Value, std::less<>>;
  struct Given {
    int number;
    std::string_view stamp;
    Values values;
  };
  void record(const Shape& shape, std::string_view prefix, const std::vector<Given>& rows,
              const mirror::Reading& reading, Moment watermark);
  void load();
  void window();
  void history();
};

}  // namespace heed::support
