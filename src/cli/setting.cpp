#include "cli/setting.hpp"

#include "cli/forgetting.hpp"
#include "heed/erasure.hpp"
#include "heed/error.hpp"

namespace heed::cli {

Setting setting_of(const World& world, const boost::program_options::variables_map& given) {
  Setting setting{config::load(config_file(world, given)), {}};
  setting.folders = {setting.config.own_schedules, world.shipped};
  setting.config.crm.client = "heed/" HEED_VERSION;
  setting.config.http.user_agent = "heed/" HEED_VERSION;
  return setting;
}

Connection::Connection(World& world, const config::Config& config)
    : transport_(world.connect(config.http, world.stop)), state_(config.state_file()) {
  if (!config.credentials) {
    throw Error(
        Kind::configuration,
        config.file.string() +
            ": [crm] names no way in; give user and password, or access_token and instance");
  }
  client_ = std::make_unique<crm::Client>(*transport_, world.clock, config.crm, *config.credentials,
                                          &state_, world.stop);
}

namespace {

/// An older copy of the file that was put back has what was forgotten since: nobody reads it so.
void forget_again(const config::Config& config) {
  if (!std::filesystem::exists(config.erasures_file())) return;
  const auto path = config.mirror.string();
  {
    auto database = store::Database::open(path, store::Mode::read);
    if (!erasure::wants_replay(mirror::Mirror(database), config.erasures_file())) return;
  }
  const auto now = SystemClock().now();
  const store::WriterLock lock(path, now);
  auto database = store::Database::open(path, store::Mode::write);
  mirror::Mirror mirror(database);
  ledger::Ledger ledger(database, vault::key_in(config.key_file()));
  erasure::replay(place_of(config, database, mirror, ledger), now);
}

}  // namespace

store::Database open_to_read(const config::Config& config) {
  if (!std::filesystem::exists(config.mirror)) {
    throw Error(Kind::storage, config.mirror.string() + " is not there yet; run heed sync first");
  }
  forget_again(config);
  return store::Database::open(config.mirror.string(), store::Mode::read);
}

}  // namespace heed::cli
