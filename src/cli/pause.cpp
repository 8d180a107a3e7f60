#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void pause_options(po::options_description& described) {
  on_option(described, "the day on which the person was asked; without it today");
  reason_option(described, "what was asked");
  act_options(described);
}

int pause(World& world, const po::variables_map& given) {
  return act_on(world, given, "pause", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().pause(acting.mirror(), acting.grounds(), duty, acting.day_for(duty, given),
                          acting.author(), given_text(given, "reason"));
  });
}

}  // namespace heed::cli
