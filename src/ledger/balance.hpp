#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "duties.hpp"

namespace heed::ledger {

/// What owed duties have in common that one number stands for: all that a report's sums ask.
struct Alike {
  Day sort_on{};  ///< the due day; of long past ones the start
  std::string zone;
  std::string pack;
  std::string rule;
  Preference preference = Preference::solicit;
  std::optional<Day> target;
  bool long_past = false;
  bool immediate = false;
  bool withdrawn = false;
  bool place_unknown = false;
  bool calendar_incomplete = false;
  bool hold = false;
  auto operator<=>(const Alike&) const = default;
};

/// When the first thing that is owed to a person is due, and whether something is long past.
struct First {
  std::optional<Day> due;  ///< nullopt: nothing has a date
  std::string zones;       ///< of what is due that day, by name, blanks between; else empty
  bool long_past = false;
  auto operator<=>(const First&) const = default;
};

/// How many duties and people there are of each kind.
struct Numbers {
  std::map<Alike, std::int64_t> duties;
  std::map<First, std::int64_t> people;
  bool operator==(const Numbers&) const = default;
};

/// The tables in which numbers are kept, so that no report has to count.
void create_balance(store::Database& database);
Numbers kept_numbers(store::Database& database);
void add_numbers(store::Database& database, const Numbers& numbers);

/// The numbers as the tables of duties and subjects give them. Memory does not grow with these.
Numbers counted_numbers(store::Database& database);

/// The same of the duties that a filter selects, which are those of one person.
Numbers counted_numbers(store::Database& database, const Filter& filter);

/// Keeps the numbers in step with the duties. Told of each change before it is written (and written
/// it is before it is told of the next), it writes what they come to when the transaction is about
/// to end.
class Balance {
 public:
  explicit Balance(store::Database& database) : database_(database) {}

  /// A record of that person is about to become a subject. Needs not be told: of somebody of whom
  /// nothing is known yet, which a `stranger` is, nothing has to be looked up then.
  void meets(const mirror::Ref& person, bool stranger);

  /// A duty of that subject's is about to be inserted.
  void opens(const Duty& duty, const Subject& subject);

  /// A duty is about to be updated.
  void changes(const Duty& duty);

  /// The subject is about to belong to another person (nullopt: to none that is known).
  void moves(std::int64_t subject, const std::optional<mirror::Ref>& to);

  void write();

  /// Forgets what it was told: the transaction was rolled back.
  void forget();

 private:
  /// One thing that is owed to a person.
  struct Item {
    std::int64_t duty = 0;
    std::optional<Day> due;
    std::string zone;
  };
  struct Person {
    std::string key;
    std::optional<First> before;
    std::vector<Item> owed;
    bool known = true;  ///< false: `owed` has to be looked up anew
  };

  Person& person(std::string_view key, bool stranger = false);
  Person& look_up(std::string_view key, bool stranger);
  bool is_new(std::string_view person);
  void settle();
  std::vector<Item> owed_to(std::string_view person) const;
  static Item item(const Duty& duty);
  static std::optional<First> first_of(const std::vector<Item>& owed);

  store::Database& database_;
  std::optional<store::Statement> known_;
  Numbers numbers_;              ///< what is to be added; less than nothing, too
  std::vector<Person> at_hand_;  ///< whom the last change is about: hardly ever more than one
};

}  // namespace heed::ledger
