#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "heed/ledger.hpp"
#include "heed/store.hpp"
#include "heed/vault/sealer.hpp"

namespace heed::ledger {

// Days and moments have their text in heed, not in this namespace.
using heed::to_text;

/// An event as it is chained: codes, days and digests.
struct Link {
  std::int64_t number = 0;
  std::string at;
  std::string kind;
  std::optional<std::string> cause;
  std::optional<std::int64_t> duty;
  std::string subject;
  std::optional<std::string> wish;
  std::optional<std::int64_t> change;
  std::optional<std::string> pack;
  std::optional<std::string> version;
  std::optional<std::string> rule;
  std::optional<std::string> state;
  std::optional<std::string> start;
  std::optional<std::string> due;
  std::optional<std::string> old_start;
  std::optional<std::string> old_due;
  std::optional<std::string> day;
  std::string author;
  std::optional<std::string> reason;
  std::optional<std::string> proof;
  std::string key;
  std::string previous;

  /// The bytes that are hashed, as the module's header describes them.
  std::string bytes() const;
};

/// The columns of heed_event that read_link() and read_seal() take, in their order.
extern const std::string_view link_columns;
Link read_link(const store::Statement& row);

/// A row's hash and seal.
struct Seal {
  std::string hash;
  std::string seal;
};
Seal read_seal(const store::Statement& row);

/// The public name of a key.
std::string key_name(std::string_view key);

/// The digest by which an event names a text.
std::string text_digest(std::string_view salt, std::string_view text);

/// A text of an event to be.
struct Text {
  std::string text;
  bool shared = false;  ///< said of many; never of one person
};

/// A step to be written.
struct Step {
  EventKind kind = EventKind::noted;
  std::optional<Cause> cause{};
  const Duty* duty = nullptr;  ///< as it is after the step; null: about the subject as a whole
  std::string subject{};
  bool whole = false;  ///< wish, pack, version and rule are written, not only the duty's number
  std::optional<Day> old_start{};
  std::optional<Day> old_due{};
  std::optional<Day> day{};
  std::optional<Text> reason{};
  std::optional<Text> proof{};
};

/// Adds events. All calls happen inside a transaction of the caller's.
class Chain {
 public:
  Chain(store::Database& database, std::string key);

  /// Error(configuration) without a key.
  void want_key() const;

  /// Appends an event; returns its number.
  std::int64_t append(const Step& step, const Author& author);

  /// How far the chain goes, as stored.
  Head head() const;

  /// The number of the next duty; each call gives another.
  std::int64_t next_duty();

  /// A seal over what is not in the chain, with the name of the key: "KEY SEAL".
  std::string sealed(std::string_view text) const;

  /// Forgets what was remembered of a transaction that was rolled back.
  void forget();

  store::Database& database() { return database_; }

  /// The number that the next event gets.
  std::int64_t next_event() const;

  const std::string& key() const { return key_; }
  const vault::Sealer& sealer() const { return sealer_; }
  const std::string& key_name() const { return key_name_; }

 private:
  std::string keep(const Text& text, std::int64_t event);

  store::Database& database_;
  std::string key_;
  vault::Sealer sealer_;
  std::string key_name_;
  mutable std::optional<Head> last_;
  std::optional<std::int64_t> last_duty_;
  std::map<std::string, std::string, std::less<>> shared_;  ///< text -> digest
};

/// A transaction with steps in it. Without commit() nothing of it happened, for the chain either.
class Unit {
 public:
  explicit Unit(Chain& chain) : chain_(chain), transaction_(chain.database()) {}
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;
  ~Unit() {
    if (!committed_) chain_.forget();
  }
  void commit() {
    transaction_.commit();
    committed_ = true;
  }

 private:
  Chain& chain_;
  store::Transaction transaction_;
  bool committed_ = false;
};

}  // namespace heed::ledger
