#include "cli/forgetting.hpp"

#include <ostream>

#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

std::string sealing_key(const config::Config& config) {
  if (is_there(config.key_file(), Kind::storage)) return vault::key_in(config.key_file());
  throw Error(
      Kind::configuration,
      config.key_file().string() +
          " is not there, and it seals the ledger and makes the pseudonyms of who was "
          "forgotten; put back the copy that was kept elsewhere, or, if it is lost for good, "
          "move the mirror and what lies beside it away and begin a new one");
}

namespace {

/// What cannot be looked at is not taken for none.
bool is_none(const std::filesystem::path& file) {
  std::error_code unseen;
  return !std::filesystem::exists(file, unseen) && !unseen;
}

bool has_rows(store::Database& database, const std::string& table) {
  return store::table_exists(database, table) &&
         database.query("SELECT 1 FROM " + table + " LIMIT 1").step();
}

}  // namespace

std::string first_or_sealing_key(const config::Config& config, store::Database& database) {
  const bool first = is_none(config.erasures_file()) && is_none(config.head_file()) &&
                     !has_rows(database, "heed_event") && !has_rows(database, "heed_erasure");
  return first ? vault::key_in(config.key_file()) : sealing_key(config);
}

void want_own_key(const config::Config& config, const std::string& key,
                  const ledger::Ledger& ledger, const mirror::Mirror& mirror) {
  const auto sealed = ledger.last_key();
  const bool other =
      (sealed && *sealed != ledger::Ledger::key_name(key)) || !mirror.are_pseudonyms_of(key);
  if (!other) return;
  throw Error(Kind::configuration,
              config.key_file().string() + " is another key than " + config.mirror.string() +
                  " was written with, so neither its ledger nor who was forgotten in it can be "
                  "kept; put back the key that was kept elsewhere");
}

erasure::Place place_of(const Setting& setting, store::Database& database, mirror::Mirror& mirror,
                        ledger::Ledger& ledger) {
  const auto& config = setting.config;
  const auto key = sealing_key(config);
  want_own_key(config, key, ledger, mirror);
  mirror.guard(config::keeping(config, config::load_preferences(setting.folders), key));
  return {database, mirror, ledger, key, config.erasures_file()};
}

void keep_forgotten(const World& world, const erasure::Place& place) {
  if (erasure::wants_replay(place.mirror, place.file)) {
    const auto now = report::present(place.mirror, place.ledger, world.clock.now());
    const auto outcome = erasure::replay(place, now);
    world.err << "heed: the mirror is an older copy: "
              << report::counted(outcome.records, "record was", "records were")
              << " forgotten since, and forgotten again\n";
    for (const auto& line : outcome.failed) world.err << "INCOMPLETE: " << line << "\n";
  }
  place.mirror.scrub();
}

const std::string_view old_bytes_words =
    "another program is reading the mirror, and its log keeps the old bytes; heed sync removes "
    "them "
    "once that has ended";

}  // namespace heed::cli
