#include "cli/opening.hpp"

#include "heed/error.hpp"

namespace heed::cli {

namespace {

const std::string& path_there(const config::Config& config) {
  const auto& path = config.mirror.native();
  if (std::filesystem::exists(path)) return path;
  throw Error(Kind::storage, path + " is not there yet; run heed sync first");
}

bool is_older_copy(const config::Config& config) {
  auto database = store::Database::open(config.mirror.string(), store::Mode::read);
  return erasure::wants_replay(mirror::Mirror(database), config.erasures_file());
}

}  // namespace

store::Database open_to_read(const World& world, const Setting& setting) {
  const auto& path = path_there(setting.config);
  if (is_older_copy(setting.config)) {
    const Writing forgets(world, setting, Writing::Absent::refused);
  }
  return store::Database::open(path, store::Mode::read);
}

Writing::Writing(const World& world, const Setting& setting, Absent absent)
    : lock_(absent == Absent::begun ? setting.config.mirror.string() : path_there(setting.config),
            world.clock.now()),
      database_(store::Database::open(setting.config.mirror.string(), store::Mode::write)),
      mirror_(database_),
      ledger_(database_, absent == Absent::begun ? first_or_sealing_key(setting.config)
                                                 : sealing_key(setting.config)),
      place_(place_of(setting, database_, mirror_, ledger_)) {
  keep_forgotten(world, place_);
}

}  // namespace heed::cli
