#include "cli/acting.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void extend_options(po::options_description& described) {
  described.add_options()("to", po::value<std::string>()->value_name("DATE"),
                          "the new day, where the law leaves it to the office");
  reason_option(described, "why it takes longer; the person is told the same");
  act_options(described);
}

int extend(World& world, const po::variables_map& given) {
  std::optional<Day> to;
  if (given.contains("to")) to = want_day(given_text(given, "to"), "--to");
  return act_on(world, given, "extend", [&](Acting& acting, std::int64_t duty) {
    acting.ledger().extend(acting.mirror(), acting.grounds(), duty, to, acting.author(),
                           given_text(given, "reason"));
  });
}

}  // namespace heed::cli
