#pragma once

#include <chrono>
#include <map>
#include <string>

#include "heed/erasure.hpp"
#include "heed/store.hpp"
#include "support/ledgered.hpp"
#include "support/temp_dir.hpp"

namespace heed::support {

inline const std::string filed_key(64, 'k');

inline ledger::Author officer(const char* at = "2026-11-27T12:00:00Z") {
  return {"the officer", parse_moment(at).value()};
}

inline Put card(int number, int person) {
  return {.object = "Contact",
          .number = number,
          .values = {{"IndividualId", std::string(ref("Individual", person).id.text())},
                     {"MailingCountry", "Deutschland"}}};
}

/// A mirror on the disk with two people, Individuals 1 and 2 with a Contact each.
struct Filed {
  Filed() : org(store::Database::open(mirror(), store::Mode::write, hasty()), filed_key) {
    org.mirror.guard({filed_key, {}});
    for (const int number : {1, 2}) {
      org.load({.object = "Individual", .number = number});
      org.load(card(number, number));
    }
  }

  static store::Options hasty() { return {.busy = std::chrono::milliseconds(1), .vfs = {}}; }

  std::string mirror() const { return folder.file("heed.db"); }
  std::string copy() const { return folder.file("copy.db"); }

  erasure::Place place() {
    return {org.database, org.mirror, org.ledger, filed_key, folder.file("heed.db.erasures")};
  }

  erasure::Scope scope(const mirror::Ref& record) {
    return erasure::scope_of(place(), org.grounds(), record.id);
  }

  erasure::Outcome forget(int number) {
    return erasure::forget(place(), scope(ref("Individual", number)), officer(), "case 7");
  }

  /// Individual 1 asks to be forgotten: one duty, D1, due on 2026-12-28.
  void ask(const std::map<std::string, std::string>& more = {}) {
    auto values = more;
    values["ShouldForget"] = "true";
    org.see({.object = "Individual", .values = values});
    org.assess();
  }

  /// How many records are forgotten by themselves.
  std::int64_t forgets_met() {
    return erasure::forget_met(place(), org.grounds(), officer()).records;
  }

  void back_up() {
    org.database.backup_to(copy());
    org.mirror.note_copy(copy(), officer().at);
  }

  TempDir folder;
  Ledgered org;
};

}  // namespace heed::support
