#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void note_options(po::options_description& described) {
  reason_option(described, "the remark");
  act_options(described);
}

int note(World& world, const po::variables_map& given) {
  return act_on(world, given, "note", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().note(duty, acting.author(), given_text(given, "reason"));
  });
}

}  // namespace heed::cli
