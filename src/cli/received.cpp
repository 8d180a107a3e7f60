#include "cli/acting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

namespace {

/// What came in besides the request; nullopt: the request itself.
std::optional<policy::Arrival> arrival_of(const po::variables_map& given) {
  const std::string text = given_text(given, "what");
  if (text.empty() || text == "request") return std::nullopt;
  if (const auto what = policy::parse_arrival(text)) return what;
  throw Error(Kind::usage, "--what is '" + text + "'; expected request, identity or fee");
}

}  // namespace

void received_options(po::options_description& described) {
  reason_option(described, "how it is known, as 'letter of 10 November, file 123'");
  described.add_options()("what", po::value<std::string>()->value_name("WHAT"),
                          "request (without it), or identity or fee, where a law waits for them");
  act_options(described);
}

int received(World& world, const po::variables_map& given) {
  const std::string text = second_operand_of(given);
  if (text.empty()) {
    throw Error(Kind::usage, "heed received wants a DUTY and a DATE, as D17 2026-11-10");
  }
  const Day day = want_day(text, "DATE");
  const auto what = arrival_of(given);
  return act_on(world, given, "received", [&](Acting& acting, std::int64_t duty) {
    auto& ledger = acting.ledger();
    const auto reason = given_text(given, "reason");
    if (what) {
      ledger.arrived(acting.mirror(), acting.grounds(), duty, *what, day, acting.author(), reason);
    } else {
      ledger.received(acting.mirror(), acting.grounds(), duty, day, acting.author(), reason);
    }
  });
}

}  // namespace heed::cli
