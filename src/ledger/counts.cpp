#include "work.hpp"

namespace heed::ledger {

Counts Ledger::counts(const mirror::Mirror& mirror, Moment as_of) const {
  const auto sums = this->sums({}, as_of);
  Counts counts;
  counts.owed = sums.duties;
  counts.people = sums.people;
  counts.overdue = sums.overdue;
  counts.withdrawn_to_confirm = sums.withdrawn;
  counts.place_unknown = sums.place_unknown;
  counts.calendar_incomplete = sums.calendar_incomplete;
  counts.long_past = sums.long_past;
  counts.hold = sums.hold;
  counts.standing_by = standing({});
  for (const auto& each : counts.standing_by) counts.standing += each.duties;
  counts.not_assessed = mirror.list_size();
  return counts;
}

}  // namespace heed::ledger
