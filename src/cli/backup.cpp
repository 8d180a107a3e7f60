#include <ostream>

#include "cli/opening.hpp"
#include "heed/error.hpp"
#include "heed/mirror.hpp"

namespace heed::cli {

void backup_options(boost::program_options::options_description&) {}

int backup(World& world, const boost::program_options::variables_map& given) {
  const std::string file = operand_of(given);
  if (file.empty()) throw Error(Kind::usage, "heed backup wants the FILE to write");
  const Setting setting = setting_of(world, given);
  auto mirror = open_to_read(world, setting);
  // First, so that whoever is forgotten later is forgotten in the copy as well, whatever cuts this
  // short. A file that is there is somebody else's, and will be refused.
  // One that cannot be looked at is told by the copying itself.
  std::error_code unseen;
  if (!std::filesystem::exists(file, unseen)) {
    auto database = store::Database::open(setting.config.mirror.string(), store::Mode::write);
    mirror::Mirror(database).note_copy(std::filesystem::absolute(file).lexically_normal().string(),
                                       world.clock.now());
  }
  mirror.backup_to(file);
  world.out << "Wrote " << file << ", " << std::filesystem::file_size(file) / 1024
            << " KiB; the key of its ledger stays in " << setting.config.key_file().string()
            << "\n";
  return 0;
}

}  // namespace heed::cli
