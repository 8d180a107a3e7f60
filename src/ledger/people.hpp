#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "duties.hpp"
#include "heed/mirror/persons.hpp"
#include "wishes.hpp"

namespace heed::ledger {

/// One record of a person, with what the ledger has of it.
struct Member {
  mirror::Ref record;
  std::optional<Subject> subject;
  std::vector<Duty> duties;
  bool judged = true;             ///< its wishes are looked at
  std::optional<Moment> purged;   ///< surely gone for good, or emptied, since then
  bool emptied = false;           ///< `purged` tells when it was emptied
  std::vector<Noted> noted = {};  ///< what its fields for evidence said
};

/// A person with all that judging needs. `person.wishes` and `wished` go in step.
struct Dossier {
  mirror::Group group;
  bool parted = false;    ///< as mirror::Grouped has it
  bool stranger = false;  ///< surely no record is a subject, nor any other of this person
  std::vector<Member> members;
  std::vector<Wished> wished;
  policy::Person person;
  /// Records, and when each is to be judged again though nothing of it changed: when a date of a
  /// consent passes, and, once judged, when a day comes on which a field says it is done. A record
  /// may be there more than once.
  std::vector<std::pair<mirror::Ref, std::optional<Moment>>> turns;

  Member* member(const mirror::Ref& record);

  /// When the last of all records was surely purged; nullopt while one is not, or may not be.
  std::optional<Moment> erased() const;
  /// Whether some are not purged, but emptied.
  bool emptied() const;
};

/// Looks up what judging wants of rows, and nothing else of them. Not to be kept over a change of
/// shapes.
class Lookup {
 public:
  Lookup(store::Database& database, const mirror::Mirror& mirror, const Grounds& grounds)
      : mirror_(mirror), grounds_(grounds), persons_(database) {}

  const mirror::Mirror& mirror() const { return mirror_; }
  const Grounds& grounds() const { return grounds_; }
  mirror::Grouped person(const mirror::Ref& record) const {
    return persons_.find(record.object, record.id);
  }
  /// Null where the mirror has none; else until the next row of the same object is looked up.
  const mirror::Row* row(const mirror::Ref& record) const;

  /// As policy::NameOf.
  std::optional<std::string> name(std::string_view object, std::string_view id) const;

  /// Since when the CRM shows the row emptied. What heed itself has emptied is no evidence of that.
  std::optional<Moment> emptied(const mirror::Row& row) const;

  /// When the object was first loaded whole.
  std::optional<Moment> loaded(const std::string& object) const;

 private:
  const mirror::Mirror& mirror_;
  const Grounds& grounds_;
  mutable mirror::Persons persons_;
  mutable std::map<std::string, mirror::Rows, std::less<>> rows_;
  mutable std::map<std::string, std::optional<Moment>, std::less<>> loaded_;
};

/// Gathers the person that `record` belongs to. Where nobody wishes anything and nothing is owed,
/// places and hold are not looked up. Dates of consents have passed as of `now`, or as of when the
/// last duty of the person was opened, if a clock says less. The changes of the record itself may
/// be at hand.
Dossier gather(store::Database& database, const Lookup& lookup, const mirror::Ref& record,
               std::optional<std::span<const Change>> changes, Moment now);

/// The same of a record that was never linked, and whose changes these are. `stranger`: it is known
/// to be one.
Dossier gather_alone(store::Database& database, const Lookup& lookup, const mirror::Ref& record,
                     std::span<const Change> changes, bool stranger, Moment now);

}  // namespace heed::ledger
