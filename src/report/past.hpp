#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "heed/ledger.hpp"
#include "heed/mirror.hpp"
#include "heed/report.hpp"

namespace heed::report {

/// When the first load of the first object began: before that heed knew nothing. nullopt while no
/// first load has ended.
std::optional<Moment> beginning(const mirror::Mirror& mirror);

/// Whether a report of what heed knew at `then` can say anything.
bool knew_anything(const mirror::Mirror& mirror, std::optional<Moment> then);

/// That it cannot, and why: `then` lies before the beginning.
std::string knew_nothing_words(const mirror::Mirror& mirror, Moment then);

/// The last complete run that had ended by `then`: what heed knew is what that one had read.
/// nullopt where none had.
std::optional<mirror::Run> known_by(const mirror::Mirror& mirror, Moment then);

/// Duties as they stood at `as_of`. Where a run ended after that, or the ledger has an event after
/// it, that is past: states, starts and due days are those that the events told by then, persons
/// and privacy holds those that the mirror knew, each looked up once. Whether a place was known
/// then cannot be told: place_unknown is today's. Borrows the sources.
class Duties {
 public:
  Duties(const Sources& sources, Moment as_of);
  ~Duties();
  Duties(const Duties&) = delete;
  Duties& operator=(const Duties&) = delete;

  bool past() const { return then_ != nullptr; }

  /// In the order of Ledger::for_each_due; those of the past are held in memory. `filter.person` is
  /// the first record of a person as of then.
  void for_each(const ledger::Filter& filter,
                const std::function<void(const ledger::Duty&)>& visit) const;

  const Sources& sources;
  const Moment as_of;

 private:
  struct Then;
  std::unique_ptr<Then> then_;
};

}  // namespace heed::report
