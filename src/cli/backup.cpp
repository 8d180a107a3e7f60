#include <algorithm>
#include <chrono>
#include <ostream>

#include "cli/opening.hpp"
#include "cli/targets.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"

namespace heed::cli {

void backup_options(boost::program_options::options_description&) {}

namespace {

/// Notes the copy that will be at `file`. It is as of after everybody who is forgotten in the
/// mirror that it is made of, whatever this machine's clock says of that, and as of before those
/// who are being forgotten just now: whoever does that may have looked for copies already, and the
/// next sync looks again.
void note_copy_at(const config::Config& config, const std::string& file, Moment now) {
  const auto path = std::filesystem::absolute(file).lexically_normal().string();
  auto database = store::Database::open(config.mirror.string(), store::Mode::write);
  mirror::Mirror mirror(database);
  for (const auto& erasure : mirror.erasures()) now = std::max(now, erasure.at);
  mirror.note_copy(path, now);
  // Looked at when the copy is noted: who is forgotten from here on is forgotten in it as well.
  const auto first = erasure::first_to_replay(mirror, config.erasures_file());
  if (first) mirror.note_copy(path, std::min(now, *first - std::chrono::seconds(1)));
}

}  // namespace

int backup(World& world, const boost::program_options::variables_map& given) {
  const std::string file = operand_of(given);
  if (file.empty()) throw Error(Kind::usage, "heed backup wants the FILE to write");
  const Setting setting = setting_of(world, given);
  auto mirror = open_to_read(world, setting, Shown::people);
  // First, so that whoever is forgotten later is forgotten in the copy as well, whatever cuts this
  // short. A file that is there is somebody else's, and will be refused.
  // One that cannot be looked at is told by the copying itself.
  std::error_code unseen;
  if (!std::filesystem::exists(file, unseen) && !unseen) {
    want_free("heed backup", file, world, setting.config);
    note_copy_at(setting.config, file, world.clock.now());
  }
  mirror.backup_to(file);
  world.out << "Wrote " << file << ", " << std::filesystem::file_size(file) / 1024
            << " KiB; the key of its ledger stays in " << setting.config.key_file().string()
            << "\n";
  return 0;
}

}  // namespace heed::cli
