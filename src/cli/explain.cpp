#include "cli/reporting.hpp"
#include "heed/error.hpp"

namespace heed::cli {

namespace po = boost::program_options;

void explain_options(po::options_description& described) {
  output_options(described, false);
}

int explain(World& world, const po::variables_map& given) {
  const auto format = format_of(given, false);
  const std::string text = operand_of(given);
  const auto duty = ledger::parse_duty_name(text);
  if (!duty) {
    throw Error(Kind::usage, text.empty() ? "heed explain wants a DUTY, as D17"
                                          : "'" + text + "' is no duty; expected a name as D17");
  }
  const Reporting reporting(world, given);
  report::Condition condition;
  write_out(world, given, reporting.config(), [&](std::ostream& out) {
    condition = report::explain(out, reporting.sources(), reporting.circumstances(), *duty, format);
  });
  return exit_of(world, condition, format);
}

}  // namespace heed::cli
