#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "balance.hpp"
#include "heed/ledger.hpp"
#include "heed/store.hpp"
#include "heed/vault/sealer.hpp"
#include "pen.hpp"
#include "rules.hpp"

namespace heed::ledger {

// Days and moments have their text in heed, not in this namespace.
using heed::to_text;

/// An event as it is chained: codes, days and digests. What it names lives elsewhere.
struct Link {
  std::int64_t number = 0;
  Moment at;
  std::string_view kind;
  std::optional<std::string_view> cause;
  std::optional<std::int64_t> duty;
  std::string_view subject;
  std::optional<std::string> wish;
  std::optional<std::int64_t> change;
  std::optional<std::string_view> pack;
  std::optional<std::string_view> version;
  std::optional<std::string_view> rule;
  std::optional<std::string_view> state;
  std::optional<Day> start;
  std::optional<Day> due;
  std::optional<Day> old_start;
  std::optional<Day> old_due;
  std::optional<Day> day;
  std::string author;
  std::optional<std::string> reason;
  std::optional<std::string> proof;
  std::string_view key;
  std::string_view previous;

  /// The hash of the bytes that the module's header describes.
  std::string digest() const;
};

/// A select of the events as they are chained, up to and without WHERE. What an event leaves to its
/// duty, its rule and its subject is taken from their tables.
extern const std::string_view link_query;

/// A row of link_query. Its bytes live as long as the statement stands there.
struct Written {
  explicit Written(const store::Statement& row);
  std::int64_t number;
  std::int64_t subject;  ///< 0: it names none, or one beside its duty's
  std::string_view author;
  std::optional<std::string_view> reason;
  std::optional<std::string_view> proof;
  std::string key;   ///< its name
  std::string hash;  ///< as stored
  std::string seal;

  /// The hash of the same row's bytes, if it follows an event with that hash.
  static std::string digest(const store::Statement& row, std::string_view key,
                            std::string_view previous);
};

/// The public name of a key.
std::string key_name(std::string_view key);

/// The digest by which an event names a text.
std::string text_digest(std::string_view salt, std::string_view text);

/// Whether a text is filed as its salt, which the digest covers, says: under the event it begins
/// with, or under none. Salts of older heeds say nothing of that.
bool filed_right(std::string_view salt, std::optional<std::int64_t> event);

/// A text of an event to be.
struct Text {
  std::string text;
  bool shared = false;  ///< said of many; never of one person
};

struct Subject;

/// A step to be written.
struct Step {
  EventKind kind = EventKind::noted;
  std::optional<Cause> cause{};
  const Duty* duty = nullptr;          ///< as it is after the step
  const Subject* subject = nullptr;    ///< what it is about as a whole, where it is about no duty
  std::optional<std::int64_t> rule{};  ///< where wish, pack, version and rule are told: rule_of()
  std::optional<Day> old_start{};
  std::optional<Day> old_due{};
  std::optional<Day> day{};
  std::optional<Text> reason{};
  std::optional<Text> proof{};
};

/// What most rows are written with.
struct Pens {
  Pen event;
  Pen duty;
  Pen changed;  ///< a duty that was there
  Pen subject;
};

/// Numbers rows of a table in their order.
class Counter {
 public:
  explicit Counter(std::string_view table)
      : query_("SELECT MAX(number) FROM " + std::string(table)) {}
  /// Another number each time.
  std::int64_t next(store::Database& database);
  void forget() { last_.reset(); }

 private:
  std::string query_;
  std::optional<std::int64_t> last_;
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

  /// The numbers of the next duty and the next subject.
  std::int64_t next_duty() { return duties_.next(database_); }
  std::int64_t next_subject() { return subjects_.next(database_); }

  /// The number of what a duty shares with others.
  std::int64_t rule_of(const Duty& duty);
  RuleTable& rules() { return rules_; }

  /// A seal over what is not in the chain, as it is stored.
  Seal sealed(std::string_view text) const;

  /// Forgets what was remembered of a transaction that was rolled back.
  void forget();

  store::Database& database() const { return database_; }

  /// The number that the next event gets.
  std::int64_t next_event() const;

  /// To be called when texts that are shared were deleted.
  void forget_texts() { shared_.clear(); }

  /// To be told of what becomes of duties and subjects, before it is written.
  Balance& balance() { return balance_; }

  Pens& pens() { return pens_; }

  const std::string& key() const { return key_; }
  const vault::Sealer& sealer() const { return sealer_; }
  const std::string& key_name() const { return key_name_; }

 private:
  std::string keep(const Text& text, std::int64_t event);
  void insert(const Step& step, const Link& link, std::string_view hash);

  store::Database& database_;
  std::string key_;
  vault::Sealer sealer_;
  std::string key_name_;
  Balance balance_;
  Pens pens_;
  mutable std::optional<Head> last_;
  Counter duties_{"heed_duty"};
  Counter subjects_{"heed_subject"};
  RuleTable rules_;
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
    chain_.balance().write();
    transaction_.commit();
    committed_ = true;
  }

 private:
  Chain& chain_;
  store::Transaction transaction_;
  bool committed_ = false;
};

}  // namespace heed::ledger
