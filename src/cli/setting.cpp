#include "cli/setting.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "cli/targets.hpp"
#include "heed/error.hpp"
#include "heed/report.hpp"

namespace heed::cli {

namespace po = boost::program_options;

Setting setting_before_schedules(const World& world, const po::variables_map& given) {
  Setting setting{config::load(config_file(world, given), world.clock.now()), {}};
  setting.folders = {setting.config.own_schedules, world.shipped};
  setting.config.crm.client = "heed/" HEED_VERSION;
  setting.config.http.user_agent = "heed/" HEED_VERSION;
  return setting;
}

Setting setting_of(const World& world, const po::variables_map& given) {
  auto setting = setting_before_schedules(world, given);
  config::want_own_schedules(setting.config);
  return setting;
}

std::string given_text(const po::variables_map& given, const char* name) {
  return given.contains(name) ? given[name].as<std::string>() : std::string();
}

namespace {

/// The first of the variables that is set; upper case is the older habit.
std::string variable(const World& world, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (const auto value = world.environment(name)) return *value;
  }
  return {};
}

/// Machines that all start on the hour do not all wait for the same time.
std::uint64_t seed_of_this_machine(Moment now) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return std::hash<std::string>{}(name.data() + to_text(now));
}

}  // namespace

http::Options line_options(const World& world, const config::Config& config) {
  http::Options options = config.http;
  if (options.proxy.empty()) {
    options.proxy = variable(world, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    if (options.no_proxy.empty()) options.no_proxy = variable(world, {"no_proxy", "NO_PROXY"});
  } else if (options.proxy == "none") {
    options.proxy.clear();
  }
  // libcurl reads the client certificate's key itself; without a file of its own it is in the
  // other.
  const auto& key = options.key.empty() ? options.certificate : options.key;
  if (!key.empty()) vault::require_private(key, key);
  if (config.proxy_password) options.proxy_password = config.proxy_password->reveal();
  if (config.key_password) options.key_password = config.key_password->reveal();
  return options;
}

void add_trace_option(boost::program_options::options_description& described) {
  described.add_options()(
      "trace", boost::program_options::value<std::string>()->value_name("FILE"),
      "write all that is said with the CRM to FILE, without secrets; records of persons are in it");
}

namespace {

/// Empties the file and keeps it for its owner's eyes alone, whatever the umask and the file that
/// was there before.
bool begin_private(const std::string& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  const bool good = fd >= 0 && ::fchmod(fd, 0600) == 0;
  if (fd >= 0) ::close(fd);
  return good;
}

/// Where links lead; what is no file, as a device, is written as it is.
std::unique_ptr<std::ostream> open_trace(World& world, const config::Config& config,
                                         const std::string& file) {
  if (auto* stream = stream_of(world, file)) {
    return std::make_unique<std::ostream>(stream->rdbuf());
  }
  want_free("--trace", file, world, config);
  std::error_code none;
  const auto there = std::filesystem::status(file, none);
  if (std::filesystem::is_directory(there)) {
    throw Error(Kind::usage, "--trace: " + file + " is a folder; name a file in it");
  }
  const bool in_place = std::filesystem::exists(there) && !std::filesystem::is_regular_file(there);
  const auto target = in_place ? std::filesystem::path(file) : report::end_of_links(file);
  const bool begun = in_place || begin_private(target);
  auto out = std::make_unique<std::ofstream>(target, std::ios::binary | std::ios::app);
  if (!begun || !*out) throw Error(Kind::usage, "--trace: " + file + " cannot be written");
  return out;
}

}  // namespace

Connection::Connection(World& world, const config::Config& config,
                       const boost::program_options::variables_map& given)
    : line_(world.connect(line_options(world, config), world.stop)), state_(config.state_file()) {
  if (given.contains("trace")) {
    trace_ = open_trace(world, config, given["trace"].as<std::string>());
    traced_ = std::make_unique<http::Traced>(*line_, *trace_, world.clock);
  }
  if (!config.credentials) {
    throw Error(Kind::configuration,
                config.file.string() +
                    ": [crm] names no way in; give [crm.jwt], [crm.client_credentials], "
                    "[crm.refresh_token], access_token and instance, or user and password");
  }
  crm::Options options = config.crm;
  options.seed = seed_of_this_machine(world.clock.now());
  client_ = std::make_unique<crm::Client>(transport(), world.clock, options, *config.credentials,
                                          &state_, world.stop);
}

}  // namespace heed::cli
