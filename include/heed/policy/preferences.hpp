#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "heed/record.hpp"
#include "heed/time.hpp"

/// What a field of the CRM means: `schedules/preferences.toml`.
namespace heed::policy {

/// The value of a field of the record at hand, as heed::to_text writes it.
using FieldValue = std::function<std::optional<std::string>(std::string_view field)>;

/// The Name of the record of `object` that `id` is the id of; nullopt when it is of no record of
/// that object. Empty for one whose name is not mirrored.
using NameOf =
    std::function<std::optional<std::string>(std::string_view object, std::string_view id)>;

/// When a consent is in force: from `from` on, and before `until`. nullopt: without that bound.
struct Force {
  std::optional<Moment> from;
  std::optional<Moment> until;

  bool at(Moment moment) const { return (!from || *from <= moment) && !ended(moment); }
  bool ended(Moment moment) const { return until && *until <= moment; }
};

/// One way to tell which preference a consent is about: a field has one of these values or, where
/// it is a reference, leads to a record of that object or to one of that object with such a name.
struct Topic {
  std::string field;
  std::string of;               ///< an object; empty: the field's own text
  std::vector<std::string> is;  ///< values or names; empty: any record of `of`
  Preference preference = Preference::solicit;

  /// Whether the field leads to a record that is the person's own, as a ContactPointEmail.
  bool is_persons() const { return !of.empty() && is.empty(); }
};

/// What a consent object's records say besides their status.
struct Terms {
  std::string person;                   ///< the field that leads to the person
  std::string from;                     ///< a date or a moment; empty: in force from the first
  std::string to;                       ///< the last day, or the moment it ends; empty: for ever
  std::vector<Topic> topics;            ///< the first that fits tells the preference
  std::optional<Preference> otherwise;  ///< where none fits; nullopt: the record says nothing
  std::vector<std::string> permissive;  ///< values of the status that say the contrary

  std::optional<Preference> preference(const FieldValue& value, const NameOf& name) const;

  /// Dates are whole days in `zone`; moments are what they are.
  Force force(const FieldValue& value, const Zone& zone) const;
};

/// One field whose restrictive value is a preference.
struct Mapping {
  std::string object;
  std::string field;
  Preference preference = Preference::solicit;  ///< means nothing where there are `terms`
  std::vector<std::string> restrictive;  ///< the values that restrict, as heed::to_text writes them
  bool only_on_change = false;  ///< restricts only after it was seen with another value (not null)
  std::optional<Terms> terms = {};  ///< the field is the status of a consent

  /// Whether `value` restricts. Null and not shown never do.
  bool restricts(const std::optional<std::string>& value) const;

  /// Whether `value` of a consent's status says the contrary.
  bool permits(const std::optional<std::string>& value) const;

  /// Whether going from `before` to `after` opens a wish. `known_before` is false for a value that
  /// was there on the first load or came with a new record: nothing is known of the time before.
  bool opens(const std::optional<std::string>& before, const std::optional<std::string>& after,
             bool known_before) const;
};

/// `schedules/preferences.toml`: object, field and restrictive value -> preference, and which
/// fields may be missing from a CRM without alarm.
class PreferenceMap {
 public:
  /// Throws Error(configuration) for anything unknown, missing or said twice.
  static PreferenceMap parse(std::string_view text, std::string_view name);

  const std::vector<Mapping>& mappings() const { return mappings_; }

  /// nullptr when the field says no preference.
  const Mapping* find(std::string_view object, std::string_view field) const;

  /// All mapped fields of `object`.
  std::vector<const Mapping*> of(std::string_view object) const;

  /// The mapped consents, in the order of the file.
  std::vector<const Mapping*> consents() const;

  /// Whether an org of API version `api` may be without the field: optional fields, and fields that
  /// came with a later version. A mapped field that is not optional must be visible; a field that
  /// this file does not name is optional.
  bool optional(std::string_view object, std::string_view field, int api) const;

 private:
  struct Presence {
    bool optional = false;
    int since = 0;  ///< API version
  };
  using Key = std::pair<std::string, std::string>;
  std::vector<Mapping> mappings_;
  std::map<Key, Presence, std::less<>> presence_;
};

}  // namespace heed::policy
