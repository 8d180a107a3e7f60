#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heed/ledger.hpp"
#include "heed/store.hpp"

namespace heed::ledger {

using heed::to_text;

class Chain;

/// Where a duty is filed for reading: 0 closed, 1 owed, 2 standing.
int shelf_of(const Duty& duty);

/// The columns that DutyReader takes, of duty_source.
extern const std::string_view duty_columns;

/// "heed_duty d LEFT JOIN heed_rule r LEFT JOIN heed_subject s": what they are columns of.
extern const std::string_view duty_source;

/// Reads rows of duty_columns. What duties have in common is looked up once a rule.
class DutyReader {
 public:
  explicit DutyReader(store::Database& database) : database_(database) {}

  /// The row as a duty, until the next one is read.
  const Duty& read(const store::Statement& row);

 private:
  /// A moment that many rows have, each after the other.
  struct Same {
    std::string text;
    Moment moment;
  };
  Duty& of_rule(std::int64_t number);
  static Moment moment_of(const store::Statement& row, int column, Same& last);

  store::Database& database_;
  Same wish_after_;
  Same wish_until_;
  Same opened_at_;
  std::map<std::int64_t, Duty> of_rule_;  ///< the last that was read of each
};

std::optional<Duty> find_duty(store::Database& database, std::int64_t number);

/// The duties of a record's wishes, by number.
std::vector<Duty> duties_of(store::Database& database, std::int64_t subject);

/// Writes down all that can change, and seals it anew.
void update_duty(Chain& chain, const Duty& duty);

/// The columns of duty_source that a duty's seal is made of, in their order.
extern const std::string_view sealed_duty_columns;

/// A record that has or had duties, under its handle.
struct Subject {
  std::int64_t number = 0;
  std::string handle;
  mirror::Ref record;
  mirror::Ref person;
};

std::optional<Subject> find_subject(store::Database& database, const mirror::Ref& record);

/// Whether a row of heed_subject is of a person, for a query. The person's id is to be bound twice:
/// one index tells of records that are persons of their own, another of the others.
std::string of_person(const std::string& subject);

/// Numbers a duty of the subject's and writes it down, sealed. Returns its rule_of().
std::int64_t insert_duty(Chain& chain, Duty& duty, const Subject& subject);

/// Whether some record with such an id is a subject, or is one of a person with such an id.
bool knows_any(store::Database& database, Id least, Id most);

/// Gives the record a new random handle. `stranger`: no record of that person is a subject yet.
Subject add_subject(Chain& chain, const mirror::Ref& record, const mirror::Ref& person,
                    bool stranger);
void set_person(Chain& chain, const Subject& subject);

/// The handle stands for another record, and person, from now on.
void rename_subject(Chain& chain, const Subject& subject);

/// The handle stands for no record any more.
void drop_subject(Chain& chain, std::int64_t number);

/// The same of heed_subject.
extern const std::string_view sealed_subject_columns;

/// When a person said a record's wish came in.
struct Receipt {
  std::string field;
  std::int64_t change = 0;
  Day day{};
  std::string reason;
};
std::vector<Receipt> receipts_of(store::Database& database, std::int64_t subject);

/// That of a duty's wish.
void save_receipt(store::Database& database, const Duty& duty, Day day, std::int64_t event);

/// What the ledger remembers of its settings.
/// One whose seal does not fit is none: what it stands for is done anew.
std::string setting(const Chain& chain, std::string_view name);
bool has_setting(const Chain& chain, std::string_view name);
void set_setting(Chain& chain, std::string_view name, std::string_view value);

}  // namespace heed::ledger
