#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void refuse_options(po::options_description& described) {
  on_option(described, "the day on which the person was told; without it today");
  reason_option(described, "why, and on which ground of the law");
  act_options(described);
}

int refuse(World& world, const po::variables_map& given) {
  return act_on(world, given, "refuse", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().refuse(duty, acting.day_for(duty, given), acting.author(),
                           given_text(given, "reason"));
  });
}

}  // namespace heed::cli
