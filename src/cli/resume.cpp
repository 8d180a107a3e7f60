#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void resume_options(po::options_description& described) {
  on_option(described, "the day on which the answer came; without it today");
  reason_option(described, "what was answered");
  act_options(described);
}

int resume(World& world, const po::variables_map& given) {
  return act_on(world, given, "resume", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().resume(acting.mirror(), acting.grounds(), duty, acting.day_for(duty, given),
                           acting.author(), given_text(given, "reason"));
  });
}

}  // namespace heed::cli
