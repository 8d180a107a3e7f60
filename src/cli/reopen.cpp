#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void reopen_options(po::options_description& described) {
  reason_option(described, "why it is owed again");
  act_options(described);
}

int reopen(World& world, const po::variables_map& given) {
  return act_on(world, given, "reopen", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().reopen(duty, acting.author(), given_text(given, "reason"));
  });
}

}  // namespace heed::cli
