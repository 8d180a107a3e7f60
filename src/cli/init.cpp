#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>

#include "cli/command.hpp"
#include "heed/config.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void init_options(po::options_description& described) {
  described.add_options()("url", po::value<std::string>()->value_name("URL"),
                          "where the CRM's login is (https://login.salesforce.com)")(
      "user", po::value<std::string>()->value_name("NAME"), "the integration user");
}

int init(World& world, const po::variables_map& given) {
  const auto text_of = [&given](const char* name, const char* otherwise) {
    return given.contains(name) ? given[name].as<std::string>() : std::string(otherwise);
  };
  const std::filesystem::path folder = operand_of(given).empty() ? "." : operand_of(given);
  const auto file = folder / "heed.toml";
  const std::string text = config::starter(text_of("url", "https://login.salesforce.com"),
                                           text_of("user", "heed@example.com"));
  config::parse(text, file);  // what is written can be read
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST) {
    throw Error(Kind::configuration,
                file.string() + " is there already; heed does not overwrite it");
  }
  const auto size = static_cast<ssize_t>(text.size());
  const bool good = fd >= 0 && ::write(fd, text.data(), text.size()) == size && ::fsync(fd) == 0;
  const int cause = errno;
  if (fd >= 0) ::close(fd);
  if (!good) {
    if (fd >= 0) ::unlink(file.c_str());  // half a configuration would stand in the way
    throw Error(Kind::storage, file.string() + " cannot be written: " + std::strerror(cause));
  }
  world.out << "Wrote " << file.string() << "\n\nNext:\n"
            << "  1. fill in [crm], [controller] and [packs]\n"
            << "  2. heed --config " << file.string() << " check\n"
            << "  3. heed --config " << file.string() << " sync\n";
  return 0;
}

}  // namespace heed::cli
