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

/// How the network is used: as configured, its secrets revealed, else by the environment's proxy.
http::Options line_options(const World& world, const config::Config& config);

/// The CRM as configured. Throws Error(configuration) when no way in is.
class Connection {
 public:
  Connection(World& world, const config::Config& config);
  crm::Client& client() { return *client_; }

 private:
  std::unique_ptr<http::Transport> transport_;
  vault::State state_;
  std::unique_ptr<crm::Client> client_;
};

/// The mirror, open for reading. Throws Error(storage) with the mend when there is none yet.
store::Database open_to_read(const config::Config& config);

}  // namespace heed::cli
