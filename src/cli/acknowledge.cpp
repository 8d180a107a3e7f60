#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void acknowledge_options(po::options_description& described) {
  on_option(described, "the day on which the person was told; without it today");
  reason_option(described, "how, as 'e-mail 4711'");
  act_options(described);
}

int acknowledge(World& world, const po::variables_map& given) {
  return act_on(world, given, "acknowledge", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().acknowledge(duty, acting.day_for(duty, given), acting.author(),
                                given_text(given, "reason"));
  });
}

}  // namespace heed::cli
