#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "heed/time.hpp"

/// The words every stage uses: shapes, values, records, pages, changes, links.
namespace heed {

/// A record's id: 18 characters, the last three a checksum over the letter case of the others.
/// Compared byte by byte; case is never folded.
class Id {
 public:
  /// Takes 18 characters with a right checksum, or 15 and adds it; nullopt for anything else.
  static std::optional<Id> parse(std::string_view text);

  std::string_view text() const { return {chars_.data(), chars_.size()}; }

  /// The three characters that tell the object ("003" for a Contact).
  std::string_view prefix() const { return text().substr(0, 3); }

  auto operator<=>(const Id&) const = default;

 private:
  std::array<char, 18> chars_{};
};

/// How a field's values are told apart; the CRM has more types, which map to these.
enum class FieldType { text, id, integer, number, flag, date, moment };

std::string_view to_text(FieldType type);

/// One mirrored field, as the CRM describes it.
struct Field {
  std::string name;
  FieldType type = FieldType::text;
  bool nillable = true;
  bool filterable = true;
  bool sortable = true;
  bool calculated = false;  ///< changes without moving the record's stamp
  bool tracked = false;     ///< every change of it is kept (preferences and links)

  bool operator==(const Field&) const = default;
};

/// An object and the described list of its fields that are mirrored, Id left out.
struct Shape {
  std::string object;
  std::vector<Field> fields;
  std::string
      stamp;  ///< the field that orders changes: SystemModstamp, LastModifiedDate or CreatedDate

  /// The place of a field, by its exact name.
  std::optional<std::size_t> find(std::string_view field) const;

  bool operator==(const Shape&) const = default;
};

/// The CRM did not show the field: not null, not false.
struct NotShown {
  bool operator==(const NotShown&) const = default;
};
/// The CRM says that there is no value.
struct Null {
  bool operator==(const Null&) const = default;
};
/// A text that is there and has no characters.
struct Empty {
  bool operator==(const Empty&) const = default;
};

/// One field's value. A string_view lives as long as the page that the value came in.
using Value =
    std::variant<NotShown, Null, Empty, bool, std::int64_t, double, std::string_view, Day, Moment>;

/// The value as the mirror and the changes write it: flags "true" and "false", dates and moments as
/// RFC 3339, numbers with the fewest digits that read back the same. nullopt for null and not
/// shown.
std::optional<std::string> to_text(const Value& value);

/// Whether a record is still there, as far as there is evidence.
enum class Standing {
  live,
  deleted,  ///< the CRM says so; it may still come back
  purged,   ///< was deleted, and the CRM returns it no more
  vanished  ///< not returned any more, and nothing says why
};

std::string_view to_text(Standing standing);
std::optional<Standing> parse_standing(std::string_view text);

/// One row of an object, as a view into a page. `values` are in the shape's order.
struct Record {
  Id id;
  Moment stamp;
  Standing standing = Standing::live;
  std::span<const Value> values;
};

/// Records of one object that were read together, and what the CRM said of the rest. Owns all
/// texts. Not thread-safe; may be handed from thread to thread.
class Page {
 public:
  explicit Page(std::shared_ptr<const Shape> shape);

  const Shape& shape() const { return *shape_; }
  std::size_t size() const { return heads_.size(); }
  bool empty() const { return heads_.empty(); }
  Record operator[](std::size_t index) const;

  /// Copies `text` to where it lives as long as the page.
  std::string_view keep(std::string_view text);

  /// Appends a record; `values` must be as many as the shape has fields, with texts kept here.
  void add(Id id, Moment stamp, Standing standing, std::span<const Value> values);

  std::string locator;         ///< where the next page is; empty when this is the last
  std::int64_t announced = 0;  ///< how many records the CRM says the whole answer has
  std::int64_t replaced = 0;   ///< values that could not be read, and were replaced or flagged

 private:
  struct Head {
    Id id;
    Moment stamp;
    Standing standing;
  };
  std::shared_ptr<const Shape> shape_;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> texts_;
  std::vector<Head> heads_;
  std::vector<Value> values_;
};

/// How heed knows of a change.
enum class How {
  initial,   ///< the value was there when heed first loaded the object
  observed,  ///< heed saw the old value, then the new one (or the record for the first time)
  history    ///< the CRM's field history says so
};

std::string_view to_text(How how);
std::optional<How> parse_how(std::string_view text);

/// One field of one record going from one value to another, in the half-open span (after, until]:
/// later than `after`, not later than `until`; an exact time has both the same.
struct Change {
  std::int64_t number =
      0;  ///< its place among all changes of the mirror, from 1; 0 before recording
  std::string object;
  Id id;
  std::string field;
  std::optional<std::string> old_value;  ///< nullopt: null, or not known (`initial`, a new record)
  std::optional<std::string> new_value;
  Moment after;
  Moment until;
  How how = How::observed;
  Moment first_seen;  ///< when heed recorded it
  std::optional<std::int64_t> supersedes;
  /// The user who made it; of an observed change the one who last modified the record by then.
  /// nullopt: not known.
  std::optional<Id> by = {};

  bool operator==(const Change&) const = default;
};

/// One record pointing to another through a field, for a time. Links are never deleted; one that no
/// longer holds has an end.
struct Link {
  std::string object;
  Id from;
  std::string field;
  Id to;
  Moment since;
  std::optional<Moment> ended;

  bool operator==(const Link&) const = default;
};

/// A wish in heed's words; `hold` is none, it blocks closing and forgetting.
enum class Preference {
  solicit,
  track,
  geotrack,
  profile,
  process,
  forget,
  export_data,
  store_elsewhere,
  email,
  phone,
  fax,
  text,
  hold
};

/// "export" for export_data, "store-elsewhere" for store_elsewhere, else the name as it stands.
std::string_view to_text(Preference preference);
std::optional<Preference> parse_preference(std::string_view text);

}  // namespace heed
