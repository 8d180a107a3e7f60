#include "heed/config.hpp"
#include "heed/error.hpp"

namespace heed::config {

schedule::Jobs load_jobs(const Config& config, const Folders& folders,
                         const std::vector<std::string>& commands) {
  const auto file = folders.find("jobs.toml");
  return schedule::Jobs::parse(read_whole(file, Kind::configuration), file.string(), commands,
                               config.controller.zone);
}

}  // namespace heed::config
