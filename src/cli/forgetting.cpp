#include "cli/forgetting.hpp"

#include <ostream>

#include "heed/report.hpp"

namespace heed::cli {

erasure::Place place_of(const config::Config& config, store::Database& database,
                        mirror::Mirror& mirror, ledger::Ledger& ledger) {
  const auto key = vault::key_in(config.key_file());
  mirror.guard(config::keeping(key));
  return {database, mirror, ledger, key, config.erasures_file()};
}

void keep_forgotten(World& world, const erasure::Place& place) {
  if (erasure::wants_replay(place.mirror, place.file)) {
    const auto records = erasure::replay(place, world.clock.now());
    world.err << "heed: the mirror is an older copy: "
              << report::counted(records, "record was", "records were")
              << " forgotten since, and forgotten again\n";
  }
  if (place.mirror.wants_scrubbing() && place.database.scrub()) place.mirror.scrubbed();
}

void write_head(const config::Config& config, const ledger::Ledger& ledger) {
  vault::write_whole(config.head_file(), ledger.head_text() + "\n");
}

}  // namespace heed::cli
