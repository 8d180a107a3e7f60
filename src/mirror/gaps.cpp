#include "heed/mirror.hpp"
#include "heed/store.hpp"

namespace heed::mirror {

std::optional<std::pair<Moment, Moment>> Mirror::longest_gap(Moment since, Moment now) const {
  std::optional<std::pair<Moment, Moment>> longest;
  std::optional<Moment> before;
  const auto look = [&](Moment moment) {
    if (before && (!longest || moment - *before > longest->second - longest->first)) {
      longest = {*before, moment};
    }
    before = moment;
  };
  auto row = database_
                 ->query(
                     "SELECT began FROM heed_run WHERE exit_code = 0 AND began >= coalesce((SELECT "
                     "max(began) FROM heed_run WHERE exit_code = 0 AND began <= ?), ?) AND "
                     "began <= ? ORDER BY began")
                 .bind(since, since, now);
  while (row.step()) look(row.moment(0));
  if (before) look(now);
  return longest;
}

}  // namespace heed::mirror
