#pragma once

#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "heed/config.hpp"
#include "heed/crm.hpp"
#include "heed/mirror.hpp"
#include "heed/store.hpp"
#include "heed/vault.hpp"

namespace heed::cli {

/// The configuration of one call, and where its schedules lie.
struct Setting {
  config::Config config;
  config::Folders folders;
};
Setting setting_of(const World& world, const boost::program_options::variables_map& given);

/// The same for who makes the folder of the office's own schedules: it may not be there yet.
Setting setting_before_schedules(const World& world,
                                 const boost::program_options::variables_map& given);

/// A text option; empty where it is not given.
std::string given_text(const boost::program_options::variables_map& given, const char* name);

/// How the network is used: as configured, its secrets revealed, else by the environment's proxy.
http::Options line_options(const World& world, const config::Config& config);

/// --trace FILE, for the commands that ask the CRM.
void add_trace_option(boost::program_options::options_description& described);

/// The CRM as configured; what is said goes to the file of --trace as well. Throws
/// Error(configuration) when no way in is configured.
class Connection {
 public:
  Connection(World& world, const config::Config& config,
             const boost::program_options::variables_map& given);
  crm::Client& client() { return *client_; }

  /// The line itself, for what is no request of the client's.
  http::Transport& transport() { return trace_ ? *traced_ : *line_; }
  const vault::State& state() const { return state_; }

 private:
  std::unique_ptr<http::Transport> line_;
  std::unique_ptr<std::ostream> trace_;
  std::unique_ptr<http::Transport> traced_;
  vault::State state_;
  std::unique_ptr<crm::Client> client_;
};

}  // namespace heed::cli
