#pragma once

#include <functional>

#include "support/faulty_vfs.hpp"
#include "support/office.hpp"

namespace heed::support {

// An office's next run, played over and over from the mirror as it is now, while the CRM stays as
// it is: each time something else of it breaks, and the run after it must end (REQUIRE) as if
// nothing had.

/// Another request of the run is cut off each time, the first of its login to the last.
void cut_at_every_request(Office& office,
                          simulated::Fault::Kind kind = simulated::Fault::Kind::reset);

/// The process is killed at another write each time; `disk` is where the mirror lies. With `step`,
/// at every `step`th from `first` on, to share the work among tests.
void kill_at_every_write(Office& office, FaultyVfs& disk, std::int64_t first = 1,
                         std::int64_t step = 1);

/// Runs that the CRM fails for good, each from a later request on, until one has come so far as
/// `reached` says (REQUIRE). The CRM is well again then.
void break_until(Office& office, const std::function<bool()>& reached);

/// Both, one after the other.
void break_anywhere(Office& office);

/// The same as killing a run, for whatever writes the files: `work` is called once undisturbed,
/// then killed and called again for every write; `state` says what it has come to.
struct Deed {
  std::vector<std::string> files;
  std::function<void()> work;
  std::function<std::string()> state;
};
void kill_at_every_write(const Deed& deed, FaultyVfs& disk, std::int64_t first = 1,
                         std::int64_t step = 1);

}  // namespace heed::support
