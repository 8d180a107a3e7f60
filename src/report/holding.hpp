#pragma once

#include "report/print.hpp"

namespace heed::report {

/// A field of one record that holds a preference.
struct Held {
  mirror::Ref record;
  std::string field;
  Standing standing = Standing::live;
  bool hidden = false;          ///< as it was last seen
  std::optional<Change> since;  ///< the change that set it, as well as it is known
};

/// A live record of the same person whose field for the same preference is not set, or whose
/// consent says the contrary.
struct Against {
  mirror::Ref record;
  std::string field;
};

/// One preference of a person.
struct Holding {
  Preference preference = Preference::solicit;
  std::vector<Held> held;  ///< never empty
  std::vector<Against> against;
};

/// A person's records and what they hold.
struct Person {
  std::vector<mirror::Row> records;  ///< by object and id; never empty
  std::vector<Holding> holdings;     ///< by preference
  bool whole = true;                 ///< false: the person has more records than are looked at

  mirror::Ref first() const { return {records.front().object, records.front().id}; }
};

/// The person that a record belongs to, at present or as heed knew it then; without records when
/// heed did not know the record. Consents count that are in force at `at`.
Person person_of(const Sources& sources, const mirror::Ref& record, Moment at,
                 std::optional<Moment> known_at = {});

/// When a report is about what heed knew in the past: then.
std::optional<Moment> known_at(const Sources& sources, const Circumstances& circumstances);

/// Whether the records of a person agree, in words: "yes", "one record", or which do not.
std::string agreement_words(const Holding& holding);

Json holding_json(const Holding& holding);

}  // namespace heed::report
