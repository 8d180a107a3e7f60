#include "cli/opening.hpp"

#include "cli/heads.hpp"
#include "heed/error.hpp"
#include "heed/vault.hpp"

namespace heed::cli {

namespace {

const std::string& path_there(const config::Config& config) {
  const auto& path = config.mirror.native();
  if (is_there(path, Kind::storage)) return path;
  throw Error(Kind::storage, path + " is not there yet; run heed sync first");
}

/// When the first person was forgotten who is in the mirror still.
std::optional<Moment> first_there(const config::Config& config) {
  auto database = store::Database::open(config.mirror.string(), store::Mode::read);
  return erasure::first_to_replay(mirror::Mirror(database), config.erasures_file());
}

/// Whether the mirror may be read as it is, though people who are forgotten are in it, while
/// another heed writes it. Figures bring nobody back. People may be shown whom that very heed is
/// forgetting: the ledger of erasures has them first, but until it ends they are not forgotten yet,
/// and what is shown is what a moment ago was. Whoever was forgotten before it began is another
/// case: an older copy was put back, or a run was cut off, and who reads now would see again whom
/// others were told is gone. A lock is dated by this machine's clock; what was forgotten later than
/// that shows was forgotten by another one, and says nothing of which of them was first.
bool may_be_read(const config::Config& config, Shown shown, Moment now) {
  if (shown == Shown::figures) return true;
  const auto since = store::held_since(config.mirror.native());
  const auto first = first_there(config);
  return !first || (since && *since <= *first && *first <= now);
}

void forget_again(const World& world, const Setting& setting, Shown shown) {
  try {
    const Writing forgets(world, setting, Writing::Absent::refused);
  } catch (const Error& error) {
    if (error.kind() != Kind::held || !may_be_read(setting.config, shown, world.clock.now())) {
      throw;
    }
  }
}

}  // namespace

store::Database open_to_read(const World& world, const Setting& setting, Shown shown) {
  const auto& path = path_there(setting.config);
  if (first_there(setting.config)) forget_again(world, setting, shown);
  return store::Database::open(path, store::Mode::read);
}

Writing::Writing(const World& world, const Setting& setting, Absent absent)
    : lock_(absent == Absent::begun ? setting.config.mirror.string() : path_there(setting.config),
            world.clock.now()),
      database_(store::Database::open(setting.config.mirror.string(), store::Mode::write)),
      mirror_(database_),
      ledger_(database_, absent == Absent::begun ? first_or_sealing_key(setting.config, database_)
                                                 : sealing_key(setting.config)),
      place_(place_of(setting, database_, mirror_, ledger_)) {
  const auto& path = setting.config.mirror;
  for (const auto& made : {path.string() + ".lock", store::copy_before_lifting(path.string())}) {
    vault::give_to_owner_of(path, made);  // of a file that root begins, as all that lies beside it
  }
  settle_head(world, setting.config, ledger_);
  keep_forgotten(world, place_);
}

}  // namespace heed::cli
