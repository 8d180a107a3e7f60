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
  if (!std::filesystem::exists(config.erasures_file())) return false;
  auto database = store::Database::open(config.mirror.string(), store::Mode::read);
  return erasure::wants_replay(mirror::Mirror(database), config.erasures_file());
}

}  // namespace

store::Database open_to_read(const World& world, const config::Config& config) {
  const auto& path = path_there(config);
  if (is_older_copy(config)) {
    const Writing forgets(world, config, Writing::Absent::refused);
  }
  return store::Database::open(path, store::Mode::read);
}

Writing::Writing(const World& world, const config::Config& config, Absent absent)
    : lock_(absent == Absent::begun ? config.mirror.string() : path_there(config),
            world.clock.now()),
      database_(store::Database::open(config.mirror.string(), store::Mode::write)),
      mirror_(database_),
      ledger_(database_,
              absent == Absent::begun ? first_or_sealing_key(config) : sealing_key(config)),
      place_(place_of(config, database_, mirror_, ledger_)) {
  keep_forgotten(world, place_);
}

}  // namespace heed::cli
